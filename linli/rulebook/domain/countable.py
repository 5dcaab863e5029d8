"""
Things that can be counted, whatever they are: each lies in a community and has columns.

What happened on a day is asked for by the period that day lies in. Periods are told by one code,
the narrowest that holds: whatever was this month was this quarter too, so that definitions over
them can be compared. What does not lie one within the other, as last month and this quarter, is a
truth of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from .columns import BOOL_CODES, Column, Population
from .expressions import AttributeType, Kind

Numbers = NDArray[np.int64]
NEVER = "never"
PERIODS = ("month", "quarter", "half_year", "year", "before")
SPANS = ("this_week", "last_month", "last_quarter", "first_half", "last_year")


@dataclass(frozen=True, slots=True)
class Things:
    """
    Things of a day as known at a moment. ``communities`` says where each lies, 0 is nowhere.

    ``ids`` and ``communities`` are in the order of the population.
    """

    ids: Numbers
    communities: Numbers
    population: Population


def dated_types(name: str, *, never: bool = False) -> dict[str, AttributeType]:
    """Return the columns that ``dated_columns`` gives."""
    codes = frozenset((*PERIODS, NEVER) if never else PERIODS)
    return {
        f"{name}_in": AttributeType(Kind.CODE, codes),
        **{f"{name}_{span}": AttributeType(Kind.BOOL) for span in SPANS},
    }


def dated_columns(name: str, days: Numbers, on: date, *, never: bool = False) -> dict[str, Column]:
    """
    Return in which period up to ``on`` each day lies, and in which of ``SPANS``.

    :param days: ordinals; below 1 is no day: unknown, or with ``never`` a code of its own
    """
    happened = days > 0
    firsts = [one.toordinal() for one in _firsts(on)]
    place = np.sum([days < first for first in firsts], axis=0).astype(np.int64)
    codes: tuple[str, ...] = PERIODS
    known = happened
    if never:
        codes, known = (*PERIODS, NEVER), np.ones(len(days), dtype=np.bool_)
        place = np.where(happened, place, len(PERIODS))
    found = {f"{name}_in": Column(place, known, codes)}
    for span, (first, last) in _spans(on).items():
        inside = (days >= first.toordinal()) & (days <= last.toordinal())
        found[f"{name}_{span}"] = Column(inside.astype(np.int64), known, BOOL_CODES)
    return found


def within(period: str) -> frozenset[str]:
    """Return the codes of days in a period: the period and all that lies in it."""
    return frozenset(PERIODS[: PERIODS.index(period) + 1])


def _spans(on: date) -> Mapping[str, tuple[date, date]]:
    """Return the first and the last day of each of ``SPANS``, as seen from a day."""
    month, quarter, _, year = _firsts(on)
    ends = [first - timedelta(days=1) for first in (month, quarter, year)]
    last_month, last_quarter, last_year = (
        (_firsts(end)[place], end) for end, place in zip(ends, (0, 1, 3), strict=True)
    )
    week = (on - timedelta(days=on.isoweekday() - 1), on)
    first_half = (year, date(on.year, 6, 30))
    spans = (week, last_month, last_quarter, first_half, last_year)
    return dict(zip(SPANS, spans, strict=True))


def _firsts(on: date) -> Sequence[date]:
    """Return the first days of the month, quarter, half year and year of a day."""
    return [date(on.year, (on.month - 1) // months * months + 1, 1) for months in (1, 3, 6, 12)]
