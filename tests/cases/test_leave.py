"""A step given to a community on leave: nobody takes it up, goes on with it or gets it back without."""

from datetime import timedelta

import pytest

from linli.cases import actions, domain, queries
from linli.cases.domain import End
from linli.cases.models import Case, Step
from linli.catalogue import actions as catalogue
from linli.catalogue.models import Mandate
from tests.world import GREEN, HOUSE_ITSELF, NOON

from .errands import HOUR, RESIDENT, refused, step
from .errands import said as _said
from .test_inviting import hand_to_station, mandate

MINUTE = timedelta(minutes=1)
ENDS = NOON + HOUR
CENTER = "990101001.center"


@pytest.fixture
def handed(world, leak) -> Step:
    """Return the step to mend, handed to the station on leave that ends after an hour."""
    mandate(world, community=GREEN)
    hand_to_station(world, leak)
    return step(leak, "mend")


def by_station(act, world, held, at, **more):
    return act(by=world.at("station"), step_id=held.pk, at=at, **more)


def not_by_station(refusal, act, world, held, at, **more):
    by = world.at("station")
    return refused(refusal, act, by=by, step_id=held.pk, at=at, **more)


def no_leave(act, world, held, at, **more) -> None:
    refusal = not_by_station(domain.LeaveOver, act, world, held, at, **more)
    assert refusal.office == "青桐社区公共服务工作站"


def end_leave(at) -> None:
    catalogue.revoke_mandate(by=HOUSE_ITSELF, mandate=Mandate.objects.get().pk, at=at)


def given(held) -> tuple[str, int, str, int | None]:
    now = Step.objects.get(pk=held.pk)
    return now.state, now.party_id, now.origin, now.mandate_id


def test_it_is_taken_up_in_the_last_moment_and_not_after(world, handed) -> None:
    no_leave(actions.accept_step, world, handed, ENDS)
    by_station(actions.accept_step, world, handed, ENDS - timedelta(microseconds=1))

    leave = Mandate.objects.get().pk
    assert given(handed) == ("accepted", world.party(f"{GREEN}.station"), "emergency", leave)


def test_it_is_not_taken_up_once_leave_was_withdrawn(world, handed) -> None:
    end_leave(NOON + MINUTE)

    no_leave(actions.accept_step, world, handed, NOON + MINUTE)


def test_it_is_not_finished_once_leave_is_over(world, handed) -> None:
    by_station(actions.accept_step, world, handed, NOON)

    no_leave(actions.finish_step, world, handed, ENDS, outcome="done", note="修好了")


def test_other_leave_takes_its_place(world, handed) -> None:
    end_leave(NOON + MINUTE)
    other = mandate(world, community=GREEN)
    by_station(actions.accept_step, world, handed, NOON + 2 * MINUTE)

    assert given(handed)[2:] == ("emergency", other.pk)


def test_leave_that_holds_stays_though_other_ends_sooner(world, handed) -> None:
    first = Mandate.objects.get()
    mandate(world, community=GREEN, valid_to=ENDS - MINUTE)
    by_station(actions.accept_step, world, handed, NOON)

    assert given(handed)[3] == first.pk


def test_whose_leave_is_over_hands_it_on(world, handed) -> None:
    to = world.party(CENTER)
    by_station(actions.hand_over_step, world, handed, ENDS, to_party=to, note="期限已过")

    assert given(handed) == ("offered", to, "resident", None)


def test_what_was_handed_on_comes_back_with_its_leave(world, handed) -> None:
    leave = Mandate.objects.get().pk
    to = world.party(CENTER)
    by_station(actions.hand_over_step, world, handed, NOON, to_party=to, note="请接手")
    by_station(actions.undo_last_move, world, handed, NOON + MINUTE)

    assert given(handed) == ("offered", world.party(f"{GREEN}.station"), "emergency", leave)


def test_what_was_handed_on_does_not_come_back_without_leave(world, handed) -> None:
    to = world.party(CENTER)
    by_station(actions.hand_over_step, world, handed, NOON, to_party=to, note="请接手")
    end_leave(NOON + MINUTE)

    back = actions.undo_last_move
    not_by_station(domain.NotThroughTheGate, back, world, handed, NOON + MINUTE)


def test_a_move_within_the_office_is_not_undone_without_leave(world, handed) -> None:
    by_station(actions.accept_step, world, handed, NOON)
    by_station(actions.finish_step, world, handed, NOON, outcome="done", note="修好了")
    end_leave(NOON + MINUTE)

    no_leave(actions.undo_last_move, world, handed, NOON + MINUTE)


def test_the_street_takes_it_back_and_leave_goes(world, leak, handed) -> None:
    by = world.at("street_city")
    actions.undo_last_move(by=by, step_id=handed.pk, at=NOON + MINUTE)

    assert given(handed) == ("offered", by.party, "resident", None)


@pytest.mark.parametrize("over", [False, True])
def test_a_dismissed_return_goes_back_only_on_leave(world, handed, over) -> None:
    words = {"clause": "private_part", "note": "漏点在户内"}
    ruling = by_station(actions.return_step, world, handed, NOON, **words)
    rule = {
        "by": world.at("arbiter"),
        "ruling_id": ruling.pk,
        "upheld": False,
        "to_party": None,
        "reason": "归社区",
        "at": ENDS if over else NOON,
    }
    if over:
        refused(domain.LeaveOver, actions.rule_return, **rule)
        return

    actions.rule_return(**rule)
    assert given(handed)[0] == "offered"


@pytest.mark.parametrize(("later", "state"), [(MINUTE, "offered"), (HOUR, "dropped")])
def test_cases_parted_again_bring_it_back_only_on_leave(world, leak, handed, later, state) -> None:
    other = actions.open_case(by=world.at("station"), said=_said(world), at=NOON)
    by = world.at("station")
    actions.merge_cases(by=by, case_id=leak.case.pk, into_id=other.case.pk, at=NOON)
    actions.undo_merge(by=by, case_id=leak.case.pk, at=NOON + later)

    assert given(handed)[0] == state


@pytest.mark.parametrize(("later", "state"), [(MINUTE, "done"), (HOUR, "dropped")])
def test_the_answer_counts_it_as_done_only_on_leave(world, leak, handed, later, state) -> None:
    by_station(actions.accept_step, world, handed, NOON)
    actions.answer_case(
        by=world.at("station"),
        case_id=leak.case.pk,
        end=End.EXPLAINED,
        words="漏点在户内，请您自己找人修。",
        at=NOON + later,
    )

    assert given(handed)[0] == state


def test_a_case_opened_again_gives_a_community_no_step_it_has_no_leave_for(
    world, leak, handed
) -> None:
    by_station(actions.accept_step, world, handed, NOON)
    explained = {"end": End.EXPLAINED, "words": "漏点在户内，请您自己找人修。"}
    actions.answer_case(by=world.at("station"), case_id=leak.case.pk, at=NOON, **explained)
    actions.reopen_case(by=RESIDENT, report=leak.report, words="还在漏", at=ENDS)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.owner_id) == ("offered", world.party(f"{GREEN}.station"))
    assert given(handed)[0] == "done"
    assert step(leak, "look").state == "offered"
    assert queries.list_steps(world.at("station")).count() == 1
