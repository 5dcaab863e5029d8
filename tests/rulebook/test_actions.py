import json
from datetime import date, datetime
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from linli.basics import Actor, NotAllowed
from linli.fabric.blanks import Bound
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.rulebook import actions, queries
from linli.rulebook.domain import BadCalendar, BadRule, CalendarYear, Rule, RulesOverlap
from linli.rulebook.models import CalendarYearRow, RuleRow

pytestmark = pytest.mark.django_db

WIN = Rule(
    key="el.win",
    value=Fraction(1, 2),
    operator=">",
    unit="share",
    of="persons_voting",
    valid_from=date(2026, 1, 1),
    law="城市居民委员会组织法",
    article="19",
    verified=True,
)
HANDOVER = Rule(
    key="el.handover",
    value=10,
    operator="=",
    unit="calendar_days",
    valid_from=date(2026, 1, 1),
    law="城市居民委员会组织法",
    article="25",
)
YEAR = CalendarYear(
    year=2027,
    published=True,
    off=frozenset({date(2027, 1, 1), date(2027, 2, 8)}),
    work=frozenset({date(2027, 2, 20)}),
    notice="国办发明电",
)


def changed(rule: Rule, **columns: object) -> Rule:
    return Rule(**{name: getattr(rule, name) for name in Rule.__slots__} | columns)  # type: ignore[arg-type]


def bound(line: Line) -> dict[str, object]:
    return json.loads(line.body)


def row_digest(row: Bound) -> list[object]:
    row.refresh_from_db()
    return [row._meta.db_table, row.pk, digest(bytes(row.salt), row.canonical_row())]


def test_a_rule_is_entered_with_one_line_that_binds_it(clerk: Actor, noon: datetime) -> None:
    assert actions.load_rules(by=clerk, rules=[WIN], at=noon) == 1

    row = RuleRow.objects.get()
    assert queries.rule_of(row) == WIN
    assert row.district == 1
    line = Line.objects.get()
    assert (line.kind, line.subject_kind, line.subject_id, line.at) == (
        "RuleEntered",
        "rule",
        row.pk,
        noon,
    )
    assert bound(line) == {
        "event": {
            "rule_id": row.pk,
            "key": "el.win",
            "value": "1/2",
            "operator": ">",
            "jurisdiction": "CN",
            "valid_from": "2026-01-01",
        },
        "rows": [row_digest(row)],
    }


def test_a_second_run_changes_nothing_and_leaves_no_line(clerk: Actor, noon: datetime) -> None:
    actions.load_rules(by=clerk, rules=[WIN, HANDOVER], at=noon)

    assert actions.load_rules(by=clerk, rules=[WIN, HANDOVER], at=noon) == 0
    assert Line.objects.count() == 2


def test_a_corrected_rule_leaves_before_and_after(clerk: Actor, noon: datetime) -> None:
    actions.load_rules(by=clerk, rules=[WIN, HANDOVER], at=noon)
    corrected = changed(HANDOVER, value=15, article="25", verified=True)

    assert actions.load_rules(by=clerk, rules=[WIN, corrected], at=noon) == 1

    row = RuleRow.objects.get(key="el.handover")
    assert (row.value, row.verified) == ("15", True)
    line = Line.objects.get(kind="RuleAmended")
    assert bound(line) == {
        "event": {
            "rule_id": row.pk,
            "key": "el.handover",
            "value_before": "10",
            "value_after": "15",
            "other_columns": 1,
        },
        "rows": [row_digest(row)],
    }


def test_rules_that_would_hold_at_once_are_refused_and_nothing_changes(
    clerk: Actor, noon: datetime
) -> None:
    actions.load_rules(by=clerk, rules=[WIN], at=noon)
    later = changed(WIN, valid_from=date(2027, 1, 1))

    with pytest.raises(RulesOverlap):
        actions.load_rules(by=clerk, rules=[HANDOVER, later], at=noon)

    assert [queries.rule_of(row) for row in RuleRow.objects.all()] == [WIN]
    assert Line.objects.count() == 1


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"operator": "!="}, "operator"),
        ({"key": ""}, "key"),
        ({"unit": ""}, "unit"),
        ({"valid_to": date(2025, 1, 1)}, "valid_to"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_nothing_changes(
    clerk: Actor, noon: datetime, columns: dict[str, object], named: str
) -> None:
    with pytest.raises(BadRule) as refusal:
        actions.load_rules(by=clerk, rules=[WIN, changed(HANDOVER, **columns)], at=noon)
    assert refusal.value.column == named
    assert not RuleRow.objects.exists()


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (CalendarYear(year=-1, published=False), "year"),
        (CalendarYear(year=2201, published=False), "year"),
        (CalendarYear(2027, True, off=frozenset({date(2026, 11, 30)})), "2026-11-30"),
        (
            CalendarYear(
                2027,
                True,
                off=frozenset({date(2027, 1, 1)}),
                work=frozenset({date(2027, 1, 1)}),
            ),
            "2027-01-01",
        ),
    ],
)
def test_a_year_that_cannot_be_is_refused_and_nothing_changes(
    clerk: Actor, noon: datetime, year: CalendarYear, day: str
) -> None:
    with pytest.raises(BadCalendar) as refusal:
        actions.load_calendar_year(by=clerk, year=year, at=noon)
    assert refusal.value.day == day
    assert not CalendarYearRow.objects.exists()


def test_a_rule_is_ended_and_followed_in_one_load(clerk: Actor, noon: datetime) -> None:
    actions.load_rules(by=clerk, rules=[WIN], at=noon)
    ended = changed(WIN, valid_to=date(2026, 12, 31))
    later = changed(WIN, valid_from=date(2027, 1, 1), operator=">=")

    assert actions.load_rules(by=clerk, rules=[later, ended], at=noon) == 2
    assert queries.rule("el.win", on=date(2026, 12, 31)) == ended
    assert queries.rule("el.win", on=date(2027, 1, 1)) == later


def test_a_year_is_entered_with_its_line(clerk: Actor, noon: datetime) -> None:
    assert actions.load_calendar_year(by=clerk, year=YEAR, at=noon) is True

    row = CalendarYearRow.objects.get()
    assert (row.year, row.published, row.off, row.work, row.notice) == (
        2027,
        True,
        ["2027-01-01", "2027-02-08"],
        ["2027-02-20"],
        "国办发明电",
    )
    line = Line.objects.get()
    assert (line.kind, line.subject_kind, line.subject_id) == (
        "CalendarYearLoaded",
        "calendar_year",
        row.pk,
    )
    assert bound(line) == {
        "event": {
            "calendar_year_id": row.pk,
            "year": 2027,
            "published": True,
            "days_off": 2,
            "days_worked": 1,
        },
        "rows": [row_digest(row)],
    }


def test_the_same_year_again_changes_nothing(clerk: Actor, noon: datetime) -> None:
    actions.load_calendar_year(by=clerk, year=YEAR, at=noon)

    assert actions.load_calendar_year(by=clerk, year=YEAR, at=noon) is False
    assert Line.objects.count() == 1


def test_a_year_is_corrected_in_place(clerk: Actor, noon: datetime) -> None:
    unpublished = CalendarYear(year=2027, published=False)
    assert actions.load_calendar_year(by=clerk, year=unpublished, at=noon) is True
    assert actions.load_calendar_year(by=clerk, year=unpublished, at=noon) is False

    assert actions.load_calendar_year(by=clerk, year=YEAR, at=noon) is True

    assert CalendarYearRow.objects.get().off == ["2027-01-01", "2027-02-08"]
    assert Line.objects.filter(kind="CalendarYearLoaded").count() == 2


def test_one_without_the_permission_changes_nothing(stranger: Actor, noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.load_rules(by=stranger, rules=[WIN], at=noon)
    with pytest.raises(NotAllowed):
        actions.load_calendar_year(by=stranger, year=YEAR, at=noon)

    assert not RuleRow.objects.exists()
    assert not CalendarYearRow.objects.exists()
    assert not Line.objects.exists()


def test_each_district_keeps_its_own(clerk: Actor, noon: datetime) -> None:
    other = Actor(kind="system", district=2)
    actions.load_rules(by=clerk, rules=[WIN], at=noon)

    assert actions.load_rules(by=other, rules=[WIN], at=noon) == 1
    assert [row.district for row in RuleRow.objects.order_by("district")] == [1, 2]


@pytest.mark.parametrize(
    "columns",
    [{"valid_to": date(2025, 1, 1)}, {"operator": "!="}, {"valid_from": None}],
)
def test_the_database_refuses_an_impossible_rule(columns: dict[str, object]) -> None:
    good = {"district": 1, "key": "a.b", "value": "1", "operator": "=", "unit": "persons"}
    good |= {"law": "某法", "valid_from": date(2026, 1, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleRow.objects.create(**good | columns)
    assert not RuleRow.objects.exists()
