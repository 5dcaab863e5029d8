"""The bill: counted from the requests themselves, and from the minutes booked."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from linli.gate.domain import (
    Bill,
    Effort,
    Entry,
    Kind,
    Lane,
    State,
    bill_of,
    next_month,
)
from linli.gate.models import Refusal, Request, Task, Worked
from linli.reports import queries as reports
from linli.reports.domain import FEWEST
from linli.rulebook.domain import SHANGHAI
from linli.visits import queries as visits

# Which requests a figure of the bill counts.
COUNTED = {
    "answered": Q(state=str(State.ANSWERED)),
    "unfunded": Q(lane=str(Lane.EMERGENCY), valid_from__isnull=False),
    "returned": Q(state=str(State.RETURNED)),
    "emergencies": Q(declared_by__isnull=False),
    "paid_fen": Q(paid_fen__gt=0),
}


def bill(month: date, *, on: date, district: int) -> Bill:
    """
    Return the bill of a month: what was submitted, refused and worked in it.

    :param on: the day it is read: what falls due later is not late yet
    """
    refused = [*refusals_of(month, district=district).values_list("asked_by_id", flat=True)]
    refused += [one.asked_by for one in forms_back(month, district=district)]
    return bill_of(
        month,
        _entries(month, on, district),
        [one for one in refused if one is not None],
        time_spent(month, district=district),
    )


def refusals_of(month: date, *, district: int) -> QuerySet[Refusal]:
    """Return what communities refused in a month, the newest first."""
    begins, ends = _span(month)
    rows = Refusal.objects.filter(district=district, refused_at__gte=begins, refused_at__lt=ends)
    return rows.select_related("party", "asked_by").order_by("-id")


def forms_back(month: date, *, district: int) -> list[reports.Back]:
    """Return the forms communities sent back in a month, the newest first."""
    return reports.sent_back(*_span(month), district=district)


def time_spent(month: date, *, district: int) -> dict[Effort, int]:
    """
    Return what the minutes of a month went into: those on visit cards, and those booked by hand.

    A visit's minutes count on its card, and not again where they are booked on a task.
    """
    rows = minutes_of_month(month, district=district).filter(task__asked=None).order_by()
    found = {
        Effort(effort): total
        for effort, total in rows.values_list("effort").annotate(total=Sum("minutes"))
    }
    cards = visits.minutes_on_cards(month, next_month(month), by=FEWEST, district=district)
    if cards:
        found[Effort.DOOR] = found.get(Effort.DOOR, 0) + cards
    return found


def minutes_of_month(month: date, *, district: int) -> QuerySet[Worked]:
    """Return the minutes booked on tasks in a month and not taken back."""
    rows = Worked.objects.filter(
        district=district,
        worked_on__gte=month,
        worked_on__lt=next_month(month),
        undone=None,
    )
    return rows.select_related("task__request__asked_by").order_by("id")


def entries_of(
    month: date, party: int | None = None, *, kind: str = "", on: date, district: int
) -> QuerySet[Request]:
    """
    Return the requests a month's bill counts, of one office or of all, the newest first.

    :param kind: a figure of the bill: only those it counts; ``late`` those it counts a payment of
    :param on: the day it is read, as of ``bill``
    """
    begins, ends = _span(month)
    rows = Request.objects.filter(
        district=district, submitted_at__gte=begins, submitted_at__lt=ends
    )
    rows = rows if party is None else rows.filter(asked_by=party)
    if kind == "late":
        late = Task.objects.filter(is_late(on), district=district)
        rows = rows.filter(pk__in=late.values("request"))
    return rows.filter(COUNTED.get(kind, Q())).select_related("asked_by").order_by("-id")


def is_late(on: date) -> Q:
    """Return the condition on tasks that they were paid late, or should have been paid before a day."""
    return Q(paid_late=True) | Q(paid_at=None, pay_by_on__lt=on)


def minutes_asked(one: Request) -> int:
    """Return the minutes a request asks of all its communities together; none where the facts answer."""
    return 0 if one.state == State.ANSWERED else one.minutes * len(one.communities)


def _span(month: date) -> tuple[datetime, datetime]:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, datetime.min.time(), SHANGHAI)

    return midnight(month), midnight(next_month(month))


def _entries(month: date, on: date, district: int) -> Iterator[Entry]:
    late: defaultdict[int, int] = defaultdict(int)
    asked = entries_of(month, on=on, district=district)
    rows = Task.objects.filter(is_late(on), district=district, request__in=asked.values("pk"))
    late.update(rows.order_by().values_list("request_id").annotate(found=Count("id")))
    for one in asked:
        yield Entry(
            party=one.asked_by_id,
            data=one.kind == Kind.DATA,
            answered=one.state == State.ANSWERED,
            returned=one.state == State.RETURNED,
            emergency=one.declared_by is not None,
            minutes=minutes_asked(one),
            funded=one.lane == Lane.ORDINARY,
            admitted=one.valid_from is not None,
            late=late[one.pk],
            paid_fen=one.paid_fen,
            reserved_fen=one.reserved_fen,
        )
