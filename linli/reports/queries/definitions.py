"""Definitions in force, and the words that lead to them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from linli.cases import queries as cases
from linli.fabric import versions
from linli.ledger import queries as ledger
from linli.parties import queries as parties
from linli.people import queries as people
from linli.places import queries as places
from linli.places.domain import Kind
from linli.reports.domain import (
    AsksNothing,
    Cell,
    Comparison,
    Dictionaries,
    Field,
    Indicator,
    Lexicon,
    PeriodKind,
    compare,
    notes_of,
    parts_of,
    read_cell,
    read_fields,
    read_lexicon,
    read_workbook,
)
from linli.reports.models import Indicator as IndicatorRow
from linli.reports.models import Term
from linli.rulebook.domain import SPANS, attributes
from linli.visits import queries as visits

_SPAN = re.compile(f"_(?:in|on|{'|'.join(SPANS)})$")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The definition in force that comes closest to what is asked, and how the two differ."""

    indicator: Indicator
    comparison: Comparison


def dictionaries() -> Dictionaries:
    """Return what may be asked of each kind of thing that is counted."""
    return {
        "people": people.column_types(),
        "households": people.household_column_types(),
        "buildings": places.column_types(),
        "organisations": parties.column_types(),
        "cases": cases.column_types(),
        "visits": visits.column_types(),
        "ledger": ledger.column_types(),
    }


def _in_force(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


@versions.cached("reports")
def indicators(district: int, on: date) -> Mapping[str, Indicator]:
    """Return code → definition in force on a day."""
    found = dictionaries()
    return {
        row.code: Indicator(
            code=row.code,
            name=row.name,
            definition=row.definition,
            cell=read_cell(json.loads(row.cell), found),
            by=row.by or None,
            example=row.example,
        )
        for row in IndicatorRow.objects.filter(_in_force(on), district=district).order_by("code")
    }


@versions.cached("reports")
def lexicon(district: int, on: date) -> Lexicon:
    """Return the words of headings in force on a day."""
    rows = Term.objects.filter(_in_force(on), district=district).order_by("words")
    entries = [{"say": [row.words], **json.loads(row.meaning)} for row in rows]
    return read_lexicon(entries, dictionaries())


def communities_named(district: int, place: int) -> Mapping[str, int]:
    """Return name → id of the communities in a place that a form can name; no two bear one name."""
    tree = places.tree(district)
    found: dict[str, list[int]] = {}
    for community in tree.communities_under(place):
        if not tree.node(community).ended:
            found.setdefault(tree.node(community).name["zh-Hans"], []).append(community)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


def names_above(district: int) -> list[str]:
    """Return the names of the streets and the district, which titles bear."""
    tree = places.tree(district)
    streets = [node for root in tree.roots() for node in tree.children(root.id)]
    return [
        node.name["zh-Hans"]
        for node in (*tree.roots(), *streets)
        if node.kind in (Kind.DISTRICT, Kind.STREET)
    ]


def fields_asked(
    district: int, workbook: bytes, *, on: date, period: PeriodKind | None = None
) -> list[Field]:
    """
    Return every number an Excel form asks for, and what each means. Keeps nothing.

    :param period: how often it is asked for; what happened is counted over that period
    :raises BadWorkbook: if the file is no form
    :raises WorkbookTooLarge: if it holds more than a form does
    :raises AsksNothing: if no place waits for a number
    """
    [root] = places.tree(district).roots()
    words, names = lexicon(district, on), names_above(district)
    communities = communities_named(district, root.id)
    sheets = [sheet for sheet in read_workbook(workbook) if not sheet.hidden]
    notes = [note for sheet in sheets for note in notes_of(sheet)]
    found = [
        field
        for sheet in sheets
        for field in read_fields(
            sheet, words, communities, on=on, names=names, period=period, notes=notes
        )
    ]
    if not found:
        raise AsksNothing
    return found


@versions.cached("reports")
def nearest(district: int, cell: Cell, *, on: date) -> Nearest | None:
    """
    Return the definition that shares most conditions with a cell and has fewest of its own.

    Of several the same one, else one about the same things, else one within or around it.
    """
    order = ("same", "narrower", "wider", "overlapping")
    mine, about = parts_of(cell), _about(cell)
    found: list[tuple[bool, int, int, int, str, Nearest]] = []
    for code, one in indicators(district, on).items():
        if one.cell.of != cell.of or one.by is not None or one.cell.total != cell.total:
            continue
        comparison = compare(one.cell, cell, dictionaries()[cell.of], on=on)
        if comparison.relation in order:
            rank, apart = order.index(comparison.relation), len(mine ^ parts_of(one.cell))
            strange = len(about ^ _about(one.cell))
            found.append((rank > 0, apart, strange, rank, code, Nearest(one, comparison)))
    return min(found, key=lambda entry: entry[:5])[5] if found else None


def _about(cell: Cell) -> frozenset[str]:
    """Return what a cell asks about; this month and last month are about the same thing."""
    names = attributes(cell.where) if cell.where is not None else frozenset()
    return frozenset(_SPAN.sub("", name) for name in names)
