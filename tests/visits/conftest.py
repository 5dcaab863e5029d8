"""A household of two at one door, two who visit it, and a form that asks on a line of the list."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from linli.basics import Actor
from linli.people import actions as people
from linli.people.models import Household, Person
from linli.visits.domain import Stated, Unchanged, VisitCard
from tests.kept import kept
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW, World, build_world

LINE = "public_affairs"


class Household2:
    """The household, its people, and a worker and a head who visit."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, NOON
        seat = world.at("committee")
        self.worker: Actor = seat
        self.other: Actor = replace(seat, appointment=world.at("station").appointment, user=None)
        self.stranger: Actor = replace(
            seat, communities=frozenset({world.place(WILLOW)}), appointment=777
        )
        self.community = world.place(GREEN)
        before = NOON - timedelta(days=400)
        self.house: Household = people.register_household(
            by=HOUSE_ITSELF, at=before, home=world.place(DOOR), kind="family"
        )
        self.old: Person = self._lives("陈秀英", before, date(1941, 5, 3), lives_alone=False)
        self.young: Person = self._lives("陈小明", before, date(1990, 2, 3), employment="employed")

    def _lives(self, name: str, at: datetime, born: date, **facts) -> Person:
        return people.register_person(
            by=HOUSE_ITSELF,
            at=at,
            name=name,
            home=self.world.place(DOOR),
            household=self.house.pk,
            facts={"birth_on": born, **facts},
        )

    def card(self, key: str = "k1", **more) -> VisitCard:
        values = {
            "key": key,
            "household": self.house.pk,
            "outcome": "done",
            "visited_on": date(2026, 11, 16),
            "minutes": 12,
        }
        return VisitCard(**(values | more))

    def says(self, attribute: str, value, *, seen: int = 0, person=None, reason="visit") -> Stated:
        who = (person or self.old).pk
        return Stated(person=who, attribute=attribute, value=value, seen=seen, reason=reason)

    def same(self, topic: str, *, person=None, **seen: int) -> Unchanged:
        return Unchanged(person=(person or self.old).pk, topic=topic, seen=seen)


@pytest.fixture
def home(db) -> Household2:
    return kept("household", lambda: Household2(build_world()))
