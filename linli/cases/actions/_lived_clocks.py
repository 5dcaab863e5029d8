"""The clocks of a loaded case: what the worker turns, and the end of a pause."""

from datetime import datetime
from typing import TYPE_CHECKING

from linli.basics import Actor
from linli.cases.domain import HELD, RUNNING, Mark, Status, stood_since
from linli.cases.events import CaseResumed, ClockTurned
from linli.cases.models import Case, Step
from linli.rulebook.domain import Pause as Stood
from linli.rulebook.domain import Period

from ._lived_rows import change_row
from .clocks import FIRST, WHOLE, began_at

if TYPE_CHECKING:
    from ._lived import Lived


_AFTER = {
    None: Mark.AMBER,
    Mark.AMBER: Mark.RED,
    Mark.RED: Mark.ESCALATED,
    Mark.ESCALATED: Mark.ESCALATED,
}


def turn_clocks(lived: "Lived", until: datetime) -> None:
    """Do what the worker would have done to the clocks by then, in the order it would have."""
    if lived.life.recorded_at is not None:
        return
    _end_pause(lived, until)
    if lived.case.status not in RUNNING:
        return
    clocks: list[tuple[Case | Step, str]] = [(lived.case, FIRST), (lived.case, WHOLE)]
    clocks += [(step, WHOLE) for step in lived.steps.values()]
    while True:
        ringing = [
            (rings, place)
            for place, (row, clock) in enumerate(clocks)
            if (rings := getattr(row, f"{clock}next_mark_at")) is not None and rings <= until
        ]
        if not ringing:
            return
        at, place = min(ringing)
        _turn(lived, *clocks[place], at)


def _turn(lived: "Lived", row: Case | Step, clock: str, at: datetime) -> None:
    started = began_at(row, clock)
    due, shown = getattr(row, f"{clock}due_at"), getattr(row, f"{clock}mark")
    if due is None or started is None:
        setattr(row, f"{clock}next_mark_at", None)
        return
    mark = _AFTER[Mark(shown) if shown else None]
    coming = lived.desk.next_mark_at(start=started, due_at=due, at=at, turned=mark)
    rings = max(coming, at) if coming else None
    change_row(row, **{f"{clock}mark": str(mark), f"{clock}next_mark_at": rings})
    event = ClockTurned(
        at=at,
        case_id=lived.case.pk,
        step_id=row.pk if isinstance(row, Step) else None,
        first=clock == FIRST,
        mark=str(mark),
        due_at=due,
    )
    lived.draft(event, [row], lived.desk.house)


def _end_pause(lived: "Lived", until: datetime) -> None:
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
    whole, began = lived.definition.whole, case.clock_began_at
    _put_off(lived, case, whole, since=began, party=case.owner_id, at=at)
    steps = [step for step in lived.steps.values() if step.state in HELD]
    for step in steps:
        within = lived.definition.step(step.code).within
        _put_off(lived, step, within, since=step.offered_at or at, party=step.party_id, at=at)
    change_row(case, status=str(Status.WORKING))
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
    change_row(row, due_at=due, mark="", next_mark_at=ringing)
