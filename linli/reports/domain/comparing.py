"""
Do two definitions mean the same people? Decided by trying every kind of person there can be.

Each attribute's values fall into a few classes that no condition of either definition tells
apart. One box is one class of each attribute; both definitions are asked about every box. So the
answer is exact, but for what the dictionary does not say: that some boxes can hold nobody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import prod

import numpy as np
from numpy.typing import NDArray

from linli.rulebook.domain import (
    And,
    AttributeType,
    Column,
    Condition,
    DateInterval,
    Expression,
    InSet,
    Interval,
    Kind,
    Known,
    Not,
    Or,
    Population,
    YearsSince,
    anniversary,
    attributes,
    conditions,
    dates_meant,
    fact_of,
    to_bitmap,
)

from .indicators import Cell, Dictionary, codes_of

MOST_BOXES = 200_000
_OTHER = "\x00other"
Bits = NDArray[np.bool_]
Ends = tuple[int | None, int | None]


class Relation(StrEnum):
    """How the second definition lies to the first."""

    SAME = "same"
    NARROWER = "narrower"
    WIDER = "wider"
    OVERLAPPING = "overlapping"
    APART = "apart"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Class:
    """
    Values of one attribute that neither definition tells apart.

    ``codes`` or the span ``first`` to ``last``, whose ends count in (None: open); dates are
    ordinals. ``known`` false: we hold no value.
    """

    known: bool = True
    codes: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """
    Whom one side counts and the other does not.

    Of each of the parts one of the expressions holds of them.
    """

    parts: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    ``more`` is whom the second definition counts and the first does not, ``less`` the reverse.

    ``on``: ages and dates were set against each other as they lie on that day.
    """

    relation: Relation
    on: date
    more: Difference | None = None
    less: Difference | None = None


def compare(first: Cell, second: Cell, dictionary: Dictionary, *, on: date) -> Comparison:
    """Return how the second cell lies to the first."""
    if first == second:
        return Comparison(Relation.SAME, on)
    if (first.of, first.total) != (second.of, second.total):
        return Comparison(Relation.CANNOT_TELL, on)
    asked: dict[str, list[Condition]] = {}
    for cell in (first, second):
        for condition in conditions(cell.where) if cell.where is not None else ():
            asked.setdefault(fact_of(condition), []).append(condition)
    classes = {name: _classes(found, dictionary[name], on) for name, found in sorted(asked.items())}
    if prod(map(len, classes.values())) > MOST_BOXES:
        return Comparison(Relation.CANNOT_TELL, on)
    boxes, grid = _boxes(classes)
    left, right = (_counted(cell, boxes, on) for cell in (first, second))
    less, more = left & ~right, right & ~left

    def said(name: str, found: Sequence[Class]) -> tuple[Expression, ...]:
        return _said(name, found, asked[name], dictionary[name], on)

    return Comparison(
        _relation(bool(less.any()), bool(more.any()), bool((left & right).any())),
        on,
        more=_difference(more, left, classes, grid, said) if more.any() else None,
        less=_difference(less, right, classes, grid, said) if less.any() else None,
    )


def counts_nobody(cell: Cell, dictionary: Dictionary, *, on: date) -> bool:
    """Return whether the definition contradicts itself: a man and a woman, over 80 and under 60."""
    nobody = Cell(cell.of, Or(()), cell.total)
    found = compare(cell, nobody, dictionary, on=on)
    return found.relation is Relation.SAME


@dataclass(frozen=True, slots=True)
class Strip:
    """
    Cells that differ in what they ask of one fact alone: 60 or more, 60 to 69, 80 or more.

    ``parts`` says which of the ``classes`` of the fact each counts; the ``whole`` asks nothing of it.
    """

    parts: Mapping[Cell, tuple[int, ...]]
    classes: int
    whole: Cell | None

    def guards(self, cell: Cell) -> bool:
        """Return whether a cell is a number of things that this sets beside others."""
        return cell.total is None and (cell in self.parts or cell == self.whole)

    @property
    def left_out(self) -> list[int]:
        """The classes that some number of things counts and that are no number alone."""
        if any(cell.total for cell in self.parts):
            return []
        alone = {of[0] for of in self.parts.values() if len(of) == 1}
        counted = {one for of in self.parts.values() for one in of}
        if self.whole is not None:
            counted = {*range(self.classes)}
        return sorted(counted - alone)


def strips(cells: Iterable[Cell], dictionary: Dictionary, *, on: date) -> list[Strip]:
    """Return the cells of one subject in groups that differ in what they ask of one fact alone."""
    asked = {cell: parts_of(cell) for cell in cells}
    wholes = {(cell.total, parts): cell for cell, parts in asked.items()}
    groups: dict[tuple[str | None, frozenset[Expression], str], dict[Cell, list[Expression]]] = {}
    for cell, parts in asked.items():
        for name in sorted(frozenset[str]().union(*map(attributes, parts))):
            about = [one for one in parts if attributes(one) == {name}]
            rest = parts.difference(about)
            known = any(isinstance(c, Known) for one in about for c in conditions(one))
            if not known and not any(name in attributes(one) for one in rest):
                groups.setdefault((cell.total, rest, name), {})[cell] = about
    found = []
    for (total, rest, name), group in groups.items():
        whole = wholes.get((total, rest))
        if whole is not None or len(group) > 1:
            found.append(_strip(name, group, whole, dictionary[name], on))
    return found


def _strip(
    name: str,
    group: Mapping[Cell, Sequence[Expression]],
    whole: Cell | None,
    kind: AttributeType,
    on: date,
) -> Strip:
    asked = [one for about in group.values() for part in about for one in conditions(part)]
    *known, unknown = _classes(asked, kind, on)
    boxes, _ = _boxes({name: (*known, unknown)})
    parts = {
        cell: tuple(np.flatnonzero(_counted(Cell(cell.of, And(tuple(about))), boxes, on)).tolist())
        for cell, about in group.items()
    }
    return Strip(parts, len(known), whole)


def parts_of(cell: Cell) -> frozenset[Expression]:
    """Return the conditions a cell joins by and; none where it counts everybody."""
    if cell.where is None:
        return frozenset()
    return frozenset(cell.where.parts if isinstance(cell.where, And) else (cell.where,))


def _relation(less: bool, more: bool, both: bool) -> Relation:
    match less, more:
        case False, False:
            return Relation.SAME
        case False, True:
            return Relation.WIDER if both else Relation.APART
        case True, False:
            return Relation.NARROWER if both else Relation.APART
        case _:
            return Relation.OVERLAPPING if both else Relation.APART


def _counted(cell: Cell, boxes: Population, on: date) -> Bits:
    if cell.where is None:
        return np.ones(boxes.size, dtype=np.bool_)
    return to_bitmap(cell.where, boxes, on=on).yes


def _classes(asked: list[Condition], kind: AttributeType, on: date) -> tuple[Class, ...]:
    unknown = Class(known=False)
    if kind.kind in (Kind.BOOL, Kind.CODE):
        return (*_code_classes(asked, kind), unknown)
    cuts = {low for low, _ in _spans(asked, on) if low is not None}
    cuts |= {high + 1 for _, high in _spans(asked, on) if high is not None}
    edges = sorted(cuts)
    lows: list[int | None] = [None, *edges]
    highs: list[int | None] = [*(edge - 1 for edge in edges), None]
    spans = (Class(first=low, last=high) for low, high in zip(lows, highs, strict=True))
    return (*spans, unknown)


def _code_classes(asked: list[Condition], kind: AttributeType) -> Iterator[Class]:
    """Yield the codes in groups that belong to the same of the sets asked for."""
    sets = [condition.codes for condition in asked if isinstance(condition, InSet)]
    listed = codes_of(kind)
    codes = listed or (*sorted(frozenset().union(*sets)), _OTHER)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for code in codes:
        groups.setdefault(tuple(code in one for one in sets), []).append(code)
    for group in groups.values():
        yield Class(codes=tuple(group))


def _spans(asked: list[Condition], on: date) -> Iterator[Ends]:
    for condition in asked:
        match condition:
            case Interval(_, least, most):
                yield least, most
            case DateInterval(_, first, last):
                yield _ordinal(first), _ordinal(last)
            case YearsSince():
                first, last = dates_meant(condition, on)
                yield _ordinal(first), _ordinal(last)


def _ordinal(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def _boxes(
    classes: Mapping[str, tuple[Class, ...]],
) -> tuple[Population, dict[str, NDArray[np.int64]]]:
    """Return one member for each box, and for each attribute the class of every box."""
    sizes = [len(found) for found in classes.values()]
    size = prod(sizes)
    indices = np.indices(sizes).reshape(len(sizes), -1) if sizes else np.zeros((0, 1), dtype=int)
    columns, grid = {}, {}
    for number, (name, found) in enumerate(classes.items()):
        codes = tuple(one.codes[0] for one in found if one.codes)
        values = [codes.index(one.codes[0]) if one.codes else _inside(one) for one in found]
        chosen = indices[number]
        columns[name] = Column(
            np.array(values, dtype=np.int64)[chosen],
            np.array([one.known for one in found], dtype=np.bool_)[chosen],
            codes,
        )
        grid[name] = chosen
    return Population(size, columns), grid


def _inside(one: Class) -> int:
    if one.first is not None:
        return one.first
    return one.last if one.last is not None else 0


def _difference(
    only: Bits,
    other: Bits,
    classes: Mapping[str, tuple[Class, ...]],
    grid: Mapping[str, NDArray[np.int64]],
    said: Callable[[str, Sequence[Class]], tuple[Expression, ...]],
) -> Difference:
    """
    Return the attributes that set the boxes of ``only`` apart from those ``other`` counts.

    Where no attribute does so alone, one or another may: under 70, or registered elsewhere. Else all
    that confine them are given: nothing is claimed that is not so.
    """
    alone, confining = [], []
    either: list[Expression] = []
    left = only.copy()
    for name, found in classes.items():
        here = np.unique(grid[name][only])
        there = np.unique(grid[name][other])
        words = said(name, [found[number] for number in here])
        if not np.intersect1d(here, there).size:
            alone.append(words)
        elif len(here) < len(found):
            confining.append(words)
        if apart := [found[number] for number in np.setdiff1d(here, there)]:
            either += said(name, apart)
            left &= np.isin(grid[name], there)
    if alone or left.any():
        return Difference(tuple(alone or confining))
    return Difference((tuple(either),))


def _said(
    name: str, found: Sequence[Class], asked: Sequence[Condition], kind: AttributeType, on: date
) -> tuple[Expression, ...]:
    """Return conditions that hold of just these classes, neighbouring spans put together."""
    codes = frozenset(code for one in found for code in one.codes)
    spans: list[Class] = []
    for one in (one for one in found if one.known and not one.codes):
        if spans and spans[-1].last is not None and one.first == spans[-1].last + 1:
            spans[-1] = Class(first=spans[-1].first, last=one.last)
        else:
            spans.append(one)
    age = next((one for one in asked if isinstance(one, YearsSince)), None)
    said: list[Expression] = [InSet(name, codes)] if codes else []
    for span in spans:
        if age is not None:
            said.append(YearsSince(age.name, name, *_years(span, on)))
        elif kind.kind is Kind.DATE:
            said.append(DateInterval(name, _day(span.first), _day(span.last)))
        else:
            said.append(Interval(name, span.first, span.last))
    return (*said, *(Not(Known(name)) for one in found if not one.known))


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


def _years(born: Class, on: date) -> Ends:
    """Return the least and the most whole years on a day of those born within the span."""
    youngest, oldest = _day(born.last), _day(born.first)
    return (
        None if youngest is None else _age(youngest, on),
        None if oldest is None else _age(oldest, on),
    )


def _age(born: date, on: date) -> int:
    years = on.year - born.year
    return years if anniversary(born, years) <= on else years - 1
