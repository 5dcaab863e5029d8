"""What leaves the house: small numbers hidden, within a form and beside what was sent before."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from linli.reports.domain import (
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

Name = tuple[str, ...]
# What tells of persons. How many houses or offices there are, and what was paid, does not.
PRIVATE = frozenset({"people", "households", "cases", "visits"})
_WHOLE = str(None)  # the line of whoever fills the form


def released(edition: Edition, found: Sequence[Answer]) -> list[Answer]:
    """
    Return the answers as they may be sent: exact where the duty line grants it, else hidden.

    A number stays away where of more people it cannot be told than are counted: it would mislead.
    """
    found = [replace(one, number=None) if one.misleads else one for one in found]
    if edition.form.exact:
        return list(found)
    named = {_name(one): one.number for one in found if one.number is not None and _private(one)}
    behind = {_name(one): one.behind for one in found if _name(one) in named and _is_sum(one)}
    gone = hidden(named, list(_totals(found)), behind=behind) if named else frozenset()
    before = _sent_before(edition)
    return [
        replace(one, number=None, hidden=True)
        if one.number is not None and (_name(one) in gone or _told(one, before, edition))
        else one
        for one in found
    ]


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
    lines = sorted({line for _, line in names})
    for written in cells.values():
        parts = [(written, line) for line in lines if line != _WHOLE]
        yield from _total((written, _WHOLE), parts, names)
    for cell, written in cells.items():
        for attribute, kind in dictionaries()[cell.of].items():
            split = [narrowed(cell, InSet(attribute, frozenset({code}))) for code in codes_of(kind)]
            for line in lines:
                parts = [(cells[one], line) for one in split if one in cells]
                yield from _total((written, line), parts, names)


def _total(whole: Name, parts: Sequence[Name], names: Mapping[Name, int]) -> Iterable[Total]:
    """Yield the total if these numbers are on the form and do add up."""
    there = [part for part in parts if part in names]
    if whole in names and len(there) > 1 and sum(names[p] for p in there) == names[whole]:
        yield Total(whole, tuple(there))


def _sent_before(edition: Edition) -> list[tuple[Cell, int | None, int]]:
    """Return every number sent of the same place and day on forms that are not exact."""
    rows = (
        Edition.objects.filter(
            district=edition.district,
            place=edition.place_id,
            as_of=edition.as_of,
            state="sent",
            form__exact=False,
        )
        .exclude(pk=edition.pk)
        .select_related("form")
    )
    return [
        (field.found, field.community, number)
        for row in rows
        for field, number in zip(fields_of(row.form), json.loads(row.numbers), strict=True)
        if isinstance(field.found, Cell) and number is not None
    ]


def _told(one: Answer, before: list[tuple[Cell, int | None, int]], edition: Edition) -> bool:
    """Return whether the number, beside one sent before, would tell of a few persons."""
    cell = one.field.found
    if not isinstance(cell, Cell) or one.number is None or not _private(one):
        return False
    for other, community, number in before:
        if community != one.field.community or other.of != cell.of:
            continue
        if cell.total is not None:
            # How many stood behind the earlier sum is not kept: of two that differ one is told.
            if other.total == cell.total and number != one.number:
                relation = compare(other, cell, dictionaries()[cell.of], on=edition.as_of).relation
                if relation in (Relation.NARROWER, Relation.WIDER):
                    return True
            continue
        # Cheap first: definitions are compared only where the numbers lie close together.
        if gives_away(Relation.WIDER, number, one.number):
            relation = compare(other, cell, dictionaries()[cell.of], on=edition.as_of).relation
            if gives_away(relation, number, one.number):
                return True
    return False
