"""
Which days are working days, by the State Council's yearly notices.

A year whose notice is missing falls back, and says so: Monday to Friday without the statutory
days whose date is fixed in the solar calendar. Spring Festival, 清明, 端午 and 中秋 move, and the
make-up days are decided year by year, so the fallback is a guess and ``published`` is False.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache

from linli.basics import Refused, gettext_noop

ONE_DAY = timedelta(days=1)
YEARS = range(1949, 2201)  # as the table keeps them
SATURDAY = 5
# 全国年节及纪念日放假办法: 国务院令第795号 (2024-11-10) gives Labour Day a second day from 2025.
TWO_LABOUR_DAYS_FROM = 2025
FIXED_DAYS = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


class BadCalendar(Refused):
    """The notice of a year was typed in wrongly."""

    status = 422
    message = gettext_noop(
        "The calendar of %(year)s is wrong at %(day)s. Compare it with the notice."
    )

    def __init__(self, *, year: int, day: str) -> None:
        super().__init__(year, day)
        self.year = year
        self.day = day


class DayKind(StrEnum):
    WORKING = "working"
    MAKE_UP = "make_up"  # a Saturday or Sunday worked for a longer holiday
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's notice: the days off (weekends inside a holiday included) and the make-up days."""

    year: int
    published: bool
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    notice: str = ""


@dataclass(frozen=True)
class Calendar:
    """Every year known. Equal years make equal calendars."""

    years: Mapping[int, CalendarYear] = field(default_factory=dict)

    def year(self, number: int) -> CalendarYear:
        """Return the notice of a year or the declared fallback, which is not ``published``."""
        known = self.years.get(number)
        return known if known is not None and known.published else fallback_year(number)

    def missing(self, first: int, last: int) -> list[int]:
        """Return the years from ``first`` to ``last``, both included, without a notice."""
        return [number for number in range(first, last + 1) if not self.year(number).published]

    def kind(self, day: date) -> DayKind:
        """Return what kind of day it is; a notice may also speak of days of the year before."""
        worked = self._noticed.get(day)
        if worked is None and day in self.year(day.year).off:
            worked = False
        if worked is not None:
            if not worked:
                return DayKind.HOLIDAY
            return DayKind.MAKE_UP if day.weekday() >= SATURDAY else DayKind.WORKING
        return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKING

    def is_working(self, day: date) -> bool:
        return self.kind(day) in (DayKind.WORKING, DayKind.MAKE_UP)

    def roll_on(self, day: date) -> date:
        """Return ``day``, or the first working day after it if it is a rest day (民法典 203)."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    @cached_property
    def _noticed(self) -> dict[date, bool]:
        """Day → whether it is worked; the later notice wins."""
        days: dict[date, bool] = {}
        for _, year in sorted(self.years.items()):
            if year.published:
                days |= dict.fromkeys(year.off, False) | dict.fromkeys(year.work, True)
        return days


@lru_cache(maxsize=64)
def fallback_year(number: int) -> CalendarYear:
    """Return the declared guess for a year without a notice."""
    fixed = FIXED_DAYS + (((5, 2),) if number >= TWO_LABOUR_DAYS_FROM else ())
    return CalendarYear(
        year=number,
        published=False,
        off=frozenset(date(number, month, day) for month, day in fixed),
    )


def check_year(year: CalendarYear) -> None:
    """:raises BadCalendar: if it is no year we keep, or a day is another year's, or off and worked"""
    if year.year not in YEARS:
        raise BadCalendar(year=year.year, day="year")
    first, last = date(year.year - 1, 12, 1), date(year.year, 12, 31)  # see ``_days``
    elsewhere = {day for day in year.off | year.work if not first <= day <= last}
    if wrong := elsewhere | (year.off & year.work):
        raise BadCalendar(year=year.year, day=min(wrong).isoformat())


def read_calendar_year(data: object) -> CalendarYear:
    """
    Return one year from its file: ``year``, ``published``, ``notice``, ``days_off`` and
    ``days_worked``. (A bare ``off`` is the word for false in YAML.)

    Days are written ``2026-01-01`` or, for a run, ``2026-01-01..2026-01-03``.

    :raises BadCalendar: if a day cannot be read, lies in another year, or is both off and worked
    """
    if not isinstance(data, Mapping) or type(data.get("year")) is not int:
        raise BadCalendar(year=0, day="year")
    number: int = data["year"]
    if number not in YEARS:
        raise BadCalendar(year=number, day="year")
    off = frozenset(_days(number, data.get("days_off")))
    work = frozenset(_days(number, data.get("days_worked")))
    published = bool(data.get("published"))
    if published != bool(off):
        raise BadCalendar(year=number, day="published")
    year = CalendarYear(
        year=number, published=published, off=off, work=work, notice=str(data.get("notice", ""))
    )
    check_year(year)
    return year


def _days(year: int, entries: object) -> Iterator[date]:
    if entries is not None and not isinstance(entries, list | tuple):
        raise BadCalendar(year=year, day=str(entries))
    for entry in entries or ():
        first, _, last = str(entry).partition("..")
        try:
            day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise BadCalendar(year=year, day=str(entry)) from None
        # A notice may move days of the December before; a run longer than a month is a slip.
        if not date(year - 1, 12, 1) <= day <= end <= date(year, 12, 31) or (end - day).days > 30:
            raise BadCalendar(year=year, day=str(entry))
        while day <= end:
            yield day
            day += ONE_DAY
