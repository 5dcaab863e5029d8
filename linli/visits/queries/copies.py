"""A copy of what is held of one person, the visits at their door with it (个人信息保护法 45)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from linli.basics import Actor
from linli.cases import queries as cases
from linli.people import queries as people
from linli.visits.models import Visit

if TYPE_CHECKING:
    from linli.people.models import Person


def copy_of(by: Actor, person: "Person", *, at: datetime) -> dict[str, Any]:
    """
    Return a copy of everything held of a person, as plain values. Who may have it the caller has
    asked: the person themselves, or whoever a granted request names.
    """
    door = Q(person__in=people.records_of(person.pk))
    if person.household_id is not None:
        door |= Q(household=person.household_id)
    rows = Visit.objects.filter(door, district=by.district).order_by("visited_on", "id")
    visits = [
        {"on": one.visited_on.isoformat(), "outcome": one.outcome, "reasons": one.reasons}
        for one in rows
    ]
    return {**cases.copy_of(by, person, at=at), "visits": visits}
