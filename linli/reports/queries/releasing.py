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
    Strip,
    Total,
    compare,
    gives_away,
    hidden,
    strips,
)
from linli.reports.models import Edition

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
    totals, guarded = _totals(named, on=edition.as_of)
    gone = hidden(
        {name: one.number or 0 for name, one in named.items()},
        totals,
        behind={name: one.behind for name, one in named.items() if _is_sum(one)},
        within=_within(named, on=edition.as_of),
        guarded=guarded,
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
        known = _strips(tuple(cell for _, _, cell in line), on)
        for (name, one, cell), (other, its, another) in combinations(line, 2):
            if not 0 < abs(_of(one) - _of(its)) < FEWEST:
                continue
            if any(strip.guards(cell) and strip.guards(another) for strip in known):
                continue  # who lies between them is one of the sums, whether the form has it or not
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


def _totals(named: Mapping[Name, Answer], *, on: date) -> tuple[list[Total], list[Name]]:
    """
    Return which numbers of a form are sums: over communities, and over what a fact can be, whether
    the form asks for each or not; and of what it leaves out whom nobody may learn to be few.
    """
    lines = defaultdict[str, dict[Cell, Name]](dict)
    for name, one in named.items():
        if isinstance(one.field.found, Cell):
            lines[name[1]][one.field.found] = name
    totals, guarded = list[Total](), list[Name]()
    for cell, whole in lines[_WHOLE].items():
        parts = [names[cell] for line, names in lines.items() if line != _WHOLE and cell in names]
        here = sum(named[part].number or 0 for part in parts)
        elsewhere = [("elsewhere", *whole, "")] if here != named[whole].number else []
        if parts:
            totals.append(Total(whole, (*parts, *elsewhere)))
            guarded += elsewhere if cell.total is None else []
    for line, names in lines.items():
        for number, strip in enumerate(_strips(tuple(names), on)):
            each = [(line, str(number), str(place)) for place in range(strip.classes)]
            asked = [(names[cell], [each[one] for one in of]) for cell, of in strip.parts.items()]
            if strip.whole is not None:
                lacking = all(named[name].unknown for name, _ in asked)
                unknown = [(line, str(number), "unknown")] if lacking else []
                totals.append(Total(names[strip.whole], (*each, *unknown)))
                guarded += unknown  # those of whom nobody knows are people too
            totals += [Total(name, tuple(of)) for name, of in asked]
            guarded += [each[one] for one in strip.left_out]
    return totals, guarded


@lru_cache(maxsize=4_096)  # the forms of all communities ask for the same cells
def _strips(cells: tuple[Cell, ...], on: date) -> list[Strip]:
    kinds = dictionaries()
    subjects = {cell.of for cell in cells}
    return [
        strip
        for of in sorted(subjects)
        for strip in strips([cell for cell in cells if cell.of == of], kinds[of], on=on)
    ]


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
