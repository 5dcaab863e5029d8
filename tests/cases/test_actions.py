"""What each act changes, the line it leaves, and that a refusal changes nothing."""

import json
from datetime import timedelta

import pytest
from django.apps import apps

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed, Refused
from linli.cases import actions, domain, queries
from linli.cases.actions import Said
from linli.cases.domain import Channel, End, PauseReason
from linli.cases.models import Case, Docket, Report, Ruling, Step, StepMove
from linli.journal.models import Line
from tests.world import GREEN, NOON, STAIR, STREET, build_world

HOUR = timedelta(hours=1)
RESIDENT = Actor(kind="resident", district=1)


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def leak(world):
    return actions.open_case(by=RESIDENT, said=said(world), at=NOON)


def said(world, **changes) -> Said:
    words = {
        "item": "shared_leak",
        "words": "三单元楼道顶上漏水，滴到电表箱了。",
        "channel": Channel.PORTAL,
        "place_id": world.place(STAIR),
    }
    return Said(**{**words, **changes})


def step(receipt, code: str) -> Step:
    return Step.objects.get(case=receipt.case, code=code)


def kinds(receipt) -> list[str]:
    lines = Line.objects.filter(subject_kind="case", subject_id=receipt.case.pk).order_by("id")
    return list(lines.values_list("kind", flat=True))


def everything() -> dict[str, list]:
    """Return every row of the storey and every line, to show that a refusal left all alone."""
    models = [*apps.get_app_config("cases").get_models(), Line]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def refused(kind: type[Refused], act, **arguments) -> Refused:
    before = everything()
    with pytest.raises(kind) as refusal:
        act(**arguments)
    assert everything() == before
    return refusal.value


def accept(world, receipt, desk: str, code: str, at=NOON) -> Step:
    return actions.accept_step(by=world.at(desk), step_id=step(receipt, code).pk, at=at)


def finish(world, receipt, desk: str, code: str, at=NOON) -> Step:
    return actions.finish_step(
        by=world.at(desk), step_id=step(receipt, code).pk, outcome="done", note="办好了", at=at
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


def give_back(world, leak) -> Ruling:
    return actions.return_step(
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        clause="private_part",
        note="漏点在户内",
        at=NOON,
    )


def test_a_return_cites_a_clause_and_goes_to_the_arbiter(world, leak) -> None:
    ruling = give_back(world, leak)

    assert ruling.arbiter_party_id == world.party("990101.arbitration")
    assert step(leak, "mend").state == "returned"
    assert [row.pk for row in queries.list_returns(world.at("arbiter"))] == [ruling.pk]
    assert kinds(leak) == ["CaseOpened", "StepReturned"]


@pytest.mark.parametrize("clause", ["", "not_ours", "private"])
def test_a_return_without_a_clause_of_the_item_is_refused(world, leak, clause) -> None:
    refused(
        domain.NoClause,
        actions.return_step,
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        clause=clause,
        note="不归我管",
        at=NOON,
    )


def test_what_was_taken_up_cannot_be_returned(world, leak) -> None:
    accept(world, leak, "street_city", "mend")

    refused(
        domain.WrongMoment,
        actions.return_step,
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        clause="private_part",
        note="漏点在户内",
        at=NOON,
    )


def test_what_is_before_the_arbiter_cannot_be_passed_on(world, leak) -> None:
    give_back(world, leak)

    refused(
        domain.WrongMoment,
        actions.hand_over_step,
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        to_party=world.party("990101.housing"),
        note="请接手",
        at=NOON,
    )


def rule(world, ruling, *, upheld: bool, to: str | None = None) -> Ruling:
    return actions.rule_return(
        by=world.at("arbiter"),
        ruling_id=ruling.pk,
        upheld=upheld,
        to_party=world.party(to) if to else None,
        reason="横管在楼道吊顶内，算公共部位",
        at=NOON + HOUR,
    )


def test_a_dismissed_return_goes_back_to_the_same_office(world, leak) -> None:
    rule(world, give_back(world, leak), upheld=False)

    held = step(leak, "mend")
    assert (held.state, held.party_id, held.hops) == (
        "offered",
        world.party(f"{STREET}.urban_management"),
        0,
    )
    assert kinds(leak) == ["CaseOpened", "StepReturned", "ReturnRuled"]


def test_an_upheld_return_goes_where_the_arbiter_says(world, leak) -> None:
    rule(world, give_back(world, leak), upheld=True, to="990101.housing")

    held = step(leak, "mend")
    assert (held.state, held.party_id, held.hops) == ("offered", world.party("990101.housing"), 1)


def test_after_two_hops_the_district_takes_it(world, leak) -> None:
    Step.objects.filter(pk=step(leak, "mend").pk).update(hops=2)
    rule(world, give_back(world, leak), upheld=True, to="990101.housing")

    held = step(leak, "mend")
    assert (held.party_id, held.hops) == (world.party("990101.center"), 2)


def test_a_return_is_ruled_once(world, leak) -> None:
    ruling = give_back(world, leak)
    rule(world, ruling, upheld=False)

    refused(
        NoSuchThing,
        actions.rule_return,
        by=world.at("arbiter"),
        ruling_id=ruling.pk,
        upheld=True,
        to_party=world.party("990101.housing"),
        reason="再裁一次",
        at=NOON,
    )


def test_nobody_but_an_arbiter_rules(world, leak) -> None:
    ruling = give_back(world, leak)

    refused(
        NotAllowed,
        actions.rule_return,
        by=world.at("district"),
        ruling_id=ruling.pk,
        upheld=True,
        to_party=None,
        reason="我来裁",
        at=NOON,
    )


def answer(world, leak, end: End = End.SOLVED, at=NOON + 3 * HOUR) -> Case:
    return actions.answer_case(
        by=world.at("station"), case_id=leak.case.pk, end=end, words="换了一段接头。", at=at
    )


def all_done(world, leak) -> None:
    for desk, code in (("station", "look"), ("street_city", "mend"), ("housing", "money")):
        accept(world, leak, desk, code, NOON + HOUR)
        finish(world, leak, desk, code, NOON + 2 * HOUR)


def test_solved_is_not_said_while_others_are_at_work(world, leak) -> None:
    accept(world, leak, "station", "look")

    refusal = refused(
        domain.StepsOpen,
        actions.answer_case,
        by=world.at("station"),
        case_id=leak.case.pk,
        end=End.SOLVED,
        words="好了",
        at=NOON,
    )
    assert refusal.count == 2


def test_the_answer_stops_the_clock_and_waits_for_the_resident(world, leak) -> None:
    all_done(world, leak)
    answer(world, leak)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.end, case.confirmed) == ("answered", "solved", None)
    assert case.next_mark_at is None
    assert set(Docket.objects.filter(case=case).values_list("open", flat=True)) == {False}
    assert kinds(leak)[-1] == "CaseAnswered"


def test_only_the_accountable_office_answers(world, leak) -> None:
    refused(
        domain.NotYours,
        actions.answer_case,
        by=world.at("housing"),
        case_id=leak.case.pk,
        end=End.EXPLAINED,
        words="不归我们",
        at=NOON,
    )


def test_the_resident_says_it_is_solved(world, leak) -> None:
    all_done(world, leak)
    answer(world, leak)
    actions.confirm_case(by=RESIDENT, report=leak.report, rating=5, at=NOON + 5 * HOUR)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.confirmed, case.rating) == ("ended", True, 5)
    assert kinds(leak)[-1] == "CaseEnded"


def test_unsolved_goes_back_to_the_same_office_with_the_first_day_kept(world, leak) -> None:
    all_done(world, leak)
    answer(world, leak)
    actions.reopen_case(by=RESIDENT, report=leak.report, words="又漏了", at=NOON + 6 * HOUR)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.end, case.reopened) == ("offered", "", 1)
    assert (case.opened_at, case.owner_id) == (NOON, world.party(f"{GREEN}.station"))
    assert case.confirmed is False
    held = [row.code for row in queries.list_steps(world.at("station"))]
    assert held == ["look"]
    assert kinds(leak)[-1] == "CaseReopened"


def test_the_window_for_reopening_closes(world, leak) -> None:
    all_done(world, leak)
    answer(world, leak)

    refusal = refused(
        domain.TooLateToReopen,
        actions.reopen_case,
        by=RESIDENT,
        report=leak.report,
        words="",
        at=NOON + timedelta(days=31),
    )
    assert refusal.days == 30


def test_an_open_case_cannot_be_reopened_or_confirmed(world, leak) -> None:
    refused(
        domain.WrongMoment,
        actions.reopen_case,
        by=RESIDENT,
        report=leak.report,
        words="",
        at=NOON,
    )
    refused(
        domain.WrongMoment,
        actions.confirm_case,
        by=RESIDENT,
        report=leak.report,
        rating=5,
        at=NOON,
    )


def test_silence_is_not_consent(world, leak) -> None:
    all_done(world, leak)
    answer(world, leak)
    ended = actions.end_unanswered(by=RESIDENT, at=NOON + timedelta(days=8))

    case = Case.objects.get(pk=leak.case.pk)
    assert (ended, case.status, case.confirmed, case.rating) == (1, "ended", None, None)


def test_the_resident_takes_it_back(world, leak) -> None:
    actions.withdraw_case(by=RESIDENT, report=leak.report, at=NOON + HOUR)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.end) == ("ended", "withdrawn")
    assert set(Step.objects.filter(case=case).values_list("state", flat=True)) == {"dropped"}


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


def test_me_too_has_a_receipt_of_its_own(world, leak) -> None:
    joined = actions.join_case(
        by=RESIDENT,
        number=leak.case.number,
        name="",
        phone="",
        words="我家也是",
        language="zh-hans",
        at=NOON,
    )

    assert joined.code != leak.code
    assert queries.report_for(1, leak.case.number, joined.code).pk == joined.report.pk
    assert Report.objects.filter(case=leak.case).count() == 2


def test_merged_cases_keep_their_receipts_and_can_be_parted(world, leak) -> None:
    other = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    actions.merge_cases(
        by=world.at("station"), case_id=other.case.pk, into_id=leak.case.pk, at=NOON
    )
    merged = Case.objects.get(pk=other.case.pk)
    assert (merged.end, merged.merged_into_id) == ("merged", leak.case.pk)
    assert queries.report_for(1, other.case.number, other.code).pk == other.report.pk

    actions.undo_merge(by=world.at("station"), case_id=other.case.pk, at=NOON + HOUR)

    parted = Case.objects.get(pk=other.case.pk)
    assert (parted.status, parted.due_at) == ("offered", merged.due_at)
    assert {s.state for s in Step.objects.filter(case=parted)} == {"offered"}


def test_a_wrong_item_is_mended_without_losing_number_or_clock(world, leak) -> None:
    actions.reroute_case(
        by=world.at("station"), case_id=leak.case.pk, item="roof_renewal", at=NOON + HOUR
    )

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.number, case.opened_at, case.due_at) == (
        leak.case.number,
        NOON,
        NOON + 24 * HOUR,
    )
    assert case.item == "roof_renewal"
    assert [row.code for row in queries.list_steps(world.at("station"))] == ["accept"]


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
