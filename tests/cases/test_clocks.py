"""What makes a clock stand still, run longer, or ring."""

from datetime import timedelta

from linli.basics import NotAllowed
from linli.cases import actions, domain
from linli.cases.domain import PauseReason
from linli.cases.models import Case
from tests.world import NOON

from .errands import HOUR, RESIDENT, kinds, refused, step


def test_the_clock_stands_still_for_papers_and_runs_on_from_there(world, leak) -> None:
    actions.ask_papers(
        by=world.at("station"),
        case_id=leak.case.pk,
        papers=["照片"],
        words="还差一张照片",
        review_at=NOON + timedelta(days=3),
        at=NOON + HOUR,
    )
    assert Case.objects.get(pk=leak.case.pk).status == "asking"

    actions.bring_papers(by=RESIDENT, report=leak.report, file_ids=[], at=NOON + 11 * HOUR)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.due_at - NOON) == ("working", 34 * HOUR)
    assert kinds(leak) == ["CaseOpened", "PapersAsked", "PapersBrought", "CaseResumed"]


def test_a_pause_beyond_thirty_days_is_refused(world, leak) -> None:
    refused(
        domain.PauseTooLong,
        actions.pause_case,
        by=world.at("station"),
        case_id=leak.case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=NOON + timedelta(days=31),
        at=NOON,
    )


def test_the_one_who_works_does_not_grant_the_time(world, leak) -> None:
    refused(
        NotAllowed,
        actions.extend_deadline,
        by=world.at("station"),
        case_id=leak.case.pk,
        new_due_at=NOON + 30 * HOUR,
        words="等配件",
        at=NOON,
    )
    actions.extend_deadline(
        by=world.at("street"),
        case_id=leak.case.pk,
        new_due_at=NOON + 30 * HOUR,
        words="等配件",
        at=NOON,
    )
    assert Case.objects.get(pk=leak.case.pk).due_at == NOON + 30 * HOUR


def test_clocks_turn_amber_and_red_and_leave_a_line_each(world, leak) -> None:
    assert actions.turn_clocks(by=RESIDENT, at=NOON + 7 * HOUR) == 0
    assert actions.turn_clocks(by=RESIDENT, at=NOON + 20 * HOUR) == 3
    assert Case.objects.get(pk=leak.case.pk).mark == "amber"
    assert step(leak, "look").mark == "escalated"

    actions.turn_clocks(by=RESIDENT, at=NOON + 25 * HOUR)

    assert Case.objects.get(pk=leak.case.pk).mark == "red"
    assert actions.turn_clocks(by=RESIDENT, at=NOON + 25 * HOUR) == 0
