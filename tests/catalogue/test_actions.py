"""Loading twice writes once; what follows a version ends it; a flaw changes nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from linli.basics import Actor, NotAllowed
from linli.catalogue import queries
from linli.catalogue.actions import load_pack
from linli.catalogue.domain import PackFlaw
from linli.catalogue.models import Item, ItemVersion, PackList
from linli.journal.models import Line

from .conftest import MORNING, PACKS, TODAY, item

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing(clerk: Actor) -> None:
    first = load_pack(by=clerk, folder=PACKS / "shangcheng", at=MORNING)
    assert first.packs == ("common", "shangcheng")
    earlier = ItemVersion.objects.exclude(valid_to=None).count()
    assert first.items == Item.objects.count() == ItemVersion.objects.count() - earlier
    assert earlier == 13
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
    folder = pack_folder(item(), broken)
    with pytest.raises(PackFlaw) as caught:
        load_pack(by=clerk, folder=folder, at=MORNING)
    assert caught.value.file == f"{folder}/items.yaml"
    assert (Item.objects.count(), PackList.objects.count(), Line.objects.count()) == (0, 0, 0)


def test_an_item_stays_in_its_pack(clerk: Actor, pack_folder: Callable[..., Path]) -> None:
    load_pack(by=clerk, folder=pack_folder(item()), at=MORNING)
    Item.objects.update(pack="another")
    with pytest.raises(PackFlaw) as caught:
        load_pack(by=clerk, folder=pack_folder(item(summary="换。")), at=MORNING)
    assert caught.value.told == "The item lamp belongs to the pack another. Give another code."
    assert ItemVersion.objects.count() == 1


def test_only_who_may_loads(pack_folder: Callable[..., Path]) -> None:
    nobody = Actor(kind="staff", district=1, user=2)
    with pytest.raises(NotAllowed):
        load_pack(by=nobody, folder=pack_folder(item()), at=MORNING)
    assert Item.objects.count() == 0


def test_what_stood_before_a_law_is_offered_as_an_example(clerk: Actor) -> None:
    load_pack(by=clerk, folder=PACKS / "shangcheng", at=MORNING)
    before = queries.current("minimum_allowance", date(2026, 6, 30)).definition
    after = queries.current("minimum_allowance", date(2026, 7, 1)).definition
    assert (before.example, before.basis, before.step("visit")) == (True, (), after.step("visit"))
    assert (after.example, after.basis[0].law) == (False, "社会救助法")
    assert queries.current("senior_card", date(2026, 1, 1)).number == 1
    lines = {
        on: queries.duty_line("aid_assist", on) for on in (date(2026, 6, 30), date(2026, 7, 1))
    }
    assert [(one.example, bool(one.basis)) for one in lines.values()] == [
        (True, False),
        (False, True),
    ]


def test_where_an_item_is_known_nothing_is_put_before_it(
    clerk: Actor, pack_folder: Callable[..., Path]
) -> None:
    """A district that had the item before keeps what it had; only the new wording follows."""
    load_pack(by=clerk, folder=pack_folder(item()), at=MORNING)
    later = item(example=None, basis=["某法 第一条"], example_before=True, **{"from": "2026-11-20"})
    loaded = load_pack(by=clerk, folder=pack_folder(later), at=MORNING)
    assert loaded.versions == 1
    spans = ItemVersion.objects.order_by("number").values_list("valid_from", "valid_to")
    assert list(spans) == [
        (date(2026, 1, 1), date(2026, 11, 20)),
        (date(2026, 11, 20), None),
    ]
    assert load_pack(by=clerk, folder=pack_folder(later), at=MORNING).versions == 0
