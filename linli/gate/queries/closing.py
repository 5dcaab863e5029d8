"""What would be left alone if an office were closed."""

from datetime import datetime

from linli.gate.domain import AT_WORK, OVER
from linli.gate.models import Request, Task


def tasks_open_at(party: int, at: datetime) -> int:
    """Return how many tasks a community's office has not finished."""
    del at
    return Task.objects.filter(party=party, state__in=AT_WORK).count()


def requests_open_at(party: int, at: datetime) -> int:
    """Return how many of an office's requests are not over."""
    del at
    return Request.objects.filter(asked_by=party).exclude(state__in=OVER).count()
