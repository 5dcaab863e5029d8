"""A sub-case is asked for in the name of a step; where the step is dropped, so is what it asked."""

import pytest

from linli.cases import actions
from linli.cases.domain import End
from linli.cases.models import Case, Docket, Step
from linli.journal.queries import verify_live
from tests.world import NOON

from .errands import HOUR, RESIDENT, accept, finish, kinds, said, step

ROOF = {"item": "roof_renewal", "words": "屋顶漏了"}


@pytest.fixture
def roof(world):
    """A renewal of the roof whose step “stop the leak first” has opened a case of its own."""
    made = actions.open_case(by=RESIDENT, said=said(world, **ROOF), at=NOON)
    accept(world, made, "station", "accept")
    finish(world, made, "station", "accept")
    return made


def leaks(roof) -> list[Case]:
    return list(Case.objects.filter(parent_step=step(roof, "leak")).order_by("id"))


def withdraw(world, roof) -> None:
    actions.withdraw_case(by=RESIDENT, report=roof.report, at=NOON + HOUR)


def explain(world, roof) -> None:
    said = {"end": End.EXPLAINED, "words": "户内的屋顶由房主自己修，办法已经当面说明。"}
    by = world.at("station")
    actions.answer_case(by=by, case_id=roof.case.pk, at=NOON + HOUR, **said)


def reroute(world, roof) -> None:
    by = world.at("station")
    actions.reroute_case(by=by, case_id=roof.case.pk, item="shared_leak", at=NOON + HOUR)


@pytest.mark.parametrize("act", [withdraw, explain, reroute])
def test_it_ends_with_the_step_it_stands_for(world, roof, act) -> None:
    (leak,) = leaks(roof)
    assert leak.status == "offered"

    act(world, roof)

    (leak,) = leaks(roof)
    assert (leak.status, leak.end, leak.ended_at) == ("ended", "withdrawn", NOON + HOUR)
    assert (leak.next_mark_at, leak.first_next_mark_at) == (None, None)
    assert set(Step.objects.filter(case=leak).values_list("state", flat=True)) == {"dropped"}
    assert not Docket.objects.filter(case=leak, open=True).exists()
    assert list(verify_live()) == []


def test_one_that_was_answered_keeps_its_answer(world, roof) -> None:
    (leak,) = leaks(roof)
    by = world.at("station")
    done = {"end": End.EXPLAINED, "words": "漏点在户内，已经教住户关好总阀。"}
    actions.answer_case(by=by, case_id=leak.pk, at=NOON, **done)

    withdraw(world, roof)

    (leak,) = leaks(roof)
    assert (leak.status, leak.end) == ("answered", "explained")


def test_parted_again_a_case_asks_for_it_anew(world, roof) -> None:
    other = actions.open_case(by=RESIDENT, said=said(world, **ROOF), at=NOON)
    station = {"by": world.at("station"), "case_id": roof.case.pk}
    actions.merge_cases(**station, into_id=other.case.pk, at=NOON + HOUR)
    assert [one.end for one in leaks(roof)] == ["withdrawn"]

    actions.undo_merge(**station, at=NOON + 2 * HOUR)

    assert [(one.status, one.end) for one in leaks(roof)] == [
        ("ended", "withdrawn"),
        ("offered", ""),
    ]
    assert kinds(roof)[-3:] == ["CasesMerged", "MergeUndone", "PartyInvited"]
    assert list(verify_live()) == []
