"""Dropping what is open of a case: its steps, and the returns that wait for a ruling."""

from datetime import datetime

from linli.basics import Actor
from linli.cases.domain import StepState
from linli.cases.events import ReturnClosed
from linli.cases.models import Case, Ruling, Step
from linli.journal.actions import record

from ._locked import change


def drop_steps(case: Case, *, by: Actor, at: datetime) -> list[Step]:
    """Drop every step that is not over, and close its return; return the steps."""
    over = [StepState.DONE, StepState.DROPPED]
    steps = list(Step.objects.filter(case=case).exclude(state__in=over).order_by("id"))
    for step in steps:
        end_return(step, by=by, at=at)
        change(step, state=StepState.DROPPED, next_mark_at=None)
    return steps


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
