"""What counts as late: the end is past and nobody may wait, or it was late before it stood still."""

from datetime import timedelta

import pytest
from django.utils import translation

from linli.basics import Actor
from linli.cases import actions, queries
from linli.cases.domain import Channel, End, PauseReason
from linli.cases.models import Case
from linli.cockpit.queries.records import records_of
from linli.cockpit.queries.wording import Clock
from tests.world import GREEN, HOUSE_ITSELF, NOON, build_world

DAY = timedelta(days=1)
RESIDENT = Actor(kind="resident", district=1)


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def leak(world) -> Case:
    said = actions.Said(
        item="shared_leak", words="楼道漏水", channel=Channel.PHONE, place_id=world.place(GREEN)
    )
    return actions.open_case(by=RESIDENT, said=said, at=NOON).case


def late(world, at) -> int:
    return sum(row["late"] for row in queries.what_is_wrong(world.at("street"), at=at))


def stands_still(world, case: Case, at) -> None:
    actions.pause_case(
        by=world.at("station"),
        case_id=case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=at + 10 * DAY,
        at=at,
    )


def test_a_case_is_late_from_its_end_on(world, leak) -> None:
    assert late(world, leak.due_at) == 0
    assert late(world, leak.due_at + timedelta(seconds=1)) == 1


def test_a_case_that_waits_is_not_late(world, leak) -> None:
    stands_still(world, leak, NOON + timedelta(hours=1))

    assert late(world, leak.due_at + DAY) == 0


def test_a_case_that_was_late_stays_so_while_it_waits(world, leak) -> None:
    after = leak.due_at + timedelta(minutes=1)
    actions.turn_clocks(by=HOUSE_ITSELF, at=after)
    stands_still(world, leak, after)

    assert late(world, after + DAY) == 1


def test_an_answered_case_is_not_late(world, leak) -> None:
    after = leak.due_at + timedelta(minutes=1)
    actions.answer_case(
        by=world.at("station"), case_id=leak.pk, end=End.EXPLAINED, words="自家户内。", at=after
    )

    assert late(world, after + DAY) == 0


def test_a_clock_that_stands_says_until_when_and_not_the_end_it_had(world, leak) -> None:
    at = NOON + timedelta(hours=1)
    with translation.override("en"):
        [running] = records_of([leak], at=at)
        stands_still(world, leak, at)
        leak.refresh_from_db()
        [soon, long] = [records_of([leak], at=at + wait)[0].clock for wait in (DAY, 9 * DAY)]

    assert (running.clock.words, running.clock.due) == ("23 h left", "by 17 Nov 12:00")
    assert soon == long == Clock("paused", "stands still", "until 26 Nov 13:00", 4, 98)
