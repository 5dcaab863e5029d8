"""
Reading whole tables as canonical rows, straight from the database: a million in some seconds.

No model instances and no converters: what lies in a column is turned into its canonical text at
once. A value that does not even fit its column comes through as it lies, and so does not match.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from json.encoder import encode_basestring
from typing import Any

from django.db import OperationalError, connection, models

from linli.journal.domain import canonical

PAGE_ROWS = 5_000


@contextmanager
def one_moment() -> Iterator[None]:
    """Show the database as it is at one moment, to a long look that holds up no writer."""
    if connection.in_atomic_block:
        yield
        return
    begin = {"postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
    with connection.cursor() as cursor:
        cursor.execute(begin.get(connection.vendor, "BEGIN DEFERRED"))
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


class Stream:
    """
    The rows of one table in the order of their ids: ``columns`` as one canonical object each.

    ``beside`` are further columns, given as they lie. Memory holds one page of rows.
    """

    def __init__(
        self, model: type[models.Model], columns: Iterable[str], beside: Iterable[str] = ()
    ) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        named = sorted(columns)
        self.table = model._meta.db_table
        self._beside = len(tuple(beside))
        self._turn = [_turner(fields[name]) for name in named]
        # Keys are names of columns: letters, digits and underscores.
        self._object = "{" + ",".join(f'"{name}":%s' for name in named) + "}"
        # A plus before a column hides its declared type, so that no driver converts what it holds.
        plus = "+" if connection.vendor == "sqlite" else ""
        wanted = [f'{plus}"{fields[name].column}"' for name in [*beside, *named]]
        self._ask = (
            f'SELECT id, {", ".join(wanted)} FROM "{self.table}" '  # noqa: S608  # names of ours
            f"WHERE id > %s ORDER BY id LIMIT {PAGE_ROWS}"
        )

    def __iter__(self) -> Iterator[tuple[int, tuple[Any, ...], str]]:
        """Yield the id, what stands beside, and the canonical text."""
        last, cut, turn, form = -(1 << 63), self._beside + 1, self._turn, self._object
        while page := self._page(last):
            for row in page:
                texts = [to_text(value) for to_text, value in zip(turn, row[cut:], strict=True)]
                yield row[0], row[1:cut], form % tuple(texts)
            last = page[-1][0]

    def _page(self, after: int) -> list[tuple[Any, ...]]:
        try:
            return self._fetch(after)
        except OperationalError:
            if connection.vendor != "sqlite":
                raise
        # Text that is not UTF-8 any more: read it all the same, to be able to name its row.
        with _any_bytes_as_text():
            return self._fetch(after)

    def _fetch(self, after: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self._ask, [after])
            return cursor.fetchall()


def encoded(text: str) -> bytes:
    """Return the bytes a digest is over; broken text has some too, though never the right ones."""
    return text.encode("utf-8", "surrogatepass")


def as_bytes(value: Any) -> bytes:
    """Return what lies in a column of bytes; nothing for null, and of all else its text."""
    if value is None:
        return b""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return encoded(str(value))


@contextmanager
def _any_bytes_as_text() -> Iterator[None]:
    driver = connection.connection
    usual = driver.text_factory
    driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual


def _turner(field: "models.Field[Any, Any]") -> Callable[[Any], str]:
    kind = field.get_internal_type()
    if kind == "JSONField":
        return _tree
    if connection.vendor == "sqlite":
        return {"DateTimeField": _moment, "BooleanField": _truth}.get(kind, _value)
    return _value


def _value(value: Any) -> str:
    return _TEXTS[type(value)](value)


def _moment(text: Any) -> str:
    """SQLite holds moments as ``2026-11-16 04:00:00.000000`` in UTC, without a zero fraction."""
    if type(text) is not str or len(text) < 19 or text[10] != " ":
        return _value(text)
    fraction = text[19:] or ".000000"
    return f'"{text[:10]}T{text[11:19]}{fraction}Z"'


def _truth(value: Any) -> str:
    return {0: "false", 1: "true"}.get(value) or _value(value)


def _tree(text: Any) -> str:
    return _tree_text(text) if isinstance(text, str) else _value(text)


@lru_cache(maxsize=4_096)
def _tree_text(text: str) -> str:
    try:
        return canonical(json.loads(text))
    except (ValueError, RecursionError):
        return encode_basestring(text)


def _bytes(value: bytes) -> str:
    return f'"{bytes(value).hex()}"'


_TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "null",  # noqa: ARG005
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: float.__repr__,
    str: encode_basestring,
    bytes: _bytes,
    memoryview: _bytes,
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"',
}
