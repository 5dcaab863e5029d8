"""
The interpreter for a whole population at once: columns in, two bitmaps out.

A verdict for n people is ``yes`` and ``no``, two rows of n bits that never overlap; who is in
neither cannot be told yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .evaluation import coded
from .expressions import (
    NO,
    YES,
    And,
    AttributeType,
    Condition,
    DateInterval,
    Expression,
    InSet,
    Interval,
    Kind,
    Known,
    Not,
    Or,
    YearsSince,
    dates_meant,
    fact_of,
)

Bits = NDArray[np.bool_]
BOOL_CODES = (NO, YES)


@dataclass(frozen=True, slots=True)
class Column:
    """
    One attribute of n people.

    ``values`` are whole numbers, dates as ordinals (``date.toordinal``) or, where there are
    ``codes``, places in that list. Where ``known`` is false the value means nothing.
    """

    values: NDArray[np.int64]
    known: Bits
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Population:
    """How many people there are, and what is known of them. An absent column is unknown of all."""

    size: int
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Kleene's three values for n people: ``yes``, ``no``, or neither."""

    yes: Bits
    no: Bits

    @property
    def unknown(self) -> Bits:
        return ~(self.yes | self.no)


def column_of(values: Sequence[object], kind: AttributeType) -> Column:
    """
    Return the column of one value per person, None where it is unknown.

    :raises KeyError: if a code is not on the closed list of the attribute
    """
    known = np.array([value is not None for value in values], dtype=np.bool_)
    if kind.kind in (Kind.BOOL, Kind.CODE):
        listed = BOOL_CODES if kind.kind is Kind.BOOL else tuple(sorted(kind.codes))
        found = [coded(value) for value in values]
        codes = listed or tuple(sorted({str(one) for one in found if one is not None}))
        place = {code: number for number, code in enumerate(codes)}
        numbers = [0 if one is None else place[str(one)] for one in found]
        return Column(np.array(numbers, dtype=np.int64), known, codes)
    return Column(np.array([_number(value) for value in values], dtype=np.int64), known)


def to_bitmap(expression: Expression, population: Population, *, on: date) -> Bitmap:
    """
    Return for everybody what ``evaluate`` returns for one.

    :param on: the day on which ages are taken
    """
    match expression:
        case And(parts):
            inner = [to_bitmap(part, population, on=on) for part in parts]
            yes, no = _all(population.size), _none(population.size)
            for one in inner:
                yes &= one.yes
                no |= one.no
            return Bitmap(yes, no)
        case Or(parts):
            inner = [to_bitmap(part, population, on=on) for part in parts]
            yes, no = _none(population.size), _all(population.size)
            for one in inner:
                yes |= one.yes
                no &= one.no
            return Bitmap(yes, no)
        case Not(part):
            found = to_bitmap(part, population, on=on)
            return Bitmap(found.no, found.yes)
        case _:
            return _condition(expression, population, on)


def _condition(condition: Condition, population: Population, on: date) -> Bitmap:
    column = population.columns.get(fact_of(condition))
    if column is None:
        nobody = np.zeros(population.size, dtype=np.bool_)
        return Bitmap(nobody, ~nobody if isinstance(condition, Known) else nobody)
    match condition:
        case Known():
            return Bitmap(column.known, ~column.known)
        case InSet(_, codes):
            held = _none(population.size)
            for number, code in enumerate(column.codes):
                if code in codes:
                    held |= column.values == number
        case Interval(_, least, most):
            held = _between(column.values, least, most)
        case DateInterval(_, first, last):
            held = _between(column.values, _ordinal(first), _ordinal(last))
        case YearsSince():
            first, last = dates_meant(condition, on)
            held = _between(column.values, _ordinal(first), _ordinal(last))
    return Bitmap(column.known & held, column.known & ~held)


def _between(values: NDArray[np.int64], least: int | None, most: int | None) -> Bits:
    held = np.ones(len(values), dtype=np.bool_)
    if least is not None:
        held &= values >= least
    if most is not None:
        held &= values <= most
    return held


def _all(size: int) -> Bits:
    return np.ones(size, dtype=np.bool_)


def _none(size: int) -> Bits:
    return np.zeros(size, dtype=np.bool_)


def _ordinal(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def _number(value: object) -> int:
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int) else 0
