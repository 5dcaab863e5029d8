"""会办: a further office is asked in; the gate keeps communities from being loaded this way."""

from datetime import timedelta

import pytest

from linli.cases import actions, domain, queries
from linli.cases.domain import End
from linli.cases.models import Case, Docket, Step, StepMove
from linli.catalogue import actions as catalogue
from linli.catalogue.models import DutyLine
from linli.journal.actions import run_reactions, system
from linli.notices.models import Notice
from tests.world import GREEN, HOUSE_ITSELF, NOON, WILLOW

from .errands import HOUR, accept, all_done, answer, finish, kinds, refused, step

CIVIL = "990101.civil_affairs"


def invite(world, leak, party: str, *, lead: bool = True, desk: str = "station") -> Step:
    return actions.invite_office(
        by=world.at(desk),
        case_id=leak.case.pk,
        to_party=world.party(party),
        lead=lead,
        words="户主是低保户，请一起上门",
        at=NOON,
    )


@pytest.mark.parametrize(
    ("lead", "code", "role"), [(True, "+joint", "handler"), (False, "+assist", "assistant")]
)
def test_an_invited_office_is_offered_a_step_of_its_own(world, leak, lead, code, role) -> None:
    invited = invite(world, leak, CIVIL, lead=lead)

    held = Step.objects.get(pk=invited.pk)
    assert (held.code, held.state, held.party_id) == (code, "offered", world.party(CIVIL))
    assert (held.origin, held.mandate_id, held.hops) == ("resident", None, 0)
    assert held.due_at == (leak.case.due_at if lead else None)
    assert Docket.objects.get(case=leak.case, party_id=world.party(CIVIL)).role == role
    move = StepMove.objects.get(step=held)
    assert (move.from_state, move.to_state, move.note) == (
        "dropped",
        "offered",
        "户主是低保户，请一起上门",
    )
    assert kinds(leak) == ["CaseOpened", "PartyInvited"]
    told = queries.history(Case.objects.get(pk=leak.case.pk))[0]
    assert (told.data["party_id"], told.data["lead"]) == (world.party(CIVIL), lead)
    assert told.words == "户主是低保户，请一起上门"
    assert Case.objects.get(pk=leak.case.pk).owner_id == world.party(f"{GREEN}.station")


def test_the_invited_office_is_told(world, leak) -> None:
    invite(world, leak, CIVIL)
    while run_reactions(by=system(1), at=NOON + HOUR):
        pass

    notice = Notice.objects.get()
    assert (notice.event, notice.user_id) == ("office_invited", world.at("civil").user)


def test_solved_waits_for_who_does_a_part_and_not_for_who_assists(world, leak) -> None:
    part = invite(world, leak, CIVIL)
    invite(world, leak, "990101.urban_management", lead=False)
    all_done(world, leak)

    refusal = refused(
        domain.StepsOpen,
        actions.answer_case,
        by=world.at("station"),
        case_id=leak.case.pk,
        end=End.SOLVED,
        words="好了",
        at=NOON + HOUR,
    )
    assert refusal.count == 1

    accept(world, leak, "civil", part.code, NOON + HOUR)
    finish(world, leak, "civil", part.code, NOON + 2 * HOUR)
    answer(world, leak)
    assert step(leak, "+assist").state == "dropped"


def test_an_office_is_asked_in_once_at_a_time(world, leak) -> None:
    invite(world, leak, CIVIL)

    for lead in (True, False):
        refused(domain.SameParty, invite, world=world, leak=leak, party=CIVIL, lead=lead)


def test_an_office_that_is_done_may_be_asked_again(world, leak) -> None:
    first = invite(world, leak, CIVIL)
    accept(world, leak, "civil", first.code)
    finish(world, leak, "civil", first.code)

    assert invite(world, leak, CIVIL).code == "+joint'"


def test_what_is_asked_must_be_said(world, leak) -> None:
    refused(
        domain.WordsMissing,
        actions.invite_office,
        by=world.at("station"),
        case_id=leak.case.pk,
        to_party=world.party(CIVIL),
        lead=True,
        words=" ",
        at=NOON,
    )


def test_a_closed_case_takes_nobody_in(world, leak) -> None:
    all_done(world, leak)
    answer(world, leak)

    refused(domain.WrongMoment, invite, world=world, leak=leak, party=CIVIL)


def test_a_slip_is_taken_back_and_leaves_no_work_behind(world, leak) -> None:
    invited = invite(world, leak, CIVIL)
    actions.undo_last_move(
        by=world.at("station"), step_id=invited.pk, at=NOON + timedelta(minutes=1)
    )

    assert step(leak, invited.code).state == "dropped"
    assert list(queries.list_steps(world.at("civil"))) == []


@pytest.mark.parametrize("lead", [True, False])
def test_a_community_is_not_loaded_with_work_the_item_does_not_give_it(world, leak, lead) -> None:
    refusal = refused(
        domain.NotThroughTheGate,
        invite,
        world=world,
        leak=leak,
        party=f"{GREEN}.committee",
        lead=lead,
    )
    assert refusal.office == "青桐社区居委会"


def test_a_community_may_be_asked_where_the_item_names_its_duty(world, leak) -> None:
    held = invite(world, leak, f"{WILLOW}.station")

    assert (held.origin, held.mandate_id) == ("resident", None)


def test_a_line_that_is_not_open_opens_no_gate(world, leak, monkeypatch) -> None:
    monkeypatch.setattr("linli.cases.actions._gate.OPEN_DUTIES", frozenset({"cooperate"}))

    refused(domain.NotThroughTheGate, invite, world=world, leak=leak, party=f"{WILLOW}.station")


def mandate(world, *, community: str, line: str = "public_affairs", valid_to=NOON + HOUR):
    return catalogue.grant_mandate(
        by=HOUSE_ITSELF,
        duty_line=DutyLine.objects.get(code=line).pk,
        origin="emergency",
        communities=[world.place(community)],
        minutes=60,
        asked_by=world.party(CIVIL),
        evidence=["现场照片"],
        valid_from=NOON - HOUR,
        valid_to=valid_to,
        at=NOON - HOUR,
    )


def test_a_mandate_opens_the_gate_for_its_community_alone(world, leak) -> None:
    granted = mandate(world, community=GREEN)
    held = invite(world, leak, f"{GREEN}.committee")

    assert (held.origin, held.mandate_id) == ("emergency", granted.pk)


def test_a_mandate_of_another_community_opens_nothing(world, leak) -> None:
    mandate(world, community=WILLOW)

    refused(domain.NotThroughTheGate, invite, world=world, leak=leak, party=f"{GREEN}.committee")


def hand_to_station(world, leak) -> Step:
    return actions.hand_over_step(
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        to_party=world.party(f"{GREEN}.station"),
        note="社区去修",
        at=NOON,
    )


def test_a_department_does_not_hand_its_step_down_to_a_community(world, leak) -> None:
    refused(domain.NotThroughTheGate, hand_to_station, world=world, leak=leak)


def test_an_urgent_mandate_lets_it_be_handed_down(world, leak) -> None:
    granted = mandate(world, community=GREEN)
    held = hand_to_station(world, leak)

    assert (held.origin, held.mandate_id) == ("emergency", granted.pk)


def test_moving_many_steps_and_ruling_go_through_the_same_gate(world, leak) -> None:
    station = world.party(f"{GREEN}.station")
    refused(
        domain.NotThroughTheGate,
        actions.reassign_steps,
        by=world.at("street_city"),
        step_ids=[step(leak, "mend").pk],
        to_party=station,
        note="社区去修",
        at=NOON,
    )
    ruling = actions.return_step(
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        clause="private_part",
        note="漏点在户内",
        at=NOON,
    )
    refused(
        domain.NotThroughTheGate,
        actions.rule_return,
        by=world.at("arbiter"),
        ruling_id=ruling.pk,
        upheld=True,
        to_party=station,
        reason="归社区",
        at=NOON,
    )


@pytest.mark.parametrize(
    ("community", "given", "mandate", "origin"),
    [
        (False, False, None, "resident"),
        (True, True, None, "resident"),
        (True, True, "emergency", "resident"),
        (True, False, "admitted", "admitted"),
        (True, False, "emergency", "emergency"),
        (True, False, None, None),
    ],
)
def test_the_gate_as_a_table(community, given, mandate, origin) -> None:
    ask = {"community": community, "given": given, "mandate": mandate, "office": "居委会"}
    if origin is None:
        with pytest.raises(domain.NotThroughTheGate):
            domain.way_in(**ask)
        return

    assert domain.way_in(**ask) == origin
