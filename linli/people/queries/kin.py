"""Near relatives as the desk sees them, and the doors one may move to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.fabric.jinja import language
from linli.people.domain import KINSHIP, MaskedPerson, check_may_reach
from linli.people.models import Kin, Person
from linli.places import queries as places
from linli.places.domain import Kind

from .merged import standing_records, their_records
from .register import masked, person_for

HOUSES = (Kind.COURTYARD, Kind.BUILDING, Kind.STAIRWELL)


@dataclass(frozen=True, slots=True)
class KinLine:
    """A near relative; who lives where the hat does not reach is not shown, even masked."""

    relative: MaskedPerson | None
    kinship: str


def kin_of(by: Actor, person: int) -> list[KinLine]:
    """
    Return the near relatives on record, in the order they were noted; one who is two records once.

    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    found = person_for(by, person)
    rows = Kin.objects.filter(person__in=their_records(found.pk)).order_by("id")
    standing = standing_records(by.district)
    near: dict[int, str] = {}
    for relative, kinship in rows.values_list("relative", "kinship"):
        near.setdefault(standing.get(relative, relative), kinship)
    people = Person.objects.in_bulk(near)
    return [
        KinLine(
            relative=masked(people[pk]) if _reaches(by, people[pk]) else None,
            kinship=gettext(KINSHIP[kinship]),
        )
        for pk, kinship in near.items()
    ]


def kin_choices(by: Actor, person: int, also: int | None) -> list[tuple[str, str]]:
    """Return whom a form offers as a relative: the household, and one who was looked for."""
    found = person_for(by, person)
    rows = list(
        Person.objects.filter(
            district=by.district, household=found.household_id, ended_on=None
        ).exclude(pk=person)
        if found.household_id
        else []
    )
    if also is not None and also != person and also not in {row.pk for row in rows}:
        rows.insert(0, person_for(by, also))
    return [(str(row.pk), masked(row).name) for row in rows if _reaches(by, row)]


def kinships() -> list[tuple[str, str]]:
    """Return what a near relative may be (民法典 1045): code and words."""
    return [(code, gettext(words)) for code, words in KINSHIP.items()]


def _reaches(by: Actor, person: Person) -> bool:
    try:
        check_may_reach(by, community=person.community_id, person=person.pk)
    except NoSuchThing:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Doors:
    """What a moving form offers so far: communities, the houses of one, the doors of one house."""

    communities: Sequence[tuple[str, str]]
    houses: Sequence[tuple[str, str]] = ()
    doors: Sequence[tuple[str, str]] = ()


def doors_to_choose(by: Actor, community: int | None, house: int | None) -> Doors:
    """Return the choices of a form that goes from community to house to door, all of the district."""
    tree, words = places.tree(by.district), language()
    reach = [pk for root in tree.roots() for pk in tree.communities_under(root.id)]
    communities = [
        (str(pk), tree.path_words(pk, words)) for pk in sorted(reach) if not tree.node(pk).ended
    ]
    if community is None or community not in tree:
        return Doors(communities)
    houses = [
        (str(pk), tree.path_words(pk, words))
        for pk in tree.under(community)
        if tree.node(pk).kind in HOUSES
        and not tree.node(pk).ended
        and not any(child.kind in HOUSES for child in tree.children(pk))
    ]
    if house is None or house not in tree or tree.community_of(house) != community:
        return Doors(communities, houses)
    rows = places.doors_of(by.district, house)
    named = places.many_place_words(by.district, [row.pk for row in rows], words)
    return Doors(communities, houses, [(str(row.pk), named[row.pk]) for row in rows])
