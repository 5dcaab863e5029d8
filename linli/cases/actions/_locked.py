"""Getting hold of a case or a step for writing, by right and in its present state."""

from datetime import datetime
from typing import Any

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    NotInCharge,
    NotYours,
    OwnTime,
    Permission,
    ReturnPending,
    StaleStep,
    StepState,
    check_stands,
    check_step_move,
)
from linli.cases.models import Case, Docket, Report, Step, StepMove
from linli.cases.queries import overseen_by, steered_by
from linli.parties import queries as parties
from linli.parties.domain import check_not_own
from linli.people import queries as people


def lock_case(by: Actor, case_id: int) -> Case:
    """
    Return the case, locked, if the actor's office is concerned with it, and the actor is not.

    :raises NoSuchThing: if there is none, or it is not theirs to see
    :raises OwnMatter: if it is their own or a near relative's
    """
    case = (
        Case.objects.select_for_update(of=("self",))
        .filter(pk=case_id, district=by.district)
        .first()
    )
    if case is None or not Docket.objects.filter(case=case, party_id=by.office()).exists():
        raise NoSuchThing
    check_not_mine(by, case)
    return case


def lock_step(by: Actor, step_id: int) -> Step:
    """
    Return the step and, through it, the case, locked, if it is with the actor's office.

    :raises NotYours: if another office holds it
    :raises NoSuchThing: if the office is not concerned with the case at all
    """
    step = Step.objects.filter(pk=step_id, district=by.district).only("case_id").first()
    if step is None:
        raise NoSuchThing
    case = lock_case(by, step.case_id)
    held = Step.objects.get(pk=step_id)
    held.case = case
    if held.party_id != by.party:
        raise NotYours(office=office_words(held.party_id))
    return held


def lock_steered(by: Actor, case_id: int, *, permission: str = Permission.ACT) -> Case:
    """
    Return the case, locked, if the actor's office answers for it or watches over the one that does.

    :raises NotAllowed: unless the hat of the accountable office holds ``permission``
    :raises NotInCharge: if another office answers for it
    :raises NoSuchThing: if the office is not concerned with the case at all
    """
    case = lock_case(by, case_id)
    if case.owner_id == by.party:
        by.must(permission)
    elif not steered_by(by, case):
        by.must(permission)
        raise NotInCharge(office=office_words(case.owner_id))
    return case


def lock_overseen(by: Actor, case_id: int) -> Case:
    """
    Return the case, locked, if the actor's office watches over the accountable one.

    :raises NotAllowed: unless the hat may supervise
    :raises OwnTime: if the actor's office answers for it itself
    :raises NotInCharge: if other offices watch over it
    """
    by.must(Permission.SUPERVISE)
    case = lock_case(by, case_id)
    if case.owner_id == by.party:
        raise OwnTime
    if not overseen_by(by, case):
        raise NotInCharge(office=office_words(case.owner_id))
    return case


def office_words(party_id: int) -> str:
    """Return an office's name in the language of the request."""
    return parties.party_words(parties.party(party_id))


def move_step(
    step: Step,
    then: StepState,
    *,
    at: datetime,
    to_party: int | None = None,
    clause: str = "",
    words: str = "",
    hop: int = 0,
    **columns: Any,  # as QuerySet.update takes them
) -> StepMove:
    """
    Change a step's state and append the move, unless somebody wrote first.

    :raises WrongMoment: if the table of moves has no such move
    :raises StaleStep: if the step was changed since it was read
    """
    check_step_move(StepState(step.state), then)
    move = StepMove(
        district=step.district,
        step=step,
        case_id=step.case_id,
        from_state=step.state,
        to_state=then,
        from_party=step.party_id,
        to_party=to_party or step.party_id,
        clause=clause,
        note=words,
        hop=hop,
        moved_at=at,
    )
    change(step, state=then, party_id=to_party or step.party_id, **columns)
    move.save(force_insert=True)
    return move


def change(row: Case | Step, **columns: Any) -> None:  # as QuerySet.update takes them
    """
    Write the columns if the row's revision is still the one that was read, and raise it by one.

    :raises StaleStep: if it is not
    """
    revision = row.revision
    table = Case.objects if isinstance(row, Case) else Step.objects
    here = table.filter(pk=row.pk, district=row.district, revision=revision)
    written = here.update(**columns, revision=revision + 1)
    if not written:
        raise StaleStep
    for name, value in {**columns, "revision": revision + 1}.items():
        setattr(row, name, value)


def check_standing(report: Report) -> None:
    """:raises ReportTakenBack: if the report was taken back"""
    check_stands(Report.objects.values_list("withdrawn_at", flat=True).get(pk=report.pk))


def check_nothing_returned(case: Case) -> None:
    """:raises ReturnPending: while a step of the case is before the arbiter"""
    held = Step.objects.filter(case=case, state=StepState.RETURNED).order_by("id").first()
    if held is not None:
        raise ReturnPending(office=office_words(held.party_id))


def check_not_mine(by: Actor, case: Case) -> None:
    """
    Check that a case is neither about the actor or a near relative, nor reported by one of them.

    Of a seat that is linked to nobody on record nothing can be told.

    :raises OwnMatter: if it is
    """
    if by.person is None:
        return
    reports = Report.objects.filter(case=case, person__isnull=False, withdrawn_at=None)
    concerned = [*reports.values_list("person_id", flat=True), case.subject_id]
    check_not_own(
        by.person,
        concerned=people.every_record([one for one in concerned if one is not None]),
        relatives=people.relatives_of(by.person),
    )
