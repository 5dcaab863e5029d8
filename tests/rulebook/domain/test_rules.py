from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from linli.rulebook.domain import (
    BadRule,
    Period,
    Rule,
    RulesOverlap,
    Threshold,
    Unit,
    covers,
    read_rules,
    rule_in_force,
)

ROW: dict[str, Any] = {
    "key": "el.objection",
    "value": 5,
    "unit": "calendar_days",
    "valid_from": date(2026, 1, 1),
    "law": "某法",
}


def row(value: int, start: str, end: str = "", place: str = "CN", *, free: bool = False) -> Rule:
    return Rule(
        key="a.b",
        value=value,
        operator="=",
        unit="calendar_days",
        jurisdiction=place,
        valid_from=date.fromisoformat(start),
        valid_to=date.fromisoformat(end) if end else None,
        law="某法",
        overridable=free,
    )


OLD, NEW = row(7, "1990-01-01", "2025-12-31"), row(5, "2026-01-01", free=True)
PROVINCE, CITY = row(4, "2026-02-01", place="330000"), row(3, "2026-01-01", place="330100")


@pytest.mark.parametrize(
    ("on", "place", "value"),
    [
        ("1989-12-31", "CN", None),
        ("1990-01-01", "CN", 7),
        ("2025-12-31", "330102", 7),  # the old row leaves nothing to the province
        ("2026-01-01", "CN", 5),
        ("2026-01-01", "330102", 3),  # the city's, for the province's has not begun
        ("2026-02-01", "330102", 4),  # the province's is not marked as leaving room
        ("2026-02-01", "330102001003", 4),
        ("2026-02-01", "420103", 5),
        ("2026-02-01", "330000", 4),
    ],
)
def test_the_row_in_force(on: str, place: str, value: int | None) -> None:
    found = rule_in_force([CITY, PROVINCE, NEW, OLD], "a.b", date.fromisoformat(on), place)

    assert (found and found.value) == value


def test_a_local_rule_holds_at_home_where_the_nation_has_none() -> None:
    assert rule_in_force([CITY], "a.b", date(2026, 3, 1), "330102") is CITY
    assert rule_in_force([CITY], "a.b", date(2026, 3, 1)) is None
    assert rule_in_force([CITY], "a.c", date(2026, 3, 1), "330102") is None


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("CN", "330102", True),
        ("330000", "330102", True),
        ("330100", "330102001003", True),
        ("330102", "330102", True),
        ("330102", "330100", False),
        ("330100", "330200", False),
        ("330102", "CN", False),
        ("310000", "330000", False),
    ],
)
def test_covers(outer: str, inner: str, inside: bool) -> None:
    assert covers(outer, inner) is inside


def test_a_row_is_read() -> None:
    [share, pair, period] = read_rules(
        [
            ROW | {"key": "el.win", "value": "1/2", "operator": ">", "unit": "share", "of": "v"},
            ROW | {"key": "rc.members", "value": "5..9", "operator": "between", "unit": "persons"},
            ROW | {"valid_from": "2026-01-01", "overridable": True, "article": 17},
        ]
    )

    assert share.threshold == Threshold(Fraction(1, 2), ">", "v")
    assert pair.value == (5, 9)
    assert period.period == Period(5, Unit.CALENDAR_DAYS)
    assert (period.article, period.overridable, period.verified) == ("17", True, False)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"key": "El Win"}, "key"),
        ({"key": ""}, "key"),
        ({"value": "half"}, "value"),
        ({"value": "9..5"}, "value"),
        ({"value": "3/2"}, "value"),
        ({"value": 0.5}, "value"),
        ({"value": None}, "value"),
        ({"operator": "!="}, "operator"),
        ({"operator": "between"}, "operator"),
        ({"value": "5..9"}, "operator"),
        ({"value": "1/2", "operator": "<", "of": "v"}, "operator"),
        ({"value": "1/2", "operator": ">"}, "of"),
        ({"unit": ""}, "unit"),
        ({"law": ""}, "law"),
        ({"jurisdiction": "Hangzhou"}, "jurisdiction"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_from": "1 January"}, "valid_from"),
        ({"valid_to": "2025-12-31"}, "valid_to"),
        ({"sauce": "x"}, "sauce"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_column(
    change: dict[str, object], column: str
) -> None:
    with pytest.raises(BadRule) as refusal:
        read_rules([ROW | {"key": "a.b"}, ROW | change])

    assert refusal.value.column == column
    assert refusal.value.path.startswith("2 (")


@pytest.mark.parametrize("data", [None, "rules", {"key": "a.b"}, [3]])
def test_what_is_no_list_of_rows_is_refused(data: object) -> None:
    with pytest.raises(BadRule):
        read_rules(data)


def test_two_rows_may_not_hold_at_once() -> None:
    first = ROW | {"valid_to": "2026-06-30"}
    with pytest.raises(RulesOverlap) as refusal:
        read_rules([ROW | {"valid_from": "2026-06-30"}, first])

    assert refusal.value.on == date(2026, 6, 30)
    assert len(read_rules([first, ROW | {"valid_from": "2026-07-01"}])) == 2
    assert len(read_rules([ROW, ROW | {"jurisdiction": "330000"}])) == 2


@pytest.mark.parametrize(
    ("value", "operator", "count", "allowed"),
    [
        ((5, 9), "between", 5, True),
        ((5, 9), "between", 9, True),
        ((5, 9), "between", 10, False),
        ((1000, 3000), "usually", 4000, True),  # 一般: the normal case refuses nobody
        (3, "<=", 3, True),
        (3, "<=", 4, False),
        (10, ">=", 9, False),
        (10, ">", 10, False),
        (10, "<", 9, True),
        (2, "=", 2, True),
    ],
)
def test_whether_a_count_keeps_to_the_rule(
    value: int | tuple[int, int], operator: str, count: int, allowed: bool
) -> None:
    rule = Rule(
        key="a.b", value=value, operator=operator, unit="persons", valid_from=date(2026, 1, 1)
    )

    assert rule.allows(count) is allowed


def test_a_rule_is_not_taken_for_what_it_is_not() -> None:
    share = Rule(
        key="a.b", value=Fraction(1, 2), operator=">", unit="share", valid_from=date(2026, 1, 1)
    )
    with pytest.raises(TypeError, match="is a share"):
        share.allows(3)
    with pytest.raises(TypeError, match="no period"):
        _ = share.period
    with pytest.raises(TypeError, match="no share"):
        _ = NEW.threshold
