"""What is late: payments that fell due (迟付), and decisions, with who is told of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from linli.basics import Actor
from linli.gate.domain import Permission, State, next_month
from linli.gate.models import Request, Task
from linli.ledger.domain import Permission as Ledger
from linli.notices.domain import ZH
from linli.parties import queries as parties
from linli.parties.domain import NobodyAnswers

from .billing import is_late


def late_payments(actor: Actor, month: date, *, on: date) -> QuerySet[Task]:
    """
    Return the tasks whose payment fell due in a month and was late, or is overdue on a day.

    Those an office is to pay it sees itself; who decides at the gate, or audits the book, sees all.
    """
    rows = Task.objects.filter(
        is_late(on), district=actor.district, pay_by_on__gte=month, pay_by_on__lt=next_month(month)
    )
    if not {Permission.DECIDE, Ledger.AUDIT} & actor.permissions:
        rows = rows.filter(request__asked_by=actor.party)
    return rows.select_related("request").order_by("-id")


def late_by_office(actor: Actor, month: date, *, on: date) -> Collection[tuple[int, int]]:
    """Return office and how many of its payments were late, for the offices that have some."""
    rows = late_payments(actor, month, on=on).order_by("request__asked_by")
    return list(rows.values_list("request__asked_by").annotate(n=Count("id")))


@dataclass(frozen=True, slots=True)
class Undecided:
    """A request whose days are over: what a letter names of it, and the users it goes to."""

    number: str
    title: str
    office: str
    users: Collection[int]


def undecided(request: int, *, at: datetime, district: int) -> Undecided | None:
    """
    Return whom to tell that a decision is late: all who may decide, and whoever holds the work of
    the office that asked. None where it was decided meanwhile.
    """
    waiting = [str(State.SUBMITTED), str(State.UNDER_REVIEW)]
    rows = Request.objects.filter(district=district, pk=request, state__in=waiting)
    one = rows.select_related("asked_by").first()
    if one is None:
        return None
    on = parties.law_day(at)
    deciding = [role for role, may in parties.roles().items() if Permission.DECIDE in may]
    above = [each for role in deciding for each in parties.holders_of_role(role, on=on)]
    try:
        asking = [parties.holder_of(one.asked_by_id, at)]
    except NobodyAnswers:
        asking = parties.appointees_of(one.asked_by_id, on=on)
    return Undecided(
        number=one.number,
        title=one.title,
        office=parties.party_words(one.asked_by, ZH),
        users=sorted({each.user_id for each in (*above, *asking) if each.user_id is not None}),
    )
