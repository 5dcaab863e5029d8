"""Moving to another door: dated, with how it is known; what stood before is kept."""

from datetime import date, datetime

from linli.basics import Actor, NoSuchThing
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.people import domain, queries
from linli.people.domain import Permission
from linli.people.events import HouseholdRegistered, PersonMoved
from linli.people.models import Household, Person
from linli.places import queries as places
from linli.places.domain import Kind

from .facts import change, change_links, check_day, living


@write_atomic
def move_person(
    *,
    by: Actor,
    at: datetime,
    person: int,
    home: int,
    on: date,
    household: int | None = None,
    reason: str = "",
) -> Person:
    """
    Let a person live behind another door from a day on, alone or with a household.

    The one who moves a person out of reach may do so: the new community takes over.

    :param reason: how it is known, from ``CHANGE_REASONS``; empty where a case or visit says it
    :raises NotAllowed: without ``people.keep_facts``
    :raises NoSuchThing: if person, door or household is not there, or the person not in reach
    :raises PersonEnded: if the record is closed
    :raises NotADoor: if the new place is no door, or ended
    :raises Invalid: if the day has not come
    :raises ReasonMissing: if the reason is not on the list
    """
    _check(by, reason, on, at)
    found = living(by, person)
    house = None
    if household is not None:
        house = Household.objects.filter(district=by.district, pk=household, home=home).first()
        if house is None:
            raise NoSuchThing
    _move(by, found, home, house, on=on, reason=reason, at=at)
    return found


@write_atomic
def move_household(
    *, by: Actor, at: datetime, person: int, home: int, on: date, reason: str = ""
) -> Household:
    """
    Let all who keep house with a person live behind another door from a day on, as one household.

    :raises NotAllowed: without ``people.keep_facts``
    :raises NoSuchThing: if person or door is not there, the person not in reach, or in no household
    :raises PersonEnded: if the record is closed
    :raises NotADoor: if the new place is no door, or ended
    :raises Invalid: if the day has not come
    :raises ReasonMissing: if the reason is not on the list
    """
    _check(by, reason, on, at)
    old = living(by, person).household
    if old is None:
        raise NoSuchThing
    members = list(
        Person.objects.select_for_update(of=("self",))
        .filter(district=by.district, household=old, ended_on=None)
        .order_by("pk")
    )
    new = Household.objects.create(
        district=by.district,
        kind=old.kind,
        home_id=home,
        community_id=_community_of_door(by, home),
    )
    old.ended_on = on
    old.save(update_fields=["ended_on"])
    record(HouseholdRegistered(at=at, household_id=new.pk, home_id=home), by=by, rows=[new, old])
    for member in members:
        _move(by, member, home, new, on=on, reason=reason, at=at)
    return new


def _check(by: Actor, reason: str, on: date, at: datetime) -> None:
    by.must(Permission.KEEP_FACTS)
    if reason and reason not in domain.CHANGE_REASONS:
        raise domain.ReasonMissing
    check_day(on, at)


def _community_of_door(by: Actor, home: int) -> int | None:
    """
    Return the community of a door somebody can live behind.

    :raises NoSuchThing: if the district has no such place
    :raises NotADoor: if it is none, or ended
    """
    place = places.place_of(by.district, home)
    if place.kind != Kind.DOOR or place.valid_to is not None:
        raise domain.NotADoor
    return place.community_id


def _move(
    by: Actor,
    found: Person,
    home: int,
    house: Household | None,
    *,
    on: date,
    reason: str,
    at: datetime,
) -> None:
    community, was = _community_of_door(by, home), found.home_id
    rows: list[Bound] = [*change(found, queries.fact("home"), home, valid_from=on, at=at)]
    rows += change_links(
        found, valid_from=on, at=at, community=community, household=house.pk if house else None
    )
    found.save()
    event = PersonMoved(
        at=at,
        person_id=found.pk,
        from_id=was,
        to_id=home,
        community_id=community,
        reason=reason,
    )
    record(event, by=by, rows=[found, *rows])
