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


def share_of(askers: int) -> Fraction:
    """Return each asker's part of a question that several ask at once."""
    return Fraction(1, max(askers, 1))


def earned(amount_fen: int, met: int, asked: int) -> int:
    """Return what is due for so many answers or visits of those asked, rounded down."""
    return amount_fen * met // asked if asked else 0
