"""Who is told: the worker runs what the acts left owing."""

from datetime import timedelta

import pytest

from linli.basics import Actor
from linli.cases import actions
from linli.cases.domain import End, PauseReason, spoken, telling
from linli.cases.models import Case, Step
from linli.journal.actions import run_reactions, system
from linli.journal.models import Pending
from linli.notices.models import Notice
from tests.cases.errands import HOUR, RESIDENT, all_done, answer, give_back, kinds, said, step
from tests.world import NOON, build_world


@pytest.fixture
def world(db):
    return build_world()


def work(at=NOON + 4 * HOUR) -> None:
    while run_reactions(by=system(1), at=at):
        pass
    assert not Pending.objects.exists()


def told() -> list[tuple[str, str, int | None]]:
    rows = Notice.objects.order_by("id").values_list("event", "channel", "user_id")
    return list(rows)


def test_the_answer_reaches_the_phone_that_was_left(world) -> None:
    leak = actions.open_case(
        by=Actor(kind="resident", district=1), said=said(world, phone="13800000521"), at=NOON
    )
    all_done(world, leak)
    answer(world, leak)
    work()

    assert told() == [("work_done", "sms", None)]
    assert Notice.objects.get().body.endswith("没解决请打 8000 1234。")


def test_one_who_left_nothing_is_told_nothing(world) -> None:
    leak = actions.open_case(by=Actor(kind="resident", district=1), said=said(world), at=NOON)
    all_done(world, leak)
    answer(world, leak)
    work()

    assert told() == []


def test_the_arbiter_is_asked_when_a_step_comes_back(world) -> None:
    leak = actions.open_case(by=Actor(kind="resident", district=1), said=said(world), at=NOON)
    give_back(world, leak)
    work()

    assert told() == [("arbiter_asked", "inapp", world.at("arbiter").user)]


def test_a_ringing_clock_is_heard_by_the_holder_and_later_above(world) -> None:
    leak = actions.open_case(by=Actor(kind="resident", district=1), said=said(world), at=NOON)
    actions.accept_step(by=world.at("station"), step_id=step(leak, "look").pk, at=NOON)
    actions.turn_clocks(by=system(1), at=NOON + timedelta(hours=8))
    work(NOON + timedelta(hours=9))

    assert told() == [("step_amber", "inapp", world.at("station").user)]


def test_reactions_run_once(world) -> None:
    leak = actions.open_case(by=Actor(kind="resident", district=1), said=said(world), at=NOON)
    give_back(world, leak)
    work()
    work()

    assert len(told()) == 1


def test_an_answer_that_was_taken_up_again_first_is_told_to_nobody(world) -> None:
    leak = actions.open_case(
        by=Actor(kind="resident", district=1), said=said(world, phone="13800000521"), at=NOON
    )
    all_done(world, leak)
    answer(world, leak)
    actions.reopen_case(by=RESIDENT, report=leak.report, words="还在漏", at=NOON + 3 * HOUR)
    work()

    assert told() == [("case_reopened", "sms", None)]


def test_a_merging_that_was_undone_first_is_told_to_nobody(world) -> None:
    leak, other = (
        actions.open_case(
            by=Actor(kind="resident", district=1), said=said(world, phone="13800000521"), at=NOON
        ).case.pk
        for _ in range(2)
    )
    actions.merge_cases(by=world.at("station"), case_id=leak, into_id=other, at=NOON)
    actions.undo_merge(by=world.at("station"), case_id=leak, at=NOON)
    work()

    assert told() == []


def test_whoever_reported_a_merged_matter_hears_what_the_others_hear(world) -> None:
    leak, other = (
        actions.open_case(
            by=Actor(kind="resident", district=1), said=said(world, phone=phone), at=NOON
        )
        for phone in ("13800000521", "13800000522")
    )
    actions.merge_cases(
        by=world.at("station"), case_id=other.case.pk, into_id=leak.case.pk, at=NOON
    )
    all_done(world, leak)
    answer(world, leak)
    work()

    rows = Notice.objects.filter(event="work_done").order_by("id")
    numbers = [one.body for one in rows]
    assert len(numbers) == 2
    for receipt, body in zip((leak, other), numbers, strict=True):
        assert spoken(receipt.case.number) in body


def test_a_letter_says_why_and_until_when_a_clock_stands_or_runs_longer(world) -> None:
    leak = actions.open_case(
        by=Actor(kind="resident", district=1), said=said(world, phone="13800000521"), at=NOON
    )
    held = {"case_id": leak.case.pk, "at": NOON}
    actions.pause_case(
        by=world.at("station"),
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=NOON + timedelta(days=3),
        **held,
    )
    work(NOON)
    actions.resume_case(by=world.at("station"), **held)
    actions.extend_deadline(
        by=world.at("street"), new_due_at=NOON + 30 * HOUR, words="等配件", **held
    )
    work(NOON)

    paused, _, extended = Notice.objects.order_by("id")
    assert "等雨停" in paused.body
    assert "11 月 19 日" in paused.body
    assert "等配件" in extended.body
    assert "等雨停" not in extended.body
    asked = {"papers": ["照片"], "words": "还差一张照片", "review_at": NOON + timedelta(days=3)}
    actions.ask_papers(by=world.at("station"), **asked, **held)
    answer(world, leak, End.EXPLAINED)
    work()
    # it ran on to be answered, and of that nobody is told beside the answer
    assert [event for event, _, _ in told()][3:] == ["papers_missing", "case_refused"]
    assert kinds(leak)[-3:] == ["PapersAsked", "CaseResumed", "CaseAnswered"]


def test_a_clock_that_was_set_anew_first_rings_for_nobody(world) -> None:
    leak = actions.open_case(by=Actor(kind="resident", district=1), said=said(world), at=NOON)
    held = step(leak, "mend")
    rings_at = held.next_mark_at
    actions.hand_over_step(
        by=world.at("street_city"),
        step_id=held.pk,
        to_party=world.party("990101.housing"),
        note="请接手",
        at=rings_at,
    )
    Case.objects.update(next_mark_at=None, first_next_mark_at=None)
    Step.objects.exclude(pk=held.pk).update(next_mark_at=None)
    assert actions.turn_clocks(by=system(1), at=rings_at) == 1
    work(rings_at + HOUR)

    assert kinds(leak) == ["CaseOpened", "StepHandedOver", "ClockTurned"]
    assert telling("ClockTurned", {"mark": ""}).words == "The clock was set anew"
    now = step(leak, "mend")
    assert (now.mark, now.next_mark_at > rings_at) == ("", True)
    assert [event for event, _, _ in told()] == ["step_offered"]
    actions.turn_clocks(by=system(1), at=now.next_mark_at)
    work(now.next_mark_at + HOUR)
    assert [event for event, _, _ in told()] == ["step_offered", "step_amber"]


def test_the_work_of_somebody_on_leave_passes_to_a_colleague(world) -> None:
    leak = actions.open_case(by=Actor(kind="resident", district=1), said=said(world), at=NOON)
    actions.accept_step(by=world.at("station"), step_id=step(leak, "look").pk, at=NOON)
    actions.pass_on_work(
        by=system(1), from_appointment=world.at("station").appointment, to_appointment=77, at=NOON
    )

    assert step(leak, "look").appointment == 77
    assert Case.objects.get(pk=leak.case.pk).owner_appointment == 77
    assert kinds(leak) == ["CaseOpened", "StepAccepted", "WorkPassedOn"]
