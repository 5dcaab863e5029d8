"""Writing new rows of one table at once: many by ``COPY`` or ``executemany``, a few by one INSERT."""

import functools
import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.base import ModelState

from .blanks import plain
from .fields import Sealed

Row = TypeVar("Row", bound=models.Model)

A_STATEMENT = 50  # rows; SQLite takes 32,766 values a statement


def insert_rows(rows: Sequence[models.Model]) -> None:
    """
    Write new rows of one table and give ids to those without. Belongs inside an act.

    ``bulk_create`` spends more on composing SQL than both engines spend on the rows. Columns hold
    plain values: text is ``str`` itself and no enumeration.
    """
    if not rows:
        return
    model, held = type(rows[0]), [row.__dict__ for row in rows]
    nameless = [one for one in held if one["id"] is None]
    for one, pk in zip(nameless, reserve_ids(model, len(nameless)), strict=True):
        one["id"] = pk
    fields = model._meta.concrete_fields
    read = itemgetter(*(field.attname for field in fields))
    _insert(model, fields, map(read, held))
    alias = connection.alias
    for one in held:
        one["_state"].adding, one["_state"].db = False, alias


def insert_values(
    model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """
    Write new rows of one table given as the values of the named columns. Belongs inside an act.

    The table gives ids, in order; a column that is not named is null.
    """
    if rows:
        _insert(model, [model._meta.get_field(name) for name in names], rows)  # type: ignore[misc]


def _insert(
    model: type[models.Model],
    fields: Sequence["models.Field[Any, Any]"],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    table, names = model._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
    columns = zip(*rows, strict=True)
    values = zip(*map(_column, fields, columns), strict=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
            ):
                for row in values:
                    copy.write_row(row)
        else:
            head = f'INSERT INTO "{table}" ({names}) VALUES '  # noqa: S608  # ours
            _insert_by_groups(cursor, head, list(values))


def _insert_by_groups(cursor: CursorWrapper, head: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert some rows a statement: what SQLite does for each statement costs half of what a row costs."""
    marks = f"({', '.join(['%s'] * len(rows[0]))})"
    whole = len(rows) // A_STATEMENT * A_STATEMENT
    groups = [
        list(chain.from_iterable(rows[start : start + A_STATEMENT]))
        for start in range(0, whole, A_STATEMENT)
    ]
    cursor.executemany(head + ", ".join([marks] * A_STATEMENT), groups)
    cursor.executemany(head + marks, rows[whole:])


# Columns whose values the engines do not take as they are.
CONVERTED = (models.BinaryField, models.DateField, models.JSONField)


@dataclass(frozen=True, slots=True)
class _Few:
    """The two halves of an INSERT, and how each column's value becomes the engine's."""

    head: str
    marks: str
    columns: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values(self, row: models.Model) -> list[Any]:
        held = row.__dict__
        return [
            held[name] if prepare is None or held[name] is None else prepare(held[name])
            for name, prepare in self.columns
        ]


@functools.cache
def _few(model: type[models.Model]) -> _Few:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    return _Few(
        head=f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ',  # noqa: S608  # ours
        marks=f"({', '.join(['%s'] * len(fields))})",
        columns=[
            (field.attname, functools.partial(_prepared, field))
            if isinstance(field, CONVERTED)
            else (field.attname, None)
            for field in fields
        ],
    )


def _prepared(field: "models.Field[Any, Any]", value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def insert_few(*rows: models.Model) -> None:
    """
    Write a few new rows of one table by one statement and give them the ids the table gave.

    The text of the statement is kept: composing it anew costs more than running it. Belongs inside
    an act.
    """
    if not rows:
        return
    if not connection.features.can_return_rows_from_bulk_insert:  # SQLite before 3.35
        type(rows[0])._base_manager.bulk_create(rows)
        return
    insert = _few(type(rows[0]))
    statement = insert.head + ", ".join([insert.marks] * len(rows)) + " RETURNING id"
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in insert.values(row)])
        ids = cursor.fetchall()
    for row, (pk,) in zip(rows, ids, strict=True):
        row.pk = pk
        row._state.adding = False
        row._state.db = connection.alias


def new_row(model: type[Row], **columns: Any) -> Row:
    """
    Return a new row from its columns, by attribute name; the others hold their defaults.

    What the model's own constructor checks of every column is left out: it costs more than all the
    rest of a load.
    """
    row = model.__new__(model)
    same, made = _defaults(model)
    row.__dict__ = held = {**same, **columns}
    held["_state"] = ModelState()
    for name, make in made:
        if name not in columns:
            held[name] = make()
    return row


def shared_defaults(model: type[models.Model]) -> Mapping[str, Any]:
    """Return attribute name → default of the columns whose new rows all hold one and the same."""
    return _defaults(model)[0]


@functools.cache
def _defaults(
    model: type[models.Model],
) -> tuple[Mapping[str, Any], Sequence[tuple[str, Callable[[], Any]]]]:
    """Return the defaults that every row shares, and those that are made for each, by attribute name."""
    same, made = dict[str, Any](), list[tuple[str, Callable[[], Any]]]()
    for field in model._meta.concrete_fields:
        if callable(field.default) and field.default is not models.NOT_PROVIDED:
            made.append((field.attname, field.default))
        else:
            same[field.attname] = None if field.primary_key else field.get_default()
    return same, made


@functools.lru_cache(maxsize=32_768)  # many rows of many tables hold the moments of one case
def _moment_text(value: datetime | None, offset: str) -> str | None:
    """Return a moment as the engine reads it: SQLite without an offset, as the backend writes it."""
    if value is None:
        return None
    text: str = plain(value)
    return f"{text[:10]} {text[11:-1]}".removesuffix(".000000") + offset


@contextmanager
def without_pauses() -> Iterator[None]:
    """Let Python look for cycles only when the load is over: it would go through all its rows again and again."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def update_statistics() -> None:
    """
    Let the database count its rows anew, so that it plans by them: the last thing a load does.

    What the role that asks does not own is left to autovacuum. On SQLite some thousand entries of
    each index are read.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """
    Return ids for rows that must know theirs, or each other's, before they are written.

    Write all of them before asking again: SQLite reserves nothing until the rows are there.
    """
    with connection.cursor() as cursor:
        return _new_ids(cursor, model._meta.db_table, count)


def _column(field: "models.Field[Any, Any]", values: Sequence[Any]) -> Sequence[Any]:
    """Return the values as the engine takes them; for ``COPY``, what it would make of them itself."""
    if isinstance(field, models.BinaryField):
        return [value.token if type(value) is Sealed else value for value in values]
    if isinstance(field, models.JSONField):  # many rows share one value, and most are empty
        different = {id(value) if value else type(value): value for value in values}
        texts = {key: _json_text(field, one) for key, one in different.items()}
        return [texts[id(value) if value else type(value)] for value in values]
    if type(field) is models.DateTimeField:
        offset = "+00" if connection.vendor == "postgresql" else ""
        return [_moment_text(value, offset) for value in values]
    if isinstance(field, models.DateField) and connection.vendor != "postgresql":  # few days
        ready = {value: field.get_db_prep_save(value, connection) for value in set(values)}
        return [ready[value] for value in values]
    return values


def _json_text(field: "models.JSONField[Any, Any]", value: Any) -> str | None:
    return None if value is None else json.dumps(value, cls=field.encoder)


def _new_ids(cursor: CursorWrapper, table: str, count: int) -> list[int]:
    """Reserve ids: from the sequence, or on SQLite, where we are the only writer, after its last."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    last: int = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + 1 + count))
