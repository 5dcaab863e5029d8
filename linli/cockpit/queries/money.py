"""钱: what moved on budget lines in a month, by office, from given to paid; and what was paid late."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from linli.basics import Actor, NoSuchThing
from linli.cockpit.domain import LATE, STEPS, Month, month_of
from linli.fabric.jinja import local_text
from linli.gate import queries as gate
from linli.ledger import queries as ledger
from linli.ledger.domain import Flow, Stage, shown
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

from .wording import month_choices, month_words

if TYPE_CHECKING:
    from linli.ledger.models import Unit

ROWS = 50
MONEY = "cny"  # the unit tasks are paid in


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure as written, how many bookings it adds up, and where those are; none: no address."""

    words: str
    bookings: int
    href: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office in one unit: given, reserved, committed, paid; and how many payments were late."""

    office: str
    unit: str
    amounts: tuple[Amount, ...]
    late: int
    late_href: str


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """One month; ``totals`` are over all offices, for each unit."""

    month: str
    words: str
    earlier: str
    later: str
    choices: tuple[tuple[str, str], ...]
    rows: tuple[OfficeRow, ...]
    totals: tuple[tuple[str, tuple[Amount, ...]], ...]
    late: int
    running: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class BookingRow:
    """One booking behind a figure, its amount with its sign; or one late payment."""

    href: str
    words: str
    detail: str
    amount: str
    day: date | None


@dataclass(frozen=True, slots=True)
class BehindPage:
    """The records behind one figure of an office in a month."""

    figure: str
    office: str
    month: str
    unit: str
    rows: tuple[BookingRow, ...]
    older: str
    newer: str
    back: str
    late: bool


def money_page(actor: Actor, month: Month, *, at: datetime) -> MoneyPage:
    """
    Return one month of the budget lines the hat may see.

    :raises NotAllowed: unless it may look into the book
    """
    found = ledger.flows(actor, since=month.since, until=month.until)
    late = dict(gate.late_by_office(actor, _first(month), on=local_date(at)))
    units = {unit.pk: unit for unit in ledger.units(district=actor.district)}
    this = month_of(at)
    return MoneyPage(
        month=str(month),
        words=month_words(month),
        earlier=_address(month.shifted(-1)),
        later=_address(month.shifted(1)) if month < this else "",
        choices=month_choices(this, month),
        rows=tuple(_rows(found, late, units, month)),
        totals=tuple(_totals(found, units)),
        late=sum(late.values()),
        running=month == this,
        at=at,
    )


def _rows(
    found: Iterable[Flow], late: Mapping[int, int], units: Mapping[int, "Unit"], month: Month
) -> Iterator[OfficeRow]:
    """Yield each office in each unit; late payments stand in an office's first row."""
    cells: defaultdict[tuple[int, int], dict[Stage, Flow]] = defaultdict(dict)
    for flow in found:
        cells[flow.owner_id, flow.unit_id][flow.stage] = flow
    [money] = [pk for pk, unit in units.items() if unit.code == MONEY] or [0]
    for owner in late:
        if not any(whose == owner for whose, _ in cells):
            cells[owner, money] = {}
    counted: set[int] = set()
    for (owner, unit), held in sorted(cells.items()):
        places = units[unit].places
        yield OfficeRow(
            office=_office(owner),
            unit=ledger.unit_words(units[unit]),
            amounts=tuple(_amount(held.get(stage), month, places) for stage in Stage),
            late=0 if owner in counted else late.get(owner, 0),
            late_href=behind_link(LATE, month, owner),
        )
        counted.add(owner)


def _totals(
    found: Iterable[Flow], units: Mapping[int, "Unit"]
) -> Iterator[tuple[str, tuple[Amount, ...]]]:
    """Yield the sums in each unit; one that bookings made up leads to the offices they are of."""
    sums: defaultdict[int, Counter[Stage]] = defaultdict(Counter)
    bookings: defaultdict[int, Counter[Stage]] = defaultdict(Counter)
    for flow in found:
        sums[flow.unit_id][flow.stage] += flow.amount
        bookings[flow.unit_id][flow.stage] += flow.bookings
    for unit, held in sorted(sums.items()):
        one, n = units[unit], bookings[unit]
        yield (
            ledger.unit_words(one),
            tuple(
                Amount(shown(held[stage], one.places), n[stage], "#offices" if n[stage] else "")
                for stage in Stage
            ),
        )


def _first(month: Month) -> date:
    return date(month.year, month.month, 1)


def _address(month: Month) -> str:
    return f"{reverse('cockpit:money')}?month={month}"


def _office(owner: int) -> str:
    return parties.party_words(parties.party(owner))


def _amount(flow: Flow | None, month: Month, places: int) -> Amount:
    if flow is None:
        return Amount(shown(0, places), 0, "")
    href = behind_link(str(flow.stage), month, flow.owner_id, unit=flow.unit_id)
    return Amount(shown(flow.amount, places), flow.bookings, href)


def behind_link(figure: str, month: Month, office: int, *, unit: int = 0, after: str = "") -> str:
    """Return the address of the records behind a figure of an office."""
    asked = {"figure": figure, "month": month, "office": office, "unit": unit, "after": after}
    kept = {name: value for name, value in asked.items() if value}
    return f"{reverse('cockpit:behind')}?{urlencode(kept)}"


def behind(  # one cell of the table, and which page of it
    actor: Actor, figure: str, month: Month, *, office: int, unit: int, after: str, at: datetime
) -> BehindPage:
    """
    Return a page of what one figure adds up.

    :raises NotAllowed: unless the hat may look into the book
    :raises NoSuchThing: if there is no such office or unit
    """
    if figure == LATE:
        return _late(actor, month, office, at=at)
    counted_in = ledger.unit_by_id(unit, district=actor.district)
    if counted_in is None:
        raise NoSuchThing
    stage = Stage(figure)
    page = ledger.bookings_behind(
        actor,
        owner=office,
        unit=unit,
        stage=stage,
        since=month.since,
        until=month.until,
        after=after,
        limit=ROWS,
    )
    rows = []
    for row in page.rows:
        line, amount = ledger.line_of_booking(row), ledger.signed_amount(row, stage)
        rows.append(
            BookingRow(
                href=reverse("ledger:transfer", args=[row.pk]),
                words=local_text(line.name) if line else "",
                detail=ledger.kind_words(row.kind),
                amount=f"{'+' if amount > 0 else ''}{shown(amount, counted_in.places)}",
                day=local_date(row.at),
            )
        )

    def link(cursor: str | None) -> str:
        return behind_link(figure, month, office, unit=unit, after=cursor) if cursor else ""

    return BehindPage(
        figure=STEPS[stage],
        office=_office(office),
        month=month_words(month),
        unit=ledger.unit_words(counted_in),
        rows=tuple(rows),
        older=link(page.next),
        newer=link(page.previous),
        back=_address(month),
        late=False,
    )


def _late(actor: Actor, month: Month, office: int, *, at: datetime) -> BehindPage:
    found = gate.late_payments(actor, _first(month), on=local_date(at))
    rows = found.filter(request__asked_by=office)
    if not rows:
        raise NoSuchThing
    return BehindPage(
        figure=STEPS[LATE],
        office=_office(office),
        month=month_words(month),
        unit="",
        rows=tuple(
            BookingRow(
                href=reverse("gate:task", args=[task.pk]),
                words=task.request.title,
                detail=gate.place_words(task.community_id, task.district),
                amount=shown(task.committed_fen, 2),
                day=task.pay_by_on,
            )
            for task in rows
        ),
        older="",
        newer="",
        back=_address(month),
        late=True,
    )
