"""What moved on the budget lines an actor may see, by office and stage; and the bookings behind it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from linli.basics import Actor, NoSuchThing
from linli.fabric.keyset import Order, Page, page_of
from linli.ledger.domain import BEFORE, Flow, Permission, Stage, sign_of
from linli.ledger.models import BudgetLine, Transfer, Unit

from .accounts import budget_lines_for

NEWEST = Order("newest", "id", down=True)


def flows(actor: Actor, *, since: datetime, until: datetime) -> list[Flow]:
    """
    Return what moved in a span, by owner, unit and stage; two questions, whatever moved.

    :raises NotAllowed: unless the hat may look into the book
    """
    actor.must(Permission.SEE)
    lines = {line.pk: line for line in budget_lines_for(actor)}
    found: defaultdict[tuple[int, int, Stage], list[int]] = defaultdict(lambda: [0, 0])
    moved = (
        _of_lines(lines, since, until)
        .order_by()
        .values_list("payer__line", "payee__line", "payer__stage", "payee__stage")
        .annotate(total=Sum("amount"), times=Count("id"))
    )
    for payer_line, payee_line, payer, payee, total, times in moved:
        line = lines[payee_line if payee_line is not None else payer_line]
        for stage in Stage:
            sign = sign_of(stage, payer, payee)
            if sign:
                sums = found[line.owner_id, line.unit_id, stage]
                sums[0] += sign * total
                sums[1] += times
    return [
        Flow(owner, unit, stage, amount, times)
        for (owner, unit, stage), (amount, times) in sorted(found.items())
    ]


def bookings_behind(  # one cell of a table: whose, what, which stage, when, which page
    actor: Actor,
    *,
    owner: int,
    unit: int,
    stage: Stage,
    since: datetime,
    until: datetime,
    after: str,
    limit: int,
) -> Page[Transfer]:
    """
    Return a page of the bookings one ``Flow`` adds up, the newest first, with both accounts.

    :raises NotAllowed: unless the hat may look into the book
    :raises NoSuchThing: if it sees no line of this office in this unit
    """
    actor.must(Permission.SEE)
    lines = budget_lines_for(actor).filter(owner=owner, unit=unit).values_list("pk", flat=True)
    if not lines:
        raise NoSuchThing
    below = BEFORE[stage]
    this_way = Q(payer__stage=below, payee__stage=stage) | Q(payer__stage=stage, payee__stage=below)
    rows = _of_lines(list(lines), since, until).filter(this_way)
    held = {"owner": owner, "unit": unit, "stage": stage, "since": since.isoformat()}
    found: Page[Transfer] = page_of(
        rows.select_related("payer__line", "payee__line", "unit"),
        order=NEWEST,
        filters=held,
        after=after,
        limit=limit,
    )
    return found


def signed_amount(row: Transfer, stage: Stage) -> int:
    """Return what a booking adds to a stage, below zero if it took away."""
    return row.amount * sign_of(stage, row.payer.stage, row.payee.stage)


def line_of_booking(row: Transfer) -> BudgetLine | None:
    """Return the budget line a booking moved on."""
    return row.payee.line or row.payer.line


def unit_by_id(unit: int, *, district: int) -> Unit | None:
    """Return a unit; None if there is none."""
    return Unit.objects.filter(district=district, pk=unit).first()


def _of_lines(lines: Collection[int], since: datetime, until: datetime) -> QuerySet[Transfer]:
    touched = Q(payer__line__in=lines) | Q(payee__line__in=lines)
    return Transfer.objects.filter(touched, expires_at=None, at__gte=since, at__lt=until)
