"""The demo's year at the gate goes through single acts, and everything in it adds up."""

from datetime import timedelta

import pytest

from linli.gate.models import Request, Task
from linli.interop.management.tasks import CODE, GIVEN_FEN, MINUTES, hands, live_requests
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance
from tests.world import GREEN, HOUSE_ITSELF, NOON

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
