"""When a wording holds, and when a new one begins. Spans run from a day up to, and without, another."""

from datetime import date
from typing import Protocol


class Dated(Protocol):
    """What holds from a day on, up to another; for good where there is none."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


def holds(one: Dated, on: date) -> bool:
    """Return whether it is in force on a day."""
    return one.valid_from <= on and (one.valid_to is None or on < one.valid_to)


def begins_on(*, written: date, previous: date | None, on: date) -> date:
    """
    Return the first day of a new wording.

    The day written in the pack, unless an earlier wording began on it or later: what was in force
    is not rewritten, so the new wording then begins on the day it is loaded.

    :param previous: the first day of the wording it follows, None for the first
    """
    if previous is None or written > previous:
        return written
    return max(on, previous)
