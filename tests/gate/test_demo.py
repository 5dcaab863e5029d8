"""The demo's year at the gate goes through single acts, and everything in it adds up."""

from datetime import timedelta

import pytest

from linli.gate.models import Refusal, Request, Task, Worked
from linli.interop.management.tasks import (
    CODE,
    GIVEN_FEN,
    MINUTES,
    hands,
    live_doors,
    live_month,
    live_requests,
)
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance
from tests.world import GREEN, HOUSE_ITSELF, NOON

from .conftest import worker
from .test_doors import Neighbours

pytestmark = pytest.mark.django_db


def test_a_year_at_the_gate(world) -> None:
    who = hands(
        HOUSE_ITSELF,
        office=world.at("civil").party,
        street=world.at("street").party,
        district=world.at("district").party,
        committee=world.at("committee").party,
        community=world.place(GREEN),
    )
    asked = live_requests(
        who, now=NOON + timedelta(days=360), line="home_safety", closed="market_checks"
    )

    states = list(Request.objects.order_by("id").values_list("state", flat=True))
    assert asked == len(states) == 12
    assert states.count("returned") == 6  # three taken back, three without money
    assert states.count("expired") == 6
    paid = 6 * MINUTES * 70
    line = ledger.line_by_code(CODE, district=1)
    assert ledger.line_balance(line.pk, district=1) == LineBalance(GIVEN_FEN - paid, 0, 0, paid)
    assert not Task.objects.filter(paid_at=None).exists()


def test_the_last_days_show_two_returns_and_where_the_minutes_went(world) -> None:
    who = hands(
        HOUSE_ITSELF,
        office=world.at("civil").party,
        street=world.at("street").party,
        district=world.at("district").party,
        committee=world.at("committee").party,
        community=world.place(GREEN),
    )
    now, lines = NOON + timedelta(days=30), {"line": "home_safety", "closed": "market_checks"}
    live_requests(who, now=now, months=1, **lines)
    assert live_month(who, now=now, **lines) == 3
    states = Request.objects.order_by("id").values_list("state", flat=True)
    assert list(states)[-3:] == ["returned", "returned", "active"]
    spent = Worked.objects.filter(worked_on=now.date()).order_by("id")
    spent = spent.values_list("effort", "minutes")
    assert list(spent) == [("door", 45), ("form", 60), ("meeting", 40)]
    [refusal] = Refusal.objects.all()
    assert (refusal.asked_by_id, refusal.line) == (world.at("civil").party, "market_checks")


def test_the_demo_asks_and_visits_at_doors(world) -> None:
    here = Neighbours(world)
    who = hands(
        HOUSE_ITSELF,
        office=world.at("civil").party,
        street=world.at("street").party,
        district=world.at("district").party,
        committee=world.at("committee").party,
        community=world.place(GREEN),
    )
    live_requests(who, now=NOON, months=0, line="home_safety", closed="market_checks")
    made = live_doors(who, worker(world), now=NOON, lines=("home_safety", "help"))

    assert made == 3  # one who is alone, and two of whom it is asked
    asked, sent = Task.objects.order_by("id")
    assert (asked.asked, asked.met, asked.state) == (2, 2, "done")
    assert (sent.asked, sent.met, sent.state) == (1, 1, "done")
    assert (asked.worked, sent.worked) == (asked.request.minutes, sent.request.minutes)
    assert here.open() == []
