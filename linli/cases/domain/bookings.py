"""The window: times one may book, seats in each, and whose turn it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from linli.basics import Refused, gettext_noop
from linli.rulebook.domain import SHANGHAI

MOST_DAYS_AHEAD = 14
EARLY = timedelta(minutes=5)  # one who booked is called so long before the time
MOST_NUMBERS = 999
Opening = tuple[time, time]


class ComesBy(StrEnum):
    """How somebody comes to the window."""

    BOOKED = "booked"
    WALK_IN = "walk_in"


class Turn(StrEnum):
    """Where a booking or a number stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    MISSED = "missed"
    CANCELLED = "cancelled"


TURNS = {
    Turn.WAITING: frozenset({Turn.CALLED, Turn.CANCELLED}),
    Turn.CALLED: frozenset({Turn.SERVED, Turn.MISSED, Turn.CANCELLED}),
    Turn.MISSED: frozenset({Turn.CALLED}),  # they came after all
    Turn.SERVED: frozenset[Turn](),
    Turn.CANCELLED: frozenset[Turn](),
}


class NoSuchTime(Refused):
    """The window is closed then, or the time is past or too far ahead."""

    status = 422
    message = gettext_noop("This time cannot be booked. Choose one from the list.")


class TimeTaken(Refused):
    """Somebody else had the last seat."""

    message = gettext_noop("This time was taken a moment ago. Choose another one; nothing is lost.")


class NobodyWaits(Refused):
    """There is nobody to call."""

    message = gettext_noop("Nobody is waiting now.")


class TurnIsOver(Refused):
    """A turn that was served, missed or cancelled."""

    message = gettext_noop("This turn is already over. Reload the page and look again.")


class WindowClosed(Refused):
    """No numbers are given on a day the window is closed."""

    message = gettext_noop("The window is closed today. Book a time on another day.")


class NumbersGone(Refused):
    """No more numbers on this day."""

    message = gettext_noop("No more numbers today. Book a time on another day.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the rule of turns needs to know of one who waits."""

    id: int
    ticket: int
    starts_at: datetime | None


def times_of(day: date, openings: Sequence[Opening], *, minutes: int) -> tuple[datetime, ...]:
    """
    Return when the bookable times of a day begin; one that would not end in time is none.

    :param minutes: how long one errand takes
    """
    found, length = [], timedelta(minutes=minutes)
    for opens, closes in openings:
        begins = datetime.combine(day, opens, SHANGHAI)
        while begins + length <= datetime.combine(day, closes, SHANGHAI):
            found.append(begins)
            begins += length
    return tuple(found)


def check_time(starts_at: datetime, times: Collection[datetime], *, at: datetime) -> None:
    """:raises NoSuchTime: unless it is one of the times, still to come and near enough"""
    near = at < starts_at <= at + timedelta(days=MOST_DAYS_AHEAD + 1)
    if not near or starts_at not in times:
        raise NoSuchTime


def free_seat(taken: Collection[int], seats: int) -> int:
    """
    Return the lowest seat that is free.

    :raises TimeTaken: if there is none
    """
    free = next((seat for seat in range(seats) if seat not in taken), None)
    if free is None:
        raise TimeTaken
    return free


def next_ticket(last: int) -> int:
    """
    Return the number after the last one.

    :raises NumbersGone: when the day's numbers are used up
    """
    if last >= MOST_NUMBERS:
        raise NumbersGone
    return last + 1


def ticket_words(kind: str, ticket: int) -> str:
    """Return a number as it is called out: booked ones begin with B, walk-ins with A."""
    return f"{'B' if kind == ComesBy.BOOKED else 'A'}{ticket:03d}"


def choose_next(waiting: Sequence[Waiting], *, at: datetime) -> int:
    """
    Return who is called: whoever booked and whose time has come, else the longest waiting walk-in.

    :raises NobodyWaits: if there is nobody
    """
    due = [one for one in waiting if one.starts_at is not None and one.starts_at <= at + EARLY]
    if due:
        return min(due, key=lambda one: (one.starts_at or at, one.ticket)).id
    walked_in = [one for one in waiting if one.starts_at is None]
    if not walked_in:
        raise NobodyWaits
    return min(walked_in, key=lambda one: one.ticket).id


def check_turn(now: Turn, then: Turn) -> None:
    """:raises TurnIsOver: unless the table of turns has it"""
    if then not in TURNS[now]:
        raise TurnIsOver
