"""Values of the right type that cannot be: each is refused by its name, and changes nothing."""

from types import MappingProxyType

import pytest

from linli.gate import actions
from linli.gate.domain import BadRequestPlan, Kind
from linli.journal.models import Line
from tests.world import HOUSE_ITSELF, NOON

from .conftest import DAY, wanted
from .test_actions import refused
from .test_doors import cell, here  # noqa: F401

pytestmark = pytest.mark.django_db
LONGEST = MappingProxyType(
    {"title": 120, "purpose": 300, "basis": 120, "duty_line": 60, "evidence": 200}
)


def test_work_goes_where_there_are_doors(world) -> None:
    """Else the chore that puts it on the list would stumble over it, and over all behind it."""
    for of in ("cases", "visits", "ledger"):
        plan = wanted(world, kind=Kind.WORK, whom=cell(None, of))
        by = world.at("housing")
        wrong = refused(BadRequestPlan, actions.draft_request, by=by, wanted=plan, at=NOON)
        assert wrong.field == "whom"


def test_words_that_no_line_holds_are_refused_and_not_cut(world) -> None:
    by = world.at("housing")
    for field, most in LONGEST.items():
        plan = wanted(world, **{field: "长" * (most + 1)})
        wrong = refused(BadRequestPlan, actions.draft_request, by=by, wanted=plan, at=NOON)
        assert wrong.field == field
        plan = wanted(world, **{field: "法 " + "长" * (most - 2)})
        assert actions.draft_request(by=by, wanted=plan, at=NOON).state == "draft"


def test_a_chore_of_fewer_than_none_does_nothing(here) -> None:  # noqa: F811
    row = here.ask()
    lines = Line.objects.count()
    for act in ("lapse_requests", "escalate_requests", "pay_overdue", "put_admitted"):
        assert getattr(actions, act)(by=HOUSE_ITSELF, at=row.valid_to + 90 * DAY, most=-1) == 0
    assert Line.objects.count() == lines
