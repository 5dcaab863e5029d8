"""Numbers on forms: counted from the facts of a day, as they were known at a moment."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext, override
from numpy.typing import NDArray

from linli.basics import gettext_noop
from linli.cases import queries as cases
from linli.ledger import queries as ledger
from linli.parties import queries as parties
from linli.people import queries as people
from linli.people.domain import Residents
from linli.places import queries as places
from linli.reports.domain import (
    Answer,
    Cell,
    Counted,
    Counter,
    Field,
    Filled,
    Laid,
    amount,
    fill_workbook,
    lay_out,
    read_layout,
)
from linli.reports.models import Edition, Form
from linli.rulebook.domain import Things
from linli.visits import queries as visits

from .definitions import dictionaries

Numbers = NDArray[np.int64]
# What is counted beside people and their households: each storey gives its own columns.
POPULATIONS: Mapping[str, Callable[..., Things]] = {
    "buildings": places.population,
    "organisations": parties.population,
    "cases": cases.population,
    "visits": visits.population,
    "ledger": ledger.population,
}


@dataclass(slots=True)
class Counts:
    """
    Everything countable of a district or of some communities, on one day as known at a moment.

    Each kind of thing is read from its rows once, when the first cell asks for it; ``laid`` are the
    ``residents`` where they are held in memory.
    """

    district: int
    as_of: date
    known_at: datetime
    communities: Collection[int] | None = None
    residents: Residents | None = None
    laid: Laid | None = None
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

    def amounts(self, cell: Cell) -> Mapping[int, int]:
        """Return id → what it adds to a sum; nothing where things are only counted."""
        if cell.total is None:
            return {}
        counter, ids = self._of(cell.of)
        column = counter.laid.population.columns[cell.total]
        who = counter.who(cell)
        values = column.values[counter.laid.places[who]]
        return dict(zip(ids[who].tolist(), values.tolist(), strict=True))

    def undecided(self, cell: Cell) -> Numbers:
        """Return the ids of those of whom it cannot be told."""
        counter, ids = self._of(cell.of)
        return ids[counter.undecided(cell)]

    def _of(self, of: str) -> tuple[Counter, Numbers]:
        if of not in self._counters:
            match of:
                case "people":
                    self._counters[of] = self._people()
                case "households":
                    self._counters[of] = self._households()
                case _:
                    self._counters[of] = self._things(of)
        return self._counters[of]

    def everybody(self) -> Residents:
        """Return the people behind all numbers, read once."""
        if self.residents is None:
            self.residents = people.population(
                self.as_of, self.known_at, district=self.district, communities=self.communities
            )
        return self.residents

    def looked_at(self) -> Mapping[str, Numbers]:
        """Return fact → the day on which it was told or confirmed last, of everybody; as ordinals."""
        return people.looked_at(self.everybody(), self.as_of, district=self.district)

    def _people(self) -> tuple[Counter, Numbers]:
        found = self.everybody()
        if self.laid is None:
            stale = people.stale_among(found, self.as_of, district=self.district)
            self.laid = lay_out(
                found.population, found.communities, communities=self._wanted(), stale=stale
            )
        return Counter(self.laid, self.as_of), found.ids

    def _households(self) -> tuple[Counter, Numbers]:
        found = people.homes_of(self.everybody(), district=self.district)
        laid = lay_out(found.population, found.communities, communities=self._wanted())
        return Counter(laid, self.as_of), found.ids

    def _things(self, of: str) -> tuple[Counter, Numbers]:
        found = POPULATIONS[of](
            self.as_of, self.known_at, district=self.district, communities=self.communities
        )
        laid = lay_out(found.population, found.communities, communities=self._wanted())
        return Counter(laid, self.as_of), found.ids

    def _wanted(self) -> Collection[int]:
        if self.communities is not None:
            return self.communities
        return communities_counted(self.district)


def communities_counted(district: int) -> Collection[int]:
    """Return the communities that get a number of their own, whoever lies there."""
    tree = places.tree(district)
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
    read = {form.pk: _read(form.layout) for form in forms}
    # By identity: what forms ask alike is one object, and to compare definitions costs more.
    cells = {
        id(one.found): one.found
        for fields in read.values()
        for one in fields
        if isinstance(one.found, Cell)
    }
    orders = {of: counts.order(of) for of in {one.of for one in cells.values()} | {"people"}}
    communities = tuple(sorted({one for order in orders.values() for one in order} - {0}))
    takes = {
        of: np.searchsorted(np.array(order), np.array(communities)) for of, order in orders.items()
    }
    rows = {key: row for row, key in enumerate(cells, start=1)}  # row 0 is of no cell: noughts
    numbers = np.zeros((3, len(cells) + 1, len(communities)), dtype=np.int64)
    for key, cell in cells.items():
        one, take = counts.count(cell), takes[cell.of]
        numbers[:, rows[key]] = one.value[take], one.unknown[take], one.stale[take]
    found = {}
    for form, fields in read.items():
        which = np.array([rows.get(id(one.found), 0) for one in fields])
        value, unknown, stale = numbers[:, which]
        found[form] = Table(fields, communities, which > 0, value, unknown, stale)
    return found


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
                behind=int(counted.behind[rows].sum()),
            )
        )
    return found


def scope_of(edition: Edition) -> frozenset[int]:
    """Return the communities an edition speaks of."""
    return places.tree(edition.district).communities_under(edition.place_id)


def compiled_together(editions: Sequence[Edition], *, known_at: datetime) -> list[list[Answer]]:
    """Return what ``compiled`` does of each of many; everybody is read once for each day spoken of."""
    scopes = [scope_of(one) for one in editions]
    days: dict[tuple[int, date], set[int]] = {}
    for one, scope in zip(editions, scopes, strict=True):
        days.setdefault((one.district, one.as_of), set()).update(scope)
    counts = {
        (district, as_of): Counts(district, as_of, known_at, frozenset(whole))
        for (district, as_of), whole in days.items()
    }
    return [
        answers(fields_of(one.form), counts[one.district, one.as_of], scope)
        for one, scope in zip(editions, scopes, strict=True)
    ]


def compiled(edition: Edition, *, known_at: datetime) -> list[Answer]:
    """Return the numbers of one edition as known at a moment, hidden where they are small."""
    scope = scope_of(edition)
    counts = Counts(edition.district, edition.as_of, known_at, scope)
    return answers(fields_of(edition.form), counts, scope)


OLD = gettext_noop("old")


def filled(form: Form, found: Sequence[Answer]) -> bytes:
    """Return the form's own file with the numbers in it; one on facts too old says so beside it."""
    with override("zh-hans"):  # the language of the forms
        old = gettext(OLD)
    values = {
        (one.field.sheet, *one.field.place): Filled(
            amount(one.number, one.field.unit), old if one.stale else ""
        )
        for one in found
        if one.number is not None
    }
    return fill_workbook(bytes(form.workbook), values)
