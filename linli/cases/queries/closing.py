"""What would be left alone if an office were closed."""

from datetime import datetime

from linli.cases.domain import OPEN, StepState, Turn
from linli.cases.models import Booking, Case, Ruling, Step
from linli.rulebook.domain import local_date

from .lists import UNRULED

AHEAD = (StepState.WAITING, StepState.OFFERED, StepState.ACCEPTED, StepState.RETURNED)


def matters_open_at(party: int, at: datetime) -> int:
    """Return how many open cases an office answers for."""
    del at
    return Case.objects.filter(owner=party, status__in=OPEN).count()


def steps_open_at(party: int, at: datetime) -> int:
    """Return how many steps of open cases are an office's, their turn or not yet."""
    del at
    return Step.objects.filter(party=party, state__in=AHEAD, case__status__in=OPEN).count()


def rulings_open_at(party: int, at: datetime) -> int:
    """Return how many returns wait for an office's ruling."""
    del at
    return Ruling.objects.filter(UNRULED, arbiter_party=party).count()


def turns_open_at(party: int, at: datetime) -> int:
    """Return how many people are still to be served at an office's window."""
    rows = Booking.objects.filter(party=party, day__gte=local_date(at))
    return rows.filter(state__in=(Turn.WAITING, Turn.CALLED)).count()
