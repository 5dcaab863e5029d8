"""“Me too”, one case of two, two of one, and the right item for a wrong one."""

from linli.cases import actions, queries
from linli.cases.domain import SameMatter
from linli.cases.models import Case, Report, Step
from tests.world import NOON

from .errands import HOUR, RESIDENT, me_too, refused, said


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
