"""What admitted work does at doors: onto the visit list, counted from visits, settled at its end."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from linli.basics import Actor, NotAllowed, Refused
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.gate import events, queries
from linli.gate.domain import (
    AT_WORK,
    Effort,
    Kind,
    Lane,
    State,
    TaskState,
    booked_minutes,
    earned,
)
from linli.gate.models import Request, Task, TaskQuestion, Worked
from linli.journal.actions import record, system
from linli.rulebook.domain import local_date
from linli.visits import actions as visits
from linli.visits import queries as visited
from linli.visits.domain import Asked

from ._rows import lock_task, working_days_after
from .booking import book, commit

log = logging.getLogger(__name__)


def put_admitted(*, by: Actor, at: datetime, most: int = 20) -> int:
    """
    Put what was admitted and has begun on the visit list; return how many communities' tasks.

    Each is an act of its own: one that is refused is written to the log, and the next goes on.
    """
    done = 0
    for task in queries.to_put_on_list(at, district=by.district):
        if done >= most:
            break
        try:
            put_on_list(by=by, task=task, at=at)
        except Refused as refusal:
            log.warning("Task %s is not on the visit list: %s", task, type(refusal).__name__)
        else:
            done += 1
    return done


@write_atomic
def put_on_list(*, by: Actor, task: int, at: datetime) -> Task:
    """
    Put a community's questions, or the doors to go to, on its visit list under the task's mandate.

    Only what the facts cannot tell is asked, and what others ask already is asked once. Again under
    a newer mandate, what is still open is carried on by that.

    :raises NotAllowed: unless the house does it by itself
    :raises NoSuchThing: if there is no such task
    """
    if by.kind != "system":
        raise NotAllowed
    row = lock_task(by, task)
    if row.put_under == row.mandate_id or not _carries(row, at):
        return row
    request, first = row.request, row.asked is None
    written: list[Bound] = []
    if request.kind == Kind.DATA:
        written = _ask(by, row, at, first=first)
    else:
        _send(by, row, at, first=first)
    row.put_under = row.mandate_id
    if first:
        row.met = 0
        row.state, row.begun_at = str(TaskState.BEGUN), at
        if request.state == State.ADMITTED:
            request.state = str(State.ACTIVE)
            request.save(update_fields=["state"])
        if not row.asked and request.kind == Kind.WORK:
            _done(row, at)
    row.save()
    put = events.PutOnVisitList(
        at=at,
        request_id=request.pk,
        task_id=row.pk,
        mandate_id=row.mandate_id,
        asked=row.asked or 0,
    )
    record(put, by=by, rows=[row, request, *written])
    return row


def _carries(row: Task, at: datetime) -> bool:
    live = queries.live_tasks(at, district=row.district)
    return row.request.cell is not None and live.filter(pk=row.pk).exists()


def _ask(by: Actor, row: Task, at: datetime, *, first: bool) -> list[Bound]:
    """Ask what is unknown now, or carry on what is still open; return new links. Who left is not asked."""
    still = queries.living_at(row.community_id, row.district, at=at)
    if first:
        pairs = queries.unknown_of(row.request, [row.community_id], at=at)
    else:
        open_ = row.questions.filter(question__answered_at=None, question__withdrawn_at=None)
        pairs = set(open_.values_list("question__person", "question__attribute"))
    ask_of(by, row, [one for one in sorted(pairs) if (True, one[0]) in still], at)
    if not first:
        return []
    links = link_asked(row, pairs)
    row.asked, row.facts = len(links), facts_of(links)
    return list(links)


def ask_of(by: Actor, row: Task, pairs: Sequence[tuple[int, str]], at: datetime) -> None:
    """Ask facts of people, in the name of a task and under its mandate."""
    number, mandate = row.request.number, row.mandate_id
    visits.ask_questions(
        by=by,
        asked=[
            Asked(person=person, attribute=attribute, form=number, mandate=mandate)
            for person, attribute in pairs
        ],
        at=at,
    )


def link_asked(row: Task, pairs: Collection[tuple[int, str]]) -> list[TaskQuestion]:
    """Link a task to the questions that stand in its name about people and facts; return the links."""
    number, community = row.request.number, row.community_id
    found = visited.standing_questions(number, community, pairs, district=row.district)
    links = [TaskQuestion(district=row.district, task=row, question=one) for one in found]
    TaskQuestion.objects.bulk_create(links)
    return links


def facts_of(links: Iterable[TaskQuestion]) -> int:
    """Return how many different facts some questions are about: one person is asked no more."""
    return len({one.question.attribute for one in links})


def _send(by: Actor, row: Task, at: datetime, *, first: bool) -> None:
    """Send workers to the doors that are meant now, or still open; never to who lives there no more."""
    number, community = row.request.number, row.community_id
    if first:
        doors = queries.doors_of(row.request, community, at=at)
    else:
        rows = visited.errands_of(number, community, district=row.district)
        doors = {
            (one.household_id is None, one.household_id or one.person_id or 0)
            for one in rows.filter(visit=None, withdrawn_at=None)
        }
    doors &= queries.living_at(community, row.district, at=at)
    sent = visits.ask_visits(by=by, mandate=row.mandate_id, form=number, doors=doors, at=at)
    if first:
        row.asked = len(sent)


@write_atomic
def count_visits(*, by: Actor, task: int, at: datetime) -> Task:
    """
    Count what visits on record answered or met of a task; with the last it is settled and done.

    Run twice it does nothing more.

    :raises NotAllowed: unless the house does it by itself
    :raises NoSuchThing: if there is no such task
    """
    if by.kind != "system":
        raise NotAllowed
    row = lock_task(by, task)
    count(by, row, at)
    return row


def count(by: Actor, row: Task, at: datetime, *, over: bool = False) -> None:
    """
    Count a locked task's visits; belongs inside an act.

    Minutes and money are booked once, when all is met or its time is over: booked one by one they
    would tell whoever reads the book how many answered, and of how many (decisions 23 and 24).
    """
    if row.asked is None or row.state not in AT_WORK:
        return
    request, before = row.request, (row.met, row.worked, row.committed_fen)
    row.met = max(row.met or 0, queries.met_by_visits(row, at))
    done = row.asked > 0 and row.met == row.asked
    booked: list[Worked] = []
    if done or over:
        booked = book_spent(by, row, at)
        commit_earned(by, request, row, at)
    if done:
        _done(row, at)
    if (row.met, row.worked, row.committed_fen) == before:
        return
    row.save()
    counted = events.VisitsCounted(
        at=at,
        request_id=request.pk,
        task_id=row.pk,
        met=row.met,
        minutes=sum(one.minutes for one in booked),
        committed_fen=row.committed_fen,
    )
    record(counted, by=by, rows=[row, request, *booked])


def book_spent(by: Actor, row: Task, at: datetime) -> list[Worked]:
    """Book what the visits of a task that is over took, as it may be told; saves the task's sum only."""
    minutes = booked_minutes(
        row.request.minutes,
        queries.minutes_spent(row),
        met=row.met or 0,
        asked=row.asked or 0,
        fives=queries.fives_asked(row),
    )
    on = min(local_date(at), row.request.to_on)
    return [book(by, row, Effort.DOOR, minutes, worked_on=on, at=at)] if minutes else []


def commit_earned(by: Actor, request: Request, row: Task, at: datetime) -> None:
    """Commit what the answers and visits of a task that is over come to; saves the request only."""
    fives = queries.fives_asked(row)
    due = earned(row.amount_fen, row.met or 0, row.asked or 0, fives) - row.committed_fen
    if due > 0 and request.lane == Lane.ORDINARY:
        commit(by, request, row, at, amount=due)


def _done(row: Task, at: datetime) -> None:
    """Mark a task as done in memory: the visits on record are what shows it."""
    row.state, row.done_at = str(TaskState.DONE), at
    row.shown = f"{row.met}/{row.asked}"
    if row.committed_fen:
        row.pay_by_on = working_days_after(at, queries.terms_at(at).payment_days)


def end_at_doors(by: Actor, rows: Iterable[Task], at: datetime) -> list[Task]:
    """
    Take open tasks off the visit list and count what was met; return the tasks that were written.

    What was met is done and is paid for; the rest of the money is free again. Other tasks that want
    the same questions are put onto the list anew, under their own mandate.
    """
    house, written = system(by.district), []
    for row in rows:
        if row.request.cell is None:
            continue
        number, community = row.request.number, row.community_id
        count(by, row, at, over=True)
        visits.withdraw_questions(by=house, at=at, form=number, community=community)
        visits.withdraw_visits(by=house, at=at, form=number, community=community)
        for other in queries.wanting_too(row).select_for_update(of=("self",)):
            other.put_under = None
            other.save(update_fields=["put_under"])
            written.append(other)
        if row.state in AT_WORK and row.met:
            _done(row, at)
        if row.state == TaskState.DONE:
            row.save()
            written.append(row)
    return written
