"""Pages by key, never by offset: the hundredth page costs what the first does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from linli.basics import Invalid, gettext_noop

M = TypeVar("M", bound=Model)
R = TypeVar("R")
SALT = "keyset"


@dataclass(frozen=True, slots=True)
class Order:
    """
    One indexed order: the column, and whether it runs down. Ties are broken by id.

    ``column`` must not be null for the rows that are listed.
    """

    name: str
    column: str
    down: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Up to ``limit`` rows and the cursors of the pages after and before, where there are any."""

    rows: list[R]
    next: str | None
    previous: str | None = None


def page_of(
    rows: QuerySet[M], *, order: Order, filters: Mapping[str, Any], after: str, limit: int
) -> Page[M]:
    """
    Return the page after the cursor, or before it if it is one that leads back.

    The cursor is signed and holds the order and the filters.

    :raises Invalid: if the cursor was altered, or belongs to other filters or another order
    """
    edge = edge_of(after, order=order, filters=filters)
    lying = beyond(rows, order, edge.value, edge.last_id, back=edge.back)
    return page_from(list(lying[: limit + 1]), order=order, edge=edge, limit=limit)


@dataclass(frozen=True, slots=True)
class Edge:
    """The row a page begins after (none for the first page), and whether it leads back."""

    asked: str
    value: Any = None
    last_id: int | None = None
    back: bool = False


def edge_of(after: str, *, order: Order, filters: Mapping[str, Any]) -> Edge:
    """
    Return where the page of a cursor begins.

    :raises Invalid: if the cursor was altered, or belongs to other filters or another order
    """
    text = signing.JSONSerializer().dumps(sorted(filters.items(), key=str))
    asked = signing.b64_encode(text).decode()
    return Edge(asked, *_read(after, order.name, asked)) if after else Edge(asked)


def beyond(
    rows: QuerySet[M], order: Order, value: Any, last_id: int | RawSQL | None, *, back: bool
) -> QuerySet[M]:
    """Return the rows in order, those beyond an edge if there is one; takes slots for its values."""
    down = order.down != back
    if last_id is not None:
        way = "lt" if down else "gt"
        rows = rows.filter(
            Q(**{f"{order.column}__{way}": value})
            | Q(**{order.column: value, f"id__{way}": last_id}),
            **{f"{order.column}__{way}e": value},
        )
    sign = "-" if down else ""
    return rows.order_by(f"{sign}{order.column}", f"{sign}id")


def page_from(found: Sequence[R], *, order: Order, edge: Edge, limit: int) -> Page[R]:
    """Return the page of up to ``limit`` rows; one more that was found says that it is not the last."""
    shown, more = list(found[:limit]), len(found) > limit
    if edge.back:
        shown.reverse()
    older = bool(shown) and (more or edge.back)
    newer = bool(shown) and (more if edge.back else edge.last_id is not None)
    return Page(
        rows=shown,
        next=_write(shown[-1], order, edge.asked) if older else None,
        previous=_write(shown[0], order, edge.asked, back=True) if newer else None,
    )


def _write(row: Any, order: Order, asked: str, *, back: bool = False) -> str:
    value = getattr(row, order.column)
    kept = value.isoformat() if isinstance(value, date) else value
    return signing.dumps([order.name, asked, kept, row.pk, *([1] if back else [])], salt=SALT)


def _read(cursor: str, order: str, asked: str) -> tuple[Any, int, bool]:
    sentence = gettext_noop(
        "This page link no longer fits the list. Start again from its first page."
    )
    try:
        parts: Sequence[Any] = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as altered:
        raise Invalid(field="after", reason=sentence) from altered
    if parts[0] != order or parts[1] != asked:
        raise Invalid(field="after", reason=sentence)
    value = parts[2]
    if isinstance(value, str) and len(value) > 18 and value[4] == "-":
        value = datetime.fromisoformat(value)
    return value, parts[3], len(parts) > 4
