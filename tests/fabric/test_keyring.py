"""Keys outside the database: sealing, rotation, loss."""

import json
import stat
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import override

from linli.fabric import keyring as module
from linli.fabric.edge import sentence
from linli.fabric.fields import Sealed, blind_index, blind_indexes, fits_index
from linli.fabric.keyring import CannotOpen, KeysMissing, make_keys


def ring_of(folder):
    return module.ring_in(folder)


def rotate(folder, key_id="k2"):
    """Add a key and make it the one that seals, as an operator does."""
    path = folder / module.FIELDS
    ring = json.loads(path.read_text())
    ring["fields"][key_id] = "ab" * 32
    ring["current"] = key_id
    path.write_text(json.dumps(ring))


@pytest.fixture
def folder(tmp_path):
    make_keys(tmp_path / "ring")
    return tmp_path / "ring"


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
    with pytest.raises(CannotOpen, match="k1"):
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
    with pytest.raises(KeysMissing, match="k1"):
        ring_of(folder).open(token)


def test_a_new_key_under_the_name_of_a_lost_one_is_a_sentence_and_no_crash(folder):
    token = ring_of(folder).seal("old")
    (folder / module.FIELDS).unlink()
    make_keys(folder)
    with pytest.raises(CannotOpen) as refusal:
        ring_of(folder).open(token)
    with override("en"):
        assert "does not open with the key that is here (k1)" in sentence(refusal.value)


@pytest.mark.parametrize("token", [b"", b"k1", b"k1:zz:zz", b"k1:00", b"\xff\xfe:00:00", b"k1::"])
def test_what_is_no_sealed_value_at_all_is_refused(folder, token):
    with pytest.raises((CannotOpen, KeysMissing)):
        ring_of(folder).open(token)


def test_a_process_that_runs_follows_a_change_of_keys(folder, settings):
    settings.KEYS = folder
    before = Sealed.of("13800000000")
    assert module.add_field_key(folder) == "k2"
    after = Sealed.of("13800000000")
    assert (before.token[:3], after.token[:3]) == (b"k1:", b"k2:")
    assert before.open() == after.open() == "13800000000"


def test_hashes_of_every_index_key_are_known_the_newest_first(folder, settings):
    settings.KEYS = folder
    hashes = [blind_index("13800000000")]
    for _ in range(2):
        module.add_field_key(folder)
        hashes.insert(0, blind_index("13800000000"))
    assert len(set(hashes)) == 3
    assert blind_indexes("13800000000") == hashes
    assert all(fits_index("13800000000", one) for one in hashes)
    assert not fits_index("13800000001", hashes[0])


def test_former_signers_are_known_with_their_time(folder, noon):
    first = ring_of(folder).public_key
    module.exchange_signer(folder, at=noon)
    second = ring_of(folder).public_key
    fingerprint = module.exchange_signer(folder, at=noon + timedelta(days=1))
    ring = ring_of(folder)
    assert ring.signer_id == fingerprint
    assert [(one.public_key, one.since, one.until) for one in ring.signers] == [
        (first, None, noon),
        (second, noon, noon + timedelta(days=1)),
        (ring.public_key, noon + timedelta(days=1), None),
    ]
    assert stat.S_IMODE((folder / module.SIGNERS).stat().st_mode) == 0o600


def test_one_killed_between_list_and_key_goes_on_with_the_old_key_and_may_try_again(
    folder, noon, monkeypatch
):
    before = ring_of(folder)
    put = module._replace

    def die(path, content):
        if path.name == module.SEAL:
            raise KeyboardInterrupt
        put(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_replace", die)
        with pytest.raises(KeyboardInterrupt):
            module.exchange_signer(folder, at=noon)
    assert ring_of(folder).signers == before.signers
    module.exchange_signer(folder, at=noon + timedelta(hours=1))
    former, current = ring_of(folder).signers
    assert (former.public_key, former.until) == (before.public_key, noon + timedelta(hours=1))
    assert current.since == former.until


@pytest.mark.parametrize("name", [module.FIELDS, module.SEAL])
def test_a_missing_file_says_which_and_what_to_do(folder, name):
    (folder / name).unlink()
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
