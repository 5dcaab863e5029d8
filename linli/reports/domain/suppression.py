"""
Small numbers are hidden, and as many others as it takes that nobody can work them out.

A number from 1 to ``fewest`` - 1 would speak of persons. Hiding it alone is not enough: totals
give it back. So for every hidden number the least and the greatest value which the published
ones leave open are found by linear programming, and they must lie ``fewest`` apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy

from .comparing import Relation

Name = tuple[str, ...]
FEWEST = 5
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Total:
    """A number that everybody knows to be the sum of others."""

    whole: Name
    parts: tuple[Name, ...]


def hidden(
    numbers: Mapping[Name, int], totals: Sequence[Total], *, fewest: int = FEWEST
) -> frozenset[Name]:
    """
    Return which numbers of a table are not published.

    :param numbers: every number of the table, totals among them, none below 0
    :param totals: which of them are sums of which
    """
    chosen = {name for name, number in numbers.items() if 0 < number < fewest}
    open_ = sorted(chosen)
    while open_:
        name = open_[-1]
        least, most = left_open(name, chosen, numbers, totals)
        if most - least >= fewest:
            open_.pop()
            continue
        further = _further(name, chosen, numbers, totals)
        if further is None:  # nothing is left to hide beside it
            open_.pop()
            continue
        chosen.add(further)
        open_ = sorted(chosen)
    return frozenset(chosen)


def _further(
    name: Name, chosen: set[Name], numbers: Mapping[Name, int], totals: Sequence[Total]
) -> Name | None:
    """Return the smallest published number that some total ties to this one."""
    tied = {
        other
        for total in totals
        if name == total.whole or name in total.parts
        for other in (total.whole, *total.parts)
    }
    left = [(numbers[other], other) for other in tied - chosen]
    # A hidden nought hides nothing where all know that most are noughts: it comes last.
    return min(left, key=lambda pair: (pair[0] == 0, *pair), default=(0, None))[1]


def left_open(
    name: Name, chosen: Iterable[Name], numbers: Mapping[Name, int], totals: Sequence[Total]
) -> tuple[float, float]:
    """Return the least and the greatest value a hidden number may have, as a reader can tell."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    places = {one: solver.addVariable(lb=0) for one in sorted(chosen)}
    for total in totals:
        signed = [(total.whole, -1), *((part, 1) for part in total.parts)]
        unknown = [sign * places[one] for one, sign in signed if one in places]
        known = sum(sign * numbers[one] for one, sign in signed if one not in places)
        if unknown:
            solver.addConstr(sum(unknown[1:], unknown[0]) == -known)
    solver.minimize(places[name])
    least = float(solver.val(places[name]))
    solver.maximize(places[name])
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return least, float("inf")
    return least - _ROUNDING, float(solver.val(places[name])) + _ROUNDING


def gives_away(relation: Relation, earlier: int, later: int, *, fewest: int = FEWEST) -> bool:
    """
    Return whether a number published later would tell of a few persons beside an earlier one.

    Where one definition lies within the other, their difference is a number too.

    :param relation: how the later definition lies to the earlier
    """
    within = relation in (Relation.NARROWER, Relation.WIDER)
    return within and 0 < abs(later - earlier) < fewest
