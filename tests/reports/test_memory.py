"""Columns held in memory say what the rows say, after whatever changed."""

from datetime import date, datetime, timedelta
from random import Random

import numpy as np
import pytest

from linli.journal.queries import last_line
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import PersonRow
from linli.people.queries import following
from linli.reports import queries
from linli.reports.actions import import_form
from linli.reports.domain import Cell, PeriodKind
from linli.reports.models import Form
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW, World

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
    memory, later = queries.Memory(1), NOON + timedelta(days=1)
    before = queries.tables([form], memory.counts(NOON))[form.pk]
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

    warm = queries.tables([form], memory.counts(later))[form.pk]

    cold = queries.tables([form], queries.Memory(1).counts(later))[form.pk]
    for name in ("value", "unknown", "stale"):
        assert np.array_equal(getattr(warm, name), getattr(cold, name))
    # 王三 turned 80 that day, 王四 joined the Party, 王七 came, 李一 of Liulang went.
    moved = (warm.value - before.value)[:, warm.communities.index(world.place(GREEN))]
    assert moved.tolist() == [1, 1, 0, 1]


def test_day_after_day_whatever_happens_memory_says_what_the_rows_say(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One act after the other here: no line comes late, and nobody is read again for fear of it.
    monkeypatch.setattr(following, "BACK", 0)
    monkeypatch.setattr(following, "BACK_WHOLE", 0)
    form, memory, chance = a_form(world), queries.Memory(1), Random(11)  # noqa: S311
    communities = [world.place(GREEN), world.place(WILLOW)]
    living = newcomers(communities, 90, NOON)
    read_again = []
    for day in range(12):
        at = NOON + timedelta(days=day, hours=1)
        for _ in range(6):
            happen(chance, living, communities, world.place(DOOR), at)
        if day == 6:  # more come at once than any community has room for
            living += newcomers([world.place(GREEN)], 90, at, load=False)
        warm = memory.counts(at)
        read_again.append(memory.read_again)
        cold = queries.Memory(1).counts(at)
        assert same(queries.tables([form], warm)[form.pk], queries.tables([form], cold)[form.pk])
        for cell in cells_of(form):
            assert sorted(warm.who(cell)) == sorted(cold.who(cell))
            assert sorted(warm.undecided(cell)) == sorted(cold.undecided(cell))
    # Everybody the first day and the day many came, at most six on the others.
    assert [day for day, read in enumerate(read_again) if read > 6] == [0, 6]


def a_form(world: World) -> Form:
    return import_form(
        by=world.at("civil"),
        code="A",
        name="表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=COMMUNITY_FORM,
        at=NOON,
    )


def cells_of(form: Form) -> list[Cell]:
    return [one.found for one in queries.fields_of(form) if isinstance(one.found, Cell)]


def same(one: queries.Table, other: queries.Table) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("value", "unknown", "stale")
    )


def newcomers(communities: list[int], count: int, at: datetime, *, load: bool = True) -> list[int]:
    """Bring people about to turn sixty or eighty, by a load or one by one."""
    born = [date(1966, 11, 10), date(1946, 11, 12)]
    facts = [{"birth_on": born[n % 2] + timedelta(days=n // 2 % 16)} for n in range(count)]
    lives = [communities[n % len(communities)] for n in range(count)]
    if load:
        rows = [
            PersonRow(key=str(n), name="某人", community=lives[n], facts=facts[n])
            for n in range(count)
        ]
        loaded = people.load_people(
            by=HOUSE_ITSELF, at=at, source=str(at), on=at.date(), households=[], people=rows
        )
        return list(loaded.people.values())
    return [
        people.register_person(
            by=HOUSE_ITSELF, at=at, name="某人", community=lives[n], facts=facts[n]
        ).pk
        for n in range(count)
    ]


def happen(
    chance: Random, living: list[int], communities: list[int], door: int, at: datetime
) -> None:
    """Let something befall somebody, said of today or of last month."""
    person, since = chance.choice(living), at.date() - timedelta(days=chance.choice((0, 30)))
    deed = chance.randrange(6)
    if deed == 0:
        living.remove(person)
        people.end_person(by=HOUSE_ITSELF, at=at, person=person, reason="moved", on=since)
    elif deed == 1:
        living += newcomers([chance.choice(communities)], 1, at, load=False)
    elif deed == 2:
        people.move_person(by=HOUSE_ITSELF, at=at, person=person, home=door, on=since)
    else:
        people.record_fact(
            by=HOUSE_ITSELF,
            at=at,
            person=person,
            attribute=chance.choice(("party_member", "lives_alone")),
            value=chance.choice((True, False, None)),
            valid_from=since,
        )


def test_at_first_nobody_asks_the_record_who_changed(
    world: World, django_assert_num_queries
) -> None:
    newcomers([world.place(GREEN)], 3, NOON)

    with django_assert_num_queries(1):
        changed, line = people_queries.changed_people(1, 0)

    assert (changed, line) == (None, last_line(1))
