"""Eligibility, papers, order of steps, spans, and the papers nobody issues. No database."""

from datetime import date
from graphlib import CycleError, TopologicalSorter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.catalogue.domain import (
    Basis,
    Certificate,
    Entry,
    Flaw,
    ItemDefinition,
    StepDefinition,
    StepKind,
    begins_on,
    check_order,
    eligibility,
    missing_papers,
    read_item,
    refused_certificate,
)
from linli.rulebook.domain import AttributeType, Kind, Period, Unit

from .conftest import ITEM

ON = date(2026, 11, 21)
TYPES = {
    "birth_on": AttributeType(Kind.DATE),
    "age": AttributeType(Kind.YEARS, of="birth_on"),
    "hukou": AttributeType(Kind.CODE, codes=frozenset({"local", "elsewhere"})),
}
LEVELS = {"ordinary": (Period(1, Unit.WORKING_DAYS), Period(7, Unit.CALENDAR_DAYS))}


def built(**changes: object) -> ItemDefinition:
    return read_item(Entry(ITEM | changes, ()), TYPES, LEVELS)


def test_an_item_is_read_whole() -> None:
    item = built(accountable="community.station", basis=["某法 第一条"], example=False)
    assert item.basis == (Basis("某法", "第一条"),)
    assert (item.first_response, item.whole) == LEVELS["ordinary"]
    assert item.step("fix").within == Period(3, Unit.WORKING_DAYS)
    assert item.step("fix").origin == "resident"
    assert item.fields[0].schema == {
        "oneOf": [{"const": "road", "title": "路"}, {"const": "home", "title": "家"}]
    }
    with pytest.raises(KeyError):
        item.step("nothing")


def test_an_item_may_have_a_clock_of_its_own() -> None:
    item = built(level="mine", first_response="2 hours", whole="3 months")
    assert (item.first_response, item.whole) == (Period(2, Unit.HOURS), Period(3, Unit.MONTHS))


@pytest.mark.parametrize(
    ("facts", "answer", "missing"),
    [
        ({"birth_on": date(1946, 11, 21), "hukou": "local"}, "yes", ()),
        ({"birth_on": date(1946, 11, 22), "hukou": "local"}, "no", ()),
        ({"hukou": "elsewhere"}, "no", ()),
        ({"birth_on": date(1946, 11, 21)}, "unknown", ("hukou",)),
        ({}, "unknown", ("birth_on", "hukou")),
    ],
)
def test_eligibility_names_what_is_missing(
    facts: dict[str, object], answer: str, missing: tuple[str, ...]
) -> None:
    item = built(eligibility={"all": [{"age": {"from": 80}}, {"hukou": "local"}]})
    verdict = eligibility(item, facts, on=ON)
    assert (verdict.answer, verdict.missing) == (answer, missing)


def test_eligibility_may_ask_the_items_own_answers() -> None:
    verdict = eligibility(built(), {"where": "home"}, on=ON)
    assert verdict.answer == "no"
    assert [reason.held for reason in verdict.reasons] == [False]


PAPERS = [
    {"code": "book", "name": "户口本", "replaced_by": "hukou"},
    {"code": "photo", "name": "照片"},
    {"code": "lease", "name": "合同", "needed_when": {"where": "home"}},
]


@pytest.mark.parametrize(
    ("facts", "on_file", "left"),
    [
        ({}, (), ["book", "photo", "lease"]),
        ({"hukou": "local"}, (), ["photo", "lease"]),
        ({"hukou": "local", "where": "road"}, (), ["photo"]),
        ({"where": "home"}, ("photo",), ["book", "lease"]),
    ],
)
def test_what_we_have_is_not_asked_again(
    facts: dict[str, object], on_file: tuple[str, ...], left: list[str]
) -> None:
    found = missing_papers(built(papers=PAPERS), facts, on_file, on=ON)
    assert [paper.code for paper in found] == left


@given(
    st.integers(1, 7).flatmap(
        lambda count: st.lists(st.sets(st.integers(0, count - 1)), min_size=count, max_size=count)
    )
)
def test_steps_are_walked_exactly_when_they_have_no_circle(before: list[set[int]]) -> None:
    steps = tuple(
        StepDefinition(
            code=f"s{place}",
            name={"zh-Hans": "步"},
            performer="community.station",
            kind=StepKind.WORK,
            after=tuple(f"s{one}" for one in sorted(after)),
        )
        for place, after in enumerate(before)
    )
    try:
        TopologicalSorter({step.code: step.after for step in steps}).prepare()
    except CycleError:
        with pytest.raises(Flaw):
            check_order(steps, ())
    else:
        check_order(steps, ())


@pytest.mark.parametrize(
    ("written", "previous", "first_day"),
    [
        (date(2026, 1, 1), None, date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1), ON),
        (date(2027, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_what_was_in_force_is_not_rewritten(
    written: date, previous: date | None, first_day: date
) -> None:
    assert begins_on(written=written, previous=previous, on=ON) == first_day


LIST = (
    Certificate(
        code="alive",
        name={"zh-Hans": "健在证明"},
        words=("健在", "还活着"),
        basis="第10项",
        instead={},
        valid_from=date(2020, 1, 1),
    ),
    Certificate(
        code="disability",
        name={"zh-Hans": "残疾状况证明"},
        words=("残疾",),
        basis="第13项",
        instead={},
        valid_from=date(2020, 1, 1),
        valid_to=date(2026, 1, 1),
    ),
)


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("请开一张健在证明", ON, "alive"),
        ("要证明我还活着", ON, "alive"),
        ("我的邻居健在", ON, None),
        ("残疾证明", ON, None),
        ("残疾证明", date(2025, 12, 31), "disability"),
        ("残疾证明", date(2019, 12, 31), None),
        ("居住证明", ON, None),
    ],
)
def test_papers_nobody_issues(text: str, on: date, code: str | None) -> None:
    found = refused_certificate(text, LIST, on=on)
    assert (found.code if found else None) == code
