"""How a case ends, and how it is opened again."""

from datetime import timedelta

from linli.cases import actions, domain, queries
from linli.cases.domain import End
from linli.cases.models import Case, Docket, Step
from tests.world import GREEN, NOON

from .errands import HOUR, RESIDENT, accept, all_done, answer, kinds, refused


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
        domain.NotInCharge,
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


def test_unsolved_goes_back_to_the_same_office_with_its_first_day_and_a_whole_period(
    world, leak
) -> None:
    first = (leak.case.due_at, leak.case.first_due_at)
    all_done(world, leak)
    answer(world, leak)
    actions.reopen_case(by=RESIDENT, report=leak.report, words="又漏了", at=NOON + 6 * HOUR)

    case = Case.objects.get(pk=leak.case.pk)
    assert (case.status, case.end, case.reopened) == ("offered", "", 1)
    assert (case.opened_at, case.owner_id) == (NOON, world.party(f"{GREEN}.station"))
    assert (case.due_at, case.first_due_at) == (first[0] + 6 * HOUR, first[1])
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
