"""The demo's year at the gate goes through single acts, and everything in it adds up."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from linli.gate import queries
from linli.gate.models import Refusal, Request, Task, TaskFile, Worked
from linli.interop.management.tasks import (
    CODE,
    GIVEN_FEN,
    MINUTES,
    hands,
    live_doors,
    live_emergencies,
    live_month,
    live_requests,
)
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance
from linli.parties import queries as parties
from tests.world import GREEN, HOUSE_ITSELF, NOON

from .conftest import worker
from .test_doors import Neighbours

pytestmark = pytest.mark.django_db


def everybody(world):
    return hands(
        HOUSE_ITSELF,
        office=world.at("civil").party,
        street=world.at("street").party,
        district=world.at("district").party,
        committee=world.at("committee").party,
        community=world.place(GREEN),
        officer=world.at("district"),
    )


def test_a_year_at_the_gate(world) -> None:
    who = everybody(world)
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
    assert TaskFile.objects.values("task").distinct().count() == 4  # of six that were done


def test_of_two_emergencies_one_is_reviewed_and_one_lapses(world) -> None:
    who, now = everybody(world), NOON + timedelta(days=10)
    live_requests(who, now=NOON, months=0, line="home_safety")
    assert live_emergencies(who, now=now, line="home_safety") == 2

    reviewed, lapsed = Request.objects.order_by("id")
    assert {reviewed.declared_by, lapsed.declared_by} == {world.at("district").appointment}
    assert (reviewed.lane, reviewed.state, reviewed.paid_fen) == ("ordinary", "expired", 60 * 70)
    assert reviewed.tasks.get().files.count() == 1
    assert (lapsed.lane, lapsed.state) == ("emergency", "expired")
    assert lapsed.ended_at - lapsed.submitted_at == timedelta(hours=73)
    assert lapsed.tasks.get().state == "lapsed"
    [line] = queries.bill(date(2026, 11, 1), on=now.date(), district=1).lines
    assert (line.emergencies, line.unfunded, line.minutes) == (2, 60, 120)
    page = Client(headers={"accept-language": "en"}).get("/burden/?month=2026-11").content.decode()
    assert re.search(r'data-h="Emergencies"><a href="[^"]*kind=emergencies#entries">2</a>', page)
    shown = Client().get(f"/burden/r/{lapsed.number}/").content.decode()
    assert "今晚就停水" in shown
    assert parties.staff_words(lapsed.declared_by).name in shown


def test_the_last_days_show_two_returns_and_where_the_minutes_went(world) -> None:
    who = everybody(world)
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
    who = everybody(world)
    live_requests(who, now=NOON, months=0, line="home_safety", closed="market_checks")
    made = live_doors(who, worker(world), now=NOON, lines=("home_safety", "help"))

    assert made == 3  # one who is alone, and two of whom it is asked
    asked, sent = Task.objects.order_by("id")
    assert (asked.asked, asked.met, asked.state) == (2, 2, "done")
    assert (sent.asked, sent.met, sent.state) == (1, 1, "done")
    assert (asked.worked, sent.worked) == (asked.request.minutes, sent.request.minutes)
    assert here.open() == []
