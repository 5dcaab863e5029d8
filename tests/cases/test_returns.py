"""退单 and its ruling: each act, its line, and that a refusal changes nothing."""

import pytest

from linli.basics import NoSuchThing, NotAllowed
from linli.cases import actions, domain, queries
from linli.cases.models import Docket, Step
from tests.world import NOON, STREET

from .errands import RESIDENT, accept, give_back, kinds, refused, rule, step


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


def test_what_ended_before_it_was_ruled_waits_for_no_arbiter(world, leak) -> None:
    ruling = give_back(world, leak)
    actions.withdraw_case(by=RESIDENT, report=leak.report, at=NOON)

    arbiter = world.at("arbiter")
    assert list(queries.list_returns(arbiter)) == []
    assert queries.returns_shown(arbiter, arbiter=True) == []
    assert queries.returns_of_office(world.at("street_city")) == []
    refused(
        NoSuchThing,
        actions.rule_return,
        by=arbiter,
        ruling_id=ruling.pk,
        upheld=False,
        to_party=None,
        reason="还是你们的",
        at=NOON,
    )


def test_who_answers_for_it_now_stands_in_the_lists(world, leak) -> None:
    look = {"step_id": step(leak, "look").pk, "clause": "not_here", "note": "不在名单"}
    ruling = actions.return_step(by=world.at("station"), at=NOON, **look)
    rule(world, ruling, upheld=True, to=f"{STREET}.center")

    roles = dict(Docket.objects.filter(case=leak.case).values_list("party", "role"))
    assert roles[world.at("station").party] == "handler"
    assert roles[world.party(f"{STREET}.center")] == "owner"
    assert list(queries.verify_lists()) == []

    # given back, the office above watches over it again, and is told when it is late
    actions.reroute_case(by=world.at("street"), case_id=leak.case.pk, item="question", at=NOON)
    roles = dict(Docket.objects.filter(case=leak.case).values_list("party", "role"))
    assert roles[world.at("station").party] == "owner"
    assert roles[world.party(f"{STREET}.center")] == "overseer"
