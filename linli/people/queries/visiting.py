"""What visits ask of the register: whole communities as numbers, and which version a fact is at."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from linli.basics import Actor, NoSuchThing
from linli.fabric.numbers import NONE, ordinal, place_in, read_numbers
from linli.people.domain import Fact, Numbers, Value, check_may_reach, only
from linli.people.models import Household, Person, Superseded, Trait
from linli.rulebook.domain import Population

from .counting import known_now, number_columns
from .dictionaries import dictionary, fact
from .register import column_value, current_value, past_values, trait_value

_ON = '"on"'  # a word of SQL's own
ALONE = "lives_alone"
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """
    Those who live in some communities now, in order of id: one number or truth per person.

    ``households``, ``homes`` and ``born`` are ``NONE`` where there is none. ``old`` counts the
    facts older than their greatest age; ``alone`` says who is known to live alone. ``facts`` hold
    what was asked for besides.
    """

    ids: Numbers
    households: Numbers
    homes: Numbers
    born: Numbers
    registered: Numbers
    old: Numbers
    alone: NDArray[np.bool_]
    facts: Population


def neighbours(
    district: int, communities: Collection[int], on: date, also: Collection[str] = ()
) -> Neighbours:
    """
    Return those who live in some communities, for a morning's list. Four queries, or five.

    :param also: facts wanted besides
    """
    more = number_columns(also)
    ageing = {
        name: fact
        for name, fact in dictionary().items()
        if fact.greatest_age_days is not None and fact.type
    }
    columns = [name for name, fact in ageing.items() if fact.held == "column"]
    traits = [name for name, fact in ageing.items() if fact.held == "trait"]
    marks = ", ".join(["%s"] * len(communities)) or "NULL"
    here = f"p.district = %s AND p.community_id IN ({marks}) AND p.ended_on IS NULL"
    params: list[str | int] = [district, *sorted(communities)]
    found = read_numbers(
        [
            "p.id",
            "p.household_id",
            "p.home_id",
            ordinal("p.birth_on"),
            ordinal("DATE(p.registered_at)"),
            *(f"CASE WHEN p.{name} IS NULL THEN 0 ELSE 1 END" for name in columns),
            *more.values(),
        ],
        f"FROM people_person p WHERE {here} ORDER BY p.id",
        params,
    )
    ids, households, homes, born, registered = found[:5]
    bit = " ".join(f"WHEN '{name}' THEN {1 << place}" for place, name in enumerate(traits))
    yes = 1 << len(traits)
    told = read_numbers(
        [
            "t.person_id",
            f"SUM(CASE t.attribute {bit} ELSE 0 END + "
            f"CASE WHEN t.attribute = '{ALONE}' AND t.code = 'yes' THEN {yes} ELSE 0 END)",
        ],
        f"FROM people_trait t JOIN people_person p ON p.id = t.person_id WHERE {here} "
        "AND NOT (t.code IS NULL AND t.number IS NULL AND t.day IS NULL) GROUP BY t.person_id",
        params,
    )
    mask = _laid(ids, told[0], told[1])
    rest = 5 + len(columns)
    known = dict(zip(columns, (line == 1 for line in found[5:rest]), strict=True))
    asked = dict(zip(more, found[rest:], strict=True))
    known |= {name: mask & (1 << place) > 0 for place, name in enumerate(traits)}
    old = _old(ids, registered, known, ageing, here=here, params=params, on=on)
    facts = known_now(ids, asked, district=district, attributes=also)
    return Neighbours(ids, households, homes, born, registered, old, mask & yes > 0, facts)


def _old(
    ids: Numbers,
    registered: Numbers,
    known: Mapping[str, NDArray[np.bool_]],
    ageing: Mapping[str, Fact],
    *,
    here: str,
    params: list[str | int],
    on: date,
) -> Numbers:
    """Return how many facts of each are older than their greatest age. Two queries."""
    topics = [*sorted({fact.topic for fact in ageing.values()}), *map(only, ageing)]
    confirmed = read_numbers(
        ["c.person_id", place_in("c.topic", topics), f"MAX({ordinal('c.' + _ON)})"],
        "FROM people_confirmation c JOIN people_person p ON p.id = c.person_id "
        f"WHERE {here} GROUP BY 1, 2",
        params,
    )
    changed = read_numbers(
        [
            "s.person_id",
            place_in("s.attribute", list(ageing)),
            f"MAX({ordinal('DATE(s.known_to)')})",
        ],
        "FROM people_superseded s JOIN people_person p ON p.id = s.person_id "
        f"WHERE {here} GROUP BY 1, 2",
        params,
    )
    old = np.zeros(len(ids), dtype=np.int64)
    for place, (name, entry) in enumerate(ageing.items()):
        youngest = np.maximum.reduce(
            [
                registered,
                _nth(ids, confirmed, topics.index(entry.topic)),
                _nth(ids, confirmed, topics.index(only(name))),
                _nth(ids, changed, place),
            ]
        )
        limit = (on - timedelta(days=entry.greatest_age_days or 0)).toordinal()
        old += (youngest < limit) & known[name]
    return old


def _nth(ids: Numbers, found: Numbers, place: int) -> Numbers:
    its = found[1] == place
    return _laid(ids, found[0][its], found[2][its])


def _laid(ids: Numbers, person: Numbers, value: Numbers) -> Numbers:
    """Return the value of each of ``ids``, 0 where none was found."""
    laid = np.zeros(len(ids), dtype=np.int64)
    if len(ids) and len(person):
        rows = np.minimum(np.searchsorted(ids, person), len(ids) - 1)
        mine = ids[rows] == person
        laid[rows[mine]] = np.where(value[mine] == NONE, 0, value[mine])
    return laid


def fact_versions(people: Iterable[int]) -> dict[tuple[int, str], int]:
    """
    Return (person, attribute) → the number of its last change; one that never changed is left out.

    One query. Whoever means to write on the strength of it holds the people first.
    """
    rows = (
        Superseded.objects.filter(person__in=list(people))
        .values_list("person", "attribute")
        .annotate(last=Max("pk"))
    )
    return {(person, attribute): last for person, attribute, last in rows}


def changed_at(versions: Iterable[int]) -> dict[int, datetime]:
    """Return version → when what stands since then was written; of such as ``fact_versions`` gives."""
    rows = Superseded.objects.filter(pk__in=list(versions))
    return dict(rows.values_list("pk", "known_to"))


def value_at_version(person: int, attribute: str, version: int) -> Value | None:
    """
    Return what a fact said when its last change was ``version``.

    :raises UnknownAttribute: if the dictionary has no such fact
    """
    changes = list(
        Superseded.objects.filter(person=person, attribute=attribute)
        .order_by("known_to", "id")
        .values_list("pk", flat=True)
    )
    later = [place for place, pk in enumerate(changes) if pk > version]
    if later:
        return past_values(person, attribute)[later[0]].value
    return current_value(Person.objects.get(pk=person), attribute)


def household_members(by: Actor, household: int) -> list[int]:
    """Return the living members of a household whom the actor may reach, the eldest first."""
    found = Person.objects.filter(
        district=by.district,
        household=household,
        ended_on=None,
        community_id__in=by.communities,
    )
    return list(found.order_by("birth_on", "id").values_list("pk", flat=True))


def doors_of(district: int, people: Iterable[int]) -> dict[int, tuple[int | None, int | None]]:
    """Return person → household and community, for many people, whoever they belong to."""
    found: dict[int, tuple[int | None, int | None]] = {}
    for part in _parts(people):
        rows = Person.objects.filter(district=district, pk__in=part)
        for person, house, community in rows.values_list("pk", "household", "community_id"):
            found[person] = (house, community)
    return found


def communities_of_households(district: int, households: Iterable[int]) -> dict[int, int | None]:
    """Return household → community, for many households, whoever they belong to."""
    found: dict[int, int | None] = {}
    for part in _parts(households):
        rows = Household.objects.filter(district=district, pk__in=part)
        found.update(rows.values_list("pk", "community_id"))
    return found


def values_held(
    by: Actor, places: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], Value | None]:
    """
    Return (person, attribute) → the value that stands, for rules and not for eyes.

    Two queries for up to ``CHUNK`` people, however many facts are asked of each.

    :raises NoSuchThing: if somebody is not there, or not for this actor
    """
    wanted = sorted(set(places))
    people = {person for person, _ in wanted}
    traits = {name for _, name in wanted if fact(name).held == "trait"}
    rows: dict[int, Person] = {}
    held: dict[tuple[int, str], Value | None] = {}
    for part in _parts(people):
        rows |= Person.objects.filter(district=by.district).in_bulk(part)
        if traits:
            said = Trait.objects.filter(person__in=part, attribute__in=traits)
            held |= {(one.person_id, one.attribute): trait_value(one) for one in said}
    if rows.keys() != people:
        raise NoSuchThing
    for one in rows.values():
        check_may_reach(by, community=one.community_id, person=one.pk, guardian=one.guardian_id)
    return {
        (person, name): held.get((person, name))
        if name in traits
        else column_value(rows[person], name)
        for person, name in wanted
    }


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield ids in parts that fit into one statement."""
    whole = sorted(set(ids))
    for first in range(0, len(whole), CHUNK):
        yield whole[first : first + CHUNK]
