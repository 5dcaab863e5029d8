"""Figures that open to their records: volumes, three rates with bounds, who carries how much."""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from linli.basics import Actor
from linli.cases.domain import Bounds, End, Permission, Status, bounds
from linli.cases.models import Case, Docket, Step


def due_counts(actor: Actor, *, at: datetime, soon: datetime) -> dict[str, int]:
    """Return how many open cases of the office are overdue, due before ``soon``, and open at all."""
    rows = Docket.objects.filter(party_id=actor.office(), open=True)
    found: dict[str, int] = rows.aggregate(
        late=Count("id", filter=Q(due_at__lt=at)),
        soon=Count("id", filter=Q(due_at__gte=at, due_at__lt=soon)),
        open=Count("id"),
    )
    return found


def volumes(actor: Actor, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return opened, ended and overdue counts by community, for the office's docket."""
    actor.must(Permission.SEE)
    rows = Docket.objects.filter(party_id=actor.office(), opened_at__gte=since, opened_at__lt=until)
    return [
        dict(row)
        for row in rows.values("community_id")
        .annotate(
            opened=Count("id"),
            ended=Count("id", filter=Q(open=False)),
            late=Count("id", filter=Q(open=True, due_at__lt=until)),
        )
        .order_by("-opened")
    ]


def rates(actor: Actor, *, since: datetime, until: datetime) -> dict[str, Bounds]:
    """Return 响应率, 解决率 and 满意率 of the cases the office was concerned with, with bounds."""
    actor.must(Permission.SEE)
    mine = Docket.objects.filter(
        party_id=actor.office(), opened_at__gte=since, opened_at__lt=until
    ).values("case_id")
    told = Q(status__in=[Status.ANSWERED, Status.ENDED], end__in=[End.SOLVED, End.EXPLAINED])
    counts = Case.objects.filter(pk__in=mine).aggregate(
        responded=Count("id", filter=Q(responded_at__lte=F("first_due_at"))),
        answered_late=Count(
            "id",
            filter=Q(first_due_at__isnull=False)
            & (
                Q(responded_at__gt=F("first_due_at")) | Q(responded_at=None, first_due_at__lt=until)
            ),
        ),
        solved=Count("id", filter=told & Q(confirmed=True)),
        unsolved=Count("id", filter=Q(confirmed=False)),
        silent=Count("id", filter=told & Q(confirmed=None)),
        content=Count("id", filter=told & Q(rating__gte=4)),
        discontent=Count("id", filter=told & Q(rating__lt=4)),
        unrated=Count("id", filter=told & Q(rating=None)),
    )
    return {
        "responded": bounds(yes=counts["responded"], no=counts["answered_late"], unknown=0),
        "solved": bounds(yes=counts["solved"], no=counts["unsolved"], unknown=counts["silent"]),
        "content": bounds(
            yes=counts["content"], no=counts["discontent"], unknown=counts["unrated"]
        ),
    }


def load_by_person(actor: Actor) -> list[dict[str, Any]]:
    """Return how many steps each appointment of the office has in hand; None is nobody yet."""
    actor.must(Permission.SEE)
    rows = Step.objects.filter(party_id=actor.office(), state__in=["offered", "accepted"])
    counted = rows.values("appointment").annotate(steps=Count("id")).order_by("-steps")
    return [dict(row) for row in counted]
