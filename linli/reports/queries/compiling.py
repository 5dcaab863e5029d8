"""Numbers on forms: counted from the facts of a day, as they were known at a moment."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from linli.people import queries as people
from linli.people.domain import Residents
from linli.places import queries as places
from linli.reports.domain import (
    Answer,
    Cell,
    Counted,
    Counter,
    Field,
    Unmatched,
    fill_workbook,
    lay_out,
    read_layout,
)
from linli.reports.models import Edition, Form

from .definitions import dictionaries

Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Counts:
    """
    Everything countable of a district or of some communities, on one day as known at a moment.

    Each kind of thing is read from its rows once, when the first cell asks for it.
    """

    district: int
    as_of: date
    known_at: datetime
    communities: Collection[int] | None = None
    residents: Residents | None = None
    stale: Mapping[str, NDArray[np.bool_]] | None = None
    _counters: dict[str, tuple[Counter, Numbers]] = field(default_factory=dict)

    def count(self, cell: Cell) -> Counted:
        """Return a cell's numbers by community, in the order of ``order``."""
        return self._of(cell.of)[0].count(cell)

    def order(self, of: str) -> tuple[int, ...]:
        """Return the communities in the order in which numbers come."""
        return self._of(of)[0].laid.communities

    def who(self, cell: Cell) -> Numbers:
        """Return the ids of those a cell counts, by community and within it by id."""
        counter, ids = self._of(cell.of)
        return ids[counter.who(cell)]

    def undecided(self, cell: Cell) -> Numbers:
        """Return the ids of those of whom it cannot be told."""
        counter, ids = self._of(cell.of)
        return ids[counter.undecided(cell)]

    def _of(self, of: str) -> tuple[Counter, Numbers]:
        if of not in self._counters:
            self._counters[of] = self._people() if of == "people" else self._households()
        return self._counters[of]

    def everybody(self) -> Residents:
        """Return the people behind all numbers, read once."""
        if self.residents is None:
            self.residents = people.population(
                self.as_of, self.known_at, district=self.district, communities=self.communities
            )
        return self.residents

    def _people(self) -> tuple[Counter, Numbers]:
        found = self.everybody()
        if self.stale is None:
            self.stale = people.stale_among(found, self.as_of, district=self.district)
        laid = lay_out(
            found.population, found.communities, communities=self._wanted(), stale=self.stale
        )
        return Counter(laid, self.as_of), found.ids

    def _households(self) -> tuple[Counter, Numbers]:
        found = people.homes_of(self.everybody(), district=self.district)
        laid = lay_out(found.population, found.communities, communities=self._wanted())
        return Counter(laid, self.as_of), found.ids

    def _wanted(self) -> Collection[int]:
        if self.communities is not None:
            return self.communities
        tree = places.tree(self.district)
        return [one for root in tree.roots() for one in tree.communities_under(root.id)]


def fields_of(form: Form) -> list[Field]:
    """Return the places of a form and what each means."""
    return list(_read(form.layout))


@lru_cache(maxsize=1_024)
def _read(layout: str) -> tuple[Field, ...]:
    return tuple(read_layout(json.loads(layout), dictionaries(), _cells))


# Forms ask for much the same: a cell that was read once is the same object in all of them.
_cells: dict[str, Cell] = {}


@dataclass(frozen=True, slots=True)
class Table:
    """
    A form for many communities at once: a row for each field, a column for each community.

    ``understood`` says of which fields there are numbers; the others hold noughts.
    """

    fields: tuple[Field, ...]
    communities: tuple[int, ...]
    understood: NDArray[np.bool_]
    value: Numbers
    unknown: Numbers
    stale: Numbers


def tables(forms: Iterable[Form], counts: Counts) -> dict[int, Table]:
    """Return form → its numbers for every community; each distinct cell is counted once."""
    orders = {of: counts.order(of) for of in dictionaries()}
    communities = tuple(sorted({one for order in orders.values() for one in order} - {0}))
    takes = {
        of: np.searchsorted(np.array(order), np.array(communities)) for of, order in orders.items()
    }
    nothing = np.zeros((3, len(communities)), dtype=np.int64)
    done: dict[Cell | Unmatched, Numbers] = {}

    def row(found: Cell | Unmatched) -> Numbers:
        if not isinstance(found, Cell):
            return nothing
        if found not in done:
            one = counts.count(found)
            done[found] = np.stack([one.value, one.unknown, one.stale])[:, takes[found.of]]
        return done[found]

    tables_ = {}
    for form in forms:
        fields = _read(form.layout)
        value, unknown, stale = np.stack([row(one.found) for one in fields], axis=1)
        understood = np.array([isinstance(one.found, Cell) for one in fields])
        tables_[form.pk] = Table(fields, communities, understood, value, unknown, stale)
    return tables_


def answers(fields: Sequence[Field], counts: Counts, scope: Collection[int]) -> list[Answer]:
    """
    Return what each place of a form gets.

    :param scope: the communities of whoever fills the form in
    """
    found = []
    for one in fields:
        if not isinstance(one.found, Cell):
            found.append(Answer(one, None))
            continue
        wanted = scope if one.community is None else {one.community} & set(scope)
        counted, order = counts.count(one.found), counts.order(one.found.of)
        rows = [place for place, community in enumerate(order) if community in wanted]
        if one.community is not None and not wanted:
            found.append(Answer(one, None))
            continue
        found.append(
            Answer(
                one,
                int(counted.value[rows].sum()),
                int(counted.unknown[rows].sum()),
                int(counted.stale[rows].sum()),
            )
        )
    return found


def scope_of(edition: Edition) -> frozenset[int]:
    """Return the communities an edition speaks of."""
    return places.tree(edition.district).communities_under(edition.place_id)


def compiled(edition: Edition, *, known_at: datetime) -> list[Answer]:
    """Return the numbers of one edition as known at a moment, hidden where they are small."""
    scope = scope_of(edition)
    counts = Counts(edition.district, edition.as_of, known_at, scope)
    return answers(fields_of(edition.form), counts, scope)


def filled(form: Form, numbers: Sequence[int | None]) -> bytes:
    """Return the form's own file with the numbers in it."""
    places_ = fields_of(form)
    values: Mapping[tuple[str, int, int], int] = {
        (one.sheet, *one.place): number
        for one, number in zip(places_, numbers, strict=True)
        if number is not None
    }
    return fill_workbook(bytes(form.workbook), values)
