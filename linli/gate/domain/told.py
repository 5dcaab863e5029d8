"""
What others than the community are told of people who are asked: nothing of fewer than five.

Nor by difference. While it goes on only fives are told, and money and minutes are booked once, at
the end: of fewer than five all or none, of more by fives, rounded up. So no number that leaves the
community, and no booking, depends on one person.
"""

from linli.reports.domain import FEWEST


def told_people(number: int) -> int:
    """
    Return a number of people as an office may know it before anybody is asked.

    0; 1 for fewer than five; else the greatest of 5, 10, 20, 50, 100, 200 … that it reaches.
    """
    if number < FEWEST:
        return min(number, 1)
    least, further = FEWEST, 2 * FEWEST
    while further <= number:
        # 5, 10, 20, 50: by two, and once in three by two and a half
        least, further = further, further * 2 if str(further)[0] != "2" else further * 5 // 2
    return least


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
