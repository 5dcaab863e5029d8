"""
Cases as rows, for the door of machines: the columns an answer holds, by statements composed once.

A right is asked for here as everywhere: what stands in no docket of the office does not exist.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.cases.domain import OPEN, Permission, read_number
from linli.cases.models import Case, Docket, Step
from linli.fabric.composed import composed, once, slot
from linli.fabric.keyset import Edge, Order, Page, beyond, edge_of, page_from

from .lists import MOST_ROWS, ORDERS, CaseFilter, only_open
from .search import cases_matching

NOT_DUE = gettext_noop(
    "What is answered or over has no day it is due any more. Ask for the order opened or number."
)


class CaseRow(NamedTuple):
    """The columns of a case that an answer holds, named as in its table."""

    pk: int
    district: int
    number: str
    version_id: int
    item: str
    channel: str
    words: str
    place_id: int | None
    place_words: str
    community_id: int | None
    status: str
    end: str
    answer: str
    owner_id: int
    opened_at: datetime
    first_due_at: datetime | None
    due_at: datetime | None
    reopened: int
    mark: str
    first_mark: str | None


class Listed(NamedTuple):
    """One row of a docket: what it is ordered by, and its case."""

    pk: int
    number: str
    opened_at: datetime
    due_at: datetime
    case: CaseRow


class StepRow(NamedTuple):
    """The columns of a step that an answer holds."""

    id: int
    code: str
    name: dict[str, str]
    state: str
    party_id: int
    due_at: datetime | None
    hops: int


CASE_COLUMNS = [f"case__{name}" for name in CaseRow._fields]
LISTED = ("id", "number", "opened_at", "due_at", *CASE_COLUMNS)


def list_rows(
    actor: Actor, asked: CaseFilter, *, order: str = "opened", after: str = "", limit: int = 20
) -> Page[Listed]:
    """
    Return one page of the docket of the actor's office, as ``list_cases`` does.

    :raises NotAllowed: unless the hat may see cases
    :raises Invalid: if the cursor does not fit
    """
    wanted = read_page(actor, asked, order=order, after=after, limit=limit)
    if asked.text:
        rows = docket_rows(wanted.shape).filter(case_id__in=cases_matching(actor, asked.text))
        found = once(rows.values_list(*LISTED)[: wanted.limit + 1], wanted.values)
    else:
        found = _docket_page.rows(wanted.values, wanted.shape, wanted.limit + 1)
    listed = [
        Listed(pk, number, opened_at, due_at, CaseRow(*case))
        for pk, number, opened_at, due_at, *case in found
    ]
    return page_from(listed, order=wanted.order, edge=wanted.edge, limit=wanted.limit)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list is asked for, without the values: which filters, which order, which way."""

    equal: tuple[str, ...]
    community: bool
    open_only: bool
    order: str
    paged: bool
    back: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page as it was asked for: its shape, the values of its slots, where it begins."""

    shape: Shape
    values: Mapping[str, Any]
    order: Order
    edge: Edge
    limit: int


def read_page(actor: Actor, asked: CaseFilter, *, order: str, after: str, limit: int) -> Wanted:
    """
    Return what page of the docket of the actor's office is asked for.

    :raises NotAllowed: unless the hat may see cases
    :raises Invalid: if the cursor does not fit, or what is over is asked for by the day it is due
    """
    actor.must(Permission.SEE)
    if order == "due" and asked.status and asked.status not in OPEN:
        raise Invalid(field="order", reason=NOT_DUE)
    filters = asdict(asked)
    edge = edge_of(after, order=ORDERS[order], filters=filters)
    values = {**filters, "party_id": actor.office(), "value": edge.value, "last_id": edge.last_id}
    shape = Shape(
        equal=tuple(name for name in ("status", "item", "role") if filters[name]),
        community=asked.community is not None,
        open_only=only_open(asked, order),
        order=order,
        paged=edge.last_id is not None,
        back=edge.back,
    )
    return Wanted(shape, values, ORDERS[order], edge, min(max(limit, 1), MOST_ROWS))


@composed
def _docket_page(shape: Shape, count: int) -> QuerySet[Docket, Any]:
    return docket_rows(shape).values_list(*LISTED)[:count]


def docket_rows(shape: Shape) -> QuerySet[Docket]:
    """Return the rows of one shape, with slots for the party, the filters and the edge."""
    order = ORDERS[shape.order]
    rows = Docket.objects.filter(party_id=slot(Docket, "party_id"))
    rows = rows.filter(**{name: slot(Docket, name) for name in shape.equal})
    if shape.community:
        rows = rows.filter(community_id=slot(Docket, "community_id", name="community"))
    if shape.open_only:
        rows = rows.filter(open=True)
    value = slot(Docket, order.column, name="value")
    last_id = slot(Docket, "id", name="last_id") if shape.paged else None
    return beyond(rows, order, value, last_id, back=shape.back)


def row_for(actor: Actor, number: str) -> CaseRow:
    """
    Return a case the actor's office is concerned with, as ``case_for`` does.

    :raises NoSuchThing: if there is none, or it is another office's; we do not say which
    """
    actor.must(Permission.SEE)
    number = read_number(number)
    asked = {"district": actor.district, "party_id": actor.office(), "number": number}
    for row in _concerned.rows(asked):
        return CaseRow(*row)
    raise NoSuchThing


@composed
def _concerned() -> QuerySet[Docket, Any]:
    # The case first, by its unique number: no engine can be tempted to walk the office's whole docket.
    case = {f"case__{name}": slot(Case, name) for name in ("district", "number")}
    mine = {name: slot(Docket, name) for name in ("district", "party_id")}
    return Docket.objects.filter(**case, **mine).values_list(*CASE_COLUMNS)


def step_rows(case_id: int) -> list[StepRow]:
    """Return the steps of a case in order."""
    return [StepRow(*row) for row in _steps.rows({"case_id": case_id})]


@composed
def _steps() -> QuerySet[Step, Any]:
    rows = Step.objects.filter(case_id=slot(Step, "case_id")).order_by("id")
    return rows.values_list(*StepRow._fields)
