"""The end of a pause of a loaded case, as ``_paused`` has it."""

from datetime import datetime
from typing import TYPE_CHECKING

from linli.basics import Actor
from linli.cases.domain import HELD, Status, stood_since
from linli.cases.events import CaseResumed
from linli.cases.models import Case, Step
from linli.rulebook.domain import Pause as Stood
from linli.rulebook.domain import Period

if TYPE_CHECKING:
    from ._lived import Lived


def end_pause(lived: "Lived", until: datetime) -> None:
    """Do what the worker would have done by then: let a clock run on whose day of review came."""
    pause = lived.pauses[-1] if lived.pauses else None
    if pause is not None and pause.review_at <= until:
        run_on(lived, pause.review_at, lived.desk.house)


def run_on(lived: "Lived", at: datetime, by: Actor) -> None:
    """Do what the living ``run_on`` does, in memory."""
    pause = lived.pauses[-1] if lived.pauses else None
    if pause is None or pause.ended_at is not None:
        return
    case, pause.ended_at = lived.case, min(at, pause.review_at)
    _put_off(lived, case, lived.definition.whole, since=case.opened_at, party=case.owner_id, at=at)
    steps = [step for step in lived.steps.values() if step.state in HELD]
    for step in steps:
        within = lived.definition.step(step.code).within
        _put_off(lived, step, within, since=step.offered_at or at, party=step.party_id, at=at)
    case.__dict__.update(status=str(Status.WORKING), revision=case.revision + 1)
    resumed = CaseResumed(at=lived.line_at(at), case_id=case.pk, due_at=case.due_at)
    lived.draft(resumed, [case, pause, *steps], by)


def _put_off(
    lived: "Lived",
    row: Case | Step,
    period: Period | None,
    *,
    since: datetime,
    party: int,
    at: datetime,
) -> None:
    if row.due_at is None:
        return
    stood = [Stood(each.begun_at, each.ended_at) for each in lived.pauses]
    due = lived.desk.put_off(party, row.due_at, period, start=since, pauses=stood)
    start = since + stood_since(stood[-1], since)
    ringing = lived.desk.next_mark_at(start=start, due_at=due, at=at)
    columns = {"due_at": due, "mark": "", "next_mark_at": ringing}
    row.__dict__.update(columns, revision=row.revision + 1)
