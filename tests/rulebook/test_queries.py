import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.basics import Actor
from linli.rulebook import actions, queries
from linli.rulebook.domain import CalendarYear, DayKind, NoRuleThen, Rule
from linli.rulebook.management.commands.load_rules import Command

pytestmark = pytest.mark.django_db

DAYS = date(2026, 10, 1)


def year(number: int) -> CalendarYear:
    return CalendarYear(
        year=number, published=True, off=frozenset({date(number, 1, 1), date(number, 4, 6)})
    )


def rule(value: int, start: int, end: int | None = None, place: str = "CN") -> Rule:
    return Rule(
        key="hotline.reply",
        value=value,
        operator="=",
        unit="working_days",
        jurisdiction=place,
        valid_from=date(start, 1, 1),
        valid_to=end and date(end, 12, 31),
        law="某条例",
        overridable=True,
    )


def test_the_calendar_is_what_was_loaded(clerk: Actor, noon: datetime) -> None:
    assert queries.calendar().missing(2026, 2027) == [2026, 2027]

    actions.load_calendar_year(by=clerk, year=year(2026), at=noon)

    assert queries.calendar().missing(2026, 2027) == [2027]
    assert queries.calendar().kind(date(2026, 4, 6)) is DayKind.HOLIDAY
    assert queries.calendar(2).kind(date(2026, 4, 6)) is DayKind.WORKING


def test_the_rule_in_force(clerk: Actor, noon: datetime) -> None:
    rows = [rule(15, 2018, 2025), rule(10, 2026), rule(5, 2026, place="330100")]
    actions.load_rules(by=clerk, rules=rows, at=noon)

    assert queries.rule("hotline.reply", on=date(2025, 12, 31)).value == 15
    assert queries.rule("hotline.reply", on=date(2026, 1, 1)).value == 10
    assert queries.rule("hotline.reply", on=DAYS, jurisdiction="330102").value == 5
    assert queries.find_rule("hotline.reply", on=date(2017, 12, 31)) is None
    assert queries.find_rule("hotline.reply", on=DAYS, district=2) is None
    assert [one.value for one in queries.rules()] == [5, 15, 10]


def test_where_no_rule_was_it_is_said(clerk: Actor) -> None:
    with pytest.raises(NoRuleThen) as refusal:
        queries.rule("hotline.reply", on=DAYS)

    assert (refusal.value.key, refusal.value.on) == ("hotline.reply", DAYS)


def test_an_answer_is_remembered_until_something_changes(clerk: Actor, noon: datetime) -> None:
    actions.load_rules(by=clerk, rules=[rule(10, 2026)], at=noon)
    actions.load_calendar_year(by=clerk, year=year(2026), at=noon)
    queries.rule("hotline.reply", on=DAYS)
    queries.calendar()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert queries.rule("hotline.reply", on=DAYS).value == 10
        queries.calendar()
    assert all("rulebook_" not in query["sql"] for query in asked)
    assert len(asked) == 2  # the version rows; one for both within a request

    actions.load_rules(by=clerk, rules=[rule(7, 2026)], at=noon)
    assert queries.rule("hotline.reply", on=DAYS).value == 7


@pytest.mark.parametrize(
    ("today", "warned"),
    [
        ("2026-10-31", []),
        ("2026-11-01", [(2027, False)]),
        ("2026-12-01", [(2027, True)]),
        ("2027-01-01", [(2027, True)]),
        ("2027-11-30", [(2027, True), (2028, False)]),
    ],
)
def test_a_missing_year_is_warned_of_in_time(
    clerk: Actor, noon: datetime, today: str, warned: list[tuple[int, bool]]
) -> None:
    actions.load_calendar_year(by=clerk, year=year(2026), at=noon)

    found = queries.calendar_warnings(date.fromisoformat(today))

    assert [(one.year, one.urgent) for one in found] == warned


@pytest.mark.parametrize(
    ("last", "guessed"),
    [
        (datetime(2026, 12, 31, 9, 30, tzinfo=UTC), False),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), False),  # 24:00 in China
        (datetime(2027, 1, 4, 9, 30, tzinfo=UTC), True),
    ],
)
def test_a_deadline_in_a_year_without_a_notice_is_a_guess(
    clerk: Actor, noon: datetime, last: datetime, guessed: bool
) -> None:
    actions.load_calendar_year(by=clerk, year=year(2026), at=noon)
    assert queries.is_guessed(last) is guessed


def test_a_warning_ends_when_the_year_is_entered(clerk: Actor, noon: datetime) -> None:
    for number in (2026, 2027):
        actions.load_calendar_year(by=clerk, year=year(number), at=noon)

    assert queries.calendar_warnings(date(2026, 12, 1)) == []


def test_the_command_warns_in_the_language_of_its_other_lines(clerk: Actor, noon: datetime) -> None:
    actions.load_calendar_year(by=clerk, year=year(2026), at=noon)
    told = io.StringIO()

    Command(stderr=told, no_color=True).warn(date(2026, 12, 1))

    assert told.getvalue().startswith("The days off of 2027 are not entered.")
