"""What two workers wrote differently, side by side."""

from dataclasses import dataclass, field
from datetime import date

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.fabric.jinja import local_text
from linli.people import queries as people
from linli.people.domain import Permission as PeoplePermission
from linli.people.domain import Value
from linli.places import queries as places
from linli.rulebook.domain import Kind, local_date
from linli.visits.domain import Permission
from linli.visits.models import Conflict, Photo, Sheet, Visit


@dataclass(frozen=True, slots=True)
class Clash:
    """
    One open conflict. ``theirs`` stands now and was written on ``written_on``, ``mine`` came from the
    visit of ``visited_on``.
    """

    id: int
    person: int
    name: str
    label: str
    theirs: str = field(repr=False)
    mine: str = field(repr=False)
    written_on: date | None
    visited_on: date
    version: int


def value_kept(row: Conflict) -> Value | None:
    """Return the value a conflict keeps."""
    if row.sealed is not None:
        text: str = row.sealed.open()
        return text
    fact = people.fact(row.attribute)
    if fact.type and fact.type.kind is Kind.BOOL:
        return None if row.code is None else row.code == "yes"
    return next((one for one in (row.code, row.number, row.day) if one is not None), None)


def open_conflicts(by: Actor) -> list[Clash]:
    """
    Return the open conflicts of the actor's communities, oldest first, with both values.

    Only what two workers disagree about is shown, to one who may keep facts.

    :raises NotAllowed: without ``visits.visit`` or ``people.keep_facts``
    """
    by.must(Permission.VISIT)
    by.must(PeoplePermission.KEEP_FACTS)
    rows = list(
        Conflict.objects.filter(
            district=by.district, decided_at=None, person__community_id__in=by.communities
        )
        .select_related("visit")
        .order_by("opened_at", "id")[:50]
    )
    names = people.masked_names({row.person_id for row in rows})
    versions = people.fact_versions({row.person_id for row in rows})
    written = people.changed_at(versions.values())
    held = people.values_held(by, [(row.person_id, row.attribute) for row in rows])
    found = []
    for row in rows:
        version = versions.get((row.person_id, row.attribute), 0)
        since = written.get(version)
        found.append(
            Clash(
                id=row.pk,
                person=row.person_id,
                name=names[row.person_id],
                label=local_text(people.fact(row.attribute).name),
                theirs=people.value_words(row.attribute, held[row.person_id, row.attribute]),
                mine=people.value_words(row.attribute, value_kept(row)),
                written_on=since and local_date(since),
                visited_on=row.visit.visited_on,
                version=version,
            )
        )
    return found


def count_conflicts(by: Actor) -> int:
    """Return how many open conflicts the actor's communities have."""
    rows = Conflict.objects.filter(
        district=by.district, decided_at=None, person__community_id__in=by.communities
    )
    return rows.count()


def sheet_for(by: Actor, code: str) -> Sheet:
    """
    Return a printed card by its code.

    :raises NoSuchThing: if there is none, or its door is not the actor's
    """
    found = Sheet.objects.filter(district=by.district, code=code).first()
    if found is None:
        raise NoSuchThing
    if found.household_id is not None:
        people.household_for(by, found.household_id)
    elif found.person_id is not None:
        people.person_for(by, found.person_id)
    return found


def visit_for(by: Actor, visit: int) -> Visit:
    """
    Return a visit of the actor's communities.

    :raises NotAllowed: without ``visits.visit``
    :raises NoSuchThing: if there is none, or it is another community's
    """
    if Permission.VISIT not in by.permissions:
        raise NotAllowed
    found = Visit.objects.filter(
        district=by.district, pk=visit, community_id__in=by.communities
    ).first()
    if found is None:
        raise NoSuchThing
    return found


def home_words(by: Actor, place: int | None, language: str) -> str:
    """Return an address, or nothing where none is known."""
    return places.place_words(by.district, place, language) if place is not None else ""


def names_of(by: Actor, visit: Visit) -> list[str]:
    """Return the masked names of those behind the door of a visit."""
    if visit.person_id is not None:
        members = [visit.person_id]
    else:
        members = people.household_members(by, visit.household_id or 0)
    names = people.masked_names(members)
    return [names[one] for one in members]


def conflicts_of(visit: Visit) -> int:
    """Return how many values of a visit still wait for a person."""
    return Conflict.objects.filter(visit=visit, decided_at=None).count()


def photos_of(visit: Visit) -> list[int]:
    """Return the pictures of a visit."""
    return list(Photo.objects.filter(visit=visit).order_by("id").values_list("pk", flat=True))
