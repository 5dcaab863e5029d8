"""Two at once on real connections: exactly one wins, the other is told; one key opens one case."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from linli.basics import Actor, Refused
from linli.cases import actions
from linli.cases.domain import USUAL
from linli.cases.models import Booking, Case, Step, StepMove
from linli.cases.queries import bookable_times
from linli.parties import actions as parties
from linli.rulebook.domain import local_date
from tests.kept import kept
from tests.world import FIRST_DAY, GREEN, HOUSE_ITSELF, STAIR, STREET

from .conftest import House, live_in

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def house(transactional_db) -> House:
    return kept("house", live_in)


def race(*deeds):
    """Do the deeds at one moment, each on its own connection; return results and refusals."""
    gate = threading.Barrier(len(deeds))

    def run(deed):
        try:
            gate.wait(timeout=20)
            return deed()
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_two_accept_one_step(house: House) -> None:
    by, step = house.world.at("station"), house.step("look")
    deeds = [lambda: actions.accept_step(by=by, step_id=step, at=timezone.now())] * 2

    results = race(*deeds)

    assert sum(isinstance(one, Step) for one in results) == 1
    assert {one for one in results if isinstance(one, str)} <= {"StaleStep", "WrongMoment"}
    assert StepMove.objects.filter(step=step, to_state="accepted").count() == 1


def test_one_hands_over_while_another_returns(house: House) -> None:
    by, step = house.world.at("station"), house.step("look")
    street = house.world.party(f"{STREET}.center")

    results = race(
        lambda: actions.hand_over_step(
            by=by, step_id=step, to_party=street, note="请接手", at=timezone.now()
        ),
        lambda: actions.return_step(
            by=by, step_id=step, clause="not_here", note="不归我们", at=timezone.now()
        ),
    )

    lost = [one for one in results if isinstance(one, str)]
    assert len(lost) == 1
    assert set(lost) <= {"StaleStep", "WrongMoment", "NotYours"}
    then = Step.objects.get(pk=step)
    handed = not isinstance(results[0], str)
    assert (then.state, then.party_id) == (
        ("offered", street) if handed else ("returned", by.party)
    )
    assert StepMove.objects.filter(step=step).exclude(to_state="waiting").count() >= 1


@pytest.mark.parametrize("act", ["", "accept"])
def test_one_key_at_one_moment_is_done_once(house: House, act: str) -> None:
    headers = {**house.bearer("clerk"), "Idempotency-Key": "at-once"}
    before, moves = Case.objects.count(), StepMove.objects.count()
    path = f"/api/v1/cases/{house.fresh.number}/{act}" if act else "/api/v1/cases"
    leak = {"item": "shared_leak", "words": "漏水", "place": house.world.place(STAIR)}

    def send():
        return Client(headers=headers).post(
            path, {} if act else leak, content_type="application/json"
        )

    answers = race(*[send] * THREADS)

    assert {answer.status_code for answer in answers} == {200 if act else 201}
    assert len({answer.content for answer in answers}) == 1
    if act:
        assert StepMove.objects.count() == moves + 1
    else:
        assert Case.objects.count() == before + 1


def test_one_seat_at_one_moment_is_had_by_one(house: House) -> None:
    """More visitors than seats press at once: each seat once, each number once, the rest are told."""
    window = house.world.party(f"{GREEN}.station")
    now = timezone.now()
    parties.set_hours(
        by=HOUSE_ITSELF,
        at=now,
        party_id=window,
        from_on=FIRST_DAY,
        week=dict.fromkeys(range(7), ((0, 24 * 60),)),
    )
    starts_at = next(
        one
        for one in bookable_times(window, local_date(now + timedelta(days=1)))
        if one > now + timedelta(hours=1)
    )
    resident = Actor(kind="resident", district=1)

    def book():
        return actions.book_time(
            by=resident,
            party_id=window,
            visitor=actions.Visitor(item="shared_leak"),
            starts_at=starts_at,
            at=now,
        )

    results = race(*[book] * THREADS)

    told = [one for one in results if isinstance(one, str)]
    assert told == ["TimeTaken"] * (THREADS - USUAL.seats)
    rows = Booking.objects.order_by("seat").values_list("seat", "ticket")
    assert [seat for seat, _ in rows] == list(range(USUAL.seats))
    assert sorted(ticket for _, ticket in rows) == [1, 2]


def test_two_clerks_who_call_at_one_moment_call_two_people(house: House) -> None:
    window = house.world.party(f"{GREEN}.station")
    now = timezone.now()
    parties.set_hours(
        by=HOUSE_ITSELF,
        at=now,
        party_id=window,
        from_on=FIRST_DAY,
        week=dict.fromkeys(range(7), ((0, 24 * 60),)),
    )
    for _ in range(2):
        actions.draw_number(
            by=Actor(kind="resident", district=1),
            party_id=window,
            visitor=actions.Visitor(item="shared_leak"),
            at=now,
        )
    by = house.world.at("station")

    called = race(*[lambda: actions.call_next(by=by, at=now)] * 3)

    assert sum(one == "NobodyWaits" for one in called) == 1
    assert sorted(one.ticket for one in called if not isinstance(one, str)) == [1, 2]
