"""What leaves the house: small numbers hidden, within a form and beside what was sent before."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import combinations

from django.db.models import Q

from linli.places import queries as places
from linli.reports.domain import (
    FEWEST,
    Answer,
    Cell,
    Relation,
    Total,
    codes_of,
    compare,
    gives_away,
    hidden,
    narrowed,
)
from linli.reports.models import Edition
from linli.rulebook.domain import InSet

from .compiling import fields_of
from .definitions import dictionaries
from .owing import is_exact

Name = tuple[str, ...]
# What tells of persons. How many houses or offices there are, and what was paid, does not.
PRIVATE = frozenset({"people", "households", "cases", "visits"})
_WHOLE = str(None)  # the line of whoever fills the form


def released(edition: Edition, found: Sequence[Answer], *, on: date) -> list[Answer]:
    """
    Return the answers as they may be sent: exact where the duty line grants it, else hidden.

    A number stays away where of more people it cannot be told than are counted: it would mislead.

    :param on: the day whose duty lists count
    """
    found = [replace(one, number=None) if one.misleads else one for one in found]
    if is_exact(edition, on=on):
        return list(found)
    named = {_name(one): one for one in found if one.number is not None and _private(one)}
    gone = hidden(
        {name: one.number or 0 for name, one in named.items()},
        list(_totals(found)),
        behind={name: one.behind for name, one in named.items() if _is_sum(one)},
        within=_within(named, on=edition.as_of),
    )
    before = _sent_before(edition) if named else {}
    return [
        replace(one, number=None, hidden=True)
        if one.number is not None and (_name(one) in gone or _told(one, before, edition))
        else one
        for one in found
    ]


def _within(named: Mapping[Name, Answer], *, on: date) -> Iterable[tuple[Name, Name]]:
    """
    Yield the whole and a part of it, where two numbers of a line lie close together.

    Of 12 elders and 10 of 65 or more whoever subtracts learns of two.
    """
    lines = defaultdict[int | None, list[tuple[Name, Answer, Cell]]](list)
    for name, one in named.items():
        if isinstance(one.field.found, Cell):
            lines[one.field.community].append((name, one, one.field.found))
    relations = _Relations(on)
    for line in lines.values():
        for (name, one, cell), (other, its, another) in combinations(line, 2):
            if 0 < abs(_of(one) - _of(its)) < FEWEST:
                match relations.between(cell, another):
                    case Relation.NARROWER:
                        yield name, other
                    case Relation.WIDER:
                        yield other, name


@dataclass(frozen=True, slots=True)
class _Relations:
    """How definitions lie to each other on a day, each two compared once."""

    on: date
    _known: dict[tuple[int, int], Relation] = field(default_factory=dict)

    def between(self, first: Cell, second: Cell) -> Relation:
        """Return how the second lies to the first, of the same things; none is let go meanwhile."""
        key = id(first), id(second)
        if key not in self._known:
            self._known[key] = compare(first, second, dictionaries()[first.of], on=self.on).relation
        return self._known[key]


def _of(one: Answer) -> int:
    """Return of how many a number tells."""
    return one.behind if _is_sum(one) else one.number or 0


def _private(one: Answer) -> bool:
    return isinstance(one.field.found, Cell) and one.field.found.of in PRIVATE


def _is_sum(one: Answer) -> bool:
    return isinstance(one.field.found, Cell) and one.field.found.total is not None


def _name(one: Answer) -> Name:
    """Return what a number is, so that the same number twice on a form is one."""
    return repr(one.field.found), str(one.field.community)


def _totals(found: Sequence[Answer]) -> Iterable[Total]:
    """Yield which numbers of a form are sums of others: over communities, and over codes."""
    cells = {
        one.field.found: repr(one.field.found)
        for one in found
        if isinstance(one.field.found, Cell) and one.number is not None and _private(one)
    }
    names = {
        _name(one): one.number or 0 for one in found if one.number is not None and _private(one)
    }
    lines, kinds = sorted({line for _, line in names}), dictionaries()
    for written in cells.values():
        parts = [(written, line) for line in lines if line != _WHOLE]
        yield from _total((written, _WHOLE), parts, names)
    for cell, written in cells.items():
        for attribute, kind in kinds[cell.of].items():
            split = [cells[one] for one in _split(cell, attribute, codes_of(kind)) if one in cells]
            for line in lines:
                yield from _total((written, line), [(part, line) for part in split], names)


@lru_cache(maxsize=4_096)  # the forms of all communities ask for the same cells
def _split(cell: Cell, attribute: str, codes: tuple[str, ...]) -> tuple[Cell, ...]:
    """Return the cells of which one is made up, one for each code."""
    return tuple(narrowed(cell, InSet(attribute, frozenset({code}))) for code in codes)


def _total(whole: Name, parts: Sequence[Name], names: Mapping[Name, int]) -> Iterable[Total]:
    """Yield the total if these numbers are on the form and do add up."""
    there = [part for part in parts if part in names]
    if whole in names and len(there) > 1 and sum(names[p] for p in there) == names[whole]:
        yield Total(whole, tuple(there))


Before = Mapping[tuple[int, str, str | None], Collection[tuple[Cell, int]]]


def _sent_before(edition: Edition) -> Before:
    """
    Return what was sent of the same day on forms that are not exact: place, of what and which sum →
    definitions and numbers. A street's form tells of its communities too.
    """
    tree = places.tree(edition.district)
    near = {edition.place_id, tree.street_of(edition.place_id)} - {None}
    near |= tree.communities_under(edition.place_id)
    rows = Edition.objects.filter(
        district=edition.district,
        place__in=near,
        as_of=edition.as_of,
        state="sent",
    )
    rows = rows.filter(Q(exact=False) | Q(exact=None, form__exact=False))
    found = defaultdict[tuple[int, str, str | None], dict[tuple[int, int], tuple[Cell, int]]](dict)
    rows = rows.exclude(pk=edition.pk).select_related("form")
    for row in rows.only("place", "numbers", "form__layout"):
        for asked, number in zip(fields_of(row.form), json.loads(row.numbers), strict=True):
            cell = asked.found
            if isinstance(cell, Cell) and number is not None:
                where = asked.community or row.place_id
                found[where, cell.of, cell.total][id(cell), number] = cell, number
    return {key: told.values() for key, told in found.items()}


def _told(one: Answer, before: Before, edition: Edition) -> bool:
    """Return whether the number, beside one sent before, would tell of a few persons."""
    cell = one.field.found
    if not isinstance(cell, Cell) or one.number is None or not _private(one):
        return False
    where = one.field.community or edition.place_id
    for other, number in before.get((where, cell.of, cell.total), ()):
        # How many stood behind an earlier sum is not kept: of two that differ one is told. Cheap
        # first: definitions are compared only where the numbers lie close together.
        if number == one.number or not (
            cell.total is not None or gives_away(Relation.WIDER, number, one.number)
        ):
            continue
        relation = compare(other, cell, dictionaries()[cell.of], on=edition.as_of).relation
        if relation in (Relation.NARROWER, Relation.WIDER):
            return True
    return False
