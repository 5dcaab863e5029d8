"""
When a period ends, by the law's own counting (民法典 200–204), in Asia/Shanghai.

The day a period begins is not counted (201); hours run from the moment (201); months and years
end on the day of the same number, or the last of the month (202); a last day that is a rest day
rolls on to the next working day, and the day ends when the office closes, else at 24:00 (203).
Moments come in and go out aware, in UTC.
"""

import calendar as months
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from linli.basics import Refused, gettext_noop

from .calendar import ONE_DAY, Calendar, DayKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
FARTHEST = 3_660  # of any unit: more is a slip of the pen


class BadPeriod(Refused):
    """What stands there is no period."""

    status = 422
    message = gettext_noop(
        "At %(path)s: write a period as a whole number and a unit, such as 15 working_days."
    )

    def __init__(self, *, path: str) -> None:
        super().__init__(path)
        self.path = path


class Unit(StrEnum):
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Period:
    """A positive whole number of one unit."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 < self.amount <= FARTHEST:
            raise ValueError(f"not a period: {self.amount!r} {self.unit}")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


def read_period(data: object, path: str = "period") -> Period:
    """
    Return a period written ``15 working_days`` or ``{amount: 15, unit: working_days}``.

    :raises BadPeriod: if it is written in any other way
    """
    if isinstance(data, dict):
        amount, unit = data.get("amount"), data.get("unit")
    else:
        amount, _, unit = str(data).partition(" ")
    try:
        return Period(int(str(amount)), Unit(str(unit).strip()))
    except ValueError:
        raise BadPeriod(path=path) from None


Opening = tuple[time, time]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """
    When an office is open: seven days of openings from Monday, and those of a make-up day.

    A statutory holiday is always closed, and so is a day in a span of ``closed``, both ends
    included. Openings of a day follow one another and do not overlap.
    """

    week: tuple[tuple[Opening, ...], ...]
    make_up: tuple[Opening, ...]
    closed: tuple[tuple[date, date], ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for openings in (*self.week, self.make_up):
            edges = [edge for opening in openings for edge in opening]
            if any(later <= earlier for earlier, later in pairwise(edges)):
                raise ValueError(f"openings out of order: {openings}")

    @classmethod
    def on_working_days(cls, *openings: Opening) -> "OfficeHours":
        """Return an office open at the same hours on every working day and on no other."""
        return cls(week=(openings,) * 5 + ((), ()), make_up=openings)

    def openings(self, day: date, calendar: Calendar) -> tuple[Opening, ...]:
        kind = calendar.kind(day)
        shut = any(first <= day <= last for first, last in self.closed)
        if kind is DayKind.HOLIDAY or shut:
            return ()
        return self.make_up if kind is DayKind.MAKE_UP else self.week[day.weekday()]


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stood. One still open has no ``end``."""

    begin: datetime
    end: datetime | None


def local_date(moment: datetime) -> date:
    """Return the date it is in China at an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def last_day(due: datetime) -> date:
    """Return the day to show for a due moment: 24:00 belongs to the day that ends."""
    return local_date(due - timedelta(microseconds=1))


def due_on(start: date, period: Period, calendar: Calendar) -> date:
    """
    Return the last day of a period of days, months or years that begins on ``start``.

    :raises ValueError: for a period of hours, which has no last day
    """
    if period.unit in (Unit.HOURS, Unit.WORKING_HOURS):
        raise ValueError("hours run from a moment, not from a day")
    return _last_day(start, period, calendar, [])


def due_at(
    start: datetime,
    period: Period,
    calendar: Calendar,
    hours: OfficeHours | None = None,
    pauses: Sequence[Pause] = (),
) -> datetime:
    """
    Return the moment, in UTC, up to which something is in time.

    Paused stretches are not counted; of days, those are not counted that end paused.

    :raises ValueError: if working hours are asked of an office that never opens, or a pause is open
    """
    stretches = _merged(pauses)
    if period.unit is Unit.HOURS:
        return _after(start, timedelta(hours=period.amount), stretches)
    if period.unit is Unit.WORKING_HOURS:
        if hours is None:
            raise ValueError("working hours need office hours")
        return _after_open(start, timedelta(hours=period.amount), calendar, hours, stretches)
    day = _last_day(local_date(start), period, calendar, stretches)
    openings = hours.openings(day, calendar) if hours is not None else ()
    if openings:
        return _moment(day, openings[-1][1])
    return _moment(day + ONE_DAY, time())


def _last_day(
    start: date, period: Period, calendar: Calendar, stretches: Sequence[tuple[datetime, datetime]]
) -> date:
    spans = [(local_date(begin), local_date(end)) for begin, end in stretches]
    if period.unit in (Unit.MONTHS, Unit.YEARS):
        day = add_months(start, period.amount * (12 if period.unit is Unit.YEARS else 1))
        day += sum(((end - begin) for begin, end in spans if begin <= day), timedelta())
        return calendar.roll_on(day)
    day, left = start, period.amount
    while left:
        day += ONE_DAY
        if any(begin <= day < end for begin, end in spans):
            continue
        left -= period.unit is Unit.CALENDAR_DAYS or calendar.is_working(day)
    return calendar.roll_on(day)


def add_months(day: date, amount: int) -> date:
    """Return the day of the same number, or the last of a month that has none (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _after(
    start: datetime, wanted: timedelta, stretches: Sequence[tuple[datetime, datetime]]
) -> datetime:
    due = start.astimezone(UTC) + wanted
    for begin, end in stretches:
        if begin >= due:
            break
        due += max(end - max(begin, start), timedelta())
    return due


def _after_open(
    start: datetime,
    wanted: timedelta,
    calendar: Calendar,
    hours: OfficeHours,
    stretches: Sequence[tuple[datetime, datetime]],
) -> datetime:
    for begin, end in _open_stretches(start, calendar, hours):
        for free_from, free_to in _without((begin, end), stretches):
            if free_to - free_from >= wanted:
                return free_from + wanted
            wanted -= free_to - free_from
    raise AssertionError("an office that opens has no last stretch")


def _open_stretches(
    start: datetime, calendar: Calendar, hours: OfficeHours
) -> Iterator[tuple[datetime, datetime]]:
    """Yield for ever the open stretches from ``start`` on."""
    if not any(hours.week):
        raise ValueError("this office never opens")
    day = local_date(start)
    while True:
        for opens, closes in hours.openings(day, calendar):
            begin, end = max(_moment(day, opens), start.astimezone(UTC)), _moment(day, closes)
            if begin < end:
                yield begin, end
        day += ONE_DAY


def _without(
    stretch: tuple[datetime, datetime], holes: Sequence[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    begin, end = stretch
    for hole_begin, hole_end in holes:
        if hole_end <= begin or hole_begin >= end:
            continue
        if hole_begin > begin:
            yield begin, hole_begin
        begin = hole_end
    if begin < end:
        yield begin, end


def _merged(pauses: Iterable[Pause]) -> list[tuple[datetime, datetime]]:
    """
    Return the paused stretches in order, overlaps counted once.

    :raises ValueError: if a pause has no end
    """
    found: list[tuple[datetime, datetime]] = []
    for pause in sorted(pauses, key=lambda pause: pause.begin):
        if pause.end is None:
            raise ValueError("an open pause has no length yet")
        begin, end = pause.begin.astimezone(UTC), pause.end.astimezone(UTC)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)
