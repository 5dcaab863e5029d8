"""One language, three interpreters, and the proof that they agree."""

from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.rulebook.domain import (
    And,
    DateInterval,
    Explanation,
    Expression,
    InSet,
    Interval,
    Known,
    Not,
    Or,
    Phrase,
    Population,
    Reason,
    YearsSince,
    attributes,
    column_of,
    evaluate,
    explain,
    fact_of,
    parse,
    phrase,
    to_bitmap,
    to_data,
)
from tests.expressions import DICTIONARY, EXPRESSIONS, FACTS, NOWS, population

TODAY = date(2026, 11, 22)
OVER_80 = YearsSince("age", "born_on", 80, None)
LOCAL = InSet("hukou", frozenset({"local"}))

YES_NO_UNKNOWN = {True: date(1940, 1, 1), False: date(1990, 1, 1), None: None}


@pytest.mark.parametrize(("left", "right"), list(product([True, False, None], repeat=2)))
def test_unknown_is_a_third_value(left: bool | None, right: bool | None) -> None:
    facts = {"born_on": YES_NO_UNKNOWN[left], "disabled": right}
    one, other = OVER_80, InSet("disabled", frozenset({"yes"}))
    both = False if False in (left, right) else None if None in (left, right) else True
    either = True if True in (left, right) else None if None in (left, right) else False

    assert evaluate(And((one, other)), facts, on=TODAY) is both
    assert evaluate(Or((one, other)), facts, on=TODAY) is either
    assert evaluate(Not(one), facts, on=TODAY) is (None if left is None else not left)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("1946-11-22", "2026-11-22", 80),
        ("1946-11-23", "2026-11-22", 79),
        ("2008-02-29", "2026-02-27", 17),
        ("2008-02-29", "2026-02-28", 18),  # no 29th that year (民法典 202)
        ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20),
        ("2008-02-28", "2028-02-29", 20),
        ("2008-03-01", "2028-02-29", 19),
    ],
)
def test_age_counts_whole_years(born: str, on: str, age: int) -> None:
    facts, day = {"born_on": date.fromisoformat(born)}, date.fromisoformat(on)

    assert evaluate(YearsSince("age", "born_on", age, age), facts, on=day) is True
    assert evaluate(YearsSince("age", "born_on", age + 1, None), facts, on=day) is False
    assert evaluate(YearsSince("age", "born_on", None, age - 1), facts, on=day) is False


def test_known_is_never_unknown_itself() -> None:
    assert evaluate(Known("phone"), {}, on=TODAY) is False
    assert evaluate(Known("phone"), {"phone": None}, on=TODAY) is False
    assert evaluate(Known("phone"), {"phone": "yes"}, on=TODAY) is True


def test_an_explanation_names_what_decides() -> None:
    both = And((OVER_80, LOCAL))

    assert explain(both, {"born_on": date(1990, 1, 1)}, on=TODAY) == Explanation(
        False, reasons=(Reason(OVER_80, held=False),)
    )
    assert explain(both, {"born_on": date(1940, 1, 1), "hukou": "local"}, on=TODAY) == Explanation(
        True, reasons=(Reason(OVER_80, held=True), Reason(LOCAL, held=True))
    )
    assert explain(both, {"born_on": date(1990, 1, 1), "hukou": "city"}, on=TODAY) == Explanation(
        False, reasons=(Reason(OVER_80, held=False), Reason(LOCAL, held=False))
    )


def test_an_explanation_names_what_is_missing() -> None:
    tree = And((Or((OVER_80, InSet("disabled", frozenset({"yes"})))), LOCAL, Known("hukou")))

    assert explain(tree, {"hukou": "local", "disabled": False}, on=TODAY) == Explanation(
        None, missing=("born_on",)
    )
    assert explain(tree, {"hukou": "local"}, on=TODAY).missing == ("born_on", "disabled")
    assert explain(Not(tree), {"hukou": "other"}, on=TODAY) == Explanation(
        True, reasons=(Reason(LOCAL, held=False),)
    )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (OVER_80, Phrase("%(name)s is %(least)s years or more", "age", least=80)),
        (
            YearsSince("age", "born_on", 0, 13),
            Phrase("%(name)s is %(least)s to %(most)s years", "age", least=0, most=13),
        ),
        (
            YearsSince("age", "born_on", None, 17),
            Phrase("%(name)s is %(most)s years or less", "age", most=17),
        ),
        (
            InSet("hukou", frozenset({"local", "city"})),
            Phrase("%(name)s is %(codes)s", "hukou", ("city", "local")),
        ),
        (
            Interval("children", 2, None),
            Phrase("%(name)s is %(least)s or more", "children", least=2),
        ),
        (
            DateInterval("since", None, TODAY),
            Phrase("%(name)s is on %(most)s or earlier", "since", most=TODAY),
        ),
        (Known("phone"), Phrase("%(name)s is on record", "phone")),
        (Interval("children", None, None), Phrase("%(name)s is on record", "children")),
    ],
)
def test_a_condition_can_be_said(condition: Expression, said: Phrase) -> None:
    assert phrase(condition) == said


def test_the_attributes_looked_up() -> None:
    tree = And((OVER_80, Not(Or((LOCAL, Known("phone"))))))

    assert attributes(tree) == {"born_on", "hukou", "phone"}


# --- properties -------------------------------------------------------------------------------


@given(EXPRESSIONS, st.lists(FACTS, max_size=8), NOWS)
def test_the_column_interpreter_says_what_the_one_by_one_says(
    tree: Expression, people: list[dict[str, object]], on: date
) -> None:
    found = to_bitmap(tree, population(people), on=on)

    one_by_one = [evaluate(tree, person, on=on) for person in people]
    assert found.yes.tolist() == [verdict is True for verdict in one_by_one]
    assert found.no.tolist() == [verdict is False for verdict in one_by_one]
    assert found.unknown.tolist() == [verdict is None for verdict in one_by_one]


@given(EXPRESSIONS, FACTS, NOWS)
def test_the_explanation_gives_the_same_verdict(
    tree: Expression, facts: dict[str, object], on: date
) -> None:
    assert explain(tree, facts, on=on).verdict is evaluate(tree, facts, on=on)


@given(EXPRESSIONS, FACTS, NOWS)
def test_the_reasons_alone_decide(tree: Expression, facts: dict[str, object], on: date) -> None:
    found = explain(tree, facts, on=on)
    named = {fact_of(reason.condition) for reason in found.reasons}
    only = {name: value for name, value in facts.items() if name in named}

    assert (found.verdict is None) == (not found.reasons)
    if found.verdict is not None:
        assert evaluate(tree, only, on=on) is found.verdict
        assert found.missing == ()


@given(EXPRESSIONS, FACTS, FACTS, NOWS)
def test_the_missing_facts_once_known_bring_an_answer(
    tree: Expression, facts: dict[str, object], others: dict[str, object], on: date
) -> None:
    missing = explain(tree, facts, on=on).missing
    filler = {"hukou": "city", "disabled": True, "children": 1, "born_on": date(1950, 5, 5)}
    filled = facts | {
        name: filler[name] if others[name] is None else others[name] for name in missing
    }

    assert all(facts[name] is None for name in missing)
    assert evaluate(tree, filled, on=on) is not None


@given(EXPRESSIONS)
def test_what_is_written_down_reads_back(tree: Expression) -> None:
    assert parse(to_data(tree), DICTIONARY) == tree


def test_a_column_that_is_not_there_is_unknown_of_all() -> None:
    nobody = Population(3, {})

    assert to_bitmap(LOCAL, nobody, on=TODAY).unknown.all()
    assert to_bitmap(Known("hukou"), nobody, on=TODAY).no.all()
    assert to_bitmap(And(()), nobody, on=TODAY).yes.tolist() == [True] * 3
    assert to_bitmap(Or(()), nobody, on=TODAY).no.tolist() == [True] * 3


def test_asking_changes_no_column() -> None:
    people = population([{"hukou": "city", "disabled": None, "children": 1, "born_on": None}])
    before = {name: column.known.copy() for name, column in people.columns.items()}

    to_bitmap(And((Known("hukou"), Known("disabled"))), people, on=TODAY)

    assert all(np.array_equal(before[n], c.known) for n, c in people.columns.items())


def test_a_code_not_on_the_closed_list_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        column_of(["mars"], DICTIONARY["hukou"])
