"""
Small numbers are hidden, and as many others as it takes that nobody can work them out.

A number from 1 to ``fewest`` - 1 would speak of persons; so would a sum, however great, of what so
few have: 30 minutes of one visit. Hiding it alone is not enough: totals
give it back. So for every hidden number the least and the greatest value which the published
ones leave open are found by linear programming, and they must lie ``fewest`` apart; of a sum, as
far apart as it is great.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from .comparing import Relation

Name = tuple[str, ...]
FEWEST = 5
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Total:
    """A number that everybody knows to be the sum of others, on the form or not."""

    whole: Name
    parts: tuple[Name, ...]


def hidden(
    numbers: Mapping[Name, int],
    totals: Sequence[Total],
    *,
    behind: Mapping[Name, int] | None = None,
    within: Iterable[tuple[Name, Name]] = (),
    guarded: Iterable[Name] = (),
    fewest: int = FEWEST,
) -> frozenset[Name]:
    """
    Return which numbers of a table are not published.

    :param numbers: every number of the table, totals among them, none below 0
    :param totals: which of them are sums of which, and of what the table does not have
    :param guarded: of what it does not have, what nobody may learn to be few
    :param behind: of each number that is no count: of how many it tells
    :param within: the whole and a part of it, wherever one number counts some of another's
    """
    of = {**numbers, **(behind or {})}
    gaps = _gaps(of, totals, within, fewest)
    # Who lies between two numbers is a number too, which nobody publishes and who subtracts learns.
    table = {**numbers, **{gap: numbers[one] - numbers[part] for gap, (one, part) in gaps.items()}}
    known = [*totals, *(Total(one, (part, gap)) for gap, (one, part) in gaps.items())]
    absent = {part for total in totals for part in total.parts} - numbers.keys()
    chosen = {name for name in numbers if 0 < of[name] < fewest} | gaps.keys()
    open_ = sorted({*chosen, *guarded})
    chosen |= absent
    reader = _Reader(chosen, table, known)
    while open_:
        name = open_[-1]
        least, most = reader.left_open(name)
        of_sums = gaps.get(name, (name,))[0] in (behind or {})
        apart = max(fewest, table[name]) if of_sums else fewest
        harmless = name in absent and (most < 1 or least > fewest - 1)
        further = None
        if most - least < apart and not harmless:
            further = _further(name, gaps.get(name, ()), chosen, table, totals)
        if further is None:  # wide enough, or nothing is left to hide beside it
            open_.pop()
            continue
        # Hiding more leaves more open: what was wide enough stays so.
        chosen.add(further)
        open_ = sorted([*open_, further])
        reader = _Reader(chosen, table, known)
    return frozenset(chosen - gaps.keys() - absent)


def _gaps(
    of: Mapping[Name, int],
    totals: Iterable[Total],
    within: Iterable[tuple[Name, Name]],
    fewest: int,
) -> dict[Name, tuple[Name, Name]]:
    """Return the few who lie between a whole and its part, where the table has no number of them."""
    there = {(one.whole, part) for one in totals if len(one.parts) == 2 for part in one.parts}
    return {
        ("between", *whole, *part): (whole, part)
        for whole, part in within
        if 0 < of[whole] - of[part] < fewest and (whole, part) not in there
    }


def _further(
    name: Name,
    between: Collection[Name],
    chosen: Collection[Name],
    numbers: Mapping[Name, int],
    totals: Sequence[Total],
) -> Name | None:
    """
    Return the smallest published number that some total ties to this one.

    Of two numbers ``between`` which few lie one is hidden; then what would give that one back.
    """
    gone = [other for other in between if other in chosen] if between else [name]
    if found := _tied(gone, chosen, numbers, totals):
        return found
    left = [(numbers[other], other) for other in between if other not in chosen]
    return min(left, default=(0, None))[1]


def _tied(
    names: Iterable[Name],
    chosen: Collection[Name],
    numbers: Mapping[Name, int],
    totals: Sequence[Total],
) -> Name | None:
    """Return the smallest published number next to these, else next to the hidden ones beside them."""
    reached: set[Name] = set()
    near = set(names)
    while near - reached:
        reached |= near
        near = _beside(reached, totals)
        while more := _beside(near - numbers.keys(), totals) - near:
            near |= more  # what the table does not have stands in nobody's way
        left = [(numbers[other], other) for other in near if other not in chosen]
        if left:
            # A hidden nought hides nothing where all know that most are noughts: it comes last.
            return min(left, key=lambda pair: (pair[0] == 0, *pair))[1]
    return None


def _beside(names: Collection[Name], totals: Iterable[Total]) -> set[Name]:
    """Return all that stand in a total together with one of these."""
    members = ({total.whole, *total.parts} for total in totals)
    return {other for these in members if not these.isdisjoint(names) for other in these}


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
