"""Which records a list from elsewhere speaks of: by name and identity number, and within reach."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from linli.basics import Actor
from linli.fabric.keyring import keyring
from linli.people.models import Person

from .merged import standing_records

One = TypeVar("One")
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The record that stands for a person; ``ended_on`` where they died or moved away."""

    id: int
    ended_on: date | None


def named_people(by: Actor, named: Collection[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """
    Return name and identity number → the person, for those in reach who have both.

    A merged record is found by what it was called. To know that somebody is on record is to look:
    the caller answers for the log. Two queries for every 1,000, and one.

    :param named: names without spaces, numbers as they are written down
    """
    standing = standing_records(by.district)
    found: dict[tuple[str, str], int] = {}
    for part in _parts(sorted(named)):
        found |= {one: standing.get(pk, pk) for one, pk in _called(by.district, part).items()}
    reached = _within(by, set(found.values()))
    return {one: reached[pk] for one, pk in found.items() if pk in reached}


def closed_among(people: Collection[int]) -> set[int]:
    """Return those whose record is closed. One query for every 1,000."""
    return {
        pk
        for part in _parts(sorted(people))
        for pk in Person.objects.filter(pk__in=part, ended_on__isnull=False).values_list(
            "pk", flat=True
        )
    }


def within_reach(by: Actor, people: Collection[int]) -> list[int]:
    """Return those the actor reaches, in order of id; everybody for the house itself."""
    return sorted(_within(by, people))


def _parts(whole: Sequence[One]) -> Iterator[Sequence[One]]:
    return (whole[first : first + CHUNK] for first in range(0, len(whole), CHUNK))


def _called(district: int, named: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    ring = keyring()
    numbers = {index: number for _, number in named for index in ring.blinds(number)}
    rows = Person.objects.filter(district=district, id_number_index__in=list(numbers))
    wanted = set(named)
    found = {
        ("".join(name.split()), numbers[bytes(index or b"")]): pk
        for pk, name, index in rows.order_by("id").values_list("pk", "name", "id_number_index")
    }
    return {one: pk for one, pk in found.items() if one in wanted}


def _within(by: Actor, people: Collection[int]) -> dict[int, Standing]:
    found: dict[int, Standing] = {}
    for part in _parts(sorted(people)):
        rows = Person.objects.filter(district=by.district, pk__in=part)
        if by.kind != "system":
            rows = rows.filter(community_id__in=by.communities)
        found |= {pk: Standing(pk, ended) for pk, ended in rows.values_list("pk", "ended_on")}
    return found
