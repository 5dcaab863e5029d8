"""Whatever is tried, in whatever order: no work past the gate, and no money made or lost."""

from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from linli.fabric import versions
from linli.journal.models import Line
from tests.world import build_world

from .conftest import furnish
from .walking import Walk

pytestmark = pytest.mark.django_db


ENDS = {
    "RequestAdmitted",
    "RequestReturned",
    "EmergencyDeclared",
    "RequestEnded",
    "TaskDone",
    "TaskPaid",
    "WorkRefused",
    "StepHandedOver",
}


class AtTheGate(RuleBasedStateMachine):
    """Hypothesis chooses each step; each run begins from the same district."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = transaction.savepoint()
        self.walk: Walk | None = None

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        versions.forget_everything()
        self.walk = Walk(furnish(build_world()), Random(seed))  # noqa: S311

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
    walk = Walk(furnish(build_world()), Random(11))  # noqa: S311
    for _ in range(500):
        walk.step()

    assert set(Line.objects.values_list("kind", flat=True)) >= ENDS
    assert walk.attacks > 5
