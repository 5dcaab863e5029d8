"""A small world, somebody signed in at a desk, and a case to look at."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.basics import Actor
from linli.cases import actions
from linli.cases.actions import Said
from linli.cases.domain import Channel
from linli.fabric import versions
from linli.identity.models import User
from tests.world import STAIR, World, build_world

RESIDENT = Actor(kind="resident", district=1)
LEAK = "三单元楼道顶上漏水，滴到电表箱了。"


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    versions.forget_everything()


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    """Staff sign in with two factors; these tests are not about that."""
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)


@pytest.fixture
def world(db) -> World:
    return build_world()


@pytest.fixture
def at_desk(world):
    """Return a browser signed in at a desk, in Chinese."""

    def sign_in(desk: str, language: str = "zh-hans") -> Client:
        browser = Client(headers={"accept-language": language})
        browser.force_login(User.objects.get(username=desk))
        return browser

    return sign_in


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def leak(world, now):
    return report(world, at=now - timedelta(hours=1))


def report(world: World, *, at, words: str = LEAK, item: str = "shared_leak", **changes):
    said = Said(
        item=item, words=words, channel=Channel.PORTAL, place_id=world.place(STAIR), **changes
    )
    return actions.open_case(by=RESIDENT, said=said, at=at)
