"""Canonical text, digests and the Merkle tree of RFC 6962."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.journal.domain import (
    NO_ROOT,
    canonical,
    chain_root,
    digest,
    leaf_hash,
    root_of,
    signed_text,
)

hashes = st.binary(min_size=32, max_size=32)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def path_to(leaves, place):
    """Return RFC 6962's audit path of one leaf, as an auditor would ask for it."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if place < split:
        return [*path_to(leaves[:split], place), ("right", root_of(leaves[split:]))]
    return [*path_to(leaves[split:], place - split), ("left", root_of(leaves[:split]))]


def climb(leaf, path):
    for side, other in path:
        leaf = node(leaf, other) if side == "right" else node(other, leaf)
    return leaf


# RFC 6962's well-known test leaves and roots, with its own leaf hashing.
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_rfc_6962(size):
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest() for text in INPUTS[:size]]
    assert root_of(leaves).hex() == ROOTS[size - 1]


def test_an_empty_batch_has_no_root():
    assert root_of([]) == NO_ROOT == bytes(32)


@given(st.lists(hashes, min_size=1, max_size=40), st.data())
def test_every_leaf_climbs_to_the_root(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    assert climb(leaves[place], path_to(leaves, place)) == root_of(leaves)


@given(st.lists(hashes, min_size=1, max_size=20, unique=True), st.data())
def test_a_changed_added_dropped_or_moved_leaf_moves_the_root(leaves, data):
    root = root_of(leaves)
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves]
    changed[place] = hashlib.sha256(changed[place]).digest()
    assert root_of(changed) != root
    assert root_of([*leaves, leaves[place]]) != root
    if len(leaves) > 1:
        assert root_of(leaves[:place] + leaves[place + 1 :]) != root
        assert root_of([*leaves[1:], leaves[0]]) != root


@given(plain_values)
def test_canonical_text_is_one_and_reads_back(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


def test_canonical_text_is_compact_sorted_and_keeps_han():
    assert canonical({"b": 1, "a": "上城", "c": None}) == '{"a":"上城","b":1,"c":null}'


def test_a_digest_is_over_the_salt_and_then_the_row():
    row = {"id": 1, "name": "王"}
    expected = hashlib.sha256(b"salt" + '{"id":1,"name":"王"}'.encode()).hexdigest()
    assert digest(b"salt", row) == expected
    assert digest(b"other", row) != expected
    assert digest(b"salt", {**row, "id": 2}) != expected


def test_a_leaf_can_never_be_taken_for_a_node():
    assert leaf_hash(b"{}") == hashlib.sha256(b"\x00{}").digest()
    assert chain_root(NO_ROOT, bytes(32)) == node(NO_ROOT, bytes(32))


@pytest.mark.parametrize("name", ["number", "root", "previous", "count", "sealed_at"])
def test_the_signature_is_over_everything(name):
    values = {
        "number": 1,
        "root": bytes(32),
        "previous": bytes(32),
        "count": 3,
        "sealed_at": "2026-11-16T04:00:00.000000Z",
    }
    other = {"number": 2, "root": b"1" * 32, "previous": b"2" * 32, "count": 4, "sealed_at": "x"}
    assert signed_text(**values) != signed_text(**{**values, name: other[name]})
