"""今天 shows the emergencies nobody has reviewed, as long as they run, to whoever is near."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.cockpit import queries
from linli.gate import actions as gate
from linli.gate.domain import Permission
from linli.gate.models import Request
from linli.identity import actions as identity
from tests.cockpit.conftest import browser_of
from tests.gate.conftest import furnished, submitted
from tests.kept import kept
from tests.world import GREEN, HOUSE_ITSELF, NOON, World

LAPSES = NOON + timedelta(hours=72)


def _declared() -> World:
    world = furnished()
    identity.mark_demo(by=HOUSE_ITSELF, at=NOON)  # staff without a second factor may come in
    row = submitted(world, communities=frozenset({world.place(GREEN)}))
    gate.declare_emergency(by=world.at("district"), request=row.pk, words="台风今晚到", at=NOON)
    return world


@pytest.fixture
def world(db) -> World:
    return kept(("cockpit", "emergency"), _declared)


def shown(world: World, at=NOON, desk: str = "street") -> list[str]:
    return [one.title for one in queries.today(world.at(desk), at=at).urgent]


def test_an_emergency_stands_there_until_it_lapses(world) -> None:
    [one] = queries.today(world.at("street"), at=NOON + timedelta(hours=24)).urgent

    assert (one.title, one.why, one.where) == ("查看老楼外墙", "台风今晚到", "青桐社区")
    assert one.href == f"/tasks/r/{Request.objects.get().number}/"
    assert (one.clock.run, one.clock.state, one.clock.words) == (33, "run", "剩 2 天")
    assert shown(world, desk="district") == ["查看老楼外墙"]
    assert shown(world, LAPSES - timedelta(seconds=1)) == ["查看老楼外墙"]
    assert shown(world, LAPSES) == []


def test_an_emergency_is_told_to_who_sees_the_gate_near_it_and_until_its_review(world) -> None:
    row, street = Request.objects.get(), world.at("street")
    blind = replace(street, permissions=street.permissions - {Permission.SEE})
    page = queries.today(blind, at=NOON)
    assert (page.urgent, len(page.checked_words)) == ((), 5)
    assert len(queries.today(street, at=NOON).checked_words) == 6

    Request.objects.filter(pk=row.pk).update(communities=[0])
    assert shown(world) == []

    Request.objects.filter(pk=row.pk).update(communities=row.communities, decided_at=NOON)
    assert shown(world) == []


def test_the_page_leads_to_the_emergency_and_does_not_say_that_nothing_is_wrong(world) -> None:
    address = f"/tasks/r/{Request.objects.get().number}/"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(hours=1))
        street = browser_of("street")
        html = street.get("/cockpit/").content.decode()
        opened = street.get(address)
        patch.setattr("django.utils.timezone.now", lambda: LAPSES)
        after = street.get("/cockpit/").content.decode()

    assert f'<a href="{address}">查看老楼外墙</a>' in html
    assert "今天没有不对劲的办件" in html
    assert "“台风今晚到”" in html
    assert opened.status_code == 200
    assert address not in after
    assert "今天没有不对劲的事" in after
