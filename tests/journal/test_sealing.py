"""Seals: batches, late lines, the chain, and what an outsider can check."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linli.fabric.keyring import keyring
from linli.journal import actions, queries
from linli.journal.domain import NO_ROOT, SealerAtWork, chain_root, root_of, signed_text
from linli.journal.models import Line, Seal
from tests.conftest import triggers_off

from .conftest import AT, BY
from .things import leaf_of

pytestmark = pytest.mark.django_db


def seal(**values):
    return actions.seal_lines(**{"by": BY, "at": AT, **values})


def check(seal):
    """Check one seal as an outsider would, from rows alone."""
    seal.refresh_from_db()
    lines = list(Line.objects.filter(batch=seal.number).order_by("position"))
    assert [line.position for line in lines] == list(range(seal.count))
    leaves = [leaf_of(line) for line in lines]
    assert [bytes(line.leaf) for line in lines] == leaves
    assert bytes(seal.root) == chain_root(bytes(seal.previous), root_of(leaves))
    text = signed_text(
        number=seal.number,
        root=bytes(seal.root),
        previous=bytes(seal.previous),
        count=seal.count,
        sealed_at=seal.sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )
    public = Ed25519PublicKey.from_public_bytes(bytes(seal.public_key))
    public.verify(bytes(seal.signature), text)
    with pytest.raises(InvalidSignature):
        public.verify(bytes(seal.signature), text + b" ")


def test_without_lines_there_is_no_seal():
    assert seal() is None
    assert queries.last_seal() is None


def test_the_first_seal_starts_from_nothing(light):
    light(1), light(2), light(3)
    first = seal()
    assert (first.number, first.count, bytes(first.previous)) == (1, 3, NO_ROOT)
    assert first.alg == "sha256-rfc6962+ed25519"
    check(first)
    assert seal() is None
    assert Seal.objects.count() == 1


def test_each_seal_carries_the_one_before(light):
    light()
    first = seal()
    light(), light()
    second = seal(at=AT + timedelta(seconds=30))
    assert (second.number, second.count) == (2, 2)
    assert bytes(second.previous) == bytes(first.root)
    check(first)
    check(second)
    assert queries.last_seal() == second


def test_a_line_that_commits_late_is_sealed_later_and_not_lost(light):
    """Commit order is not id order: a batch takes what is unsealed, never "up to the last id"."""
    early, late, after = light(), light(), light()
    late_values = {
        field.attname: getattr(late, field.attname) for field in Line._meta.concrete_fields
    }
    hide(late)
    first = seal()
    assert (first.count, numbers(1)) == (2, [early.pk, after.pk])
    Line.objects.create(**late_values)
    second = seal()
    assert (second.count, numbers(2)) == (1, [late.pk])
    check(second)


def test_a_batch_is_bounded_and_oldest_first(light):
    keys = [light(number).pk for number in range(5)]
    assert [seal(most=2).count, seal(most=2).count, seal(most=2).count] == [2, 2, 1]
    assert [numbers(1), numbers(2), numbers(3)] == [keys[:2], keys[2:4], keys[4:]]
    assert seal(most=2) is None


def test_sealing_leaves_no_line(light):
    light()
    seal()
    assert Line.objects.count() == 1


def numbers(batch):
    return list(Line.objects.filter(batch=batch).order_by("position").values_list("pk", flat=True))


def hide(line):
    """Take a line away past the triggers, as if its transaction had not committed."""
    with triggers_off():
        Line.objects.filter(pk=line.pk).delete()


def test_one_who_is_not_alone_neither_seals_nor_exchanges_the_signer(light, monkeypatch):
    light()
    monkeypatch.setattr(actions, "_one_sealer", lambda: nullcontext(enter_result=False))
    signer = keyring().signer_id
    assert seal() is None
    with pytest.raises(SealerAtWork):
        actions.change_signer(by=BY, at=AT)
    assert keyring().signer_id == signer
    assert [line.kind for line in Line.objects.filter(batch=None)] == ["LampLit"]
    assert not Seal.objects.exists()
