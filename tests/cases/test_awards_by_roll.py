"""A roll from elsewhere: what its lines say, what they are to us, and that none counts twice."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from linli.basics import NoSuchThing, NotAllowed
from linli.cases import actions, queries
from linli.cases.domain import (
    HadAndEnded,
    Matched,
    NobodyOfThatName,
    NotAwarded,
    RecordClosed,
    RollUnreadable,
    read_roll,
)
from linli.cases.domain.rolls import (
    FirstDayMissing,
    FirstDayToCome,
    NameMissing,
    NumberRounded,
    TwiceOnRoll,
)
from linli.cases.models import Award
from linli.journal.actions import run_reactions
from linli.journal.models import Line
from linli.people import actions as people
from linli.people.models import ReadLog
from linli.rulebook.domain import BadNumber
from tests.people.conftest import number_of
from tests.world import DOOR, HOUSE_ITSELF, NOON

from .test_awards import FIRST, ITEM, TODAY, Place, faults, refused

HEADS = ["姓名", "身份证号", "享受起始日"]
BORN = date(1940, 1, 1)
NUMBER = number_of(BORN)


@pytest.fixture
def place(db) -> Place:
    return Place()


def lives(place, name, sequence) -> int:
    return people.register_person(
        by=HOUSE_ITSELF,
        at=NOON - timedelta(days=400),
        name=name,
        home=place.world.place(DOOR),
        id_number=number_of(BORN, sequence),
        facts={"hukou": "local"},
    ).pk


def roll(*lines):
    """Return the rows of a roll: each line a name, the sequence of a number, and a first day."""
    return [HEADS, *([name, number_of(BORN, number), on] for name, number, on in lines)]


def look(place, rows, by=None):
    by = by or place.street
    return actions.look_through_roll(by=by, item=ITEM, rows=rows, at=NOON)


def told(read):
    return [(one.line, type(one.why)) for one in read.left]


# ---- what a line says ----


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-01-01", date(2026, 1, 1)),
        ("2025/3/9", date(2025, 3, 9)),
        ("2025.03.09", date(2025, 3, 9)),
        ("2025年3月9日", date(2025, 3, 9)),
        ("2025-03-09 00:00:00", date(2025, 3, 9)),
        ("20250309", date(2025, 3, 9)),
        ("2025年3月", date(2025, 3, 1)),
        ("2025-03", date(2025, 3, 1)),
        ("202503", date(2025, 3, 1)),
        ("45292", date(2024, 1, 1)),
        ("45292.0", date(2024, 1, 1)),
    ],
)
def test_a_day_is_read_as_offices_write_it(typed, day):
    [line], left = read_roll([HEADS, ["王 芳", f" {NUMBER} ", typed]], today=TODAY)
    assert (line.line, line.name, line.id_number, line.from_on) == (2, "王芳", NUMBER, day)
    assert left == []


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["", NUMBER, "2026-01-01"], NameMissing),
        (["王芳", "3.3010219400101E+17", "2026-01-01"], NumberRounded),
        (["王芳", NUMBER[:-1] + "?", "2026-01-01"], BadNumber),
        (["王芳", "", "2026-01-01"], BadNumber),
        (["王芳", NUMBER, ""], FirstDayMissing),
        (["王芳", NUMBER, "2026"], FirstDayMissing),
        (["王芳", NUMBER, "2026-02-30"], FirstDayMissing),
        (["王芳", NUMBER, "去年"], FirstDayMissing),
        (["王芳", NUMBER, "2026-11-17"], FirstDayToCome),
        (["王芳", NUMBER], FirstDayMissing),
    ],
)
def test_a_line_that_cannot_be_read_says_why(cells, why):
    lines, [left] = read_roll([HEADS, ["", "", ""], cells], today=TODAY)
    assert lines == []
    assert left.line == 3
    assert isinstance(left.why, why)


def test_the_same_number_twice_counts_once():
    cells = ["王芳", NUMBER, "2026-01-01"]
    [line], [left] = read_roll([HEADS, cells, cells], today=TODAY)
    assert (line.line, left.line) == (2, 3)
    assert isinstance(left.why, TwiceOnRoll)
    assert left.why.line == 2


@pytest.mark.parametrize("rows", [[], [["姓名", "身份证号"]], [["一", "二", "三"]]])
def test_a_roll_without_its_columns_is_none(rows):
    with pytest.raises(RollUnreadable):
        read_roll(rows, today=TODAY)


def test_columns_stand_in_any_order_and_under_their_usual_names():
    rows = [["序号", "起始日期*", "公民身份号码", "Name"], ["1", "202601", NUMBER, "王芳"]]
    [line], _ = read_roll(rows, today=TODAY)
    assert (line.name, line.id_number, line.from_on) == ("王芳", NUMBER, FIRST)


# ---- what it is to us ----


def test_each_line_is_told_what_it_is_to_us_and_nothing_is_written(place):
    new, has, dead, had, beside = (
        lives(place, name, n) for n, name in enumerate("甲乙丙丁戊", start=11)
    )
    held = [(has, FIRST), (had, FIRST), (beside, FIRST)]
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=held, at=NOON)
    ended = Award.objects.get(person=had)
    values = {"reason": "revoked", "on": date(2026, 6, 1), "at": NOON}
    actions.end_award(by=place.street, person=had, award=ended.pk, **values)
    on = date(2026, 11, 1)
    people.end_person(by=HOUSE_ITSELF, at=NOON, person=dead, reason="died", on=on)
    before = list(Award.objects.values()), Line.objects.count()

    read = look(
        place,
        roll(
            ("甲", 11, "2026-02-01"),
            ("乙", 12, "2026-02-01"),
            ("丙", 13, "2026-02-01"),
            ("丁", 14, "2026-02-01"),
            ("甲", 15, "2026-02-01"),
        ),
    )

    since = date(2026, 2, 1)
    assert read.matched == (Matched(2, new, since, held=False), Matched(3, has, since, held=True))
    assert told(read) == [(4, RecordClosed), (5, HadAndEnded), (6, NobodyOfThatName)]
    assert read.missing == (beside,)
    assert (list(Award.objects.values()), Line.objects.count()) == before
    looked = ReadLog.objects.values_list("person", "purpose", "appointment").order_by("person")
    assert list(looked) == [
        (one, "item", place.street.appointment) for one in sorted((new, has, dead, had))
    ]


def test_who_has_it_again_after_it_ended_is_new(place):
    person = lives(place, "甲", 11)
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(person, FIRST)], at=NOON)
    row = Award.objects.get()
    values = {"award": row.pk, "reason": "revoked", "on": date(2026, 6, 1), "at": NOON}
    actions.end_award(by=place.street, person=person, **values)
    load = {"by": place.street, "item": ITEM, "at": NOON}

    assert actions.load_awards(roll=[(person, FIRST)], **load) == 0
    assert look(place, roll(("甲", 11, "2026-06-01"))).fresh == [(person, date(2026, 6, 1))]
    assert actions.load_awards(roll=[(person, date(2026, 6, 1))], **load) == 1
    assert Award.objects.filter(to_on=None).count() == 1
    assert faults() == []


def test_who_lives_elsewhere_is_as_unknown_as_nobody(place):
    person = lives(place, "甲", 11)
    stranger = replace(place.street, communities=frozenset({1}))
    read = look(place, roll(("甲", 11, "2026-01-01"), ("乙", 12, "2026-01-01")), by=stranger)
    assert told(read) == [(2, NobodyOfThatName), (3, NobodyOfThatName)]
    assert not ReadLog.objects.filter(person=person).exists()
    values = {"by": stranger, "item": ITEM, "roll": [(person, FIRST)], "at": NOON}
    refused(NoSuchThing, actions.load_awards, **values)


def test_offices_that_decide_bring_rolls_in_and_nobody_else(place):
    person = lives(place, "甲", 11)
    for desk in ("station", "committee", "arbiter", "district"):
        by = place.world.at(desk)
        refused(NotAllowed, actions.load_awards, by=by, item=ITEM, roll=[(person, FIRST)], at=NOON)
        with pytest.raises(NotAllowed):
            look(place, roll(), by=by)
    with pytest.raises(NotAwarded):
        actions.look_through_roll(by=place.street, item="senior_card", rows=roll(), at=NOON)
    assert not ReadLog.objects.exists()
    by = place.world.at("civil")
    assert actions.load_awards(by=by, item=ITEM, roll=[(person, FIRST)], at=NOON) == 1
    assert Line.objects.latest("id").kind == "AwardsLoaded"


def test_nothing_of_a_roll_comes_in_when_one_on_it_is_out_of_reach(place):
    person = lives(place, "甲", 11)
    values = {"by": place.street, "item": ITEM, "at": NOON}
    refused(NoSuchThing, actions.load_awards, roll=[(person, FIRST), (999_999, FIRST)], **values)


def test_whoever_died_while_the_roll_lay_open_gets_nothing(place):
    person = lives(place, "甲", 11)
    people.end_person(by=HOUSE_ITSELF, at=NOON, person=person, reason="died", on=TODAY)
    run_reactions(by=HOUSE_ITSELF, at=NOON)
    values = {"by": place.street, "item": ITEM, "at": NOON}
    assert actions.load_awards(roll=[(person, FIRST)], **values) == 0
    assert not Award.objects.exists()


# ---- records that became one ----


@pytest.fixture
def chain(place) -> list[int]:
    """Return three records with one number once: the first became the second, that the third."""
    records = [lives(place, "甲", 11), place.lives("甲甲", BORN), place.lives("甲某", BORN)]
    head = replace(place.street, permissions=HOUSE_ITSELF.permissions)
    for gone, kept in pairwise(records):
        people.merge_people(by=head, at=NOON, kept=kept, gone=gone)
    return records


@pytest.mark.parametrize("name", ["甲", "甲甲", "甲某"])
def test_a_roll_finds_who_was_merged_twice_under_each_name(place, chain, name):
    read = look(place, roll((name, 11, "2026-01-01")))
    assert read.fresh == [(chain[2], FIRST)]
    assert read.looked_at == (chain[2],)


def test_a_roll_gives_the_standing_record_what_none_of_them_has(place, chain):
    load = {"by": place.street, "item": ITEM, "at": NOON}
    assert actions.load_awards(roll=[(chain[0], FIRST), (chain[2], FIRST)], **load) == 1
    assert list(Award.objects.values_list("person", "to_on")) == [(chain[2], None)]
    assert actions.load_awards(roll=[(one, FIRST) for one in chain], **load) == 0


def test_a_roll_gives_nobody_what_came_along_through_two_merges(place, chain):
    Award.objects.create(district=1, person_id=chain[0], item=ITEM, from_on=FIRST)
    read = look(place, roll(("甲", 11, "2026-01-01")))
    assert (read.fresh, read.held, read.missing) == ([], 1, ())
    load = {"by": place.street, "item": ITEM, "at": NOON}
    assert actions.load_awards(roll=[(chain[2], FIRST)], **load) == 0


def test_a_longer_chain_costs_a_roll_no_more_questions(place, chain, django_assert_num_queries):
    rows = roll(("甲", 11, "2026-01-01"))
    lines, left = read_roll(rows, today=TODAY)
    with django_assert_num_queries(5):
        queries.compare_roll(place.street, ITEM, lines, left)
    head = replace(place.street, permissions=HOUSE_ITSELF.permissions)
    people.merge_people(by=head, at=NOON, kept=place.lives("甲", BORN), gone=chain[2])
    with django_assert_num_queries(5):
        read = queries.compare_roll(place.street, ITEM, lines, left)
    assert [one.person for one in read.matched] != [chain[2]]


def test_lines_are_left_in_the_order_of_the_file(place):
    rows = [HEADS, ["", NUMBER, "2026"], ["甲", number_of(BORN, 12), "2026-01-01"], ["", "", "1"]]
    read = look(place, rows)
    assert [one.line for one in read.left] == [2, 3, 4]
