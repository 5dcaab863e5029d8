"""Opening a case and doing its steps: what changes, the line, and that a refusal changes nothing."""

import json
from datetime import timedelta

import pytest

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.cases import actions, domain, queries
from linli.cases.domain import Channel
from linli.cases.models import Case, Docket, Report, Step, StepMove
from linli.journal.models import Line
from linli.journal.queries import verify_live
from tests.world import GREEN, NOON, STREET

from .errands import (
    HOUR,
    RESIDENT,
    accept,
    all_done,
    finish,
    kinds,
    refused,
    said,
    step,
)


def test_a_report_gets_a_number_a_clock_an_owner_and_one_line(world, leak) -> None:
    case = Case.objects.get(number=leak.case.number)

    assert case.owner_id == world.party(f"{GREEN}.station")
    assert case.community_id == world.place(GREEN)
    assert case.due_at - NOON == 24 * HOUR
    assert case.first_due_at - NOON == 2 * HOUR
    assert (case.status, case.end) == ("offered", "")
    assert list(Step.objects.filter(case=case).order_by("id").values_list("code", "state")) == [
        ("look", "offered"),
        ("mend", "offered"),
        ("money", "offered"),
    ]
    line = Line.objects.get(subject_kind="case", subject_id=case.pk)
    assert line.kind == "CaseOpened"
    assert [row[0] for row in json.loads(line.body)["rows"]] == [
        "case_case",
        "case_report",
        "case_step",
        "case_step",
        "case_step",
    ]
    assert sorted(Docket.objects.filter(case=case).values_list("role", flat=True)) == [
        "handler",
        "handler",
        "overseer",
        "overseer",
        "owner",
    ]
    assert Report.objects.get(case=case).first
    assert len(leak.code) == 6


def test_a_line_never_holds_the_words_or_the_phone(world) -> None:
    receipt = actions.open_case(
        by=RESIDENT, said=said(world, name="陈阿姨", phone="13800000521"), at=NOON
    )

    body = Line.objects.get(subject_kind="case", subject_id=receipt.case.pk).body
    assert not any(word in body for word in ("漏水", "陈阿姨", "13800000521"))
    assert str(Report.objects.get(case=receipt.case).phone) == "••••"
    assert Report.objects.get(case=receipt.case).phone.open() == "13800000521"


@pytest.mark.parametrize("words", ["", "   ", "长" * 4001])
def test_saying_nothing_or_far_too_much_opens_nothing(world, words) -> None:
    refused(Invalid, actions.open_case, by=RESIDENT, said=said(world, words=words), at=NOON)


def test_an_unknown_item_opens_nothing(world) -> None:
    refused(NoSuchThing, actions.open_case, by=RESIDENT, said=said(world, item="no"), at=NOON)


def test_a_question_is_answered_on_the_spot(world) -> None:
    receipt = actions.answer_consultation(
        by=world.at("station"),
        said=said(world, item="question", words="请问几点开门", channel=Channel.WINDOW),
        answer="八点半。",
        at=NOON,
    )

    case = Case.objects.get(pk=receipt.case.pk)
    assert (case.status, case.end, case.answer) == ("ended", "explained", "八点半。")
    assert not Step.objects.filter(case=case).exists()
    assert kinds(receipt) == ["ConsultationAnswered"]


def test_a_resident_cannot_answer_for_the_station(world) -> None:
    refused(
        NotAllowed,
        actions.answer_consultation,
        by=RESIDENT,
        said=said(world, item="question"),
        answer="八点半。",
        at=NOON,
    )


def test_taking_a_step_up_is_the_first_response(world, leak) -> None:
    accept(world, leak, "station", "look", NOON + HOUR)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.responded_at) == ("working", NOON + HOUR)
    assert case.owner_appointment == world.at("station").appointment
    assert step(leak, "look").state == "accepted"
    assert kinds(leak) == ["CaseOpened", "StepAccepted"]
    assert set(Docket.objects.filter(case=case).values_list("status", flat=True)) == {"working"}


def test_another_office_cannot_take_it_up(world, leak) -> None:
    refused(
        domain.NotYours,
        actions.accept_step,
        by=world.at("street_city"),
        step_id=step(leak, "look").pk,
        at=NOON,
    )


def test_the_next_community_does_not_even_see_it(world, leak) -> None:
    refused(
        NoSuchThing,
        actions.accept_step,
        by=world.at("neighbour"),
        step_id=step(leak, "look").pk,
        at=NOON,
    )
    with pytest.raises(NoSuchThing):
        queries.case_for(world.at("neighbour"), leak.case.number)


def test_a_step_is_taken_up_once(world, leak) -> None:
    accept(world, leak, "station", "look")

    refused(
        domain.WrongMoment,
        actions.accept_step,
        by=world.at("station"),
        step_id=step(leak, "look").pk,
        at=NOON,
    )


def test_finishing_needs_words(world, leak) -> None:
    accept(world, leak, "station", "look")

    refused(
        domain.WordsMissing,
        actions.finish_step,
        by=world.at("station"),
        step_id=step(leak, "look").pk,
        outcome="done",
        note=" ",
        at=NOON,
    )


def test_a_hand_over_keeps_the_owner_and_counts_a_hop(world, leak) -> None:
    actions.hand_over_step(
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        to_party=world.party("990101.urban_management"),
        note="要动市政管线",
        at=NOON,
    )

    held = step(leak, "mend")
    assert (held.party_id, held.hops, held.state) == (
        world.party("990101.urban_management"),
        1,
        "offered",
    )
    assert Case.objects.get(pk=leak.case.pk).owner_id == world.party(f"{GREEN}.station")
    assert queries.case_for(world.at("city"), leak.case.number).pk == leak.case.pk
    assert kinds(leak) == ["CaseOpened", "StepHandedOver"]


def test_the_third_hand_over_is_refused(world, leak) -> None:
    desks = [("street_city", "990101.urban_management"), ("city", "990101.housing")]
    for desk, party in desks:
        actions.hand_over_step(
            by=world.at(desk),
            step_id=step(leak, "mend").pk,
            to_party=world.party(party),
            note="归那边",
            at=NOON,
        )

    refused(
        domain.TooManyHops,
        actions.hand_over_step,
        by=world.at("housing"),
        step_id=step(leak, "mend").pk,
        to_party=world.party(f"{STREET}.urban_management"),
        note="归那边",
        at=NOON,
    )


def test_the_last_move_can_be_taken_back_for_five_minutes(world, leak) -> None:
    accept(world, leak, "station", "look")
    actions.undo_last_move(
        by=world.at("station"), step_id=step(leak, "look").pk, at=NOON + timedelta(minutes=5)
    )
    assert step(leak, "look").state == "offered"

    accept(world, leak, "station", "look")
    refused(
        domain.TooLateToUndo,
        actions.undo_last_move,
        by=world.at("station"),
        step_id=step(leak, "look").pk,
        at=NOON + timedelta(minutes=5, seconds=1),
    )


def test_what_was_taken_up_and_given_back_is_no_first_response(world, leak) -> None:
    before = Case.objects.values("status", "responded_at", "owner_appointment").get(pk=leak.case.pk)
    accept(world, leak, "station", "look")
    taken = Case.objects.get(pk=leak.case.pk)
    assert (taken.status, taken.responded_at) == ("working", NOON)

    actions.undo_last_move(by=world.at("station"), step_id=step(leak, "look").pk, at=NOON)

    back = Case.objects.values("status", "responded_at", "owner_appointment").get(pk=leak.case.pk)
    assert back == before
    assert set(Docket.objects.filter(case=leak.case).values_list("status", flat=True)) == {
        "offered"
    }
    assert list(verify_live()) == []
    accept(world, leak, "station", "look", NOON + HOUR)
    assert Case.objects.get(pk=leak.case.pk).responded_at == NOON + HOUR


def test_what_was_given_back_by_a_slip_is_taken_up_again_by_the_same_press(world, leak) -> None:
    accept(world, leak, "station", "look")
    undo = {"by": world.at("station"), "step_id": step(leak, "look").pk}
    actions.undo_last_move(**undo, at=NOON)
    actions.undo_last_move(**undo, at=NOON + timedelta(minutes=1))

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.responded_at) == ("working", NOON + timedelta(minutes=1))
    assert step(leak, "look").accepted_at == NOON + timedelta(minutes=1)
    assert list(verify_live()) == []


def test_who_else_took_something_up_answered_first_then(world, leak) -> None:
    accept(world, leak, "station", "look")
    actions.invite_office(
        by=world.at("station"),
        case_id=leak.case.pk,
        to_party=world.party("990101.civil_affairs"),
        lead=True,
        words="一起看",
        at=NOON,
    )
    minute = NOON + timedelta(minutes=1)
    accept(world, leak, "civil", "+joint", minute)

    actions.undo_last_move(by=world.at("station"), step_id=step(leak, "look").pk, at=minute)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.responded_at, case.owner_appointment) == ("working", minute, None)


def test_five_steps_three_at_once_and_a_sub_case_run_from_the_pack_alone(world) -> None:
    roof = actions.open_case(by=RESIDENT, said=said(world, item="roof_renewal"), at=NOON)
    accept(world, roof, "station", "accept")
    finish(world, roof, "station", "accept", NOON + HOUR)

    assert {s.code for s in Step.objects.filter(case=roof.case, state="offered")} == {
        "survey",
        "fund",
        "leak",
    }
    sub = Case.objects.get(parent_step=step(roof, "leak"))
    assert (sub.item, sub.due_at) == ("shared_leak", NOON + 25 * HOUR)

    for desk, code in (("street_city", "survey"), ("housing", "fund"), ("station", "leak")):
        accept(world, roof, desk, code, NOON + HOUR)
        finish(world, roof, desk, code, NOON + 2 * HOUR)

    assert step(roof, "decide").state == "offered"


def test_every_move_of_a_step_is_kept(world, leak) -> None:
    all_done(world, leak)

    moves = StepMove.objects.filter(step=step(leak, "mend")).order_by("id")
    assert list(moves.values_list("from_state", "to_state")) == [
        ("offered", "accepted"),
        ("accepted", "done"),
    ]
