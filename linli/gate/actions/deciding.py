"""The decision: admitted in one act with money, leave and tasks; returned; or let through urgently."""

from collections import defaultdict
from datetime import datetime

from linli.basics import Actor, NotAllowed, gettext_noop
from linli.catalogue import actions as catalogue
from linli.catalogue import queries as lists
from linli.catalogue.domain import EMERGENCY_LAPSES, MandateOrigin
from linli.fabric.writing import write_atomic
from linli.gate import events, queries
from linli.gate.domain import (
    RUNNING,
    BadRequestPlan,
    Lane,
    NeverUrgent,
    Permission,
    SameHand,
    State,
    TaskState,
    WrongState,
    never,
    passes,
    sent_back,
)
from linli.gate.models import Request, Task
from linli.journal.actions import record
from linli.ledger import actions as ledger

from ._rows import lock_request, move, span_of, working_days_after
from .booking import commit
from .doors import commit_earned, count


def _to_decide(by: Actor, request: int) -> Request:
    """
    Return a request for decision, locked together with all others that could take its place.

    :raises NotAllowed: unless the hat may decide
    :raises SameHand: if the actor, or their office, asked, or the actor declared the emergency
    """
    by.must(Permission.DECIDE)
    waiting = [str(one) for one in (*RUNNING, State.SUBMITTED, State.UNDER_REVIEW)]
    rows = Request.objects.select_for_update(of=("self",)).order_by("id")
    list(rows.filter(district=by.district, state__in=waiting).values_list("id"))
    row = lock_request(by, request)
    if queries.asked_it(by, row) or queries.own_hand(by, row.declared_by):
        raise SameHand
    return row


@write_atomic
def admit_request(*, by: Actor, request: int, at: datetime) -> Request:
    """
    Decide: run the five checks as things stand now, and admit or return by what they say.

    To admit is one act: the money is reserved, leave is granted, and each community has its task.
    An emergency under way is decided the same way; what was worked meanwhile is then paid for.

    :raises NotAllowed: unless the hat may decide
    :raises SameHand: if the actor, or their office, asked, or the actor declared the emergency
    :raises WrongState: unless it is under review, or an emergency that is not reviewed
    """
    row = _to_decide(by, request)
    urgent = row.state == State.ACTIVE and row.lane == Lane.EMERGENCY
    if not urgent and row.state != State.UNDER_REVIEW:
        raise WrongState(state=State(row.state))
    if urgent and row.valid_to is not None and row.valid_to <= at:
        raise WrongState(state=State.EXPIRED)
    found = queries.findings(row, at=at, known=queries.known_already(row, at=at))
    row.reasons = [one.data() for one in found]
    row.decided_at, row.decided_by = at, by.appointment
    if not passes(found):
        return _sent_back(by, row, tuple(one.reason for one in found if not one.passed), at)
    return _let_in(by, row, at)


def _sent_back(by: Actor, row: Request, reasons: tuple[str, ...], at: datetime) -> Request:
    """Return a request; an emergency that fails its review runs on to its 72 hours and no further."""
    if row.state == State.UNDER_REVIEW:
        move(row, State.RETURNED)
        row.ended_at = at
    row.save()
    record(events.RequestReturned(at=at, request_id=row.pk, reasons=reasons), by=by, rows=[row])
    return row


def _let_in(by: Actor, row: Request, at: datetime) -> Request:
    begins, ends = span_of(row)
    begins = max(begins, at)
    mandates = _grant(by, row, MandateOrigin.ADMITTED, (begins, ends), at)
    ledger.reserve_budget(
        by=by,
        at=at,
        line=row.budget_line_id or 0,
        amount=row.amount_fen,
        key=f"gate.reserve.{row.pk}",
    )
    if row.state == State.UNDER_REVIEW:
        move(row, State.ADMITTED)
    row.lane = str(Lane.ORDINARY)
    row.valid_from, row.valid_to = row.valid_from or begins, ends
    row.reserved_fen = row.amount_fen
    row.save()
    tasks = _tasks(row, mandates, row.amount_fen // len(row.communities))
    _catch_up(by, row, tasks, at)
    admitted = events.RequestAdmitted(
        at=at,
        request_id=row.pk,
        mandates=tuple(sorted(set(mandates.values()))),
        communities=tuple(row.communities),
        minutes=row.minutes,
        amount_fen=row.amount_fen,
    )
    record(admitted, by=by, rows=[row, *tasks])
    return row


def _grant(
    by: Actor, row: Request, origin: MandateOrigin, span: tuple[datetime, datetime], at: datetime
) -> dict[int, int]:
    """Return community → mandate; communities that share a wording of the line share a mandate."""
    by_line: defaultdict[int, list[int]] = defaultdict(list)
    for community in row.communities:
        duty = lists.duty_line_for(row.line, community, row.from_on, district=by.district)
        by_line[duty.line_id].append(community)
    found: dict[int, int] = {}
    for line, communities in sorted(by_line.items()):
        mandate = catalogue.grant_mandate(
            by=by,
            duty_line=line,
            origin=str(origin),
            communities=communities,
            minutes=row.minutes,
            asked_by=row.asked_by_id,
            evidence=[row.evidence],
            valid_from=span[0],
            valid_to=span[1],
            at=at,
        )
        found |= dict.fromkeys(communities, mandate.pk)
    return found


def _tasks(row: Request, mandates: dict[int, int], amount_fen: int) -> list[Task]:
    """Write each community's task, or give the one it has its new mandate and its money."""
    found = {one.community_id: one for one in row.tasks.select_for_update()}
    tasks = []
    for community in row.communities:
        task = found.get(community) or Task(
            district=row.district,
            request=row,
            community_id=community,
            party_id=queries.office_in(community),
            state=str(TaskState.GIVEN),
        )
        task.mandate_id, task.amount_fen = mandates[community], amount_fen
        task.save()
        tasks.append(task)
    return tasks


def _catch_up(by: Actor, row: Request, tasks: list[Task], at: datetime) -> None:
    """Commit what was begun before the money came, and let what was done be paid."""
    for task in tasks:
        if task.asked is not None:
            count(by, task, at)
            if task.state == TaskState.DONE:
                commit_earned(by, row, task, at)
        elif task.state in (TaskState.BEGUN, TaskState.DONE):
            commit(by, row, task, at)
        if task.state == TaskState.DONE and task.committed_fen:
            task.pay_by_on = working_days_after(at, queries.terms_at(at).payment_days)
        task.save()


@write_atomic
def return_request(*, by: Actor, request: int, words: str, at: datetime) -> Request:
    """
    Return a request that waits, though the checks may pass, or a street will not sign.

    :param words: why; they are kept with the findings, and stand on the bill
    :raises NotAllowed: unless the hat may decide
    :raises SameHand: if the actor, or their office, asked
    :raises WrongState: unless it waits
    :raises BadRequestPlan: without words
    """
    row = _to_decide(by, request)
    move(row, State.RETURNED)
    if not words.strip():
        raise BadRequestPlan(field="words", reason=gettext_noop("say why it goes back."))
    found = (*queries.findings(row, at=at), sent_back(words.strip()[:300]))
    row.reasons = [one.data() for one in found]
    row.decided_at, row.decided_by, row.ended_at = at, by.appointment, at
    row.save()
    failed = tuple(one.reason for one in found if not one.passed)
    record(events.RequestReturned(at=at, request_id=row.pk, reasons=failed), by=by, rows=[row])
    return row


@write_atomic
def declare_emergency(*, by: Actor, request: int, words: str, at: datetime) -> Request:
    """
    Let a request through before its decision. It lapses after 72 hours unless it is admitted, and
    with its own last day if that is sooner.

    No money is reserved, so its minutes stand on the bill as unfunded; who declared it is shown.
    What is unlawful, taken back or negative is no emergency.

    :param words: why it cannot wait
    :raises NotAllowed: unless the hat may decide, and is somebody's whose name can be shown
    :raises SameHand: if the actor, or their office, asked
    :raises BadRequestPlan: without words
    :raises NeverUrgent: if it is unlawful, taken back or negative
    :raises WrongState: unless it waits, and its last day is to come
    """
    row = _to_decide(by, request)
    if by.appointment is None:
        raise NotAllowed
    if row.state not in (State.SUBMITTED, State.UNDER_REVIEW):
        raise WrongState(state=State(row.state))
    _, last = span_of(row)
    if last <= at:
        raise WrongState(state=State.EXPIRED)
    found = queries.findings(row, at=at)
    if not words.strip():
        raise BadRequestPlan(field="words", reason=gettext_noop("say why it cannot wait."))
    if never(found):
        raise NeverUrgent
    move(row, State.ACTIVE)
    row.lane = str(Lane.EMERGENCY)
    row.declared_by, row.declared_words = by.appointment, words.strip()[:300]
    row.reasons = [one.data() for one in found]
    row.valid_from, row.valid_to = at, min(at + EMERGENCY_LAPSES, last)
    mandates = _grant(by, row, MandateOrigin.EMERGENCY, (row.valid_from, row.valid_to), at)
    row.save()
    tasks = _tasks(row, mandates, 0)
    declared = events.EmergencyDeclared(
        at=at,
        request_id=row.pk,
        mandates=tuple(sorted(set(mandates.values()))),
        lapses_at=row.valid_to,
    )
    record(declared, by=by, rows=[row, *tasks])
    return row
