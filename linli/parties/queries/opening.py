"""When a party is open, and who is on duty."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from linli.fabric.versions import cached
from linli.parties.models import Closing, DutyShift, OpeningHours

NAME = "parties"


def weekly_hours(party_id: int, *, on: date) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return weekday (Monday 0) → open spans in minutes of the day, as in force on a day."""
    week: dict[int, tuple[tuple[int, int], ...]] = {}
    for row in _hours(settings.DISTRICT).get(party_id, ()):
        if row.from_on <= on and (row.until_on is None or on < row.until_on):
            week[row.weekday] = (*week.get(row.weekday, ()), (row.opens_minute, row.closes_minute))
    return week


def hours_on(party_id: int, *, on: date) -> tuple[tuple[int, int], ...]:
    """Return a party's open spans of one day in minutes; none on a day it is closed."""
    closed = (one for one in _closings(settings.DISTRICT) if one.party_id == party_id)
    if any(one.from_on <= on <= one.to_on for one in closed):
        return ()
    return weekly_hours(party_id, on=on).get(on.weekday(), ())


def hours_change_on(party_id: int) -> list[date]:
    """Return the days from which ``weekly_hours`` and ``closings_of`` may say otherwise, in order."""
    hours = _hours(settings.DISTRICT).get(party_id, ())
    closed = (one for one in _closings(settings.DISTRICT) if one.party_id == party_id)
    days = {day for row in hours for day in (row.from_on, row.until_on) if day is not None}
    return sorted(days | {one.to_on + timedelta(days=1) for one in closed})


def closings_of(party_id: int, *, on: date) -> list[Closing]:
    """Return a party's closings that are not over on a day, in order."""
    held = (one for one in _closings(settings.DISTRICT) if one.party_id == party_id)
    return [one for one in held if one.to_on >= on]


@cached(NAME)
def _closings(district: int) -> tuple[Closing, ...]:
    return tuple(Closing.objects.filter(district=district, voided_at=None).order_by("from_on"))


@cached(NAME)
def _hours(district: int) -> Mapping[int, tuple[OpeningHours, ...]]:
    found: dict[int, list[OpeningHours]] = defaultdict(list)
    rows = OpeningHours.objects.filter(district=district)
    for row in rows.order_by("weekday", "opens_minute", "from_on"):
        found[row.party_id].append(row)
    return {party: tuple(spans) for party, spans in found.items()}


def roster_of(party_id: int, *, starts_at: datetime, ends_at: datetime) -> QuerySet[DutyShift]:
    """Return a party's shifts that touch a span of time, in order."""
    return (
        DutyShift.objects.filter(party_id=party_id, starts_at__lt=ends_at, ends_at__gt=starts_at)
        .select_related("appointment")
        .order_by("starts_at", "id")
    )
