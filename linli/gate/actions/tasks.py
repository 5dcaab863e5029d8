"""A community at work: begun, minutes booked, done with evidence, paid; and what it refuses."""

from collections.abc import Sequence
from datetime import date, datetime

from linli.basics import Actor, NotAllowed, gettext_noop
from linli.fabric.writing import write_atomic
from linli.files import actions as files
from linli.files.domain.cleaning import Clean
from linli.gate import events, queries
from linli.gate.domain import (
    COMMITTEE_LAW,
    BadRequestPlan,
    DoneAtDoors,
    Effort,
    Lane,
    NotBegun,
    NothingShown,
    NothingToPay,
    PaidByTheAsker,
    Permission,
    State,
    TaskOver,
    TaskState,
    check_files,
)
from linli.gate.models import Refusal, Request, Task, TaskFile, Worked
from linli.journal.actions import record
from linli.ledger import actions as ledger
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

from ._rows import lock_task, working_days_after
from .booking import book, commit

MOST_MINUTES = 1440
FILE_PURPOSE = "task"


def _at_work(by: Actor, task: int, at: datetime) -> Task:
    """
    Return a task at the actor's communities that may still be worked on by hand, locked.

    :raises NotAllowed: unless the hat may work on tasks
    :raises NoSuchThing: if there is none at the actor's communities
    :raises TaskOver: if the leave has ended, or the work is done
    :raises DoneAtDoors: if the visit list carries it
    """
    by.must(Permission.WORK)
    queries.task_for(by, task)
    row = lock_task(by, task)
    if not queries.live_tasks(at, district=by.district).filter(pk=task).exists():
        raise TaskOver
    if row.request.cell is not None:
        raise DoneAtDoors
    return row


@write_atomic
def begin_task(*, by: Actor, task: int, at: datetime) -> Task:
    """
    Begin the work of an admitted task: its share of the money is committed from now on.

    :raises NotAllowed: unless the hat may work on tasks
    :raises TaskOver: if the leave has ended, or the work is done
    :raises DoneAtDoors: if the visit list carries it
    """
    row = _at_work(by, task, at)
    if row.state == TaskState.BEGUN:
        return row
    row.state, row.begun_at = str(TaskState.BEGUN), at
    request = row.request
    if request.lane == Lane.ORDINARY:
        commit(by, request, row, at)
    if request.state == State.ADMITTED:
        request.state = str(State.ACTIVE)
        request.save(update_fields=["state"])
    row.save()
    record(
        events.TaskBegun(
            at=at, request_id=request.pk, task_id=row.pk, amount_fen=row.committed_fen
        ),
        by=by,
        rows=[row, request],
    )
    return row


@write_atomic
def book_minutes(
    *, by: Actor, task: int, effort: Effort, minutes: int, worked_on: date, at: datetime
) -> Worked:
    """
    Book minutes as worked, by what they went into: from the community to the office that asked.

    :raises NotAllowed: unless the hat may work on tasks
    :raises NotBegun: before the work has begun
    :raises TaskOver: if the leave has ended, or the work is done
    :raises DoneAtDoors: if the visit list carries it
    :raises BadRequestPlan: for no minutes, more than a day's, or a day that is not in its time
    """
    row = _at_work(by, task, at)
    if row.state != TaskState.BEGUN or row.begun_at is None:
        raise NotBegun
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadRequestPlan(field="minutes", reason=gettext_noop("from 1 minute to one day's."))
    if not local_date(row.begun_at) <= worked_on <= local_date(at):
        raise BadRequestPlan(
            field="worked_on", reason=gettext_noop("a day since the work began, and not ahead.")
        )
    booked = book(by, row, effort, minutes, worked_on=worked_on, at=at)
    event = events.MinutesBooked(
        at=at, request_id=row.request_id, task_id=row.pk, effort=str(effort), minutes=minutes
    )
    record(event, by=by, rows=[row, booked])
    return booked


@write_atomic
def finish_task(
    *, by: Actor, task: int, shown: str, papers: Sequence[Clean] = (), at: datetime
) -> Task:
    """
    Say that it is done and what shows it; the office that asked has its days to pay.

    ``papers`` are pictures and PDFs; from now on none is added, changed or taken away.

    :raises NotAllowed: unless the hat may work on tasks
    :raises NotBegun: before the work has begun
    :raises TaskOver: if the leave has ended, or the work is done
    :raises NothingShown: without the evidence that was asked for
    :raises DoneAtDoors: if the visit list carries it
    :raises TooManyFiles: if they are more than six
    :raises NoRoom: if the disk is full; then nothing is kept
    """
    row = _at_work(by, task, at)
    if row.state != TaskState.BEGUN:
        raise NotBegun
    if not shown.strip():
        raise NothingShown(evidence=row.request.evidence)
    check_files(len(papers))
    row.state, row.done_at, row.shown = str(TaskState.DONE), at, shown.strip()
    if row.committed_fen:
        row.pay_by_on = working_days_after(at, queries.terms_at(at).payment_days)
    row.save()
    kept = [_keep(by, row, paper, at) for paper in papers]
    done = events.TaskDone(
        at=at,
        request_id=row.request_id,
        task_id=row.pk,
        pay_by=row.pay_by_on.isoformat() if row.pay_by_on else "",
        file_ids=tuple(one.file_id for one in kept),
    )
    record(done, by=by, rows=[row, *kept])
    return row


def _keep(by: Actor, row: Task, paper: Clean, at: datetime) -> TaskFile:
    return TaskFile.objects.create(
        district=row.district,
        task=row,
        file=files.keep_file(by=by, content=paper, purpose=FILE_PURPOSE, at=at),
        shown_at=at,
    )


@write_atomic
def pay_task(*, by: Actor, task: int, at: datetime) -> Task:
    """
    Pay for a task that is done: the office that asked has seen the evidence.

    :raises NotAllowed: unless the hat may ask
    :raises PaidByTheAsker: if another office asked
    :raises NothingToPay: if it is not done, costs nothing, or is paid
    """
    by.must(Permission.ASK)
    row = lock_task(by, task)
    if row.request.asked_by_id != by.office():
        raise PaidByTheAsker
    return pay(by, row, at)


def pay(by: Actor, row: Task, at: datetime) -> Task:
    """
    Book the payment of a locked task.

    :raises NothingToPay: if it is not done, costs nothing, or is paid
    """
    if row.state != TaskState.DONE or row.pay_by_on is None or row.paid_at is not None:
        raise NothingToPay
    request: Request = row.request
    ledger.pay_budget(
        by=by,
        at=at,
        line=request.budget_line_id or 0,
        amount=row.committed_fen,
        key=f"gate.pay.{row.pk}",
    )
    row.paid_at, row.paid_late = at, local_date(at) > row.pay_by_on
    row.save(update_fields=["paid_at", "paid_late"])
    request.paid_fen += row.committed_fen
    request.save(update_fields=["paid_fen"])
    paid = events.TaskPaid(
        at=at,
        request_id=request.pk,
        task_id=row.pk,
        amount_fen=row.committed_fen,
        late=row.paid_late,
    )
    record(paid, by=by, rows=[row, request])
    return row


@write_atomic
def refuse_past_the_gate(
    *,
    by: Actor,
    asked_by: int | None,
    asked_words: str,
    words: str,
    line: str = "",
    basis: str = "",
    at: datetime,
) -> Refusal:
    """
    Refuse what came past the gate, and put it on record with its citation.

    :param asked_by: the office that came with it; None with ``asked_words`` for any other
    :param words: what was wanted
    :param basis: law and article; by default 城市居民委员会组织法 art. 43(2)
    :raises NotAllowed: unless the hat works for a community
    :raises BadRequestPlan: unless it says who wanted what
    :raises NoSuchThing: if there is no such office
    """
    by.must(Permission.WORK)
    office = parties.party(by.office())
    if not words.strip() or (asked_by is None and not asked_words.strip()):
        raise BadRequestPlan(field="words", reason=gettext_noop("say who wanted what."))
    if office.place_id not in by.communities:
        raise NotAllowed
    asker = None if asked_by is None else parties.party(asked_by).pk
    row = Refusal.objects.create(
        district=by.district,
        community_id=office.place_id,
        party_id=office.pk,
        asked_by_id=asker,
        asked_words=asked_words.strip()[:120],
        words=words.strip(),
        line=line.strip()[:60],
        basis=(basis.strip() or f"{COMMITTEE_LAW} 第四十三条第二款")[:120],
        appointment=by.appointment,
        refused_at=at,
    )
    refused = events.WorkRefused(
        at=at, refusal_id=row.pk, community_id=row.community_id, party_id=asker
    )
    record(refused, by=by, rows=[row])
    return row
