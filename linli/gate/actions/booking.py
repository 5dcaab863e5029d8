"""What the gate books: minutes from a community to the office that asked, and money of its line."""

from datetime import date, datetime

from linli.basics import Actor
from linli.fabric.writing import write_atomic
from linli.gate import events, queries
from linli.gate.domain import Effort, NotBookedHere, Permission
from linli.gate.models import Request, Task, Worked
from linli.journal.actions import record
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner

from ._rows import lock_task

WORK = "work"  # the ledger's unit of working minutes
GIVEN, TAKEN = "gate.given", "gate.taken"


def book(
    by: Actor, row: Task, effort: Effort, minutes: int, *, worked_on: date, at: datetime
) -> Worked:
    """Book minutes on a locked task; saves what the task holds of them."""
    row.worked += minutes
    row.save(update_fields=["worked"])
    nth = row.minutes.count() + 1
    given = ledger.open_account(
        by=by, at=at, unit=WORK, owner=Owner.place(row.community_id), purpose=GIVEN, floor=None
    )
    taken = ledger.open_account(
        by=by, at=at, unit=WORK, owner=Owner.party(row.request.asked_by_id), purpose=TAKEN
    )
    transfer = ledger.post_transfer(
        by=by,
        at=at,
        payer=given.pk,
        payee=taken.pk,
        amount=minutes,
        kind=str(effort),
        key=f"gate.work.{row.pk}.{nth}",
    )
    return Worked.objects.create(
        district=row.district,
        task=row,
        effort=str(effort),
        minutes=minutes,
        worked_on=worked_on,
        transfer=transfer,
    )


def commit(by: Actor, row: Request, task: Task, at: datetime, *, amount: int | None = None) -> None:
    """Commit of a task's share of the reservation: all of it, or so much. Saves the request only."""
    wanted = task.amount_fen if amount is None else amount
    ledger.commit_budget(
        by=by,
        at=at,
        line=row.budget_line_id or 0,
        amount=wanted,
        key=f"gate.commit.{task.pk}",
    )
    task.committed_fen += wanted
    row.committed_fen += wanted
    row.save(update_fields=["committed_fen"])


@write_atomic
def take_back_minutes(*, by: Actor, worked: int, at: datetime) -> Worked:
    """
    Take back minutes that were booked wrongly; the ledger holds both bookings.

    Those of visits are one booking, taken back as a whole: one by one they would tell of one visit.

    :raises NotAllowed: unless the hat may work on tasks
    :raises NoSuchThing: if there are none at the actor's communities
    :raises NotBookedHere: if they were taken back before, or the work is paid for
    """
    by.must(Permission.WORK)
    found = queries.worked_for(by, worked)
    row = lock_task(by, found.task_id)
    found = Worked.objects.select_for_update(of=("self",)).get(pk=worked)
    if found.undone_id is not None or row.paid_at is not None:
        raise NotBookedHere
    back = ledger.take_back_transfer(
        by=by,
        at=at,
        transfer=found.transfer_id,
        key=f"gate.undo.{found.pk}",
        amount=found.minutes,
    )
    found.undone = back
    found.save(update_fields=["undone"])
    row.worked -= found.minutes
    row.save(update_fields=["worked"])
    event = events.MinutesTakenBack(
        at=at, request_id=row.request_id, task_id=row.pk, minutes=found.minutes
    )
    record(event, by=by, rows=[row, found])
    return found
