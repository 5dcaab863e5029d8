"""What people ask about their own data, in words, and the clock it is answered by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from linli.basics import gettext_noop

# For whom an answer is on its way to, "your data" is theirs.
RIGHT_WORDS: Mapping[str, str] = {
    "correction": gettext_noop("Correction of data"),
    "export": gettext_noop("A copy of data"),
    "erasure": gettext_noop("Erasure of data"),
}
REQUEST_STATES: Mapping[str, str] = {
    "open": gettext_noop("being looked at"),
    "granted": gettext_noop("agreed and done"),
    "refused": gettext_noop("refused, with reasons"),
    "withdrawn": gettext_noop("withdrawn by them"),
}
GONE = "—"  # what stands where a text was erased that may not be empty
AMBER = Fraction(4, 5)  # of the time given, where no rule says else


def last_moment(due_at: datetime) -> datetime:
    """Return the last moment to answer in: a time that ends at midnight ends on the day before."""
    return due_at - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RequestClock:
    """``run`` and ``end`` are per cent of the line; ``state`` is run, soon or late."""

    state: str
    run: int
    end: int
    left: timedelta


def request_clock(
    *, asked_at: datetime, due_at: datetime, at: datetime, amber: Fraction = AMBER
) -> RequestClock:
    """Return the clock of a request at a moment; from the share ``amber`` of its time it is soon."""
    whole, gone = max(due_at - asked_at, timedelta(seconds=1)), max(at - asked_at, timedelta())
    if gone > whole:
        return RequestClock("late", 100, max(whole * 100 // gone, 30), due_at - at)
    soon = gone * amber.denominator >= whole * amber.numerator
    return RequestClock("soon" if soon else "run", gone * 100 // whole, 98, due_at - at)


# What an erasure takes and what it leaves, as whoever decides reads it before the one act.
ERASED = (
    gettext_noop("Name, telephone, identity number, home, household and every fact on record."),
    gettext_noop("What stood there before, and who is near to whom."),
    gettext_noop("Name, telephone and words they left with matters and bookings."),
    gettext_noop("Papers they brought to their own matters, and pictures taken at their door."),
    gettext_noop("Letters we sent them about their matters."),
    gettext_noop("What they still receive ends with this day; what else they asked is closed."),
)
KEPT = (
    gettext_noop("Matters with their number, what was decided and done, and what others said."),
    gettext_noop("The record that something was done, by numbers that lead to nobody any more."),
    gettext_noop("Who looked at the record and when, and that this was asked and answered."),
    gettext_noop("Their sign-in, so that they can read the answer."),
    gettext_noop("Backups made before today, until newer ones take their place."),
)
