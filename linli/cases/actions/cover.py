"""Leave cover: nobody's work stays with somebody who is not there."""

from datetime import datetime

from linli.basics import Actor
from linli.cases.domain import OPEN, StepState
from linli.cases.events import WorkPassedOn
from linli.cases.models import Case, Step
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record

from ._locked import change


@write_atomic
def pass_on_work(
    *, by: Actor, from_appointment: int, to_appointment: int | None, at: datetime
) -> int:
    """
    Give the open steps and cases of one appointment to another, or back to the office; return how many cases.

    The offices stay: who answers to the resident does not change, only which of their people.
    """
    held = [StepState.OFFERED, StepState.ACCEPTED]
    steps = Step.objects.filter(
        district=by.district, appointment=from_appointment, state__in=held
    ).order_by("case_id", "id")
    by_case: dict[int, list[Bound]] = {}
    for step in steps:
        change(step, appointment=to_appointment)
        by_case.setdefault(step.case_id, []).append(step)
    owned = Case.objects.filter(
        district=by.district,
        owner_appointment=from_appointment,
        status__in=[str(status) for status in OPEN],
    ).order_by("id")
    for case in owned:
        change(case, owner_appointment=to_appointment)
        by_case.setdefault(case.pk, []).append(case)
    for case_id, rows in by_case.items():
        record(
            WorkPassedOn(
                at=at,
                case_id=case_id,
                from_appointment_id=from_appointment,
                to_appointment_id=to_appointment,
                step_ids=tuple(row.pk for row in rows if isinstance(row, Step)),
            ),
            by=by,
            rows=rows,
        )
    return len(by_case)
