"""One visit, one act: the visit, what changed, what did not, and what a person must decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Actor, Invalid, NotAllowed, gettext_noop
from linli.catalogue import queries as catalogue
from linli.fabric.blanks import Bound
from linli.fabric.fields import Sealed, blind_index, fits_index
from linli.fabric.writing import write_atomic
from linli.files import actions as files
from linli.files.domain.cleaning import Clean
from linli.journal.actions import record
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import Value
from linli.rulebook.domain import local_date
from linli.visits import domain, queries
from linli.visits.domain import NothingAsksThis, Permission, Sorted, Stated, VisitCard
from linli.visits.events import VisitRecorded
from linli.visits.models import Conflict, Photo, Question, Visit

from .asking import close_answered
from .errands import carry_out
from .opening import members_of

PHOTO_PURPOSE = "visit"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit on the record; ``again`` says it was there before this card came once more."""

    visit: Visit
    conflicts: int
    again: bool


@write_atomic
def record_visit(
    *, by: Actor, at: datetime, card: VisitCard, photos: Sequence[Clean] = ()
) -> Recorded:
    """
    Write down one visit with all that was seen, in one act; the same card again changes nothing.

    A fact that somebody changed since the card was opened stays as it is: what this card says of
    it is kept as a ``Conflict`` for a person to decide.

    :raises NotAllowed: without ``visits.visit`` or ``people.keep_facts``, or an appointment
    :raises Invalid: if key, outcome, day, minutes or a value cannot be, or there are many pictures
    :raises NobodyAnswered: if facts were learnt behind a shut door
    :raises NotOnThisCard: if somebody does not belong to the door, or one value is said twice
    :raises SentAlready: if the key came before with other content, or from somebody else
    :raises NoSuchThing: if there is no such door, or not for this actor
    :raises NothingAsksThis: if the mandate named does not hold here
    :raises Refused: whatever ``record_fact`` and ``keep_file`` refuse; then nothing is kept
    """
    by.must(Permission.VISIT)
    if by.appointment is None:
        raise NotAllowed
    domain.check_card(card, today=local_date(at))
    if len(photos) > domain.MOST_PHOTOS:
        raise Invalid(field="photos", reason=gettext_noop("At most six pictures."))
    visit, again = _entered(by, card, at)
    if again:
        return Recorded(visit, Conflict.objects.filter(visit=visit).count(), again=True)
    members = members_of(by, household=card.household, person=card.person)
    people.hold_people(by=by, people=members)
    sorted_out = sorted_card(by, card, members)
    written = write_facts(by, at, card, sorted_out)
    confirmed = _confirm(by, at, card, sorted_out)
    clashes = [kept_apart(visit, one, at) for one in sorted_out.clash]
    pictures = [
        Photo.objects.create(
            district=by.district,
            visit=visit,
            file=files.keep_file(by=by, content=one, purpose=PHOTO_PURPOSE, at=at),
        )
        for one in photos
    ]
    closed = close_answered(by, at, told_by(sorted_out), visit)
    carried = carry_out(visit) if card.outcome == "done" else []
    rows: list[Bound] = [visit, *clashes, *pictures, *closed, *carried]
    event = VisitRecorded(
        at=at,
        visit_id=visit.pk,
        outcome=card.outcome,
        minutes=card.minutes,
        changed=written,
        confirmed=confirmed,
        conflicts=len(clashes),
    )
    record(event, by=by, rows=rows)
    return Recorded(visit, len(clashes), again=False)


def _entered(by: Actor, card: VisitCard, at: datetime) -> tuple[Visit, bool]:
    """
    Enter the visit under its key, or return the one that is there and True.

    Two sendings at once queue at the unique key: the second finds what the first left.
    """
    origin, mandate = _ground(by, card, at)
    door = people_queries.household_for(by, card.household) if card.household else None
    alone = people_queries.person_for(by, card.person) if card.person else None
    text = card.text()
    fresh = Visit(
        district=by.district,
        key=card.key,
        content=blind_index(text),
        household_id=card.household,
        person_id=card.person,
        community_id=door.community_id if door else alone.community_id if alone else None,
        appointment=by.appointment or 0,
        outcome=card.outcome,
        kind=card.kind,
        reasons=list(card.reasons),
        paper=card.paper,
        visited_on=card.visited_on,
        entered_at=at,
        minutes=card.minutes,
        origin=origin,
        mandate_id=mandate,
    )
    Visit.objects.bulk_create([fresh], ignore_conflicts=True)
    there = Visit.objects.get(district=by.district, key=card.key)
    if bytes(there.salt or b"") == bytes(fresh.salt or b""):
        return there, False
    if there.appointment != by.appointment or not fits_index(text, there.content):
        raise domain.SentAlready
    return there, True


def _ground(by: Actor, card: VisitCard, at: datetime) -> tuple[str, int | None]:
    """
    Return on whose word the visit was made: the residents', or a mandate's that holds here.

    Where the card names none, an errand at this door gives its own.

    :raises NothingAsksThis: if the mandate named does not hold here
    """
    if card.mandate is None:
        errand = queries.errands_at(card.household, card.person, at, district=by.district).first()
        return (errand.mandate.origin, errand.mandate_id) if errand else ("resident", None)
    here = {
        one.pk: one.origin
        for community in by.communities
        for one in catalogue.mandates_for(community, at, district=by.district)
    }
    if card.mandate not in here:
        raise NothingAsksThis
    return str(here[card.mandate]), card.mandate


def sorted_card(by: Actor, card: VisitCard, members: Iterable[int]) -> Sorted:
    """
    Tell what may be written from what somebody else wrote meanwhile. The people are held.

    :raises NotOnThisCard: if somebody does not belong to the door
    """
    here = set(members)
    spoken_of = {one.person for one in card.stated} | {one.person for one in card.unchanged}
    if spoken_of - here:
        raise domain.NotOnThisCard
    stated = [
        Stated(
            person=one.person,
            attribute=one.attribute,
            value=domain.tidy_value(people_queries.fact(one.attribute), one.value),
            seen=one.seen,
            reason=one.reason,
        )
        for one in card.stated
    ]
    versions = people_queries.fact_versions(here)
    moved = {
        (topic.person, name): version
        for topic in card.unchanged
        for name, version in topic.seen.items()
        if versions.get((topic.person, name), 0) != version
    }
    places = {(one.person, one.attribute) for one in stated} | set(moved)
    return domain.sort_out(
        stated,
        card.unchanged,
        versions=versions,
        current=people_queries.values_held(by, places),
        seen={
            (person, name): people_queries.value_at_version(person, name, version)
            for (person, name), version in moved.items()
        },
    )


def write_facts(by: Actor, at: datetime, card: VisitCard, found: Sorted) -> int:
    """Write what may be written, from the day at the door; belongs inside an act."""
    asked_of = _days_asked_of(by, found)
    for one in found.write:
        people.record_fact(
            by=by,
            at=at,
            person=one.person,
            attribute=one.attribute,
            value=one.value,
            valid_from=min(card.visited_on, asked_of.get((one.person, one.attribute), date.max)),
            reason=one.reason,
        )
    return len(found.write)


def _days_asked_of(by: Actor, found: Sorted) -> dict[tuple[int, str], date]:
    """Return the day a question speaks of, for what it asks and nobody ever knew before."""
    new = {(one.person, one.attribute) for one in found.write if one.seen == 0}
    if not new:
        return {}
    rows = Question.objects.filter(
        district=by.district,
        person__in={person for person, _ in new},
        answered_at=None,
        withdrawn_at=None,
        as_of__isnull=False,
    ).values_list("person", "attribute", "as_of")
    asked = {(person, name): day for person, name, day in rows if (person, name) in new}
    held = people_queries.values_held(by, asked)
    return {place: day for place, day in asked.items() if held[place] is None and day}


def _confirm(by: Actor, at: datetime, card: VisitCard, found: Sorted) -> int:
    notes = [
        people.confirm_fact(by=by, at=at, person=person, attribute=only, on=card.visited_on)
        if only
        else people.confirm_facts(by=by, at=at, person=person, topic=topic, on=card.visited_on)
        for person, topic, only in noted_by(found)
    ]
    return sum(notes)


def noted_by(found: Sorted) -> list[tuple[int, str, str]]:
    """
    Return person, topic and fact of what is noted as unchanged; no fact where it is all the topic.

    What was said again as it is held makes that fact young, and no other of its topic.
    """
    noted = [(person, topic, "") for person, topic in found.confirm]
    for one in found.agreed:
        fact = people_queries.fact(one.attribute)
        ages = fact.greatest_age_days is not None and one.value is not None
        if ages and (one.person, fact.topic) not in found.confirm:
            noted.append((one.person, fact.topic, one.attribute))
    return noted


def kept_apart(visit: Visit, said: Stated, at: datetime) -> Conflict:
    """Keep what a card says of a fact that moved, for a person to decide; belongs inside an act."""
    return Conflict.objects.create(
        district=visit.district,
        visit=visit,
        person_id=said.person,
        attribute=said.attribute,
        seen=said.seen,
        opened_at=at,
        **columns_of(said.attribute, said.value),
    )


def columns_of(attribute: str, value: Value | None) -> dict[str, object]:
    """Return the column of a conflict that holds a value."""
    if value is None:
        return {}
    if people_queries.fact(attribute).held == "sealed":
        return {"sealed": Sealed.of(str(value))}
    if isinstance(value, bool):
        return {"code": "yes" if value else "no"}
    if isinstance(value, int):
        return {"number": value}
    return {"day": value} if isinstance(value, date) else {"code": value}


def told_by(found: Sorted) -> set[tuple[int, str]]:
    """Return which facts a visit settled: said anew, said again, or under a topic noted."""
    told = {(one.person, one.attribute) for one in (*found.write, *found.agreed)}
    for person, topic in found.confirm:
        told |= {
            (person, name)
            for name, fact in people_queries.dictionary().items()
            if fact.topic == topic
        }
    return told
