"""A unit is closed once nothing open hangs on it; what comes back later goes to the unit above."""

from datetime import date

from linli.cases import actions, queries
from linli.cases.actions import Visitor
from linli.cases.domain import Status
from linli.cases.models import Docket
from linli.parties import actions as parties
from linli.parties.domain import StillOpen, UnitEnded
from linli.parties.models import Party
from tests.world import DISTRICT, GREEN, HOUSE_ITSELF, NOON, STREET

from .errands import (
    HOUR,
    RESIDENT,
    accept,
    all_done,
    answer,
    finish,
    give_back,
    refused,
    said,
    step,
)

ON = date(2026, 11, 16)


def close(world, code: str, at=NOON) -> Party:
    return parties.close_party(by=HOUSE_ITSELF, at=at, party_id=world.party(code), on=ON)


def owners_closed() -> list[tuple[str, str]]:
    return [(fault.where, fault.what) for fault in queries.verify_lists()]


def test_a_unit_is_closed_when_its_work_has_passed_on_and_what_comes_back_goes_above(world) -> None:
    station, center = f"{GREEN}.station", f"{STREET}.center"
    leak, twin = (actions.open_case(by=RESIDENT, said=said(world), at=NOON) for _ in range(2))
    actions.merge_cases(by=world.at("station"), case_id=twin.case.pk, into_id=leak.case.pk, at=NOON)
    for code, what in (
        (station, ("matters it answers for:", 1)),
        (f"{STREET}.urban_management", ("steps in its hands:", 1)),
    ):
        refusal = refused(StillOpen, close, world=world, code=code)
        assert (refusal.what, refusal.count) == what
    all_done(world, leak)
    answer(world, leak)
    assert close(world, station).to_on == ON
    assert close(world, f"{STREET}.urban_management").to_on == ON

    new = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    assert new.case.owner_id == world.party(center)
    refused(
        UnitEnded,
        actions.hand_over_step,
        by=world.at("street"),
        step_id=step(new, "look").pk,
        to_party=world.party(station),
        note="还是你们熟",
        at=NOON,
    )
    street = world.at("street")
    refused(UnitEnded, actions.undo_merge, by=street, case_id=twin.case.pk, at=NOON)
    again = actions.reopen_case(by=RESIDENT, report=leak.report, words="又漏了", at=NOON + 6 * HOUR)
    assert (again.status, again.owner_id) == (Status.OFFERED, world.party(center))
    assert Docket.objects.get(case=again, party=world.party(center)).open
    offered = again.steps.filter(state="offered")
    assert set(offered.values_list("party", flat=True)) == {world.party(center)}
    assert owners_closed() == []
    Party.objects.filter(pk=world.party(center)).update(to_on=ON)  # as no act would
    assert owners_closed() == [
        (f"case_case {case}", f"its owner {world.party(center)} has been closed")
        for case in sorted([new.case.pk, again.pk])
    ]


def test_an_arbiter_rules_on_what_waits_first(world) -> None:
    leak = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    accept(world, leak, "station", "look")
    finish(world, leak, "station", "look")
    give_back(world, leak)
    refusal = refused(StillOpen, close, world=world, code=f"{DISTRICT}.arbitration")
    assert (refusal.what, refusal.count) == ("returns to rule on:", 1)


def test_who_booked_a_time_is_served_before_the_window_closes(world) -> None:
    station = world.party(f"{GREEN}.station")
    visit = {"party_id": station, "visitor": Visitor(item="shared_leak", name="陈", phone="")}
    ticket = actions.draw_number(by=RESIDENT, at=NOON, **visit)
    refusal = refused(StillOpen, close, world=world, code=f"{GREEN}.station")
    assert (refusal.what, refusal.count) == ("people booked at its window:", 1)
    actions.cancel_booking(by=RESIDENT, booking=ticket.booking, at=NOON)
    close(world, f"{GREEN}.station")
    refused(UnitEnded, actions.draw_number, by=RESIDENT, at=NOON, **visit)
