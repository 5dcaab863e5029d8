"""When a period of an item ends. Hours of work are counted by the usual office hours (示例)."""

from datetime import datetime, time

from linli.rulebook.domain import Calendar, OfficeHours, Period, Unit, due_at

# 示例: 9:00 to 12:00 and 13:30 to 17:30 on working days, until an office's own hours are entered.
OFFICE = OfficeHours.on_working_days((time(9), time(12)), (time(13, 30), time(17, 30)))


def deadline(start: datetime, period: Period | None, calendar: Calendar) -> datetime | None:
    """Return the moment a period that begins at ``start`` ends; None where there is no period."""
    if period is None:
        return None
    return due_at(start, period, calendar, OFFICE if period.unit is Unit.WORKING_HOURS else None)
