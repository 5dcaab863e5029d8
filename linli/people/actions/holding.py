"""Holding people while an act of another storey makes up its mind."""

from collections.abc import Iterable

from linli.basics import Actor, NoSuchThing
from linli.fabric.writing import write_atomic
from linli.people import queries
from linli.people.models import Person


@write_atomic
def hold_people(*, by: Actor, people: Iterable[int]) -> None:
    """
    Lock records to the end of the act under way, in order of id: what is read now stays so.

    Writes nothing and leaves no line.

    :raises NoSuchThing: if somebody is not there, or not for this actor
    """
    wanted = set(people)
    rows = Person.objects.select_for_update().filter(district=by.district, pk__in=wanted)
    held = list(rows.order_by("id"))
    if len(held) != len(wanted):
        raise NoSuchThing
    for one in held:
        queries.check_reach(by, one)
