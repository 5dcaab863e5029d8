"""Last month in three numbers, for everybody; small ones are not said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.cases import queries as cases
from linli.rulebook.domain import SHANGHAI


@dataclass(frozen=True, slots=True)
class LastMonth:
    """The month (1 to 12), and its counts; None where they are too small to be said."""

    month: int
    received: int
    answered: int | None
    in_time: int | None


def last_month(district: int, *, at: datetime) -> LastMonth | None:
    """Return the figures of the month before; None where too little was reported to say."""
    first = at.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = (first - timedelta(days=1)).replace(day=1)
    found = cases.month_figures(district, since=since, until=first)
    if found.received is None:
        return None
    return LastMonth(since.month, found.received, found.answered, found.in_time)
