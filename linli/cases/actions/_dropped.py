"""Dropping what is open of a case: its steps, the returns before the arbiter, the sub-cases."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from linli.basics import Actor
from linli.cases.domain import OPEN, End, Status, StepState
from linli.cases.events import CaseEnded, ReturnClosed
from linli.cases.models import Case, Report, Ruling, Step
from linli.journal.actions import record

from ._lists import relist_case
from ._locked import change
from ._paused import run_on


def call_off(case: Case, *, by: Actor, at: datetime, rows: Sequence[Report] = ()) -> None:
    """End a case as withdrawn, with all that is open of it; ``rows`` are bound by the same line."""
    run_on(case, by=by, at=at)
    dropped = drop_steps(case, by=by, at=at)
    change(
        case,
        status=Status.ENDED,
        end=End.WITHDRAWN,
        answered_at=at,
        ended_at=at,
        next_mark_at=None,
        first_next_mark_at=None,
    )
    relist_case(case)
    ended = CaseEnded(at=at, case_id=case.pk, end=End.WITHDRAWN, confirmed=None)
    record(ended, by=by, rows=[case, *rows, *dropped])


def drop_steps(case: Case, *, by: Actor, at: datetime) -> list[Step]:
    """Drop every step that is not over, close its return, end its sub-case; return the steps."""
    over = [StepState.DONE, StepState.DROPPED]
    steps = list(Step.objects.filter(case=case).exclude(state__in=over).order_by("id"))
    for step in steps:
        end_return(step, by=by, at=at)
        change(step, state=StepState.DROPPED, next_mark_at=None)
    call_off_subcases(steps, by=by, at=at)
    return steps


def call_off_subcases(steps: Iterable[Step], *, by: Actor, at: datetime) -> None:
    """End what is open in the name of dropped steps: there is nobody left to tell its answer."""
    stood_for = [step.pk for step in steps if step.subcase_item]
    if not stood_for:
        return
    held = Case.objects.select_for_update(of=("self",)).filter(parent_step__in=stood_for)
    for case in held.filter(status__in=OPEN).order_by("id"):
        call_off(case, by=by, at=at)


def end_return(step: Step, *, by: Actor, at: datetime) -> None:
    """Close the return of a step that is before the arbiter, with a line of its own."""
    for ruling in close_returns(step, at=at) if step.state == StepState.RETURNED else ():
        closed = ReturnClosed(
            at=at,
            case_id=step.case_id,
            step_id=step.pk,
            ruling_id=ruling.pk,
            clause=ruling.clause,
        )
        record(closed, by=by, rows=[ruling])


def close_returns(step: Step, *, at: datetime) -> list[Ruling]:
    """Close a step's return without a ruling; return what was closed. The line is the caller's."""
    closed = list(Ruling.objects.select_for_update(of=("self",)).filter(step=step, ruled_at=None))
    for ruling in closed:
        ruling.ruled_at = at
        ruling.save(update_fields=["ruled_at"])
    return closed
