from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.rulebook.domain import (
    SHANGHAI,
    BadPeriod,
    Calendar,
    OfficeHours,
    Pause,
    Period,
    Unit,
    due_at,
    due_on,
    last_day,
    local_date,
    read_calendar_year,
    read_period,
)

CALENDAR = Calendar(
    {
        2026: read_calendar_year(
            {
                "year": 2026,
                "published": True,
                "days_off": ["2026-02-15..2026-02-23", "2026-10-01..2026-10-07"],
                "days_worked": ["2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"],
            }
        )
    }
)
OFFICE = OfficeHours.on_working_days((time(8, 30), time(12)), (time(13, 30), time(17)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def pause(begin: str, end: str) -> Pause:
    return Pause(local(begin), local(end))


@pytest.mark.parametrize(
    ("start", "period", "last"),
    [
        # 2026-11-16 is a Monday; the day itself is not counted.
        ("2026-11-16", "1 calendar_days", "2026-11-17"),
        ("2026-11-16", "5 calendar_days", "2026-11-23"),  # Saturday rolls on to Monday
        ("2026-11-16", "7 calendar_days", "2026-11-23"),
        ("2026-11-16", "5 working_days", "2026-11-23"),
        ("2026-11-14", "1 working_days", "2026-11-16"),  # begun on a Saturday
        ("2026-02-13", "1 working_days", "2026-02-14"),  # a make-up Saturday counts
        ("2026-02-13", "2 working_days", "2026-02-24"),  # over Spring Festival
        ("2026-02-13", "3 calendar_days", "2026-02-24"),  # the last day is a holiday
        ("2026-02-21", "7 calendar_days", "2026-02-28"),  # the last day is a make-up Saturday
        ("2026-09-30", "5 calendar_days", "2026-10-08"),
        ("2026-01-31", "1 months", "2026-02-28"),  # no 31 February; the 28th is worked
        ("2026-11-30", "3 months", "2027-03-01"),  # 28 February 2027 is a Sunday
        ("2026-11-16", "1 years", "2027-11-16"),
        ("2024-02-29", "1 years", "2025-02-28"),
    ],
)
def test_the_last_day(start: str, period: str, last: str) -> None:
    found = due_on(date.fromisoformat(start), read_period(period), CALENDAR)

    assert found == date.fromisoformat(last)


@pytest.mark.parametrize("unit", [Unit.HOURS, Unit.WORKING_HOURS])
def test_hours_have_no_last_day(unit: Unit) -> None:
    with pytest.raises(ValueError, match="from a moment"):
        due_on(date(2026, 11, 16), Period(1, unit), CALENDAR)


def test_a_day_ends_when_the_office_closes_and_else_at_midnight() -> None:
    start, period = local("2026-11-16T09:00"), Period(1, Unit.WORKING_DAYS)

    assert due_at(start, period, CALENDAR, OFFICE) == local("2026-11-17T17:00")
    assert due_at(start, period, CALENDAR) == local("2026-11-18T00:00")
    assert last_day(due_at(start, period, CALENDAR)) == date(2026, 11, 17)
    assert last_day(due_at(start, period, CALENDAR, OFFICE)) == date(2026, 11, 17)
    assert due_at(start, period, CALENDAR, OFFICE).tzinfo is UTC


def test_the_day_a_period_begins_is_the_one_in_china() -> None:
    just_after_midnight = datetime(2026, 11, 15, 16, 30, tzinfo=UTC)

    assert local_date(just_after_midnight) == date(2026, 11, 16)
    due = due_at(just_after_midnight, Period(1, Unit.CALENDAR_DAYS), CALENDAR)
    assert due == local("2026-11-18T00:00")


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-11-16T09:00", 2, "2026-11-16T11:00"),
        ("2026-11-16T11:00", 2, "2026-11-16T14:30"),  # over lunch
        ("2026-11-16T16:00", 2, "2026-11-17T09:30"),  # over night
        ("2026-11-16T20:00", 1, "2026-11-17T09:30"),  # begun after closing
        ("2026-11-20T16:00", 8, "2026-11-23T17:00"),  # one on Friday, seven on Monday
        ("2026-02-13T16:30", 1, "2026-02-14T09:00"),  # into a make-up Saturday
        ("2026-02-14T16:30", 1, "2026-02-24T09:00"),  # over Spring Festival
        ("2026-11-16T08:30", 7, "2026-11-16T17:00"),  # exactly one day ends with it
    ],
)
def test_working_hours_run_while_the_office_is_open(start: str, amount: int, due: str) -> None:
    found = due_at(local(start), Period(amount, Unit.WORKING_HOURS), CALENDAR, OFFICE)

    assert found == local(due)


def test_hours_run_from_the_moment_through_nights_and_holidays() -> None:
    due = due_at(local("2026-10-01T22:15"), Period(24, Unit.HOURS), CALENDAR, OFFICE)

    assert due == local("2026-10-02T22:15")


def test_an_office_may_open_on_saturdays_but_never_on_a_statutory_holiday() -> None:
    weekday, saturday = ((time(9), time(17)),), ((time(9), time(12)),)
    office = OfficeHours(week=(weekday,) * 5 + (saturday, ()), make_up=weekday)

    assert office.openings(date(2026, 11, 21), CALENDAR) == saturday
    assert office.openings(date(2026, 11, 22), CALENDAR) == ()
    assert office.openings(date(2026, 2, 21), CALENDAR) == ()
    assert office.openings(date(2026, 2, 28), CALENDAR) == weekday


def test_an_office_that_never_opens_is_a_mistake_and_not_an_endless_wait() -> None:
    shut = OfficeHours(week=((),) * 7, make_up=())
    with pytest.raises(ValueError, match="never opens"):
        due_at(local("2026-11-16T09:00"), Period(1, Unit.WORKING_HOURS), CALENDAR, shut)


@pytest.mark.parametrize(
    "openings",
    [((time(12), time(8)),), ((time(8), time(12)), (time(11), time(17))), ((time(8), time(8)),)],
)
def test_openings_follow_one_another(openings: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="out of order"):
        OfficeHours.on_working_days(*openings)


@pytest.mark.parametrize(
    ("period", "stop", "due"),
    [
        ("4 hours", ("2026-11-16T10:00", "2026-11-16T12:00"), "2026-11-16T15:00"),
        ("4 hours", ("2026-11-16T13:00", "2026-11-16T15:00"), "2026-11-16T13:00"),
        ("4 hours", ("2026-11-16T08:00", "2026-11-16T10:00"), "2026-11-16T14:00"),
        ("2 working_hours", ("2026-11-16T10:00", "2026-11-16T16:00"), "2026-11-16T17:00"),
        ("2 working_days", ("2026-11-16T10:00", "2026-11-18T10:00"), "2026-11-19T17:00"),
        ("2 working_days", ("2026-11-17T09:00", "2026-11-17T16:00"), "2026-11-18T17:00"),
        ("3 calendar_days", ("2026-11-17T09:00", "2026-11-18T16:00"), "2026-11-20T17:00"),
        ("1 months", ("2026-11-17T09:00", "2026-11-18T16:00"), "2026-12-17T17:00"),
    ],
)
def test_a_pause_moves_the_end(period: str, stop: tuple[str, str], due: str) -> None:
    start = local("2026-11-16T09:00")

    found = due_at(start, read_period(period), CALENDAR, OFFICE, [pause(*stop)])

    assert found == local(due)


def test_overlapping_pauses_count_once() -> None:
    two = [
        pause("2026-11-16T10:00", "2026-11-16T12:00"),
        pause("2026-11-16T11:00", "2026-11-16T13:00"),
    ]
    due = due_at(local("2026-11-16T09:00"), Period(2, Unit.HOURS), CALENDAR, None, two)

    assert due == local("2026-11-16T14:00")


@pytest.mark.parametrize(
    ("data", "period"),
    [
        ("15 working_days", Period(15, Unit.WORKING_DAYS)),
        ({"amount": 24, "unit": "hours"}, Period(24, Unit.HOURS)),
        ("6  months", Period(6, Unit.MONTHS)),
    ],
)
def test_a_period_is_read(data: object, period: Period) -> None:
    assert read_period(data) == period


@pytest.mark.parametrize(
    "data",
    [
        "15",
        "working_days",
        "0 hours",
        "-1 hours",
        "1.5 hours",
        "5 days",
        "9999 years",
        None,
        {"amount": True, "unit": "hours"},
        {"amount": 5},
        ["5", "hours"],
    ],
)
def test_what_is_no_period_is_refused_with_its_place(data: object) -> None:
    with pytest.raises(BadPeriod) as refusal:
        read_period(data, "steps[2].limit")

    assert refusal.value.path == "steps[2].limit"


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)
DAY_UNITS = st.sampled_from([Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS])


@given(STARTS, st.integers(1, 60), DAY_UNITS)
def test_a_period_of_days_ends_on_a_working_day_after_the_first(
    start: datetime, amount: int, unit: Unit
) -> None:
    due = due_at(start, Period(amount, unit), CALENDAR, OFFICE)

    assert CALENDAR.is_working(last_day(due))
    assert last_day(due) > local_date(start)


@given(STARTS, st.integers(1, 60), st.sampled_from(Unit))
def test_a_longer_period_never_ends_earlier(start: datetime, amount: int, unit: Unit) -> None:
    short, long = Period(amount, unit), Period(amount + 1, unit)

    assert due_at(start, short, CALENDAR, OFFICE) <= due_at(start, long, CALENDAR, OFFICE)


def open_between(start: datetime, end: datetime) -> timedelta:
    """Add up what of each day's openings lies between two moments."""
    total, day = timedelta(), local_date(start)
    while day <= local_date(end):
        for opening in OFFICE.openings(day, CALENDAR):
            opens, closes = (datetime.combine(day, clock, SHANGHAI) for clock in opening)
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total


@given(STARTS, st.integers(1, 40))
def test_working_hours_take_as_long_as_they_say(start: datetime, amount: int) -> None:
    due = due_at(start, Period(amount, Unit.WORKING_HOURS), CALENDAR, OFFICE)

    assert open_between(start, due) == timedelta(hours=amount)


@given(STARTS, st.integers(1, 100), st.integers(0, 200), st.integers(1, 100))
def test_a_pause_of_hours_is_given_back_in_full(
    start: datetime, amount: int, after: int, length: int
) -> None:
    stop = Pause(start + timedelta(hours=after), start + timedelta(hours=after + length))

    due = due_at(start, Period(amount, Unit.HOURS), CALENDAR, None, [stop])

    stood = timedelta(hours=length if after < amount else 0)
    assert due - start == timedelta(hours=amount) + stood
