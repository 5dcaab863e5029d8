"""Whatever is tried, by whomever, in whatever order: no work past the gate, no money made or lost."""

import re
from functools import partial
from random import Random

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from linli.catalogue.models import Mandate
from linli.fabric import versions
from linli.gate.models import Request
from linli.journal.models import Line
from linli.ledger import actions as ledger
from tests.world import HOUSE_ITSELF, NOON, World

from . import drawing
from .conftest import admitted
from .holding import Holding
from .posting import FIELDS, routes
from .settling import settled
from .walking import WEIGHTS, Walk, begin_walk

pytestmark = pytest.mark.django_db
SEED, MOST_STEPS, ROUNDS = 3, 2_000, 40
ODD_ROUTES = {r"^desk/cases\.(?P<kind>csv|xlsx)$": "desk/cases.csv"}
PLACEHOLDER = re.compile(r"<[^>]*>")

ENDS = {
    "RequestAdmitted",
    "RequestReturned",
    "EmergencyDeclared",
    "RequestEnded",
    "TaskDone",
    "TaskPaid",
    "WorkRefused",
    "StepHandedOver",
    "NewcomersAsked",
}


class AtTheGate(RuleBasedStateMachine):
    """Hypothesis chooses each step; each run begins from the same district."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.mark = transaction.savepoint()
        self.walk: Walk | None = None

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.walk = begin_walk(self.world, seed)

    @precondition(lambda self: self.walk is not None)
    @rule(seed=st.integers(0, 2**32))
    def step(self, seed: int) -> None:
        assert self.walk is not None
        self.walk.draw = Random(seed)  # noqa: S311
        self.walk.step()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)
        versions.forget_everything()


def test_nothing_comes_past_the_gate() -> None:
    AtTheGate.world = settled()
    run_state_machine_as_test(
        AtTheGate,
        settings=settings(
            max_examples=3,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_long_walk_meets_every_kind_of_end() -> None:
    walk = begin_walk(settled(), SEED)
    # Whoever was asked answers sooner than was paid for: that leaves room for who comes.
    for _ in range(ROUNDS):
        if walk.newcomers():
            break
        for act in (walk.people_asked, walk.answer, walk.come):
            walk.go(act)
    for _ in range(MOST_STEPS // 100):
        for _ in range(100):
            walk.step()
        met = set(Line.objects.values_list("kind", flat=True)) >= ENDS
        if met and set(walk.ways) == set(WEIGHTS):
            break

    assert walk.newcomers()
    assert set(Line.objects.values_list("kind", flat=True)) >= ENDS
    assert set(walk.ways) == set(WEIGHTS)
    assert {end for _, end in walk.acts} >= {"done", "refused", "302", "403", "404", "422"}


def _release(row: Request) -> None:
    values = {"by": HOUSE_ITSELF, "at": NOON, "line": row.budget_line_id, "amount": 1}
    ledger.release_budget(**values, key="past the gate")


def _work_after_a_recall(row: Request) -> None:
    Mandate.objects.update(revoked_at=NOON)
    row.tasks.update(state="begun")


HOLES = {
    "reserved past the gate": _release,
    "worked without leave": _work_after_a_recall,
}


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_would_be_seen(hole: str) -> None:
    world = settled()
    holding = Holding()
    row = admitted(world)
    holding.look(NOON, [], whole=True)

    HOLES[hole](row)

    with pytest.raises(AssertionError, match=hole):
        holding.look(NOON, [], whole=True)


def test_every_public_act_of_every_storey_is_drawn_or_says_why_not() -> None:
    named, given = set(drawing.acts()), drawing.undrawable()

    assert len(named) > 170
    assert {"gate.admit_request", "ledger.post_transfer", "cases.open_case"} <= named
    assert not drawing.LEFT_OUT.keys() - named, "left out, and no such act"
    assert not drawing.ON_OTHER_MONEY - named
    assert all(drawing.LEFT_OUT.values())
    missing = {name: why for name, why in given.items() if name not in drawing.LEFT_OUT}
    assert not missing, f"Teach tests/gate/drawing.py these: {missing}"


def test_every_act_that_is_drawn_can_be_tried() -> None:
    walk = begin_walk(settled(), SEED)
    untried = []
    for name in sorted(set(drawing.acts()) - set(drawing.LEFT_OUT)):
        for _ in range(8):
            walk.take(partial(walk.one_act, name))
            ends = {end for (act, end) in walk.acts if act == name}
            if ends - {"nothing yet"}:
                break
        else:
            untried.append(name)
    assert not untried


def test_every_address_that_takes_a_form_is_drawn() -> None:
    """An address that answers 405 to a POST takes none; any other has a row of fields."""
    settled()
    taking = set()
    for route in routes():
        path = "/" + PLACEHOLDER.sub("1", ODD_ROUTES.get(route, route))
        with transaction.atomic():
            answer = Client(raise_request_exception=False).post(path)
            transaction.set_rollback(True)
        if answer.status_code != 405:
            taking.add(route)
    assert len(taking) > 70
    missing = taking - set(FIELDS)
    assert not missing, f"{sorted(missing)}: say in tests/gate/posting.py what their forms hold."
    assert not set(FIELDS) - set(routes())
