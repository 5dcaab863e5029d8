"""Two definitions set against each other: the verdict is true of every person there can be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.reports.domain import Cell, Relation, compare, strips
from linli.rulebook.domain import (
    And,
    DateInterval,
    Expression,
    InSet,
    Interval,
    Known,
    Not,
    Or,
    YearsSince,
    evaluate,
)
from tests.expressions import DICTIONARY, EXPRESSIONS, FACTS, NOWS

TODAY = date(2026, 11, 22)
LOCAL = InSet("hukou", frozenset({"local"}))
AGED_60 = YearsSince("age", "born_on", 60, None)
AGED_80 = YearsSince("age", "born_on", 80, None)
DISABLED = InSet("disabled", frozenset({"yes"}))


def related(first: Expression | None, second: Expression | None) -> Relation:
    return compare(Cell("people", first), Cell("people", second), DICTIONARY, on=TODAY).relation


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        (AGED_60, AGED_60, Relation.SAME),
        (And((LOCAL, AGED_60)), And((AGED_60, LOCAL)), Relation.SAME),
        (AGED_60, Not(YearsSince("age", "born_on", None, 59)), Relation.SAME),
        (AGED_60, AGED_80, Relation.NARROWER),
        (And((LOCAL, AGED_60)), AGED_60, Relation.WIDER),
        (None, AGED_60, Relation.NARROWER),
        (And((LOCAL, AGED_60)), And((DISABLED, AGED_60)), Relation.OVERLAPPING),
        (AGED_80, YearsSince("age", "born_on", None, 59), Relation.APART),
        (AGED_60, DateInterval("born_on", None, date(1966, 11, 22)), Relation.SAME),
        (Interval("children", 1, None), Interval("children", 2, None), Relation.NARROWER),
        (Or((DISABLED, Not(DISABLED))), Known("disabled"), Relation.SAME),
        (LOCAL, None, Relation.WIDER),
    ],
)
def test_how_the_second_lies_to_the_first(
    first: Expression | None, second: Expression | None, relation: Relation
) -> None:
    assert related(first, second) is relation


def test_the_difference_is_said_in_conditions() -> None:
    found = compare(
        Cell("people", And((LOCAL, AGED_60))),
        Cell("people", YearsSince("age", "born_on", 60, 79)),
        DICTIONARY,
        on=TODAY,
    )

    assert found.relation is Relation.OVERLAPPING
    assert found.more is not None
    assert found.more.parts == (
        (InSet("hukou", frozenset({"city", "other"})), Not(Known("hukou"))),
    )
    assert found.less is not None
    assert found.less.parts == ((YearsSince("age", "born_on", 80, None),),)


def test_what_counts_other_things_cannot_be_set_against_each_other() -> None:
    people, houses = Cell("people", LOCAL), Cell("households", LOCAL)

    assert compare(people, houses, DICTIONARY, on=TODAY).relation is Relation.CANNOT_TELL
    added = Cell("people", LOCAL, "children")
    assert compare(people, added, DICTIONARY, on=TODAY).relation is Relation.CANNOT_TELL


def test_beyond_the_bound_it_does_not_guess() -> None:
    many = Or(tuple(Interval("children", n, n) for n in range(0, 400, 2)))
    days = Or(
        tuple(DateInterval("born_on", date(y, 1, 1), date(y, 6, 1)) for y in range(1900, 2026))
    )
    both = And((many, days, LOCAL, DISABLED))

    assert related(both, And((many, days, LOCAL))) is Relation.CANNOT_TELL


def test_cells_that_differ_in_one_fact_are_parts_of_one_another() -> None:
    def aged(least: int, most: int | None, *more: Expression) -> Cell:
        age = YearsSince("age", "born_on", least, most)
        return Cell("people", And((age, *more)) if more else age)

    elders, young, old = aged(60, None), aged(60, 69), aged(80, None)
    local = Cell("people", LOCAL)
    unknown = Cell("people", And((LOCAL, Not(Known("disabled")))))

    [ages] = strips([elders, young, old, local], DICTIONARY, on=TODAY)
    assert (ages.parts, ages.whole) == ({elders: (0, 1, 2), young: (2,), old: (0,)}, None)
    assert ages.left_out == [1]  # of 70 to 79, whom nobody asks for

    found = strips([local, aged(60, 69, LOCAL), unknown, elders], DICTIONARY, on=TODAY)
    assert [(list(one.parts), one.whole) for one in found] == [([aged(60, 69, LOCAL)], local)]
    assert found[0].left_out == [0, 2]  # those younger and those older


@given(EXPRESSIONS, EXPRESSIONS, NOWS, st.lists(FACTS, min_size=1, max_size=30))
def test_no_person_contradicts_the_verdict(
    first: Expression, second: Expression, on: date, people: list[dict[str, object]]
) -> None:
    found = compare(Cell("people", first), Cell("people", second), DICTIONARY, on=on)
    for facts in people:
        one, other = (evaluate(tree, facts, on=on) is True for tree in (first, second))
        match found.relation:
            case Relation.SAME:
                assert one == other
            case Relation.NARROWER:
                assert one or not other
            case Relation.WIDER:
                assert other or not one
            case Relation.APART:
                assert not (one and other)
            case _:
                pass
        if other and not one and found.more is not None:
            for part in found.more.parts:
                assert any(evaluate(each, facts, on=on) for each in part)


@given(EXPRESSIONS, EXPRESSIONS, NOWS)
def test_turned_round_the_verdict_turns_round(
    first: Expression, second: Expression, on: date
) -> None:
    turned = {Relation.NARROWER: Relation.WIDER, Relation.WIDER: Relation.NARROWER}
    there = compare(Cell("people", first), Cell("people", second), DICTIONARY, on=on)
    back = compare(Cell("people", second), Cell("people", first), DICTIONARY, on=on)

    assert back.relation is turned.get(there.relation, there.relation)
    assert (back.more, back.less) == (there.less, there.more)
