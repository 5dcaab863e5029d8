"""
Counting everybody at once: each distinct condition becomes two rows of bits, and a cell is a few
words of them put together.

People lie sorted by community, and every community begins at a whole 64-bit word; a count by
community is then a population count and a sum over slices. Measured on 360,000 people, two cores:
a condition costs a comparison and a packing, a cell over known conditions some 30 microseconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from linli.rulebook.domain import (
    And,
    Column,
    Condition,
    Expression,
    Known,
    Not,
    Or,
    Population,
    attributes,
    to_bitmap,
)

from .indicators import Cell

Words = NDArray[np.uint64]
Numbers = NDArray[np.int64]
Kind = TypeVar("Kind", bound=np.generic)
_WORD = 64


@dataclass(frozen=True, slots=True)
class Laid:
    """
    A population laid out for counting.

    ``members`` are bits, true where a place holds somebody; ``places`` says where the n-th member
    of the original order lies; ``starts`` is the first word of each of the ``communities``.
    ``stale`` has a row of bits for each attribute that some member's fact is too old of.
    """

    population: Population
    communities: tuple[int, ...]
    starts: Numbers
    places: Numbers
    members: Words
    stale: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """
    One cell, by community in the order of the layout.

    ``unknown`` are those the facts do not decide, ``stale`` those counted on a fact that is older
    than its dictionary allows. ``behind`` is how many stand behind the value: of what is only
    counted that is the value itself.
    """

    value: Numbers
    unknown: Numbers
    stale: Numbers
    behind: Numbers


def lay_out(
    population: Population,
    community: Sequence[int] | Numbers,
    *,
    communities: Iterable[int] = (),
    stale: Mapping[str, NDArray[np.bool_]] | None = None,
    spare: int = 0,
) -> Laid:
    """
    Return the population sorted by community.

    :param community: where each member lies, in the population's order; 0 is nowhere
    :param communities: ids that get a place even where nobody lies
    :param stale: attribute → whose fact is too old, in the population's order
    :param spare: words left empty in each community, for who comes later
    """
    lies = np.asarray(community, dtype=np.int64)
    ids = np.unique(np.concatenate([lies, np.array(sorted(communities), dtype=np.int64)]))
    number = np.searchsorted(ids, lies)
    sizes = np.bincount(number, minlength=len(ids))
    # An empty community still takes a word: a sum over an empty slice would be its neighbour's.
    words = np.maximum((sizes + _WORD - 1) // _WORD + spare, 1)
    starts = np.concatenate([[0], np.cumsum(words)[:-1]]).astype(np.int64)
    total = int(words.sum()) * _WORD
    order = np.argsort(number, kind="stable")
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    places = np.empty(len(lies), dtype=np.int64)
    places[order] = np.arange(len(lies)) - first[number[order]] + starts[number[order]] * _WORD
    members = np.zeros(total, dtype=np.bool_)
    members[places] = True
    columns = {
        name: Column(
            _spread(one.values, places, total), _spread(one.known, places, total), one.codes
        )
        for name, one in population.columns.items()
    }
    old = {name: _packed(_spread(bits, places, total)) for name, bits in (stale or {}).items()}
    return Laid(
        Population(total, columns), tuple(map(int, ids)), starts, places, _packed(members), old
    )


def by_place(laid: Laid, values: NDArray[Kind]) -> NDArray[Kind]:
    """Return values of the population's order in the order of places; 0 where nobody lies."""
    return _spread(values, laid.places, laid.population.size)


def free_places(laid: Laid, gone: Numbers, community: Numbers) -> Numbers | None:
    """
    Return a free place in its community for each newcomer, None where one finds none.

    :param gone: places that are left
    :param community: where each newcomer will lie
    """
    taken = _unpacked(laid.members)
    taken[gone] = False
    ends = [*laid.starts[1:].tolist(), len(laid.members)]
    free = np.empty(len(community), dtype=np.int64)
    for one in np.unique(community).tolist():
        if one not in laid.communities:
            return None
        number = laid.communities.index(one)
        start, end = int(laid.starts[number]) * _WORD, ends[number] * _WORD
        who = np.flatnonzero(community == one)
        room = np.flatnonzero(~taken[start:end])
        if len(room) < len(who):
            return None
        free[who] = start + room[: len(who)]
    return free


def relaid(laid: Laid, gone: Numbers, free: Numbers, news: Population) -> Laid:
    """
    Return the layout with some places left and others taken. Nobody else moves.

    The original order of what comes back is that of the places themselves.

    :param gone: places that are left
    :param free: where the newcomers lie now, in the order of ``news``
    """
    columns = {
        name: Column(
            replaced(one.values, gone, free, news.columns[name].values),
            replaced(one.known, gone, free, news.columns[name].known),
            one.codes,
        )
        for name, one in laid.population.columns.items()
    }
    members = replaced(_unpacked(laid.members), gone, free, np.ones(len(free), dtype=np.bool_))
    total = laid.population.size
    return Laid(
        Population(total, columns),
        laid.communities,
        laid.starts,
        np.arange(total),
        _packed(members),
    )


def replaced(
    old: NDArray[Kind], gone: Numbers, free: Numbers, news: NDArray[Kind]
) -> NDArray[Kind]:
    """Return a copy with noughts where somebody left and other values where somebody came."""
    found = old.copy()
    found[gone] = 0
    found[free] = news
    return found


def aged(laid: Laid, stale: Mapping[str, NDArray[np.bool_]]) -> Laid:
    """Return the layout with other facts too old, told in the order of places."""
    return replace(laid, stale={name: _packed(bits) for name, bits in stale.items()})


def _spread(values: NDArray[Kind], places: Numbers, total: int) -> NDArray[Kind]:
    found = np.zeros(total, dtype=values.dtype)
    found[places] = values
    return found


def _packed(bits: NDArray[np.bool_]) -> Words:
    return np.packbits(bits).view(np.uint64)


def _unpacked(words: Words) -> NDArray[np.bool_]:
    return np.unpackbits(words.view(np.uint8)).astype(np.bool_)


@dataclass(slots=True)
class Counter:
    """Counts cells over one population on one day, each distinct condition and cell once."""

    laid: Laid
    on: date
    _found: dict[Expression, tuple[Words, Words]] = field(default_factory=dict)
    _old: dict[frozenset[str], Words | None] = field(default_factory=dict)
    _counted: dict[Cell, Counted] = field(default_factory=dict)

    def count(self, cell: Cell) -> Counted:
        """Return the cell's numbers by community."""
        done = self._counted.get(cell)
        if done is None:
            done = self._counted[cell] = self._count(cell)
        return done

    def who(self, cell: Cell) -> Numbers:
        """Return which members are counted, as numbers of the population's original order."""
        yes, _ = self._verdict(cell.where)
        return np.flatnonzero(_unpacked(yes)[self.laid.places])

    def undecided(self, cell: Cell) -> Numbers:
        """Return of which members it cannot be told, as numbers of the original order."""
        yes, no = self._verdict(cell.where)
        open_ = self.laid.members & ~(yes | no)
        return np.flatnonzero(_unpacked(open_)[self.laid.places])

    def _count(self, cell: Cell) -> Counted:
        yes, no = self._verdict(cell.where)
        unknown = self.laid.members & ~(yes | no)
        old = self._stale(cell)
        stale = self._bits(yes & old) if old is not None else np.zeros_like(self.laid.starts)
        if cell.total is None:
            counted = self._bits(yes)
            return Counted(counted, self._bits(unknown), stale, counted)
        column = self.laid.population.columns.get(cell.total)
        if column is None:
            nothing = np.zeros_like(self.laid.starts)
            return Counted(nothing, self._bits(self.laid.members & ~no), stale, nothing)
        parts = np.where(_unpacked(yes) & column.known, column.values, 0)
        value = np.add.reduceat(parts, self.laid.starts * _WORD, dtype=np.int64)
        known = _packed(column.known)
        lacking = self._bits(unknown | (yes & ~known))
        return Counted(value, lacking, stale, self._bits(yes & known))

    def _bits(self, words: Words) -> Numbers:
        found: Numbers = np.add.reduceat(np.bitwise_count(words), self.laid.starts, dtype=np.int64)
        return found

    def _verdict(self, expression: Expression | None) -> tuple[Words, Words]:
        if expression is None:
            return self.laid.members, np.zeros_like(self.laid.members)
        found = self._found.get(expression)
        if found is None:
            found = self._found[expression] = self._evaluate(expression)
        return found

    def _evaluate(self, expression: Expression) -> tuple[Words, Words]:
        match expression:
            case And(parts):
                yes, no = self.laid.members, np.zeros_like(self.laid.members)
                for more, less in map(self._verdict, parts):
                    yes, no = yes & more, no | less
                return yes, no
            case Or(parts):
                yes, no = np.zeros_like(self.laid.members), self.laid.members
                for more, less in map(self._verdict, parts):
                    yes, no = yes | more, no & less
                return yes, no
            case Not(part):
                yes, no = self._verdict(part)
                return no, yes
            case _:
                return self._condition(expression)

    def _condition(self, condition: Condition) -> tuple[Words, Words]:
        found = to_bitmap(condition, self.laid.population, on=self.on)
        yes, no = _packed(found.yes), _packed(found.no)
        # In the gaps between communities nothing is known, which alone "known" calls a no.
        return (yes, no & self.laid.members) if isinstance(condition, Known) else (yes, no)

    def _stale(self, cell: Cell) -> Words | None:
        names = attributes(cell.where) if cell.where is not None else frozenset()
        names = (names | {cell.total}) if cell.total else names
        if names not in self._old:
            rows = [self.laid.stale[name] for name in sorted(names) if name in self.laid.stale]
            self._old[names] = np.bitwise_or.reduce(rows) if rows else None
        return self._old[names]
