"""Who is told: the worker runs what the acts left owing."""

from datetime import timedelta

import pytest

from linli.basics import Actor
from linli.cases import actions
from linli.cases.domain import telling
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
    assert "换了一段接头" in Notice.objects.get().body or "没解决" in Notice.objects.get().body


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
    actions.open_case(by=Actor(kind="resident", district=1), said=said(world), at=NOON)
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
    Case.objects.update(next_mark_at=None)
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
