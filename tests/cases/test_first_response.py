"""The clock of the first response: two hours here, and it rings of itself until somebody answers."""

from datetime import timedelta

import pytest

from linli.cases import actions, queries
from linli.cases.domain import PauseReason, telling
from linli.cases.models import Case
from linli.journal.actions import run_reactions, system
from linli.journal.queries import verify_live
from linli.notices.models import Notice
from tests.world import NOON

from .errands import HOUR, RESIDENT, accept, kinds, said, step

AMBER = NOON + 0.8 * 2 * HOUR
RED = NOON + 2 * HOUR
ESCALATED = NOON + 1.25 * 2 * HOUR
HOUSE = system(1)


def first(receipt) -> tuple[object, ...]:
    """What the first clock of a case showed last, and when it rings next."""
    return Case.objects.values_list("first_mark", "first_next_mark_at").get(pk=receipt.case.pk)


def escalated(world, at) -> int:
    return sum(row["escalated"] for row in queries.what_is_wrong(world.at("street"), at=at))


def test_what_nobody_takes_up_turns_amber_and_red_and_goes_up_a_level(world, leak) -> None:
    second = timedelta(seconds=1)
    assert first(leak) == (None, AMBER)
    assert actions.turn_clocks(by=HOUSE, at=AMBER - second) == 0
    for moment, mark, coming in (
        (AMBER, "amber", RED),
        (RED, "red", ESCALATED),
        (ESCALATED, "escalated", None),
    ):
        assert actions.turn_clocks(by=HOUSE, at=moment) == 1
        assert first(leak) == (mark, coming)
    assert actions.turn_clocks(by=HOUSE, at=ESCALATED + second) == 0

    assert kinds(leak) == ["CaseOpened", *["ClockTurned"] * 3]
    assert [telling(one.kind, one.data).words for one in queries.history(leak.case)][:3] == [
        "Still no first answer: told to the office above",
        "The time for a first answer is over",
        "Nobody has answered yet, and the time for it is nearly gone",
    ]
    assert Case.objects.get(pk=leak.case.pk).mark == ""  # the whole has its own clock
    while run_reactions(by=HOUSE, at=ESCALATED):
        pass
    station, street, district = (world.at(desk).user for desk in ("station", "street", "district"))
    told = Notice.objects.order_by("id").values_list("event", "user_id")
    assert list(told)[:2] == [("first_amber", station), ("first_red", station)]
    assert set(list(told)[2:]) == {("first_escalated", who) for who in (station, street, district)}
    assert "最晚 2026 年 11 月 16 日 14:00 要有人接" in Notice.objects.order_by("id")[0].body
    assert list(verify_live()) == []


def test_it_is_counted_as_escalated_until_somebody_answers(world, leak) -> None:
    actions.turn_clocks(by=HOUSE, at=ESCALATED)
    assert escalated(world, ESCALATED) == 1

    accept(world, leak, "station", "look", ESCALATED)

    assert escalated(world, ESCALATED) == 0
    assert first(leak) == ("escalated", None)  # that it came to this stays on record


def taken_up(world, leak) -> None:
    accept(world, leak, "station", "look", NOON + HOUR)


def stands_still(world, leak) -> None:
    actions.pause_case(
        by=world.at("station"),
        case_id=leak.case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=NOON + 30 * HOUR,
        at=NOON + HOUR,
    )


def taken_back(world, leak) -> None:
    actions.withdraw_case(by=RESIDENT, report=leak.report, at=NOON + HOUR)


@pytest.mark.parametrize("act", [taken_up, stands_still, taken_back])
def test_it_rings_no_more_once(world, leak, act) -> None:
    act(world, leak)

    assert first(leak) == (None, None)
    assert actions.turn_clocks(by=HOUSE, at=RED) == 0


def test_it_runs_on_where_the_answer_was_taken_back(world, leak) -> None:
    actions.turn_clocks(by=HOUSE, at=AMBER)
    accept(world, leak, "station", "look", AMBER)
    assert first(leak) == ("amber", None)

    actions.undo_last_move(by=world.at("station"), step_id=step(leak, "look").pk, at=AMBER)

    assert first(leak) == ("amber", RED)


def test_it_stops_with_a_merger_and_runs_on_when_the_two_are_parted(world, leak) -> None:
    roof = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    station = {"by": world.at("station"), "case_id": roof.case.pk}
    actions.merge_cases(**station, into_id=leak.case.pk, at=NOON + HOUR)
    assert first(roof) == (None, None)

    actions.undo_merge(**station, at=NOON + HOUR)

    assert first(roof) == (None, AMBER)
