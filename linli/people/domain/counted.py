"""Everybody at once, as reports count them: columns instead of rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.rulebook.domain import Population

Numbers = NDArray[np.int64]
NOWHERE = 0


@dataclass(frozen=True, slots=True)
class Residents:
    """
    The people of a day as known at a moment, by community and within it by id.

    ``ids``, ``communities`` and ``households`` are in the order of the population; 0 is none.
    ``registered`` is the day on which the house first knew of each, as an ordinal.
    """

    ids: Numbers
    communities: Numbers
    households: Numbers
    registered: Numbers
    population: Population


@dataclass(frozen=True, slots=True)
class Homes:
    """The households of a day as known at a moment, by community and within it by id."""

    ids: Numbers
    communities: Numbers
    population: Population
