"""“Me too”, one case of two, two of one, and the right item for a wrong one."""

from dataclasses import replace

from linli.cases import actions, queries
from linli.cases.actions import merging
from linli.cases.domain import SameMatter, TooLateToUndo
from linli.cases.models import Case, Report, Step
from linli.journal.actions import system
from tests.world import NOON

from .errands import HOUR, RESIDENT, accept, finish, me_too, refused, said, step


def test_me_too_has_a_receipt_of_its_own(world, leak) -> None:
    joined = me_too(leak.case)

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


def test_a_case_is_not_joined_to_itself(world, leak) -> None:
    one = leak.case.pk
    refused(
        SameMatter, actions.merge_cases, by=world.at("station"), case_id=one, into_id=one, at=NOON
    )


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


def test_a_matter_that_turns_out_to_be_sensitive_is_kept_so(world, leak, monkeypatch) -> None:
    def private(item, on):
        found = queries_of_items(item, on=on)
        return replace(found, definition=replace(found.definition, sensitive=True))

    queries_of_items = merging.catalogue.current
    monkeypatch.setattr(merging.catalogue, "current", private)
    actions.reroute_case(by=world.at("station"), case_id=leak.case.pk, item="question", at=NOON)

    assert Case.objects.get(pk=leak.case.pk).sensitive


def test_parted_again_a_case_goes_on_where_it_was(world, leak) -> None:
    roof = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    station = {"by": world.at("station"), "case_id": roof.case.pk}
    actions.reroute_case(**station, item="roof_renewal", at=NOON)
    accept(world, roof, "station", "accept")
    finish(world, roof, "station", "accept")

    def states() -> dict[str, str]:
        return dict(Step.objects.filter(case=roof.case).values_list("code", "state"))

    before, rings = states(), step(roof, "survey").next_mark_at
    assert (before["look"], before["survey"], before["decide"]) == (
        "dropped",
        "offered",
        "waiting",
    )
    actions.merge_cases(**station, into_id=leak.case.pk, at=NOON + HOUR)
    actions.undo_merge(**station, at=NOON + 2 * HOUR)

    # what the wrong item had asked for stays dropped, and what waits for nothing is on offer
    assert states() == before
    case = Case.objects.get(pk=roof.case.pk)
    assert (case.next_mark_at, step(roof, "survey").next_mark_at) == (
        Case.objects.get(pk=leak.case.pk).next_mark_at,
        rings,
    )
    actions.turn_clocks(by=system(1), at=case.due_at)
    assert Case.objects.get(pk=roof.case.pk).mark == "red"


def test_a_merger_whose_line_names_no_steps_gives_all_of_them_back(
    world, leak, monkeypatch
) -> None:
    other = actions.open_case(by=RESIDENT, said=said(world), at=NOON).case.pk
    station = {"by": world.at("station"), "case_id": other, "at": NOON}
    actions.merge_cases(**station, into_id=leak.case.pk)
    lines = [("CasesMerged", '{"event": {"into_id": 1}}')]  # as it was written before
    monkeypatch.setattr(merging.journal, "told", lambda *_: lines)
    actions.undo_merge(**station)

    assert {one.state for one in Step.objects.filter(case=other)} == {"offered"}


def test_what_opened_a_sub_case_is_not_undone(world) -> None:
    roof = actions.open_case(by=RESIDENT, said=said(world, item="roof_renewal"), at=NOON)
    accept(world, roof, "station", "accept")
    done = finish(world, roof, "station", "accept")

    refused(TooLateToUndo, actions.undo_last_move, by=world.at("station"), step_id=done.pk, at=NOON)
    assert Case.objects.filter(parent_step__case=roof.case).count() == 1
