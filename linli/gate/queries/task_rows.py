"""A community's task as a row, and what of it a hat may know: exact, in fives, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from linli.basics import Actor
from linli.gate.domain import (
    TASK_WORDS,
    Kind,
    Lane,
    Permission,
    TaskState,
    told_progress,
)
from linli.gate.models import Task
from linli.ledger.domain import Permission as Ledger
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

from . import doors
from .words import place_words


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of a community."""

    id: int
    number: str
    title: str
    words: str
    office: str
    place: str
    state: str
    state_words: str
    evidence: str
    minutes: int
    worked: int
    until: datetime | None
    urgent: bool
    shown: str
    fen: int
    pay_by: date | None
    paid_at: datetime | None
    late: bool
    payable: bool
    asked: int | None = None
    met: int | None = None
    doors: bool = False
    few: bool = False
    may_open: bool = False
    question: bool = False
    unasked: str = ""


def task_row(one: Task, actor: Actor, at: datetime) -> TaskRow:
    """Return a task as its community sees it, and whoever pays: others are told in fives."""
    request, exact = one.request, knows_exactly(actor, one.community_id)
    told = asked_and_met(one, exact=exact)
    at_doors = one.asked is not None
    payable = one.paid_at is None and one.pay_by_on is not None
    return TaskRow(
        id=one.pk,
        number=request.number,
        title=request.title,
        words=request.words,
        office=parties.party_words(request.asked_by),
        place=place_words(one.community_id, one.district),
        state=one.state,
        state_words=gettext(TASK_WORDS[TaskState(one.state)]),
        evidence=request.evidence,
        minutes=request.minutes,
        worked=one.worked,
        until=request.valid_to,
        urgent=request.lane == Lane.EMERGENCY,
        shown=one.shown if exact or not at_doors else "",
        fen=one.committed_fen,
        pay_by=one.pay_by_on,
        paid_at=one.paid_at,
        late=one.paid_late
        or (payable and one.pay_by_on is not None and one.pay_by_on < local_date(at)),
        payable=payable
        and Permission.ASK in actor.permissions
        and request.asked_by_id == actor.party,
        asked=told[1] if told else None,
        met=told[0] if told else None,
        doors=request.cell is not None,
        few=at_doors and told is None,
        may_open=sees_task(actor, one),
        question=request.kind == Kind.DATA,
        unasked=unasked_words([one], exact=exact),
    )


def asked_and_met(one: Task, *, exact: bool) -> tuple[int, int] | None:
    """Return how many of how many were met; None where none is asked, or they are too few to tell."""
    if one.asked is None:
        return None
    met = one.met or 0
    if exact:
        return met, one.asked
    return told_progress(met, one.asked, doors.fives_asked(one))


def unasked_words(found: Iterable[Task], *, exact: bool) -> str:
    """Return how many who came later could not be asked; empty where nobody, or too few to tell."""
    short = [one for one in found if one.unasked]
    number = sum(one.unasked or 0 for one in short)
    if exact:
        return str(number or "")
    whole = number - number % max(map(doors.fives_asked, short), default=1)
    return gettext("%(least)s or more") % {"least": whole} if whole else ""


def knows_exactly(actor: Actor, community: int) -> bool:
    """Whether a hat may know of how few: who works there, and who audits the book."""
    return works_at(actor, community) or Ledger.AUDIT in actor.permissions


def sees_task(actor: Actor, one: Task) -> bool:
    """
    Whether a task is theirs to see: its community, who asked, who decides, who audits the book.

    A link to it stands only where this is so.
    """
    return Permission.SEE in actor.permissions and bool(
        one.request.asked_by_id == actor.party
        or {Permission.DECIDE, Ledger.AUDIT} & actor.permissions
        or works_at(actor, one.community_id)
    )


def works_at(actor: Actor, community: int) -> bool:
    """Whether this hat does a community's work, or signs for its street."""
    there = community in actor.communities
    return there and bool({Permission.WORK, Permission.COSIGN} & actor.permissions)
