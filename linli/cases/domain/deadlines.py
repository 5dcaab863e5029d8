"""
When a period of an item ends at an office (民法典 201–203).

An office that entered its hours ends its days with them: 有业务时间的，停止业务活动的时间为截止时间
(203). Until it has, a day ends at 24:00, and hours of work are counted by the usual hours (示例).
A day on which one office is shut is no rest day by law: the last day does not roll on from it.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linli.rulebook.domain import (
    SHANGHAI,
    Calendar,
    OfficeHours,
    Pause,
    Period,
    Unit,
    due_at,
    last_day,
)

# 示例: 9:00 to 12:00 and 13:30 to 17:30 on working days, until an office's own hours are entered.
OFFICE = OfficeHours.on_working_days((time(9), time(12)), (time(13, 30), time(17, 30)))
LAST_MINUTE = 24 * 60
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Hours:
    """When an office works: by hours of its ``own``, or by the usual ones (示例)."""

    open: OfficeHours
    own: bool

    def ending(self, period: Period) -> OfficeHours | None:
        """Return the hours that end a period, None where its days end at 24:00."""
        return self.open if self.own or period.unit is Unit.WORKING_HOURS else None


def office_hours(
    week: Mapping[int, Sequence[tuple[int, int]]], closed: Sequence[Span] = ()
) -> Hours:
    """
    Return weekday (Monday 0) → open spans in minutes of the day as hours; the usual ones if it has none.

    A make-up day is worked as the first day of the week on which the office opens at all.

    :param closed: spans of days on which it is shut, both ends included
    """
    spans = tuple(tuple(week.get(weekday, ())) for weekday in range(7))
    return _hours(spans, tuple(closed))


@functools.lru_cache(maxsize=1_024)  # few offices differ, and each day of each asks
def _hours(week: tuple[tuple[tuple[int, int], ...], ...], closed: tuple[Span, ...]) -> Hours:
    days = tuple(tuple((_clock(opens), _clock(closes)) for opens, closes in day) for day in week)
    make_up = next((spans for spans in days if spans), None)
    if make_up is None:
        return Hours(OfficeHours(OFFICE.week, OFFICE.make_up, closed), own=False)
    return Hours(OfficeHours(days, make_up, closed), own=True)


USUAL_HOURS = office_hours({})


def deadline(
    start: datetime, period: Period | None, calendar: Calendar, hours: Hours = USUAL_HOURS
) -> datetime | None:
    """Return the moment a period that begins at ``start`` ends; None where there is no period."""
    if period is None:
        return None
    return due_at(start, period, calendar, hours.ending(period))


def put_off(
    due: datetime,
    *,
    start: datetime,
    period: Period | None,
    pauses: Sequence[Pause],
    calendar: Calendar,
    hours: Hours = USUAL_HOURS,
) -> datetime:
    """
    Return the new end of a clock that stood still, bent to the office's day again (203).

    The period is counted anew without the pauses, where it is what gave the old end. An end that
    was set in another way moves by the time the clock stood, to the end of that day if it is one
    of days.

    :param pauses: all of the case, in order; the last is the one that is over now
    """
    moved = due + stood_since(pauses[-1], start)
    if period is None:
        return moved
    ending = hours.ending(period)
    if due_at(start, period, calendar, ending, pauses[:-1]) == due:
        return due_at(start, period, calendar, ending, pauses)
    if period.unit in (Unit.HOURS, Unit.WORKING_HOURS):
        return moved
    day_before = last_day(moved) - timedelta(days=1)
    begin = datetime.combine(day_before, time(12), SHANGHAI)
    return due_at(begin, Period(1, Unit.CALENDAR_DAYS), calendar, ending)


def stood_since(pause: Pause, since: datetime) -> timedelta:
    """Return how long a clock that began at ``since`` stood for a pause that is over."""
    return max((pause.end or since) - max(pause.begin, since), timedelta())


def _clock(minute: int) -> time:
    """Return a minute of the day; the day's end is the last moment a clock can show."""
    return time.max if minute >= LAST_MINUTE else time(minute // 60, minute % 60)
