"""A small district, a clock that stands at noon of a Monday, and browsers in two languages."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from linli.identity.models import User
from linli.people import actions as people
from tests.world import DOOR, HOUSE_ITSELF, NOON, World, build_world


class Hands:
    """The clock of a test; ``moves`` it on."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    found = Hands()
    monkeypatch.setattr(timezone, "now", found)
    return found


@pytest.fixture
def world(db: None, hands: Hands) -> World:
    return build_world()


@pytest.fixture
def browser(world: World) -> Client:
    """Somebody without an account, reading Chinese."""
    return Client(headers={"accept-language": "zh-CN"})


@pytest.fixture
def resident(world: World) -> Client:
    """A resident who signs in; she lives at the one flat there is."""
    user = User.objects.create(username="chen")
    person = people.register_person(
        by=HOUSE_ITSELF,
        at=NOON,
        name="陈桂英",
        home=world.place(DOOR),
        phone="13800005210",
        facts={"hukou": "local"},
    )
    people.link_user(by=HOUSE_ITSELF, at=NOON, person=person.pk, user=user.pk)
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(user)
    return client
