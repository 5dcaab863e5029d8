"""Columns held in memory say what the rows say, after whatever changed."""

from datetime import date, timedelta

import numpy as np
import pytest

from linli.people import actions as people
from linli.reports import queries
from linli.reports.actions import import_form
from linli.reports.domain import PeriodKind
from tests.world import GREEN, HOUSE_ITSELF, NOON, World

from .conftest import COMMUNITY_FORM

pytestmark = pytest.mark.django_db


def test_after_a_days_changes_memory_and_rows_give_the_same(
    world: World, residents: dict[str, int]
) -> None:
    form = import_form(
        by=world.at("civil"),
        code="A",
        name="表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=COMMUNITY_FORM,
        at=NOON,
    )
    standing, later = queries.Standing(1), NOON + timedelta(days=1)
    before = queries.tables([form], standing.counts(NOON))[form.pk]
    fact = {"by": HOUSE_ITSELF, "at": later, "valid_from": date(2026, 11, 17)}
    people.record_fact(**fact, person=residents["王四"], attribute="party_member", value=True)  # type: ignore[arg-type]
    people.end_person(
        by=HOUSE_ITSELF, at=later, person=residents["李一"], reason="moved", on=date(2026, 11, 17)
    )
    people.register_person(
        by=HOUSE_ITSELF,
        at=later,
        name="王七",
        community=world.place(GREEN),
        facts={"birth_on": date(1950, 1, 1)},
    )

    warm = queries.tables([form], standing.counts(later))[form.pk]

    cold = queries.tables([form], queries.Standing(1).counts(later))[form.pk]
    for name in ("value", "unknown", "stale"):
        assert np.array_equal(getattr(warm, name), getattr(cold, name))
    # 王三 turned 80 that day, 王四 joined the Party, 王七 came, 李一 of Liulang went.
    moved = (warm.value - before.value)[:, warm.communities.index(world.place(GREEN))]
    assert moved.tolist() == [1, 1, 0, 1]
