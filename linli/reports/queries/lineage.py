"""What stands behind a number: the same cell over the same facts, record by record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.utils.translation import get_language, gettext, ngettext

from linli.basics import Actor, NoSuchThing
from linli.cases import queries as cases
from linli.fabric.jinja import day, local_text
from linli.ledger import queries as ledger
from linli.parties import queries as parties
from linli.parties.domain import HAT_WORDS
from linli.people import queries as people
from linli.places import queries as places
from linli.reports.domain import Cell, Permission
from linli.reports.models import Edition
from linli.rulebook.domain import attributes
from linli.visits import queries as visits
from linli.visits.domain import OUTCOME_WORDS
from linli.visits.domain import Permission as VisitPermission

from .compiling import Counts, fields_of, scope_of
from .naming import code_names, fact_name, item_name

PAGE = 50


@dataclass(frozen=True, slots=True)
class Record:
    """
    One thing that was counted, as its reader may see it.

    ``opens`` is the name of its own page and what stands in that address, None where the reader
    may not open it. ``amount`` is what it adds to a sum. ``facts`` says of those it was counted by
    when somebody told or confirmed them last; what they say stands behind the card.
    """

    id: int
    words: str
    detail: str
    opens: tuple[str, object] | None = None
    amount: int | None = None
    masked: bool = False
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """
    What stands behind a number: one page, and where the next begins.

    ``number`` is the number itself, ``total`` how many records it comes from; ``unknown``: of how
    many it cannot be told.
    """

    of: str
    records: Sequence[Record]
    number: int
    total: int
    after: int | None
    unknown: int = 0


def behind(by: Actor, edition: Edition, place: int, *, at: datetime, after: int = 0) -> Behind:
    """
    Return what stands behind the n-th number of an edition, in order of id, persons masked.

    The count is the number itself: the same cell over the same facts.

    :raises NoSuchThing: if there is no such number, or the actor may not see behind it
    """
    fields = fields_of(edition.form)
    if not 0 <= place < len(fields):
        raise NoSuchThing
    field = fields[place]
    cell = field.found
    scope = scope_of(edition) if field.community is None else frozenset({field.community})
    if not isinstance(cell, Cell) or not scope <= by.communities:
        raise NoSuchThing
    by.must(Permission.FILL)
    counts = Counts(by.district, edition.as_of, edition.known_at or at, scope)
    ids = sorted(map(int, counts.who(cell)))
    page = [one for one in ids if one > after][:PAGE]
    amounts, facts = counts.amounts(cell), _dated(cell, page, counts)
    records = [
        replace(one, amount=amounts.get(one.id), facts=facts.get(one.id, ""))
        for one in _RECORDS[cell.of](by, page, counts)
    ]
    more = page[-1] if page and page[-1] != ids[-1] else None
    number = sum(amounts.values()) if cell.total else len(ids)
    unknown = int(counts.count(cell).unknown.sum())
    return Behind(cell.of, records, number, len(ids), more, unknown)


def _dated(cell: Cell, ids: Sequence[int], counts: Counts) -> Mapping[int, str]:
    """Return person → the facts that a cell asks and that grow old, and when each was young last."""
    if cell.of != "people" or cell.where is None:
        return {}
    everybody, looked = counts.everybody(), counts.looked_at()
    asked = sorted(attributes(cell.where) & looked.keys())
    found = {}
    for row in np.flatnonzero(np.isin(everybody.ids, np.array(ids, dtype=np.int64))).tolist():
        said = [
            gettext("%(fact)s: told or confirmed on %(day)s")
            % {"fact": fact_name(name), "day": day(date.fromordinal(int(looked[name][row])))}
            for name in asked
        ]
        found[int(everybody.ids[row])] = gettext("; ").join(said)
    return found


def _people(_: Actor, ids: Sequence[int], __: Counts) -> list[Record]:
    return [
        Record(
            one.id,
            one.name,
            f"{one.phone} {one.id_number}",
            opens=("people:person", one.id),
            masked=True,
        )
        for one in people.masked_people(ids)
    ]


def _households(_: Actor, ids: Sequence[int], counts: Counts) -> list[Record]:
    """Return households by who lived in them that day, as it was known then."""
    everybody = counts.everybody()
    mine = np.isin(everybody.households, np.array(ids, dtype=np.int64))
    members: dict[int, list[int]] = {one: [] for one in ids}
    pairs = zip(everybody.households[mine].tolist(), everybody.ids[mine].tolist(), strict=True)
    for household, person in pairs:
        members[household].append(person)
    names = people.masked_names(everybody.ids[mine].tolist())
    found = []
    for one in ids:
        living = [names[person] for person in sorted(members[one]) if person in names]
        said = ngettext("%(num)s person", "%(num)s people", len(members[one]))
        words = gettext(", ").join(living)
        found.append(Record(one, words, said % {"num": len(members[one])}, masked=True))
    return found


def _cases(by: Actor, ids: Sequence[int], _: Counts) -> list[Record]:
    return [
        Record(
            one.id,
            f"{one.number} {item_name(one.item)}",
            gettext("received %(day)s") % {"day": day(one.opened_on)},
            opens=("desk:case", one.number) if one.opens else None,
        )
        for one in cases.counted_cases(by, ids)
    ]


def _visits(by: Actor, ids: Sequence[int], _: Counts) -> list[Record]:
    opens = VisitPermission.VISIT in by.permissions
    return [
        Record(
            one.id,
            day(one.visited_on),
            gettext(OUTCOME_WORDS[one.outcome]),
            opens=("visits:visit", one.id) if opens else None,
        )
        for one in visits.counted_visits(by, ids)
    ]


def _organisations(_: Actor, ids: Sequence[int], __: Counts) -> list[Record]:
    rows = [parties.party(one) for one in ids]
    return [
        Record(
            one.pk,
            parties.party_words(one),
            gettext(HAT_WORDS[one.kind]),
            opens=("parties:office", one.pk),
        )
        for one in rows
    ]


def _buildings(by: Actor, ids: Sequence[int], _: Counts) -> list[Record]:
    tree = places.tree(by.district)
    rows = [tree.node(one) for one in ids]
    return [
        Record(
            one.id,
            places.place_words(by.district, one.id, get_language() or ""),
            code_names("building_kind", [str(one.kind)])[0],
        )
        for one in rows
    ]


def _ledger(by: Actor, ids: Sequence[int], _: Counts) -> list[Record]:
    return [
        Record(
            one.id,
            local_text(one.name),
            local_text(one.owner),
            opens=("ledger:line", one.id) if one.opens else None,
        )
        for one in ledger.counted_lines(by, ids)
    ]


_RECORDS: Mapping[str, Callable[[Actor, Sequence[int], Counts], list[Record]]] = {
    "people": _people,
    "households": _households,
    "cases": _cases,
    "visits": _visits,
    "organisations": _organisations,
    "buildings": _buildings,
    "ledger": _ledger,
}
