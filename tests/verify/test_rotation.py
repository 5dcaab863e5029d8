"""Changing keys in a house that is lived in: nothing is lost, nothing is altered, all is said."""

import io
import json
import shutil
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from linli.cases import actions as cases
from linli.cases import queries as case_queries
from linli.cases.domain import Channel
from linli.cases.models import Report
from linli.fabric import resealing
from linli.fabric.fields import Sealed, blind_index
from linli.fabric.keyring import FIELDS, KeysMissing, Signer, keyring, make_keys
from linli.identity.models import User
from linli.journal import actions as journal
from linli.journal import queries as record
from linli.journal.management.commands import rotate_key
from linli.journal.models import Line, Seal
from linli.people import actions as people
from linli.people.domain import AlreadyRegistered
from linli.people.models import Person
from linli.verify import queries
from linli.verify.domain import check_package
from tests.kept import kept
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, STAIR

from .conftest import faults
from .lived import RESIDENT, live_a_day

LATER = NOON + timedelta(hours=4)
NUMBER = "330106194910011234"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder with keys, and with the files of the district that was built with them."""
    folder = tmp_path_factory.mktemp("original")
    make_keys(folder / "own-keys")
    return folder


@pytest.fixture
def house(db, settings, tmp_path, original):
    """A lived-in district with keys of its own; rows, keys and files are copies."""
    settings.KEYS, settings.FILES = original / "own-keys", original / "files"
    world = kept("lived", live_a_day)
    for folder in (settings.KEYS, settings.FILES):
        shutil.copytree(folder, tmp_path / folder.name)
    settings.KEYS, settings.FILES = tmp_path / "own-keys", tmp_path / "files"
    return world


def values():
    """Return every sealed value of every table, opened."""
    return {
        (model._meta.db_table, row.pk, name): getattr(row, name).open()
        for model, names in resealing.sealed_columns().items()
        for row in model._base_manager.all()
        for name in names
        if getattr(row, name) is not None
    }


def marks():
    """Return how many values lie under each key."""
    found = {}
    for model, names in resealing.sealed_columns().items():
        for row in model._base_manager.all():
            for name in names:
                if getattr(row, name) is not None:
                    key = getattr(row, name).token.split(b":")[0].decode()
                    found[key] = found.get(key, 0) + 1
    return found


def rotate(*words):
    out = io.StringIO()
    call_command("rotate_key", *words, stdout=out)
    return out.getvalue()


def test_afterwards_everything_lies_under_the_new_key_and_says_the_same(house):
    before, [many] = values(), marks().values()
    assert many >= 5
    said = rotate()
    assert "Key k2 seals from now on" in said
    assert marks() == {"k2": many}
    assert values() == before
    assert faults() == []


def test_the_columns_for_equality_fit_the_new_index_key(house):
    rotate()
    rows = [*Person.objects.exclude(phone=None), *Report.objects.exclude(phone=None)]
    assert len(rows) > 2
    assert [bytes(row.phone_index) for row in rows] == [
        blind_index(row.phone.open()) for row in rows
    ]


def test_each_batch_is_an_act_on_the_record(house):
    many = {model._meta.db_table: 0 for model in resealing.sealed_columns()}
    for table, _ in {(table, pk) for table, pk, _ in values()}:
        many[table] += 1
    start = Line.objects.order_by("-id").first().pk
    rotate()
    [first, *rest] = Line.objects.filter(pk__gt=start).order_by("id")
    assert (first.kind, first.subject_id, first.actor_kind) == ("FieldKeyChanged", 2, "system")
    assert {line.kind for line in rest} == {"ValuesResealed"}
    events = [json.loads(line.body)["event"] for line in rest]
    assert {one["table"]: one["rows"] for one in events} == {
        table: count for table, count in many.items() if count
    }


def test_the_code_of_a_receipt_opens_its_case_after_two_changes(house):
    """Of a code only the hash is kept: nobody can hash it anew, so former index keys stay."""
    said = cases.Said(
        item="shared_leak", words="漏水", channel=Channel.PORTAL, place_id=house.place(STAIR)
    )
    receipt = cases.open_case(by=RESIDENT, said=said, at=NOON)
    rotate()
    rotate()
    assert keyring().current == "k3"
    report = case_queries.report_for(1, receipt.case.number, receipt.code)
    assert report == receipt.report


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("acts", [0, 1, 2, 4])
def test_killed_half_way_both_keys_are_read_and_it_goes_on(house, monkeypatch, acts):
    before, [many] = values(), marks().values()
    monkeypatch.setattr(rotate_key, "ROWS", 1)
    reseal, done = journal.reseal_rows, []

    def dying(**options):
        if len(done) == acts:
            raise Killed
        done.append(ids := reseal(**options))
        return ids

    with monkeypatch.context() as patch:
        patch.setattr(journal, "reseal_rows", dying)
        with pytest.raises(Killed):
            rotate()
    assert values() == before
    assert faults() == []
    said = rotate()
    assert "goes on, without a new key" in said
    assert marks() == {"k2": many}
    assert values() == before
    assert Line.objects.filter(kind="FieldKeyChanged").count() == 1
    assert faults() == []


def test_killed_between_the_key_and_its_line_the_line_is_written_later(house):
    with transaction.atomic():
        journal.change_field_key(by=HOUSE_ITSELF, at=LATER)
        transaction.set_rollback(True)
    assert keyring().current == "k2"
    assert not Line.objects.filter(kind="FieldKeyChanged").exists()
    assert "without a new key" in rotate()
    assert list(Line.objects.filter(kind="FieldKeyChanged").values_list("subject_id")) == [(2,)]


def test_nobody_is_registered_twice_while_keys_are_changed(house):
    """Equality must hold between a hash under the old index key and one under the new."""
    new = {"by": HOUSE_ITSELF, "at": NOON, "name": "赵六", "home": house.place(DOOR)}
    known = people.register_person(**new, id_number=NUMBER)
    journal.change_field_key(by=HOUSE_ITSELF, at=LATER)
    with pytest.raises(AlreadyRegistered):
        people.register_person(**new, id_number=NUMBER)
    seeing = replace(
        HOUSE_ITSELF, user=1, appointment=1, communities=frozenset({house.place(GREEN)})
    )
    found = people.find_people(by=seeing, at=NOON, name="赵六", fact="id_number", value=NUMBER)
    assert [one.id for one in found] == [known.pk]


def test_a_generator_of_codes_goes_on_working(house):
    user = User.objects.create(username="zhou")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    before = Authenticator.objects.get(user=user).data["secret"]
    rotate()
    data = Authenticator.objects.get(user=user).data
    assert (before[:3], data["secret"][:3]) == ("k1:", "k2:")
    assert keyring().open(data["secret"].encode()).strip('"') == secret
    line = Line.objects.filter(kind="ValuesResealed").latest("id")
    assert json.loads(line.body)["event"]["table"] == "mfa_authenticator"


def test_a_value_that_does_not_open_stops_it_with_a_sentence_and_changes_nothing(house, settings):
    path = settings.KEYS / FIELDS
    ring = json.loads(path.read_text())
    ring["fields"]["k1"] = "ab" * 32
    path.write_text(json.dumps(ring))
    before = marks()
    with pytest.raises(CommandError, match="does not open with the key that is here"):
        rotate()
    assert marks() == before


# The key of the seals ------------------------------------------------------------


def seal_some(at):
    journal.note_keys(by=HOUSE_ITSELF, at=at)
    while journal.seal_lines(by=journal.system(1), at=at):
        pass


@pytest.fixture
def resigned(house):
    """Seals of three signers, one after another."""
    keys = [keyring().public_key]
    for hours in (1, 2):
        at = LATER + timedelta(hours=hours)
        journal.change_signer(by=HOUSE_ITSELF, at=at)
        keys.append(keyring().public_key)
        seal_some(at + timedelta(minutes=1))
    assert {bytes(key) for key in Seal.objects.values_list("public_key", flat=True)} == set(keys)
    return keys


def test_seals_of_former_signers_stand(resigned):
    assert faults() == []


def test_a_change_of_the_signer_is_on_the_record(resigned):
    lines = Line.objects.filter(kind="SignerChanged").order_by("id")
    assert [line.subject_id for line in lines] == [2, 3]
    event = json.loads(lines[1].body)["event"]
    assert event["fingerprint"] == keyring().signer_id
    assert record.timeline("signer", 3).get() == lines[1]


def test_a_seal_after_its_key_was_given_up_is_named(resigned, monkeypatch):
    """A former key that was stolen seals nothing any more."""
    last = Seal.objects.order_by("number").last()
    hold_signers(monkeypatch, resigned, until={resigned[2]: last.sealed_at - timedelta(seconds=1)})
    assert faults() == [f"seal {last.number}: signed with a key that was not in use at that moment"]
    verdict = check(package())
    assert [(one.kind, one.batch) for one in verdict.faults] == [("key_not_in_use", last.number)]
    with override("en"):
        assert queries.words_of(verdict.faults[0]) == (
            f"Seal {last.number} is signed with a key that was not in use at that moment."
        )


def test_a_seal_before_its_key_was_made_is_named(resigned, monkeypatch):
    first = Seal.objects.order_by("number").first()
    hold_signers(monkeypatch, resigned, since={resigned[0]: first.sealed_at + timedelta(seconds=1)})
    named = [words for words in faults() if "was not in use at that moment" in words]
    assert f"seal {first.number}: signed with a key that was not in use at that moment" in named


def hold_signers(monkeypatch, keys, since=None, until=None):
    signers = tuple(Signer(key, (since or {}).get(key), (until or {}).get(key)) for key in keys)
    monkeypatch.setattr(type(keyring()), "signers", property(lambda self: signers))


def package():
    file = io.BytesIO()
    queries.write_package(file)
    return file


def check(file, **options):
    file.seek(0)
    return check_package(file, **options)


def test_whoever_trusts_the_newest_key_trusts_the_seals_of_those_before(resigned):
    verdict = check(package(), keys={resigned[2].hex()})
    assert (verdict.faults, verdict.public_key) == ([], resigned[2].hex())
    assert verdict.seals == Seal.objects.count()


def test_a_package_from_before_the_change_passes_with_the_former_key(house, client):
    file = package()
    journal.change_signer(by=HOUSE_ITSELF, at=LATER)
    verdict = check(file, keys={one.public_key.hex() for one in keyring().signers})
    assert verdict.passed
    assert [one.kind for one in check(file, keys={keyring().public_key.hex()}).faults] == [
        "foreign_key"
    ]


@pytest.mark.parametrize("signers", [7, [7], [{}], {"a": 1}])
def test_a_broken_list_of_signers_is_named_and_breaks_nothing(house, monkeypatch, signers):
    written = queries.package.canonical
    monkeypatch.setattr(
        queries.package,
        "canonical",
        lambda value: written({**value, "signers": signers} if "format" in value else value),
    )
    held = queries.package._head

    def head(*words, **counts):
        found = held(*words, **counts)
        found["manifest"]["signers"] = signers
        return found

    monkeypatch.setattr(queries.package, "_head", head)
    assert [one.kind for one in check(package()).faults] == ["no_manifest"]


def test_a_lost_list_of_former_signers_is_said_and_the_keys_may_be_given(resigned, settings):
    (settings.KEYS / "signers.json").unlink()
    assert "seal 1: signed with a key that is not this installation's" in faults()
    assert faults(keys=resigned[:2]) == []


def test_the_signer_is_not_exchanged_under_the_sealers_hands(house, monkeypatch):
    before = keyring().public_key
    monkeypatch.setattr(journal, "_one_sealer", lambda: nullcontext(False))
    with pytest.raises(CommandError, match="being sealed at this moment"):
        rotate("--signer")
    assert keyring().public_key == before
    assert not Line.objects.filter(kind="SignerChanged").exists()


def test_the_command_exchanges_the_signer_and_says_what_to_keep(house):
    said = rotate("--signer")
    assert f"key {keyring().signer_id} from now on" in said
    assert "make a backup now" in said
    assert len(keyring().signers) == 2


# Lost keys -----------------------------------------------------------------------


def test_without_keys_a_page_says_so_and_nothing_is_changed(house, settings, client):
    shutil.rmtree(settings.KEYS)
    number, before = Report.objects.first().case.number, Line.objects.count()
    answer = client.post(
        reverse("portal:find"),
        {"number": number, "code": "ABCDEF"},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 503
    assert "A key of this house is missing" in answer.content.decode()
    assert Line.objects.count() == before


def test_a_lost_field_key_leaves_everything_else_readable(house, settings):
    sealed = Sealed.of("13800138000")
    (settings.KEYS / FIELDS).unlink()
    call_command("make_keys", "--anew", stdout=io.StringIO())
    with pytest.raises(Exception, match="k1") as refusal:
        sealed.open()
    assert refusal.value.status == 503
    assert faults() == []


def test_keys_are_not_made_anew_by_accident_in_a_house_that_is_in_use(house, settings):
    (settings.KEYS / FIELDS).unlink()
    with pytest.raises(CommandError, match=r"fields.json should be in .* Bring the keys back"):
        call_command("make_keys", stdout=io.StringIO())
    with pytest.raises(KeysMissing, match=FIELDS):
        keyring()
