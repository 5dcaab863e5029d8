"""Pages by key, never by offset: the hundredth page costs what the first does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

from linli.basics import Invalid, gettext_noop

M = TypeVar("M", bound=Model)
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
class Page(Generic[M]):
    """Up to ``limit`` rows and the cursors of the pages after and before, where there are any."""

    rows: list[M]
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
    asked = signing.dumps(sorted(filters.items(), key=str), salt=SALT).split(":")[0]
    down, back = order.down, False
    if after:
        value, last_id, back = _read(after, order.name, asked)
        down = order.down != back
        beyond = "lt" if down else "gt"
        rows = rows.filter(
            Q(**{f"{order.column}__{beyond}": value})
            | Q(**{order.column: value, f"id__{beyond}": last_id}),
            **{f"{order.column}__{beyond}e": value},
        )
    sign = "-" if down else ""
    found = list(rows.order_by(f"{sign}{order.column}", f"{sign}id")[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    if back:
        shown.reverse()
    older = bool(shown) and (more or back)
    newer = bool(shown) and (more if back else bool(after))
    return Page(
        rows=shown,
        next=_write(shown[-1], order, asked) if older else None,
        previous=_write(shown[0], order, asked, back=True) if newer else None,
    )


def _write(row: Model, order: Order, asked: str, *, back: bool = False) -> str:
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
