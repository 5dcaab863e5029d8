"""Loading twice writes once; what follows a version ends it; a flaw changes nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from linli.basics import Actor, NotAllowed
from linli.catalogue import queries
from linli.catalogue.actions import grant_mandate, load_pack
from linli.catalogue.domain import LineNotInForce, MandateWithoutEnd, NotOnTheList, PackFlaw
from linli.catalogue.models import DutyLine, Item, ItemVersion, Mandate, PackList
from linli.journal.models import Line

from .conftest import MORNING, PACKS, TODAY, item

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing(clerk: Actor) -> None:
    first = load_pack(by=clerk, folder=PACKS / "shangcheng", at=MORNING)
    assert first.packs == ("common", "shangcheng")
    assert first.items == Item.objects.count() == ItemVersion.objects.count()
    assert first.versions == Line.objects.count()
    second = load_pack(by=clerk, folder=PACKS / "shangcheng", at=MORNING + timedelta(days=9))
    assert (second.items, second.versions) == (0, 0)
    assert first.versions == Line.objects.count()


def test_both_models_stand_side_by_side(shelf: None) -> None:
    packs = dict(Item.objects.values_list("code", "pack"))
    assert packs["courtyard_improvement"] == "shangcheng"
    assert packs["stairwell_covenant"] == "jianghan"
    assert packs["minimum_allowance"] == "common"
    assert len(packs) >= 60


def test_a_new_wording_ends_the_one_before(clerk: Actor, pack_folder: Callable[..., Path]) -> None:
    load_pack(by=clerk, folder=pack_folder(item()), at=MORNING)
    old = ItemVersion.objects.get()
    loaded = load_pack(by=clerk, folder=pack_folder(item(summary="换一句。")), at=MORNING)
    assert (loaded.items, loaded.versions) == (0, 1)
    new = ItemVersion.objects.get(number=2)
    old.refresh_from_db()
    assert (old.valid_from, old.valid_to) == (date(2026, 1, 1), TODAY)
    assert (new.valid_from, new.valid_to) == (TODAY, None)
    line = Line.objects.filter(kind="ItemVersionPublished").latest("id")
    assert (line.subject_kind, line.subject_id, line.appointment) == ("item_version", new.pk, 1)
    for on, version in ((date(2026, 11, 15), old), (TODAY, new)):
        assert queries.current("lamp", on).version_id == version.pk
    assert queries.definition(old.pk).summary["zh-Hans"] == "灯坏了。"


def test_a_version_cannot_be_changed(clerk: Actor, pack_folder: Callable[..., Path]) -> None:
    load_pack(by=clerk, folder=pack_folder(item()), at=MORNING)
    for statement in (
        "UPDATE catalogue_item_version SET number = 7",
        "DELETE FROM catalogue_item_version",
        "UPDATE catalogue_duty_line SET kind = 'basic' WHERE kind = 'negative'",
        "DELETE FROM catalogue_pack_list",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert ItemVersion.objects.get().number == 1


def test_a_flaw_changes_nothing(clerk: Actor, pack_folder: Callable[..., Path]) -> None:
    broken = item(code="broken", steps=[{"code": "a", "name": "甲"}])
    with pytest.raises(PackFlaw) as caught:
        load_pack(by=clerk, folder=pack_folder(item(), broken), at=MORNING)
    assert caught.value.file == "packs/small/items.yaml"
    assert (Item.objects.count(), PackList.objects.count(), Line.objects.count()) == (0, 0, 0)


def test_an_item_stays_in_its_pack(clerk: Actor, pack_folder: Callable[..., Path]) -> None:
    load_pack(by=clerk, folder=pack_folder(item()), at=MORNING)
    Item.objects.update(pack="another")
    with pytest.raises(PackFlaw) as caught:
        load_pack(by=clerk, folder=pack_folder(item(summary="换。")), at=MORNING)
    assert caught.value.reason == "The item lamp belongs to the pack another. Give another code."
    assert ItemVersion.objects.count() == 1


def test_only_who_may_loads(pack_folder: Callable[..., Path]) -> None:
    nobody = Actor(kind="staff", district=1, user=2)
    with pytest.raises(NotAllowed):
        load_pack(by=nobody, folder=pack_folder(item()), at=MORNING)
    assert Item.objects.count() == 0


@pytest.fixture
def lines(clerk: Actor, pack_folder: Callable[..., Path]) -> dict[str, int]:
    load_pack(by=clerk, folder=pack_folder(item()), at=MORNING)
    return {line.code: line.pk for line in DutyLine.objects.all()}


def grant(by: Actor, line: int, **changes: object) -> Mandate:
    values: dict[str, object] = {
        "duty_line": line,
        "origin": "admitted",
        "communities": [3, 2],
        "minutes": 30,
        "valid_from": MORNING,
        "valid_to": MORNING + timedelta(days=30),
        "at": MORNING,
    }
    return grant_mandate(by=by, **(values | changes))  # type: ignore[arg-type]


def test_a_mandate_holds_for_its_time(clerk: Actor, lines: dict[str, int]) -> None:
    mandate = grant(clerk, lines["help"])
    assert mandate.communities == [2, 3]
    line = Line.objects.latest("id")
    assert (line.kind, line.subject_id) == ("MandateGranted", mandate.pk)
    assert list(queries.mandates(MORNING)) == [mandate]
    assert list(queries.mandates(MORNING + timedelta(days=30))) == []


@pytest.mark.parametrize(
    ("line", "changes", "refusal"),
    [
        ("gone", {}, NotOnTheList),
        ("never", {}, NotOnTheList),
        ("help", {"valid_to": MORNING}, MandateWithoutEnd),
        ("help", {"valid_from": datetime(2025, 12, 31, tzinfo=UTC)}, LineNotInForce),
    ],
)
def test_no_mandate_past_the_list(
    clerk: Actor, lines: dict[str, int], line: str, changes: dict[str, object], refusal: type
) -> None:
    before = Line.objects.count()
    with pytest.raises(refusal):
        grant(clerk, lines[line], **changes)
    assert (Mandate.objects.count(), Line.objects.count()) == (0, before)


def test_an_emergency_may_reach_past_the_list(clerk: Actor, lines: dict[str, int]) -> None:
    assert grant(clerk, lines["gone"], origin="emergency").origin == "emergency"


def test_only_the_gate_grants(lines: dict[str, int]) -> None:
    with pytest.raises(NotAllowed):
        grant(Actor(kind="system", district=1), lines["help"])
    assert Mandate.objects.count() == 0
