"""What bends the clocks of cases on a day, here: windows, caps, an office's hours. All from caches."""

from datetime import date, datetime
from functools import partial

from django.conf import settings

from linli.cases.domain import (
    Hours,
    Mark,
    Windows,
    deadline,
    next_mark,
    office_hours,
    read_windows,
)
from linli.cases.models import Case
from linli.fabric import versions
from linli.parties import queries as parties
from linli.places import queries as places
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import NATION, Period, Rule, local_date


def windows_at(at: datetime) -> Windows:
    """Return what holds on the day of an act."""
    return windows_on(local_date(at))


def windows_on(day: date) -> Windows:
    """Return what holds on a day."""
    return _windows(settings.DISTRICT, day)


def rule_at(key: str, at: datetime) -> Rule | None:
    """Return the row of a key in force here on the day of a moment; None where none was."""
    return rulebook.find_rule(key, on=local_date(at), jurisdiction=jurisdiction())


def hours_on(party_id: int, day: date) -> Hours:
    """Return when an office works, as in force on a day, without the days it is shut from then on."""
    closed = [(one.from_on, one.to_on) for one in parties.closings_of(party_id, on=day)]
    return office_hours(parties.weekly_hours(party_id, on=day), closed)


def hours_at(party_id: int, at: datetime) -> Hours:
    """Return when an office works, as in force on the day of a moment."""
    return hours_on(party_id, local_date(at))


def due_at_office(party_id: int, start: datetime, period: Period | None) -> datetime | None:
    """Return when a period ends at an office; None where there is no period."""
    if period is None:
        return None
    return deadline(start, period, rulebook.calendar(), hours_at(party_id, start))


def rings_at(
    *, start: datetime, due_at: datetime | None, at: datetime, turned: str = ""
) -> datetime | None:
    """
    Return when a clock rings next, by the windows of the day of an act; None once it does no more.

    :param turned: the mark it shows
    """
    if due_at is None:
        return None
    shown = Mark(turned) if turned else None
    found = next_mark(began_at=start, due_at=due_at, turned=shown, windows=windows_at(at))
    return found.at if found else None


def first_rings_at(case: Case, at: datetime) -> datetime | None:
    """Return when the clock of a first response that nobody gave yet rings next."""
    start, due_at = case.opened_at, case.first_due_at
    return rings_at(start=start, due_at=due_at, at=at, turned=case.first_mark or "")


def jurisdiction() -> str:
    """Return the division code of this district, the nation's where no places are loaded."""
    roots = places.tree(settings.DISTRICT).roots()
    return roots[0].code if roots else NATION


@versions.cached(rulebook.VERSION)
def _windows(district: int, on: date) -> Windows:
    ask = partial(rulebook.find_rule, on=on, jurisdiction=jurisdiction(), district=district)
    return read_windows(ask)
