from datetime import date, timedelta

import pytest

from linli.rulebook.domain import BadCalendar, Calendar, CalendarYear, DayKind, read_calendar_year

NOTICE_2026 = {
    "year": 2026,
    "published": True,
    "days_off": ["2026-02-15..2026-02-23", "2026-10-01..2026-10-07"],
    "days_worked": ["2026-02-14", "2026-02-28"],
}
CALENDAR = Calendar({2026: read_calendar_year(NOTICE_2026)})


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-02-13", DayKind.WORKING),
        ("2026-02-14", DayKind.MAKE_UP),
        ("2026-02-15", DayKind.HOLIDAY),
        ("2026-02-21", DayKind.HOLIDAY),
        ("2026-02-23", DayKind.HOLIDAY),
        ("2026-02-24", DayKind.WORKING),
        ("2026-03-01", DayKind.WEEKEND),
    ],
)
def test_a_day_is_what_the_notice_says(day: str, kind: DayKind) -> None:
    assert CALENDAR.kind(date.fromisoformat(day)) is kind
    assert CALENDAR.is_working(date.fromisoformat(day)) is (kind in ("working", "make_up"))


def test_a_missing_year_falls_back_to_the_days_of_fixed_date_and_says_so() -> None:
    year = CALENDAR.year(2027)

    assert year.published is False
    fixed = ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]
    assert sorted(year.off) == [date.fromisoformat(f"2027-{day}") for day in fixed]
    assert CALENDAR.kind(date(2027, 10, 1)) is DayKind.HOLIDAY
    assert CALENDAR.kind(date(2027, 10, 4)) is DayKind.WORKING
    assert CALENDAR.kind(date(2027, 10, 9)) is DayKind.WEEKEND
    assert CALENDAR.missing(2025, 2028) == [2025, 2027, 2028]


def test_labour_day_has_a_second_day_only_from_2025() -> None:
    assert Calendar().is_working(date(2024, 5, 2)) is True
    assert Calendar().is_working(date(2025, 5, 2)) is False


def test_a_year_entered_as_not_published_counts_as_missing() -> None:
    empty = read_calendar_year(
        {"year": 2027, "published": False, "days_off": [], "days_worked": []}
    )

    assert Calendar({2027: empty}).missing(2027, 2027) == [2027]
    assert Calendar({2027: empty}).year(2027).off == Calendar().year(2027).off


def test_a_draft_of_a_year_does_not_count_before_it_is_published() -> None:
    draft = CalendarYear(year=2027, published=False, off=frozenset({date(2027, 2, 8)}))

    assert Calendar({2027: draft}).kind(date(2027, 2, 8)) is DayKind.WORKING


def test_a_notice_may_move_days_of_the_december_before() -> None:
    later = {
        "year": 2027,
        "published": True,
        "days_off": ["2026-12-31..2027-01-02"],
        "days_worked": [],
    }
    both = Calendar(CALENDAR.years | {2027: read_calendar_year(later)})

    assert CALENDAR.kind(date(2026, 12, 31)) is DayKind.WORKING
    assert both.kind(date(2026, 12, 31)) is DayKind.HOLIDAY


def test_a_rest_day_rolls_on_to_the_next_working_day() -> None:
    assert CALENDAR.roll_on(date(2026, 2, 14)) == date(2026, 2, 14)
    assert CALENDAR.roll_on(date(2026, 2, 15)) == date(2026, 2, 24)
    assert CALENDAR.roll_on(date(2026, 10, 1)) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("change", "day"),
    [
        ({"days_off": ["2026-02-30"]}, "2026-02-30"),
        ({"days_off": ["2027-01-01"]}, "2027-01-01"),
        ({"days_off": ["2025-11-30"]}, "2025-11-30"),
        ({"days_off": ["2026-01-03..2026-01-01"]}, "2026-01-03..2026-01-01"),
        ({"days_off": ["2026-01-01..2026-03-01"]}, "2026-01-01..2026-03-01"),
        ({"days_worked": ["2026-10-03"]}, "2026-10-03"),
        ({"days_off": "2026-10-01"}, "2026-10-01"),
        ({"days_off": []}, "published"),
        ({"published": False}, "published"),
    ],
)
def test_a_notice_typed_wrongly_is_refused_and_the_day_named(
    change: dict[str, object], day: str
) -> None:
    with pytest.raises(BadCalendar) as refusal:
        read_calendar_year(NOTICE_2026 | change)

    assert (refusal.value.year, refusal.value.day) == (2026, day)


@pytest.mark.parametrize("data", [None, [], {"days_off": []}, {"year": "2026"}, {"year": True}])
def test_a_file_without_a_year_is_refused(data: object) -> None:
    with pytest.raises(BadCalendar):
        read_calendar_year(data)


def test_every_week_of_the_fallback_has_a_working_day() -> None:
    day = date(2030, 1, 1)
    while day.year == 2030:
        assert CALENDAR.roll_on(day) - day < timedelta(days=7)
        day += timedelta(days=1)
