"""Two at once on real connections: exactly one wins, the other is told; one key opens one case."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from linli.basics import Refused
from linli.cases import actions
from linli.cases.models import Case, Step, StepMove
from tests.world import STAIR, STREET

from .conftest import House, live_in

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def house(transactional_db) -> House:
    return live_in()


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
