"""An arbiter decides once: what may not be returned again, and that nobody answers past a ruling."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from linli.basics import NotAllowed
from linli.cases import actions, domain, queries
from linli.cases.domain import End
from linli.cases.models import Ruling, Step
from linli.fabric.edge import sentence
from tests.world import NOON

from .errands import (
    HOUR,
    RESIDENT,
    accept,
    finish,
    give_back,
    kinds,
    refused,
    rule,
    said,
    step,
)

LATER = NOON + 2 * HOUR


def returning(
    world, receipt, clause: str, *, desk: str = "street_city", code: str = "mend", at=LATER
):
    """Return what ``return_step`` is called with."""
    which = step(receipt, code).pk
    return {"by": world.at(desk), "step_id": which, "clause": clause, "note": "不归我管", "at": at}


def told(world, leak, end: End) -> dict:
    words = "不予办理：这处漏水在户内，由房主自己修，依据是物业管理条例第五十四条。"
    return {
        "by": world.at("station"),
        "case_id": leak.case.pk,
        "end": end,
        "words": words,
        "at": LATER,
    }


def own_step_returned(world, leak) -> Ruling:
    """Let the accountable office return its own step, the others' being done."""
    for desk, code in (("street_city", "mend"), ("housing", "money")):
        accept(world, leak, desk, code)
        finish(world, leak, desk, code)
    return actions.return_step(
        **returning(world, leak, "not_here", desk="station", code="look", at=NOON)
    )


def test_a_clause_that_was_ruled_on_is_not_cited_again_and_two_rulings_are_the_last(world, leak):
    rule(world, give_back(world, leak), upheld=False)

    same = returning(world, leak, "private_part")
    no = refused(domain.AlreadyRuled, actions.return_step, **same)
    assert (no.ruled_on, no.clause) == (date(2026, 11, 16), "属于自家房屋内部")
    with override("en"):
        assert sentence(no) == (
            f"The arbiter ruled on this on 16 Nov 2026: “{no.clause}” does not apply, and the "
            "step stays with your office. Take it up; cite another clause if one applies, or ask "
            "the center above you, which may move it."
        )
    again = actions.return_step(**returning(world, leak, "not_here"))
    rule(world, again, upheld=False)
    for clause in ("private_part", "not_here"):
        refused(domain.AlreadyRuled, actions.return_step, **returning(world, leak, clause))
    with pytest.raises(domain.RuledOften) as often:
        domain.check_return("third", "", {"one": NOON.date(), "two": NOON.date()})
    assert often.value.most == 2
    assert accept(world, leak, "street_city", "mend", LATER).state == "accepted"


def test_another_office_and_an_office_that_was_right_may_cite_the_clause(world, leak):
    rule(world, give_back(world, leak), upheld=True, to="990101.housing")
    second = actions.return_step(**returning(world, leak, "private_part", desk="housing"))
    rule(world, second, upheld=True, to="990101001.urban_management")

    third = actions.return_step(**returning(world, leak, "private_part"))

    assert [one.upheld for one in (second, third)] == [None, None]
    assert rule(world, third, upheld=True).to_party_id == world.party("990101.center")
    back = returning(world, leak, "private_part", desk="district")
    refused(NotAllowed, actions.return_step, **back)


def test_a_ruling_outlives_a_change_of_the_item_and_a_reopening(world, leak):
    rule(world, give_back(world, leak), upheld=False)
    for item in ("roof_renewal", "shared_leak"):
        actions.reroute_case(by=world.at("station"), case_id=leak.case.pk, item=item, at=LATER)
    made_anew = Step.objects.get(case=leak.case, code="mend'")

    again = {**returning(world, leak, "private_part"), "step_id": made_anew.pk}
    refused(domain.AlreadyRuled, actions.return_step, **again)


def test_nobody_says_solved_while_a_return_waits_for_the_arbiter(world, leak):
    ruling = own_step_returned(world, leak)

    no = refused(domain.ReturnPending, actions.answer_case, **told(world, leak, End.SOLVED))
    assert no.office == "青桐社区公共服务工作站"
    rule(world, ruling, upheld=False)
    assert actions.answer_case(**told(world, leak, End.SOLVED)).end == End.SOLVED
    assert step(leak, "look").state == "dropped"


def test_a_return_is_taken_back_until_it_is_ruled_and_may_be_made_again(world, leak):
    ruling = own_step_returned(world, leak)
    back = {"step_id": ruling.step_id, "at": NOON + timedelta(days=2)}

    refused(domain.TooLateToUndo, actions.undo_last_move, by=world.at("housing"), **back)
    actions.undo_last_move(by=world.at("station"), **back)

    ruling.refresh_from_db()
    assert (ruling.upheld, ruling.ruled_at, step(leak, "look").state) == (
        None,
        back["at"],
        "offered",
    )
    arbiter = world.at("arbiter")
    assert list(queries.list_returns(arbiter)) == []
    assert [one.pk for one in queries.list_returns(arbiter, open_only=False)] == [ruling.pk]
    assert queries.precedents_for(arbiter, ["shared_leak"]) == []
    anew = actions.return_step(**returning(world, leak, "not_here", desk="station", code="look"))
    assert [one.pk for one in queries.list_returns(arbiter)] == [anew.pk]
    rule(world, anew, upheld=False)
    refused(domain.TooLateToUndo, actions.undo_last_move, by=world.at("station"), **back)


def ended_withdrawn(world, leak) -> None:
    actions.withdraw_case(by=RESIDENT, report=leak.report, at=LATER)


def ended_merged(world, leak) -> None:
    into = actions.open_case(by=RESIDENT, said=said(world), at=NOON).case
    station = world.at("station")
    actions.merge_cases(by=station, case_id=leak.case.pk, into_id=into.pk, at=LATER)


def explained(world, leak) -> None:
    actions.answer_case(**told(world, leak, End.EXPLAINED))


def rerouted(world, leak) -> None:
    to = {"case_id": leak.case.pk, "item": "roof_renewal", "at": LATER}
    actions.reroute_case(by=world.at("station"), **to)


@pytest.mark.parametrize(
    ("over", "last"),
    [
        (ended_withdrawn, "CaseEnded"),
        (ended_merged, "CasesMerged"),
        (explained, "CaseAnswered"),
        (rerouted, "CaseRerouted"),
    ],
)
def test_whatever_ends_a_return_without_a_ruling_says_so(world, leak, over, last):
    ruling = give_back(world, leak)

    over(world, leak)

    ruling.refresh_from_db()
    assert (ruling.upheld, ruling.to_party_id, ruling.ruled_at) == (None, None, LATER)
    assert kinds(leak) == ["CaseOpened", "StepReturned", "ReturnClosed", last]
    assert queries.rulings_open_at(world.party("990101.arbitration"), LATER) == 0
    with override("en"):
        happenings = queries.history(leak.case)
        trail = queries.trail(leak.case, happenings, queries.steps_of(leak.case), on=LATER.date())
    assert trail[1].words == "The return is over without a ruling: Mend it"
