"""Reading the record: timelines, the last root, what waits."""

import json
from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from linli.basics import Event
from linli.fabric.blanks import Bound
from linli.fabric.composed import Row, composed, slot
from linli.journal.models import Line, Pending, Seal

from .stream import Stream

COLUMNS = (
    "id",
    "district",
    "kind",
    "subject_kind",
    "subject_id",
    "act_id",
    "version",
    "actor_kind",
    "actor_id",
    "appointment",
    "hat",
    "at",
    "body",
)


def all_lines() -> Stream:
    """Return every line with its place in its batch, in the order of ids."""
    return Stream(Line, (*COLUMNS, "batch", "position", "leaf"))


def unsealed_lines(most: int) -> list[tuple[int, str]]:
    """Return id and canonical text of the oldest lines that wait for their seal."""
    waiting = Stream(Line, COLUMNS, only="batch IS NULL", page=most)
    return [(pk, text) for pk, _, text in islice(waiting, most)]


def all_seals() -> Stream:
    """Return every seal, oldest first."""
    return Stream(Seal, [field.attname for field in Seal._meta.concrete_fields])


def all_rows(model: type[Bound]) -> Stream:
    """Return every row of a bound table as its digest covers it, and its salt beside it."""
    return Stream(model, model.bound_columns(), ("salt",), bare=True)


def timeline(subject_kind: str, subject_id: int) -> QuerySet[Line]:
    """Return the lines of one thing, oldest first."""
    return Line.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("id")


def told(subject_kind: str, subject_id: int) -> list[Row]:
    """Return kind, moment, hat, appointment and body of the lines of one thing, oldest first."""
    return _told.rows({"subject_kind": subject_kind, "subject_id": subject_id})


def last_line(district: int) -> int:
    """Return the id of the newest line, 0 before the first."""
    newest = Line.objects.filter(district=district).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0


def lines_after(
    line: int, subject_kinds: Collection[str], *, district: int
) -> Iterator[tuple[int, str, str, int, str]]:
    """Yield id, kind, subject and body of what was recorded after a line about some kinds of things."""
    found = Line.objects.filter(id__gt=line, district=district, subject_kind__in=subject_kinds)
    columns = found.order_by("id").values_list("id", "kind", "subject_kind", "subject_id", "body")
    yield from columns.iterator(chunk_size=2_000)


def recorded_since(
    at: datetime, kinds: Collection[str], *, district: int
) -> Iterator[tuple[str, int, str]]:
    """Yield kind, subject and body of the lines of some kinds recorded after a moment."""
    found = Line.objects.filter(district=district, kind__in=kinds, at__gt=at)
    yield from found.order_by("id").values_list("kind", "subject_id", "body").iterator()


def recorded_until(
    at: datetime, subject_kind: str, subjects: Collection[int], kinds: Collection[str]
) -> Iterator[tuple[str, int, datetime, str]]:
    """Yield kind, subject, moment and body of what was recorded of some things by a moment."""
    found = Line.objects.filter(
        subject_kind=subject_kind, subject_id__in=list(subjects), kind__in=kinds, at__lte=at
    )
    yield from found.order_by("id").values_list("kind", "subject_id", "at", "body").iterator()


@composed
def _told() -> QuerySet[Line, Any]:
    about = {name: slot(Line, name) for name in ("subject_kind", "subject_id")}
    rows = Line.objects.filter(**about).order_by("id")
    return rows.values_list("kind", "at", "hat", "appointment", "body")


def last_seal() -> Seal | None:
    """Return the newest seal; its root is printed on receipts and public pages."""
    return Seal.objects.order_by("-number").first()


def seal_with_root(text: str) -> Seal | None:
    """Return the seal whose root is ``text``: 64 hex digits, with or without blanks, as printed."""
    digits = "".join(text.split()).lower()
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
        return None
    return Seal.objects.filter(root=bytes.fromhex(digits)).first()


def a_batch_waits(size: int = 1_000) -> bool:
    """Whether at least ``size`` lines wait for their seal; reads no more index entries than that."""
    waiting = Line.objects.filter(batch=None).order_by("id").values_list("id")
    return waiting[size - 1 : size].exists()


def dead_letters() -> QuerySet[Pending]:
    """Return the lines whose reactions a person must look at."""
    return (
        Pending.objects.exclude(gave_up_at=None).select_related("line").order_by("gave_up_at", "id")
    )


def event_of(line: Line, kind: type[Event]) -> Event:
    """Return the event a line holds, as the class of its kind."""
    held: dict[str, Any] = json.loads(line.body)["event"]
    values = {
        field.name: _as_sent(held[field.name], str(field.type))
        for field in fields(kind)
        if field.name != "at" and field.name in held  # older lines lack fields with a default
    }
    return kind(at=line.at, **values)


def _as_sent(value: object, kind: str) -> object:
    """Return a value of the body as the event held it: moments, dates and tuples again."""
    if isinstance(value, str) and "datetime.datetime" in kind:
        return datetime.fromisoformat(value)
    if isinstance(value, str) and "datetime.date" in kind:
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) and "tuple[" in kind else value


def bound_models() -> Iterator[type[Bound]]:
    """Yield every table whose rows the journal binds."""
    yield from (model for model in apps.get_models() if issubclass(model, Bound))
