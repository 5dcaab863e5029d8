"""Many cards of the past at once: imports and demos."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from linli.basics import Actor
from linli.fabric.blanks import Bound
from linli.fabric.bulk import insert_rows, new_row, reserve_ids
from linli.fabric.fields import blind_index
from linli.fabric.writing import write_atomic
from linli.journal.actions import record_many
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import Note, only
from linli.rulebook.domain import local_date
from linli.visits import domain
from linli.visits.domain import NothingAsksThis, Permission, Sorted, Visited
from linli.visits.events import VisitsLoaded
from linli.visits.models import Visit

from .asking import close_answered
from .recording import kept_apart, noted_by, sorted_card, told_by, write_facts

AT_ONCE = 500


@write_atomic
def load_visits(
    *, by: Actor, rows: Sequence[Visited], at: datetime, members: Mapping[int, Sequence[int]]
) -> int:
    """
    Write visits of the past with all that was seen, in one act; return how many are new.

    A key that is known is left out, so that an import can be begun again. What was said anew goes
    through the rules of the single act, one card after the other in the order of their days:
    nothing that changed since a card was opened is overwritten.

    :param at: now
    :param members: household → who lives there, for the households of the rows
    :raises NotAllowed: without ``visits.visit`` or ``people.keep_facts``; the house itself may
    :raises Invalid: if key, door, outcome, day or minutes of a card cannot be
    :raises NobodyAnswered: if facts were learnt behind a shut door
    :raises NotOnThisCard: if somebody does not belong to the door
    :raises NothingAsksThis: if a card names a mandate; such visits are made, not loaded
    """
    if by.kind != "system":
        by.must(Permission.VISIT)
    fresh = _fresh(by, rows)
    for row in fresh:
        domain.check_card(row.card, today=local_date(row.entered_at))
        if row.card.mandate is not None:
            raise NothingAsksThis
    inside = {row.card.key: _inside(row, members) for row in fresh}
    doors = people_queries.doors_of(
        by.district, {one for these in inside.values() for one in these}
    )
    visits = _visits(by, fresh, inside, doors)
    insert_rows(visits)
    told, notes, more = set[tuple[int, str]](), list[Note](), list[Bound]()
    for row, visit in zip(fresh, visits, strict=True):
        found = _found(by, row, inside[row.card.key])
        write_facts(replace(by, appointment=row.appointment), row.entered_at, row.card, found)
        more += [kept_apart(visit, one, row.entered_at) for one in found.clash]
        notes += [_note(row, *noted) for noted in noted_by(found)]
        told |= told_by(found)
    people.load_notes(by=by, at=at, notes=notes)
    more += close_answered(by, at, told)
    parts = [visits[first : first + AT_ONCE] for first in range(0, len(visits), AT_ONCE)]
    bound = [[*part, *more] if part is parts[0] else part for part in parts]
    record_many(
        [
            (VisitsLoaded(at=at, visit_id=part[0].pk, visits=len(part)), rows)
            for part, rows in zip(parts, bound, strict=True)
        ],
        by=by,
    )
    return len(visits)


def _fresh(by: Actor, rows: Sequence[Visited]) -> list[Visited]:
    """Return the rows whose key nobody knows, each once, in the order of their days."""
    by_key = {row.card.key: row for row in reversed(rows)}
    held = Visit.objects.filter(district=by.district, key__in=list(by_key))
    known = set(held.values_list("key", flat=True))
    fresh = [row for key, row in by_key.items() if key not in known]
    return sorted(fresh, key=lambda row: (row.entered_at, row.card.key))


def _inside(row: Visited, members: Mapping[int, Sequence[int]]) -> list[int]:
    """:raises NotOnThisCard: if somebody does not belong to the door, or nobody does"""
    card = row.card
    here = [card.person] if card.person is not None else list(members.get(card.household or 0, ()))
    spoken_of = {one.person for one in card.stated} | {one.person for one in card.unchanged}
    if not here or spoken_of - {*here}:
        raise domain.NotOnThisCard
    return here


def _visits(
    by: Actor,
    rows: Sequence[Visited],
    inside: Mapping[str, Sequence[int]],
    doors: Mapping[int, tuple[int | None, int | None]],
) -> list[Visit]:
    """:raises NotOnThisCard: if somebody lives behind another door than their card says"""
    made = []
    for pk, row in zip(reserve_ids(Visit, len(rows)), rows, strict=True):
        card, lives = row.card, [doors.get(one) for one in inside[row.card.key]]
        if any(one is None or one[0] != card.household for one in lives):
            raise domain.NotOnThisCard
        made.append(
            new_row(
                Visit,
                id=pk,
                district=by.district,
                key=card.key,
                content=blind_index(card.text()),
                household_id=card.household,
                person_id=card.person,
                community_id=lives[0][1] if lives[0] else None,
                appointment=row.appointment,
                outcome=str(card.outcome),
                kind=card.kind,
                reasons=[str(one) for one in card.reasons],
                paper=card.paper,
                visited_on=card.visited_on,
                entered_at=row.entered_at,
                minutes=card.minutes,
                origin="resident",
            )
        )
    return made


def _found(by: Actor, row: Visited, inside: Sequence[int]) -> Sorted:
    """Sort a card out; one that changes nothing and was checked against nothing needs no look."""
    card = row.card
    if card.stated or any(one.seen for one in card.unchanged):
        return sorted_card(by, card, inside)
    noted = tuple((one.person, one.topic) for one in card.unchanged)
    return Sorted(write=(), agreed=(), confirm=noted, clash=())


def _note(row: Visited, person: int, topic: str, fact: str) -> Note:
    return Note(
        person=person,
        topic=only(fact) if fact else topic,
        on=row.card.visited_on,
        appointment=row.appointment,
    )
