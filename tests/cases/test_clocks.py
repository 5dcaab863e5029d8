"""What makes a clock stand still, run longer, or ring."""

from datetime import timedelta

import pytest

from linli.basics import NotAllowed
from linli.cases import actions, domain
from linli.cases.domain import End, PauseReason, Status
from linli.cases.models import Case, Extension, Pause
from linli.cases.queries import case_by_id, history
from linli.journal.actions import system
from linli.journal.queries import verify_live
from tests.world import NOON

from .errands import HOUR, RESIDENT, accept, answer, finish, kinds, refused, said, step


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
    kept = Extension.objects.get(case=leak.case)
    assert (kept.words, kept.was_due_at, kept.due_at) == (
        "等配件",
        NOON + 24 * HOUR,
        NOON + 30 * HOUR,
    )
    assert [(one.kind, one.words) for one in history(leak.case)] == [
        ("DeadlineExtended", "等配件"),
        ("CaseOpened", ""),
    ]


def test_clocks_turn_amber_and_red_and_leave_a_line_each(world, leak) -> None:
    accept(world, leak, "station", "look")
    assert actions.turn_clocks(by=RESIDENT, at=NOON + 7 * HOUR) == 0
    assert actions.turn_clocks(by=RESIDENT, at=NOON + 20 * HOUR) == 3
    assert Case.objects.get(pk=leak.case.pk).mark == "amber"
    assert step(leak, "look").mark == "escalated"

    actions.turn_clocks(by=RESIDENT, at=NOON + 25 * HOUR)

    assert Case.objects.get(pk=leak.case.pk).mark == "red"
    assert actions.turn_clocks(by=RESIDENT, at=NOON + 25 * HOUR) == 0


def waits(world, leak, *, hours: int = 4, at=NOON) -> None:
    actions.pause_case(
        by=world.at("station"),
        case_id=leak.case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=at + hours * HOUR,
        at=at,
    )


def test_a_clock_runs_on_by_itself_on_the_day_of_review(world, leak) -> None:
    waits(world, leak)
    assert actions.end_pauses(by=system(1), at=NOON + 4 * HOUR - timedelta(seconds=1)) == 0

    assert actions.end_pauses(by=system(1), at=NOON + 9 * HOUR) == 1
    assert actions.end_pauses(by=system(1), at=NOON + 9 * HOUR) == 0

    case, pause = case_by_id(leak.case.pk), Pause.objects.get()
    # it stood for the four hours it was given, and not for the nine nobody looked
    assert (case.status, case.due_at - NOON, pause.ended_at - NOON) == (
        "working",
        28 * HOUR,
        4 * HOUR,
    )
    assert kinds(leak) == ["CaseOpened", "CasePaused", "CaseResumed"]


def test_the_clocks_of_the_steps_stand_with_that_of_the_case(world, leak) -> None:
    accept(world, leak, "station", "look")
    waits(world, leak, hours=20)
    assert actions.turn_clocks(by=system(1), at=NOON + 12 * HOUR) == 0

    actions.resume_case(by=world.at("station"), case_id=leak.case.pk, at=NOON + 12 * HOUR)

    ends = [(step(leak, code).due_at - NOON, step(leak, code).mark) for code in ("look", "mend")]
    assert ends == [(21 * HOUR, ""), (36 * HOUR, "")]
    actions.turn_clocks(by=system(1), at=NOON + 21 * HOUR)
    assert step(leak, "look").mark == "red"


@pytest.mark.parametrize("end", [End.EXPLAINED, End.NOT_OURS])
def test_what_ends_while_its_clock_stands_ends_the_pause_too(world, leak, end) -> None:
    waits(world, leak)
    answer(world, leak, end, at=NOON + 2 * HOUR)
    assert Pause.objects.get().ended_at == NOON + 2 * HOUR
    assert case_by_id(leak.case.pk).due_at == NOON + 26 * HOUR

    actions.reopen_case(by=RESIDENT, report=leak.report, words="还在漏", at=NOON + 3 * HOUR)
    waits(world, leak, at=NOON + 3 * HOUR)

    assert case_by_id(leak.case.pk).status == Status.PAUSED


@pytest.mark.parametrize("merged", [True, False])
def test_a_pause_that_an_end_of_before_left_open_ends_when_the_case_goes_on(
    world, leak, merged
) -> None:
    waits(world, leak)
    station = {"by": world.at("station"), "case_id": leak.case.pk}
    if merged:
        into = actions.open_case(by=RESIDENT, said=said(world), at=NOON).case.pk
        actions.merge_cases(**station, into_id=into, at=NOON + HOUR)
    else:
        answer(world, leak, End.EXPLAINED, at=NOON + HOUR)
    Pause.objects.update(ended_at=None)

    again = NOON + 3 * HOUR
    if merged:
        actions.undo_merge(**station, at=again)
    else:
        actions.reopen_case(by=RESIDENT, report=leak.report, words="还在漏", at=again)
        assert case_by_id(leak.case.pk).due_at == again + 24 * HOUR
    assert case_by_id(leak.case.pk).status == Status.OFFERED
    waits(world, leak, at=again)
    assert list(verify_live()) == []


def test_a_step_that_is_open_again_has_a_clock_that_rings(world, leak) -> None:
    accept(world, leak, "station", "look")
    finish(world, leak, "station", "look")
    actions.undo_last_move(by=world.at("station"), step_id=step(leak, "look").pk, at=NOON)
    actions.turn_clocks(by=system(1), at=NOON + 9 * HOUR)
    assert step(leak, "look").mark == "red"

    finish(world, leak, "station", "look", NOON + 9 * HOUR)
    answer(world, leak, End.EXPLAINED, at=NOON + 10 * HOUR)
    actions.reopen_case(by=RESIDENT, report=leak.report, words="还在漏", at=NOON + 11 * HOUR)
    assert step(leak, "look").mark == ""
    actions.turn_clocks(by=system(1), at=NOON + 35 * HOUR)
    assert step(leak, "look").mark == "red"


def test_a_case_opened_again_has_a_clock_that_begins_with_that(world, leak) -> None:
    again = NOON + 48 * HOUR
    answer(world, leak, End.EXPLAINED)
    actions.reopen_case(by=RESIDENT, report=leak.report, words="还在漏", at=again)
    waits(world, leak, at=again)
    actions.resume_case(by=world.at("station"), case_id=leak.case.pk, at=again + 4 * HOUR)

    case = case_by_id(leak.case.pk)
    # a day from the reopening, four hours later; amber at four fifths of it, told above a quarter on
    assert (case.due_at - again, case.next_mark_at - again) == (28 * HOUR, 23.2 * HOUR)
    actions.turn_clocks(by=system(1), at=case.due_at)
    assert case_by_id(leak.case.pk).mark == "red"
    refused(
        domain.ExtensionRefused,
        actions.extend_deadline,
        by=world.at("street"),
        case_id=leak.case.pk,
        new_due_at=case.due_at + 29 * HOUR,
        words="等配件",
        at=case.due_at,
    )
