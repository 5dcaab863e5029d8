"""What the form for somebody new offers: the doors of one's communities, and who lives behind one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from linli.basics import Actor, NoSuchThing
from linli.people.domain import Permission, check_may_reach, is_under_fourteen
from linli.people.models import Person
from linli.places import queries as places

from .kin import Doors, doors_to_choose
from .register import masked


@dataclass(frozen=True, slots=True)
class Arrival:
    """Doors to choose; of the one chosen the households, and who there may be a child's guardian."""

    choice: Doors
    households: Sequence[tuple[str, str]] = ()
    guardians: Sequence[tuple[str, str]] = ()


def arrival(
    by: Actor, *, community: int | None, house: int | None, home: int | None, on: date
) -> Arrival:
    """
    Return the choices so far; those who live behind the door are masked.

    :raises NotAllowed: without ``people.register``
    """
    by.must(Permission.REGISTER_PEOPLE)
    reached = community if community in by.communities else None
    choice = doors_to_choose(by, reached, house)
    mine = {str(one) for one in by.communities}
    choice = replace(choice, communities=[one for one in choice.communities if one[0] in mine])
    if home is None:
        return Arrival(choice)
    try:
        check_may_reach(by, community=places.community_of(by.district, home))
    except NoSuchThing:
        return Arrival(choice)
    rows = Person.objects.filter(district=by.district, home=home, ended_on=None).order_by("id")
    behind = [(one, masked(one).name) for one in rows]
    households: dict[int, list[str]] = {}
    for one, name in behind:
        if one.household_id:
            households.setdefault(one.household_id, []).append(name)
    return Arrival(
        choice,
        [(str(pk), ", ".join(names)) for pk, names in households.items()],
        [(str(one.pk), name) for one, name in behind if not is_under_fourteen(one.birth_on, on)],
    )
