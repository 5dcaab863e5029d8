"""Payments that fell due in a month and came late, or have not come (迟付)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q, QuerySet

from linli.basics import Actor
from linli.gate.domain import Permission, next_month
from linli.gate.models import Task
from linli.ledger.domain import Permission as Ledger


def late_payments(actor: Actor, month: date, *, on: date) -> QuerySet[Task]:
    """
    Return the tasks whose payment fell due in a month and was late, or is overdue on a day.

    Those an office is to pay it sees itself; who decides at the gate, or audits the book, sees all.
    """
    late = Q(paid_late=True) | Q(paid_at=None, pay_by_on__lt=on)
    rows = Task.objects.filter(
        late, district=actor.district, pay_by_on__gte=month, pay_by_on__lt=next_month(month)
    )
    if not {Permission.DECIDE, Ledger.AUDIT} & actor.permissions:
        rows = rows.filter(request__asked_by=actor.party)
    return rows.select_related("request").order_by("-id")


def late_by_office(actor: Actor, month: date, *, on: date) -> Collection[tuple[int, int]]:
    """Return office and how many of its payments were late, for the offices that have some."""
    rows = late_payments(actor, month, on=on).order_by("request__asked_by")
    return list(rows.values_list("request__asked_by").annotate(n=Count("id")))
