"""Bits put together count what counting one by one counts."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linli.reports.domain import (
    Cell,
    Counter,
    by_place,
    canonical,
    free_places,
    lay_out,
    relaid,
    replaced,
)
from linli.rulebook.domain import (
    Expression,
    InSet,
    Known,
    Not,
    Population,
    YearsSince,
    column_of,
    evaluate,
)
from tests.expressions import DICTIONARY, EXPRESSIONS, FACTS, NOWS, population

TODAY = date(2026, 11, 22)
Facts = dict[str, object]
PEOPLE = st.lists(st.tuples(st.integers(0, 4), FACTS), max_size=90)


@given(EXPRESSIONS, PEOPLE, NOWS)
def test_a_cell_is_what_counting_one_by_one_gives_and_a_sum_adds_what_is_known_of_those(
    where: Expression, people: list[tuple[int, Facts]], on: date
) -> None:
    lies = [community for community, _ in people]
    laid = lay_out(population([facts for _, facts in people]), lies, communities=range(5))
    counter = Counter(laid, on)
    verdicts = [evaluate(where, facts, on=on) for _, facts in people]

    found = counter.count(Cell("people", where))
    summed = counter.count(Cell("people", where, "children"))

    assert laid.communities == (0, 1, 2, 3, 4)
    for place, community in enumerate(laid.communities):
        here = [number for number, lie in enumerate(lies) if lie == community]
        told = [(verdicts[number], people[number][1]["children"]) for number in here]
        assert found.value[place] == sum(v is True for v, _ in told)
        assert found.unknown[place] == sum(v is None for v, _ in told)
        assert summed.value[place] == sum(n for v, n in told if v and isinstance(n, int))
        assert summed.unknown[place] == sum(v is None or (v is True and n is None) for v, n in told)
        assert summed.behind[place] == sum(v is True and isinstance(n, int) for v, n in told)
    assert counter.who(Cell("people", where)).tolist() == [
        number for number, verdict in enumerate(verdicts) if verdict is True
    ]
    assert counter.undecided(Cell("people", where)).tolist() == [
        number for number, verdict in enumerate(verdicts) if verdict is None
    ]


@given(EXPRESSIONS, st.lists(FACTS, min_size=1, max_size=20), NOWS)
def test_the_one_order_of_writing_changes_no_verdict(
    where: Expression, people: list[Facts], on: date
) -> None:
    for facts in people:
        assert evaluate(canonical(where), facts, on=on) is evaluate(where, facts, on=on)
    assert canonical(canonical(where)) == canonical(where)


def test_what_rests_on_a_fact_too_old_is_counted_beside() -> None:
    people = Population(3, {"disabled": column_of([True, True, False], DICTIONARY["disabled"])})
    laid = lay_out(people, [7, 7, 7], stale={"disabled": np.array([True, False, True])})

    yes = Counter(laid, TODAY).count(Cell("people", InSet("disabled", frozenset({"yes"}))))
    all_of_them = Counter(laid, TODAY).count(Cell("people"))

    assert (yes.value.tolist(), yes.stale.tolist()) == ([2], [1])
    assert (all_of_them.value.tolist(), all_of_them.stale.tolist()) == ([3], [0])


def test_nobody_lies_in_the_gaps_between_communities() -> None:
    laid = lay_out(Population(2, {}), [9, 3])

    found = Counter(laid, TODAY).count(Cell("people", Not(Known("hukou"))))

    assert laid.communities == (3, 9)
    assert found.value.tolist() == [1, 1]


def test_a_sum_over_what_nobody_told_is_nothing_and_says_so() -> None:
    laid = lay_out(Population(2, {}), [1, 1])

    found = Counter(laid, TODAY).count(Cell("people", None, "children"))

    assert (found.value.tolist(), found.unknown.tolist()) == ([0], [2])


def test_age_is_taken_on_the_day_of_the_report() -> None:
    people = population(
        [{"born_on": date(1946, 11, 23), "hukou": None, "disabled": None, "children": None}]
    )
    eighty = Cell("people", YearsSince("age", "born_on", 80, None))

    assert Counter(lay_out(people, [1]), TODAY).count(eighty).value.tolist() == [0]
    assert Counter(lay_out(people, [1]), date(2026, 11, 23)).count(eighty).value.tolist() == [1]


@given(EXPRESSIONS, PEOPLE, PEOPLE, st.data(), NOWS)
def test_whoever_leaves_or_comes_changes_the_numbers_as_laying_out_anew_does(
    where: Expression,
    people: list[tuple[int, Facts]],
    come: list[tuple[int, Facts]],
    data: st.DataObject,
    on: date,
) -> None:
    lies = [community for community, _ in people]
    everybody = population([facts for _, facts in people])
    laid = lay_out(everybody, lies, communities=range(5), spare=2)
    places = by_place(laid, np.arange(1, len(people) + 1))
    left = data.draw(st.sets(st.integers(1, len(people)))) if people else set()
    gone = np.flatnonzero(np.isin(places, list(left)))
    news = np.array([community for community, _ in come], dtype=np.int64)

    free = free_places(laid, gone, news)

    assert free is not None
    assert len(set(free.tolist())) == len(come)
    again = relaid(laid, gone, free, population([facts for _, facts in come]))
    numbers = replaced(places, gone, free, np.arange(1001, 1001 + len(come)))
    kept = [one for number, one in enumerate(people, start=1) if number not in left]
    anew = lay_out(
        population([f for _, f in kept + come]), [c for c, _ in kept + come], communities=range(5)
    )
    found, wanted = (Counter(one, on).count(Cell("people", where)) for one in (again, anew))
    assert found.value.tolist() == wanted.value.tolist()
    assert found.unknown.tolist() == wanted.unknown.tolist()
    stayed = [number for number in range(1, len(people) + 1) if number not in left]
    ids = np.array([*stayed, *range(1001, 1001 + len(come))], dtype=np.int64)
    cell = Cell("people", where)
    assert sorted(numbers[Counter(again, on).who(cell)].tolist()) == sorted(
        ids[Counter(anew, on).who(cell)].tolist()
    )
    # Nobody else moved, and what was laid out before is as it was.
    assert by_place(laid, np.arange(1, len(people) + 1)).tolist() == places.tolist()


def test_where_a_community_is_full_or_new_there_is_no_place() -> None:
    laid = lay_out(Population(64, {}), [7] * 64, communities=[7, 8])
    nobody = np.zeros(0, dtype=np.int64)

    assert free_places(laid, nobody, np.array([7])) is None
    assert free_places(laid, np.array([5]), np.array([7])).tolist() == [5]  # type: ignore[union-attr]
    assert free_places(laid, nobody, np.array([8])).tolist() == [64]  # type: ignore[union-attr]
    assert free_places(laid, nobody, np.array([9])) is None
