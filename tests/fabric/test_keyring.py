"""Keys outside the database: sealing, rotation, loss."""

import json
import stat

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linli.fabric import keyring as module
from linli.fabric.fields import Sealed, blind_index
from linli.fabric.keyring import KeysMissing, make_keys


def ring_of(folder):
    return module._read(folder)


def rotate(folder, key_id="k2"):
    """Add a key and make it the one that seals, as an operator does."""
    path = folder / module.FIELDS
    ring = json.loads(path.read_text())
    ring["fields"][key_id] = "ab" * 32
    ring["current"] = key_id
    path.write_text(json.dumps(ring))
    module._read.cache_clear()


@pytest.fixture
def folder(tmp_path):
    make_keys(tmp_path / "ring")
    yield tmp_path / "ring"
    module._read.cache_clear()


def test_what_is_sealed_opens_again(folder):
    ring = ring_of(folder)
    assert ring.open(ring.seal("330102194901010000")) == "330102194901010000"


def test_equal_values_lie_differently_but_index_alike(folder):
    ring = ring_of(folder)
    assert ring.seal("13800000000") != ring.seal("13800000000")
    assert ring.blind("13800000000") == ring.blind("13800000000")
    assert ring.blind("13800000000") != ring.blind("13800000001")
    assert len(ring.blind("")) == 32


def test_one_changed_byte_does_not_open(folder):
    ring = ring_of(folder)
    token = bytearray(ring.seal("13800000000"))
    token[-1] = ord("0") if token[-1] != ord("0") else ord("1")
    with pytest.raises(InvalidTag):
        ring.open(bytes(token))


def test_after_rotation_the_old_key_still_opens_and_the_new_one_seals(folder):
    before = ring_of(folder).seal("old")
    rotate(folder)
    ring = ring_of(folder)
    assert ring.open(before) == "old"
    assert ring.seal("new").split(b":")[0] == b"k2"
    assert ring.blind("x") == ring_of(folder).blind("x")


def test_a_key_that_was_thrown_away_is_named(folder):
    token = ring_of(folder).seal("old")
    path = folder / module.FIELDS
    ring = json.loads(path.read_text())
    ring["fields"] = {"k9": "cd" * 32}
    ring["current"] = "k9"
    path.write_text(json.dumps(ring))
    module._read.cache_clear()
    with pytest.raises(KeysMissing, match="k1"):
        ring_of(folder).open(token)


@pytest.mark.parametrize("name", [module.FIELDS, module.SEAL])
def test_a_missing_file_says_which_and_what_to_do(folder, name):
    (folder / name).unlink()
    module._read.cache_clear()
    with pytest.raises(KeysMissing, match=name):
        ring_of(folder)


def test_keys_are_made_once_and_nobody_else_may_read_them(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert make_keys(folder) is False
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(before) == [module.FIELDS, module.SEAL, module.SESSION]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_signature_is_checked_with_the_public_key_alone(folder):
    ring = ring_of(folder)
    public = Ed25519PublicKey.from_public_bytes(ring.public_key)
    public.verify(ring.signer.sign(b"root"), b"root")
    assert len(ring.signer_id) == 16


def test_a_sealed_value_shows_nothing_by_accident():
    value = Sealed.of("13800000000")
    assert f"{value}" == repr(value) == "••••"
    assert value.open() == "13800000000"
    assert value == Sealed(value.token)
    assert value != Sealed.of("13800000000")
    assert len({value, Sealed(value.token)}) == 1
    assert blind_index("a") == blind_index("a")
