"""Which records a list from elsewhere speaks of: by identity number, by name and door, and within reach."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

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


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody as a list gives them: the hashes their number may have, else name, birth date and door."""

    indexes: Sequence[bytes]
    name: str
    birth_on: date | None
    home: int | None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Somebody of a list who is on record; ``numbered`` if the identity number says so."""

    id: int
    name: str
    household: int | None
    home: int | None
    closed: bool
    numbered: bool


def on_record(district: int, listed: Mapping[str, Listed]) -> dict[str, OnRecord]:
    """
    Return which keys of a list are on record, and as whom. Two queries for every 1,000.

    Somebody is known by the identity number. Where the list or the record has none, name, birth
    date and door say that it is one person; two with numbers of their own are two.
    """
    open_ones = Person.objects.filter(district=district, merged_into=None)
    found: dict[str, OnRecord] = {}
    for part in _parts(list(listed.items())):
        keys = {index: key for key, one in part for index in one.indexes}
        for *row, index in open_ones.filter(id_number_index__in=list(keys)).values_list(
            *_KNOWN, "id_number_index"
        ):
            found[keys[bytes(index or b"")]] = _on_record(row, numbered=True)
        left = {
            (one.name, one.birth_on, one.home): (key, bool(one.indexes))
            for key, one in part
            if key not in found and one.home is not None and one.birth_on is not None
        }
        homes = {home for _, _, home in left}
        for *row, birth_on, index in open_ones.filter(home__in=homes).values_list(
            *_KNOWN, "birth_on", "id_number_index"
        ):
            key, numbered = left.get((row[1], birth_on, row[3]), ("", False))
            if key and not (numbered and index is not None):
                found[key] = _on_record(row, numbered=False)
    return found


def numbers_on_record(district: int, numbers: Collection[str]) -> dict[str, int]:
    """Return identity number → the open record that has it. Two queries for every 1,000."""
    ring = keyring()
    listed = {number: Listed(ring.blinds(number), "", None, None) for number in numbers}
    found = on_record(district, listed)
    return {number: one.id for number, one in found.items() if not one.closed}


_KNOWN = ("pk", "name", "household", "home", "ended_on")


def _on_record(row: Sequence[Any], *, numbered: bool) -> OnRecord:
    pk, name, household, home, ended_on = row
    return OnRecord(pk, name, household, home, ended_on is not None, numbered)


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
