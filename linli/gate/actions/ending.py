"""How it ends: called off, or its time is over. What was not used is free again; late is paid late."""

from datetime import datetime

from linli.basics import Actor
from linli.catalogue import actions as catalogue
from linli.fabric.writing import write_atomic
from linli.gate import events, queries
from linli.gate.domain import AT_WORK, RUNNING, Permission, State, TaskState, WrongState
from linli.gate.models import Request, Task
from linli.journal.actions import record
from linli.ledger import actions as ledger
from linli.ledger.domain import Stage
from linli.rulebook.domain import local_date

from ._rows import lock_request, lock_task, move
from .doors import end_at_doors
from .tasks import pay


@write_atomic
def revoke_request(*, by: Actor, request: int, at: datetime) -> Request:
    """
    Call an admitted request off before its time. What is done stays done and is paid for.

    :raises NotAllowed: unless the hat may decide
    :raises WrongState: unless it is admitted or under way, and its time is not over
    """
    by.must(Permission.DECIDE)
    row = lock_request(by, request)
    if row.valid_to is not None and row.valid_to <= at:
        raise WrongState(state=State.EXPIRED)
    for mandate in sorted({one.mandate_id for one in row.tasks.all()}):
        if _may_end(mandate, at):
            catalogue.revoke_mandate(by=by, mandate=mandate, at=at)
    return _end(by, row, State.REVOKED, at)


def _may_end(mandate: int, at: datetime) -> bool:
    rows = Task.objects.filter(mandate=mandate, mandate__revoked_at=None, mandate__valid_to__gt=at)
    return rows.exists()


@write_atomic
def lapse_requests(*, by: Actor, at: datetime, most: int = 200) -> int:
    """
    Sweep up requests whose time is over; return how many. They ended by themselves at that moment.

    Safe to run at any time, by any number of workers.
    """
    swept = 0
    for request in queries.to_lapse(at, district=by.district, most=most):
        row = lock_request(by, request)
        if row.state in RUNNING and row.valid_to is not None and row.valid_to <= at:
            _end(by, row, State.EXPIRED, at)
            swept += 1
    return swept


def _end(by: Actor, row: Request, then: State, at: datetime) -> Request:
    """
    End a running request: its open tasks lapse, and what was not earned goes back to its line.

    Of what was done at doors, the part that was met is done.
    """
    move(row, then)
    row.ended_at = at
    rows = row.tasks.select_for_update().filter(state__in=[str(one) for one in AT_WORK])
    open_ = list(rows.order_by("id"))
    for task in open_:
        task.request = row
    written = end_at_doors(by, open_, at)
    lapsed = [task for task in open_ if task.state in AT_WORK]
    begun = sum(one.committed_fen for one in lapsed)
    line = row.budget_line_id
    if begun and line is not None:
        ledger.release_budget(
            by=by,
            at=at,
            line=line,
            amount=begun,
            key=f"gate.uncommit.{row.pk}",
            stage=Stage.COMMITTED,
        )
        row.committed_fen -= begun
    released = row.reserved_fen - row.committed_fen
    if released and line is not None:
        ledger.release_budget(
            by=by, at=at, line=line, amount=released, key=f"gate.release.{row.pk}"
        )
        row.reserved_fen -= released
    for task in lapsed:
        task.state, task.committed_fen = str(TaskState.LAPSED), 0
        task.save(update_fields=["state", "committed_fen"])
    row.save()
    ended = events.RequestEnded(
        at=at,
        request_id=row.pk,
        state=str(then),
        released_fen=released,
        lapsed=tuple(one.pk for one in lapsed),
    )
    record(ended, by=by, rows=[row, *written, *lapsed])
    return row


@write_atomic
def escalate_requests(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Mark requests whose days for the decision are over and tell of them; return how many."""
    waiting = [str(State.SUBMITTED), str(State.UNDER_REVIEW)]
    rows = Request.objects.select_for_update(of=("self",)).filter(
        district=by.district,
        state__in=waiting,
        escalated_at=None,
        decide_by_on__lt=local_date(at),
    )
    found = list(rows.order_by("id")[: max(most, 0)])
    for row in found:
        row.escalated_at = at
        row.save(update_fields=["escalated_at"])
        decide_by = row.decide_by_on.isoformat() if row.decide_by_on else ""
        late = events.RequestEscalated(at=at, request_id=row.pk, decide_by=decide_by)
        record(late, by=by, rows=[row])
    return len(found)


@write_atomic
def pay_overdue(*, by: Actor, at: datetime, most: int = 200) -> int:
    """
    Pay what an office let lie past its days; return how many. It stands on the bill as late.

    The money was committed, so nobody can hold it back by saying nothing.
    """
    paid = 0
    for task in queries.to_pay(local_date(at), district=by.district, most=most):
        row = lock_task(by, task)
        if row.paid_at is None and row.state == TaskState.DONE:
            pay(by, row, at)
            paid += 1
    return paid
