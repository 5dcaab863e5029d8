"""
What of admitted work is done at doors: questions, and visits. How many minutes and how much money.

A visit goes into several things at once. Its minutes are spread evenly over them: each errand, each
answered question, each other reason it was made for.
"""

from fractions import Fraction

from linli.basics import Refused, gettext_noop


class DoneAtDoors(Refused):
    """Nobody begins or ends by hand what the visit list carries."""

    message = gettext_noop(
        "This is done at the doors: it stands on the visit list, and each visit on record counts."
    )


class NotBookedHere(Refused):
    message = gettext_noop("These minutes were taken back already, or the work is paid for.")


def minutes_of(minutes: int, mine: Fraction, others: Fraction) -> int:
    """
    Return how many of a visit's minutes went into one task, rounded down.

    :param mine: of how many of the visit's causes it is the task's; a shared question is a part
    :param others: how many causes it had besides
    """
    whole = mine + others
    return int(minutes * mine / whole) if whole else 0


UNTRIED_MINUTES = 10  # a question, before any was asked (示例)


def room_for(minutes: int, spent: int, *, met: int, open_: int, asked: int) -> int:
    """
    Return how many more questions the minutes that are paid for have room for.

    Each takes what those that are answered took; before that what was planned for each.
    """
    if met and spent:
        each = Fraction(spent, met)
    else:
        each = Fraction(minutes, asked) if asked else Fraction(UNTRIED_MINUTES)
    return max(int((minutes - spent) / each) - open_, 0)


def share_of(askers: int) -> Fraction:
    """Return each asker's part of a question that several ask at once."""
    return Fraction(1, max(askers, 1))
