"""When a new wording begins. Spans are half-open: from a day, up to but without another."""

from datetime import date


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
