"""A clock as it is drawn: a line, an end mark, a run; overdue, the run passes the mark."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

SHORTEST_LATE_PER_CENT = 30


@dataclass(frozen=True, slots=True)
class Dial:
    """``run`` and ``end`` are per cent of the line; ``state`` is run, soon, late, paused or done."""

    state: str
    run: int
    end: int
    left: timedelta


def dial(
    *, opened_at: datetime, due_at: datetime, at: datetime, soon: Fraction, stands: str = ""
) -> Dial:
    """
    Return the clock of a case or a step at a moment.

    :param soon: the share of the time after which it is shown as ``soon``
    :param stands: ``paused`` or ``done`` for a clock that does not run
    """
    whole = max(due_at - opened_at, timedelta(seconds=1))
    gone = max(at - opened_at, timedelta())
    left = due_at - at
    if stands:
        return Dial(stands, min(gone * 100 // whole, 98), 98, left)
    if gone > whole:
        return Dial("late", 100, max(whole * 100 // gone, SHORTEST_LATE_PER_CENT), left)
    run = gone * 100 // whole
    return Dial("soon" if run >= soon * 100 else "run", run, 98, left)
