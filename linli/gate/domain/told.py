"""
What others than the community are told of people who are asked (decisions 23 and 24).

Before it is admitted no number at all; while it goes on whole fives, and of fewer than five nothing.
Minutes and money are booked once, at the end, by fives and rounded up: of fewer than five all or
none. So no number that leaves the community, and no booking, depends on one person or one visit.
"""

from linli.reports.domain import FEWEST


def fives_of(facts: int) -> int:
    """Return how many answers are five people's at least, where each is asked so many facts."""
    return FEWEST * max(facts, 1)


def told_progress(met: int, asked: int, fives: int) -> tuple[int, int] | None:
    """Return how many of how many in whole fives, as others are told; None: they are too few."""
    if 0 < asked < fives:
        return None
    whole = asked - asked % fives
    return (whole if met >= asked else met - met % fives), whole


def paid_for(met: int, asked: int, fives: int) -> int:
    """Return for how many is paid at the end: by fives, rounded up; all where the rest are too few."""
    if not met:
        return 0
    up = -(-met // fives) * fives
    return asked if asked - up < fives else up


def earned(amount_fen: int, met: int, asked: int, fives: int = FEWEST) -> int:
    """
    Return what is due at the end for so many answers or visits of those asked, rounded down.

    The money is spread over the whole fives asked: spread over each one, it would tell how many.
    """
    if not asked:
        return 0
    whole = asked - asked % fives or asked
    return amount_fen * min(paid_for(met, asked, fives), whole) // whole


def booked_minutes(agreed: int, spent: int, *, met: int, asked: int, fives: int = FEWEST) -> int:
    """
    Return the minutes booked at the end: those spent, rounded up to what five were given, at most all.

    Of fewer than five asked that is what was agreed on; none, where nobody was met and no way made.
    """
    if not asked or not (met or spent):
        return 0
    shares = max(asked // fives, 1)
    taken = max(-(-spent * shares // agreed), 1)
    return agreed * min(taken, shares) // shares
