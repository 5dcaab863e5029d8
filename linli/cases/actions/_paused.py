"""The end of a pause: the clock of the case runs on, and with it the clocks of its steps."""

from collections.abc import Sequence
from datetime import datetime

from linli.basics import Actor
from linli.cases.domain import AGAIN, HELD, Status, put_off, stood_since
from linli.cases.events import CaseResumed
from linli.cases.models import Case, Pause, Step
from linli.cases.queries import hours_at, rings_at
from linli.catalogue import queries as catalogue
from linli.journal.actions import record
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import Pause as Stood
from linli.rulebook.domain import Period

from ._lists import relist_case
from ._locked import change


def run_on(case: Case, *, by: Actor, at: datetime) -> None:
    """
    Let a clock that stands run on, and those of the steps in hand with it; say so in a line.

    What it stood is added to its end (民法典 203), but no minute after the day of review. Belongs
    inside an act; where the clock runs nothing happens.
    """
    pause = Pause.objects.filter(case=case, ended_at=None).first()
    if pause is None:
        return
    pause.ended_at = min(at, pause.review_at)
    pause.save(update_fields=["ended_at"])
    rows = Pause.objects.filter(case=case).order_by("id").values_list("begun_at", "ended_at")
    stood = [Stood(begin, end) for begin, end in rows]
    item = catalogue.definition(case.version_id)
    _put_off(case, item.whole, stood, since=case.clock_began_at, party=case.owner_id, at=at)
    limits = {one.code: one.within for one in item.steps}
    steps = list(Step.objects.filter(case=case, state__in=HELD).order_by("id"))
    for step in steps:
        within = limits.get(step.code.rstrip(AGAIN))
        _put_off(step, within, stood, since=step.offered_at or at, party=step.party_id, at=at)
    change(case, status=Status.WORKING)
    relist_case(case)
    resumed = CaseResumed(at=at, case_id=case.pk, due_at=case.due_at)
    record(resumed, by=by, rows=[case, pause, *steps])


def end_left(case: Case, *, at: datetime) -> list[Pause]:
    """End the pause that an answer or a merger of before left open; the line is the caller's."""
    left = list(Pause.objects.filter(case=case, ended_at=None))
    for pause in left:
        pause.ended_at = min(at, pause.review_at)
        pause.save(update_fields=["ended_at"])
    return left


def _put_off(
    row: Case | Step,
    period: Period | None,
    stood: Sequence[Stood],
    *,
    since: datetime,
    party: int,
    at: datetime,
) -> None:
    """Put off the end of a clock that began at ``since``, and say when it rings next."""
    if row.due_at is None:
        return
    due = put_off(
        row.due_at,
        start=since,
        period=period,
        pauses=stood,
        calendar=rulebook.calendar(),
        hours=hours_at(party, since),
    )
    ringing = rings_at(start=since + stood_since(stood[-1], since), due_at=due, at=at)
    change(row, due_at=due, mark="", next_mark_at=ringing)
