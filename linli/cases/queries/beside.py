"""What stands beside a case on a desk: its reporters, its returns, and what was ruled before."""

from collections.abc import Iterable

from django.db.models import Q

from linli.basics import Actor
from linli.cases.domain import Permission
from linli.cases.models import Case, Docket, Report, Ruling

from .lists import UNRULED

MOST_PRECEDENTS = 20


def sayings_of(case: Case) -> list[Report]:
    """Return everybody's saying of a case, the first first, with the persons known; one query."""
    rows = Report.objects.filter(case=case).select_related("person")
    return list(rows.order_by("-first", "id"))


def rulings_about(case: Case) -> list[Ruling]:
    """Return the returns of this case and what was decided for its item before, newest first."""
    rows = Ruling.objects.filter(district=case.district, item=case.item)
    rows = rows.filter(Q(case=case) | Q(upheld__isnull=False)).select_related("case")
    return list(rows.order_by("-id")[:MOST_PRECEDENTS])


def precedents_for(actor: Actor, items: Iterable[str]) -> list[Ruling]:
    """
    Return what was decided for these items in the district, newest first.

    :raises NotAllowed: unless the hat may see cases
    """
    actor.must(Permission.SEE)
    rows = Ruling.objects.filter(
        district=actor.district, item__in=sorted(set(items)), upheld__isnull=False
    )
    return list(rows.select_related("case").order_by("-ruled_at")[: MOST_PRECEDENTS * 3])


def returns_of_office(actor: Actor, *, limit: int = 20) -> list[Ruling]:
    """Return what the actor's office returned and nobody has decided yet, oldest first."""
    actor.must(Permission.SEE)
    rows = Ruling.objects.filter(UNRULED, district=actor.district, returned_by_id=actor.office())
    return list(rows.select_related("case", "case__place", "step").order_by("returned_at")[:limit])


def open_about(by: Actor) -> dict[int, list[str]]:
    """Return person → the numbers of open cases about them that the actor's office is part of."""
    found: dict[int, list[str]] = {}
    if by.party is None or Permission.SEE not in by.permissions:
        return found
    rows = Docket.objects.filter(
        district=by.district, party=by.party, open=True, case__subject__isnull=False
    )
    for person, number in rows.order_by("due_at", "id").values_list("case__subject", "number"):
        found.setdefault(person, []).append(number)
    return found
