"""A community with a door, one who works there, and people who live there."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest

from linli.basics import Actor
from linli.identity.models import User
from linli.journal.actions import system
from linli.people import actions
from linli.people.models import Person
from linli.places import actions as places
from linli.places.domain import Kind, PlaceRow
from linli.places.domain import Permission as PlacePermission
from linli.places.models import Place
from linli.rulebook.domain import identity_check
from tests.kept import kept

ROWS = [
    (Kind.DISTRICT, "330102", None, "上城区"),
    (Kind.STREET, "330102001", "330102", "清波街道"),
    (Kind.COMMUNITY, "330102001001", "330102001", "甲社区"),
    (Kind.COMMUNITY, "330102001002", "330102001", "乙社区"),
    (Kind.BUILDING, "330102001001-B1", "330102001001", "1幢"),
    (Kind.DOOR, "330102001001-B1-D101", "330102001001-B1", "101室"),
    (Kind.BUILDING, "330102001002-B1", "330102001002", "1幢"),
    (Kind.DOOR, "330102001002-B1-D101", "330102001002-B1", "101室"),
]


def number_of(born_on: date, sequence: int = 11) -> str:
    """Return an identity number that belongs to nobody we know of (odd sequence: male)."""
    first = f"330102{born_on:%Y%m%d}{sequence:03d}"
    return first + identity_check(first)


@dataclass
class Town:
    """``worker`` serves the first community, ``stranger`` the second; doors by community."""

    worker: Actor
    stranger: Actor
    communities: tuple[int, int]
    doors: tuple[int, int]
    at: datetime

    def person(self, name: str = "王小明", **values) -> Person:
        values = {"by": self.worker, "at": self.at, "name": name, "home": self.doors[0]} | values
        return actions.register_person(**values)

    def consent(self, person: Person, purpose: str = "care") -> None:
        actions.give_consent(by=self.worker, at=self.at, person=person.pk, purpose=purpose)

    def resident(self, person: Person) -> Actor:
        return Actor(kind="resident", district=1, user=person.pk, person=person.pk)


@pytest.fixture
def town(db, noon, clerk) -> Town:
    return kept("town", lambda: _found(noon, clerk))


def _found(noon: datetime, clerk: Actor) -> Town:
    places.load_places(
        by=replace(system(1), permissions=frozenset(PlacePermission)),
        at=noon,
        on=date(2020, 1, 1),
        rows=[
            PlaceRow(kind=kind, code=code, parent_code=above, name={"zh-Hans": name})
            for kind, code, above, name in ROWS
        ],
    )
    pk = dict(Place.objects.values_list("code", "pk"))
    first, second = pk["330102001001"], pk["330102001002"]
    return Town(
        worker=replace(clerk, communities=frozenset({first})),
        stranger=replace(clerk, communities=frozenset({second}), appointment=2, user=2),
        communities=(first, second),
        doors=(pk["330102001001-B1-D101"], pk["330102001002-B1-D101"]),
        at=noon,
    )


@pytest.fixture
def user(db) -> User:
    return User.objects.create(username="mingming")
