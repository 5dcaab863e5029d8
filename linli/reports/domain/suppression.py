"""
Small numbers are hidden, and as many others as it takes that nobody can work them out.

A number from 1 to ``fewest`` - 1 would speak of persons; so would a sum, however great, of what so
few have: 30 minutes of one visit. Hiding it alone is not enough: totals
give it back. So for every hidden number the least and the greatest value which the published
ones leave open are found by linear programming, and they must lie ``fewest`` apart; of a sum, as
far apart as it is great.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

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
    numbers: Mapping[Name, int],
    totals: Sequence[Total],
    *,
    behind: Mapping[Name, int] | None = None,
    fewest: int = FEWEST,
) -> frozenset[Name]:
    """
    Return which numbers of a table are not published.

    :param numbers: every number of the table, totals among them, none below 0
    :param totals: which of them are sums of which
    :param behind: of each number that is no count: of how many it tells
    """
    of = {**numbers, **(behind or {})}
    chosen = {name for name in numbers if 0 < of[name] < fewest}
    reader = _Reader(chosen, numbers, totals)
    open_ = sorted(chosen)
    while open_:
        name = open_[-1]
        least, most = reader.left_open(name)
        apart = max(fewest, numbers[name]) if behind and name in behind else fewest
        further = None if most - least >= apart else _further(name, chosen, numbers, totals)
        if further is None:  # wide enough, or nothing is left to hide beside it
            open_.pop()
            continue
        # Hiding more leaves more open: what was wide enough stays so.
        chosen.add(further)
        open_ = sorted([*open_, further])
        reader = _Reader(chosen, numbers, totals)
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


class _Reader:
    """What somebody can tell who knows the published numbers and which are sums of which."""

    def __init__(
        self, chosen: Iterable[Name], numbers: Mapping[Name, int], totals: Sequence[Total]
    ) -> None:
        self.places = {one: place for place, one in enumerate(sorted(chosen))}
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.silent()
        count = len(self.places)
        self.solver.addVars(count, np.zeros(count), np.full(count, highspy.kHighsInf))
        for total in totals:
            signed = [(total.whole, -1.0), *((part, 1.0) for part in total.parts)]
            hidden_ = [(self.places[one], sign) for one, sign in signed if one in self.places]
            known = -sum(sign * numbers[one] for one, sign in signed if one not in self.places)
            if hidden_:
                at = np.array([place for place, _ in hidden_], dtype=np.int32)
                signs = np.array([sign for _, sign in hidden_])
                self.solver.addRow(known, known, len(hidden_), at, signs)

    def left_open(self, name: Name) -> tuple[float, float]:
        """Return the least and the greatest value a hidden number may have."""
        place = self.places[name]
        self.solver.changeColCost(place, 1.0)
        least = self._end(highspy.ObjSense.kMinimize)
        most = self._end(highspy.ObjSense.kMaximize)
        self.solver.changeColCost(place, 0.0)
        return least - _ROUNDING, most + _ROUNDING

    def _end(self, sense: highspy.ObjSense) -> float:
        self.solver.changeObjectiveSense(sense)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return float("inf")
        return float(self.solver.getInfo().objective_function_value)


def gives_away(relation: Relation, earlier: int, later: int, *, fewest: int = FEWEST) -> bool:
    """
    Return whether a number published later would tell of a few persons beside an earlier one.

    Where one definition lies within the other, their difference is a number too.

    :param relation: how the later definition lies to the earlier
    """
    within = relation in (Relation.NARROWER, Relation.WIDER)
    return within and 0 < abs(later - earlier) < fewest
