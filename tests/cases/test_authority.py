"""Who may do what with a case: the accountable office, those above it, and a step's performer."""

from datetime import timedelta

import pytest

from linli.cases import actions, domain, queries
from linli.cases.domain import End, PauseReason
from linli.cases.models import Case
from tests.world import GREEN, NOON

from .errands import HOUR, RESIDENT, all_done, kinds, refused, said, step

OWNER, ABOVE = 1, (7, 8)


@pytest.mark.parametrize(
    ("party", "supervises", "steers", "oversees"),
    [
        (OWNER, False, True, False),
        (OWNER, True, True, False),
        (7, True, True, True),
        (8, True, True, True),
        (7, False, False, False),  # the right office under a hat that does not supervise
        (5, True, False, False),  # a hat that supervises, at an office that is not above
        (None, True, False, False),
    ],
)
def test_the_owner_and_those_above_it_steer(party, supervises, steers, oversees) -> None:
    who = {"party": party, "owner": OWNER, "above": ABOVE, "supervises": supervises}

    assert domain.steers(**who) is steers
    assert domain.oversees(**who) is oversees


def test_nobody_above_itself_oversees_itself() -> None:
    assert not domain.oversees(party=7, owner=7, above=(7, 8), supervises=True)


def acts(world, leak, other):
    """Return every act that only the accountable office or one above it may do."""
    case, until = leak.case.pk, NOON + timedelta(days=2)
    wait = {"words": "请稍等", "review_at": until, "at": NOON}
    return {
        "ask_papers": (actions.ask_papers, {"case_id": case, "papers": ["照片"], **wait}),
        "pause": (actions.pause_case, {"case_id": case, "reason": PauseReason.WEATHER, **wait}),
        "merge": (actions.merge_cases, {"case_id": case, "into_id": other.case.pk, "at": NOON}),
        "reroute": (actions.reroute_case, {"case_id": case, "item": "roof_renewal", "at": NOON}),
        "answer": (
            actions.answer_case,
            {"case_id": case, "end": End.EXPLAINED, "words": "这是自家户内", "at": NOON},
        ),
        "invite": (
            actions.invite_office,
            {
                "case_id": case,
                "to_party": world.party("990101.civil_affairs"),
                "lead": True,
                "words": "请一起看",
                "at": NOON,
            },
        ),
    }


ACTS = ("ask_papers", "pause", "merge", "reroute", "answer", "invite")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("desk", ["street_city", "housing"])
def test_who_only_performs_a_step_steers_nothing(world, leak, act, desk) -> None:
    other = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    do, arguments = acts(world, leak, other)[act]

    refusal = refused(domain.NotInCharge, do, by=world.at(desk), **arguments)

    assert refusal.office == "青桐社区公共服务工作站"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("desk", ["station", "street", "district"])
def test_the_accountable_office_and_the_centers_above_steer(world, leak, act, desk) -> None:
    other = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    do, arguments = acts(world, leak, other)[act]

    do(by=world.at(desk), **arguments)

    assert len(kinds(leak)) == 2


def test_what_was_stopped_or_merged_is_put_right_by_the_same_offices(world, leak) -> None:
    other = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    for name in ("pause", "merge"):
        do, arguments = acts(world, leak, other)[name]
        undo = {"pause": actions.resume_case, "merge": actions.undo_merge}[name]
        do(by=world.at("station"), **arguments)
        for desk in ("street_city", "housing"):
            refused(
                domain.NotInCharge, undo, by=world.at(desk), case_id=leak.case.pk, at=NOON + HOUR
            )
        undo(by=world.at("street"), case_id=leak.case.pk, at=NOON + HOUR)


def test_the_center_above_answers_in_its_own_name(world, leak) -> None:
    all_done(world, leak)
    case = actions.answer_case(
        by=world.at("street"), case_id=leak.case.pk, end=End.SOLVED, words="修好了", at=NOON + HOUR
    )

    assert (case.status, case.owner_id) == ("answered", world.party(f"{GREEN}.station"))
    newest = queries.history(Case.objects.get(pk=case.pk))[0]
    assert newest.data["party_id"] == world.party("990101001.center")


def test_another_offices_step_is_refused_by_its_name(world, leak) -> None:
    refusal = refused(
        domain.NotYours,
        actions.accept_step,
        by=world.at("street_city"),
        step_id=step(leak, "look").pk,
        at=NOON,
    )

    assert refusal.office == "青桐社区公共服务工作站"


def test_only_a_center_above_grants_time_and_urges(world, leak) -> None:
    late = {"new_due_at": NOON + 30 * HOUR, "words": "等配件"}
    by = {"by": world.at("street_city"), "case_id": leak.case.pk, "at": NOON}

    refused(domain.NotInCharge, actions.extend_deadline, **by, **late)
    refused(domain.NotInCharge, actions.supervise_case, **by)


def test_a_center_that_answers_itself_does_not_urge_itself(world, leak) -> None:
    Case.objects.filter(pk=leak.case.pk).update(owner_id=world.party("990101001.center"))

    refused(
        domain.OwnTime,
        actions.supervise_case,
        by=world.at("street"),
        case_id=leak.case.pk,
        at=NOON,
    )


def test_steps_of_others_are_moved_by_those_who_steer_alone(world, leak) -> None:
    move = {"to_party": world.party("990101.urban_management"), "note": "人手不够", "at": NOON}
    look, mend = ([step(leak, code).pk] for code in ("look", "mend"))

    refused(
        domain.NotInCharge,
        actions.reassign_steps,
        by=world.at("street_city"),
        step_ids=look,
        **move,
    )
    assert actions.reassign_steps(by=world.at("street_city"), step_ids=mend, **move) == 1
    assert actions.reassign_steps(by=world.at("street"), step_ids=look, **move) == 1
