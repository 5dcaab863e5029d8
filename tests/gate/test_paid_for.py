"""A booking leads to the task or the request it pays for, and only whoever may see that."""

import re
from dataclasses import replace

import pytest

from linli.gate import actions, queries
from linli.gate.domain import Effort
from linli.ledger.models import Transfer
from linli.ledger.queries import paid_for
from tests.world import NOON

from .conftest import LATER, TODAY, admitted, task, worker
from .test_screens import _now, browser  # noqa: F401  # today

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(world):
    """A request whose task at the one community was worked on, done and paid; one booking too many."""
    row = admitted(world)
    by, mine = worker(world), task(row, world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    words = {"by": by, "task": mine.pk, "effort": Effort.DOOR, "worked_on": TODAY, "at": NOON}
    actions.book_minutes(minutes=20, **words)
    wrong = actions.book_minutes(minutes=9, **words)
    actions.take_back_minutes(by=by, worked=wrong.pk, at=NOON)
    actions.finish_task(by=by, task=mine.pk, shown="照片 3 张", at=NOON)
    actions.pay_task(by=world.at("housing"), task=mine.pk, at=LATER)
    row.refresh_from_db()
    return row, mine


def test_each_booking_of_the_gate_leads_to_what_it_is_for(world, paid):
    row, mine = paid
    by = world.at("housing")
    found = {
        one.key.split(".")[1]: paid_for(by, one.key)
        for one in Transfer.objects.filter(key__startswith="gate.")
    }
    assert {"reserve", "commit", "work", "undo", "pay"} <= found.keys()
    for kind, page in found.items():
        if kind in {"reserve", "release", "uncommit"}:
            assert (page.route, page.argument) == ("gate:request", row.number)
        else:
            assert (page.route, page.argument) == ("gate:task", mine.pk)
        assert "查看老楼外墙" in page.words


def test_the_page_of_a_payment_links_to_the_task_and_the_task_opens(world, paid):
    _, mine = paid
    pk = Transfer.objects.get(key=f"gate.pay.{mine.pk}").pk
    client = browser("housing", "en")
    shown = client.get(f"/money/transfers/{pk}/").content.decode()
    [address] = re.findall(r'What it is for: <a class="link-touch" href="([^"]+)"', shown)
    assert address == f"/tasks/t/{mine.pk}/"
    assert client.get(address).status_code == 200


def test_who_may_not_see_it_is_led_nowhere(world, paid):
    row, mine = paid
    others = [world.at("city"), replace(world.at("housing"), permissions=frozenset())]
    for by in others:
        assert paid_for(by, f"gate.pay.{mine.pk}") is None
    assert paid_for(replace(world.at("housing"), district=2), f"gate.reserve.{row.pk}") is None


@pytest.mark.parametrize(
    "key",
    ["gate.pay.", "gate.pay.x", "gate.pay.0", "gate.", "gate.given.1", "visit-7", "gate.undo.0"],
)
def test_a_key_that_names_nothing_leads_nowhere(world, key):
    assert paid_for(world.at("housing"), key) is None
    assert queries.paid_for(world.at("housing"), key) is None
