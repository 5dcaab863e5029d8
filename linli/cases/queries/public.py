"""What anybody may see of a case: its kind, its place down to the community, and its dates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, F, Q

from linli.basics import NoSuchThing
from linli.cases.domain import ANSWERS, OPEN, Published, Status, publish, read_number
from linli.cases.models import Case

MOST_PUBLIC = 200
KEPT_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case without words, names or doors."""

    number: str
    item: str
    version: int
    open: bool
    community: int | None
    owner: int
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


def public_cases(
    district: int,
    *,
    since: datetime,
    until: datetime,
    items: Collection[str] = (),
    open_only: bool | None = None,
    limit: int = MOST_PUBLIC,
) -> list[PublicCase]:
    """Return cases opened in a span of time, the newest first; sensitive ones are left out."""
    rows = Case.objects.filter(
        district=district, sensitive=False, opened_at__gte=since, opened_at__lt=until
    )
    if items:
        rows = rows.filter(item__in=items)
    if open_only is not None:
        states = [str(status) for status in OPEN]
        rows = rows.filter(status__in=states) if open_only else rows.exclude(status__in=states)
    return [_public(case) for case in rows.order_by("-opened_at", "-id")[: min(limit, MOST_PUBLIC)]]


def public_case(district: int, number: str) -> PublicCase:
    """
    Return one case as anybody may see it.

    :raises NoSuchThing: if there is none, or it is sensitive
    """
    case = Case.objects.filter(
        district=district, number=read_number(number), sensitive=False
    ).first()
    if case is None:
        raise NoSuchThing
    return _public(case)


def month_figures(district: int, *, since: datetime, until: datetime) -> Published:
    """
    Return what everybody may know of a month that is over; one query, kept for an hour.

    Sensitive cases are counted, for a number says nothing of them once small ones are hidden.
    """
    key = f"cases.month:{district}:{since.isoformat()}:{until.isoformat()}"
    found: Published | None = cache.get(key)
    if found is None:
        found = _month_figures(district, since, until)
        cache.set(key, found, timeout=KEPT_SECONDS)
    return found


def _month_figures(district: int, since: datetime, until: datetime) -> Published:
    rows = Case.objects.filter(district=district, opened_at__gte=since, opened_at__lt=until)
    told = Q(
        status__in=[str(Status.ANSWERED), str(Status.ENDED)], end__in=[str(e) for e in ANSWERS]
    )
    counted = rows.aggregate(
        received=Count("id"),
        answered=Count("id", filter=told),
        in_time=Count("id", filter=Q(responded_at__lte=F("first_due_at"))),
    )
    return publish(**counted)


def _public(case: Case) -> PublicCase:
    return PublicCase(
        number=case.number,
        item=case.item,
        version=case.version_id,
        open=case.status in OPEN,
        community=case.community_id,
        owner=case.owner_id,
        opened_at=case.opened_at,
        due_at=case.due_at,
        ended_at=case.ended_at or case.answered_at,
    )
