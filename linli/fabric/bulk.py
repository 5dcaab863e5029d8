"""Writing new rows of one table at once: many by ``COPY`` or ``executemany``, a few by one INSERT."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.base import ModelState

from .fields import Sealed

Row = TypeVar("Row", bound=models.Model)


def insert_rows(rows: Sequence[models.Model]) -> None:
    """
    Write new rows of one table and give ids to those without. Belongs inside an act.

    ``bulk_create`` spends more on composing SQL than both engines spend on the rows. Columns hold
    plain values: text is ``str`` itself and no enumeration.
    """
    if not rows:
        return
    table, fields = rows[0]._meta.db_table, rows[0]._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        nameless = [row for row in rows if row.pk is None]
        for row, pk in zip(nameless, _new_ids(cursor, table, len(nameless)), strict=True):
            row.pk = pk
        columns = [
            _column(field, [getattr(row, field.attname) for row in rows]) for field in fields
        ]
        values = zip(*columns, strict=True)
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
            ):
                for one in values:
                    copy.write_row(one)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  # ours
            cursor.executemany(statement, list(values))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


# Columns whose values the engines do not take as they are.
CONVERTED = (models.BinaryField, models.DateField, models.JSONField)


@dataclass(frozen=True, slots=True)
class _Insert:
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
def _insert(model: type[models.Model]) -> _Insert:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    return _Insert(
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
    insert = _insert(type(rows[0]))
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
    held = row.__dict__
    held["_state"] = ModelState()
    for name, default, calls in _defaults(model):
        held[name] = default() if calls else default
    held.update(columns)
    return row


@functools.cache
def _defaults(model: type[models.Model]) -> tuple[tuple[str, Any, bool], ...]:
    """Return attribute name → default, and whether it is to be called for each row."""
    return tuple(
        (field.attname, field.default, True)
        if callable(field.default) and field.default is not models.NOT_PROVIDED
        else (field.attname, None if field.primary_key else field.get_default(), False)
        for field in model._meta.concrete_fields
    )


def _moment_text(value: datetime | None, zone: tzinfo) -> str | None:
    """Return a moment as SQLite holds it: what the backend's own adapter writes, sooner."""
    return None if value is None else str(value.astimezone(zone).replace(tzinfo=None))


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """
    Return ids for rows that must know theirs, or each other's, before they are written.

    Write all of them before asking again: SQLite reserves nothing until the rows are there.
    """
    with connection.cursor() as cursor:
        return _new_ids(cursor, model._meta.db_table, count)


def _column(field: "models.Field[Any, Any]", values: list[Any]) -> list[Any]:
    """Return the values as the engine takes them."""
    if isinstance(field, models.BinaryField):
        return [value.token if type(value) is Sealed else value for value in values]
    if type(field) is models.DateTimeField and connection.vendor == "sqlite":
        zone = connection.timezone or UTC
        ready = {value: _moment_text(value, zone) for value in set(values)}
        return [ready[value] for value in values]
    if isinstance(field, models.DateField):  # few days and moments for many rows
        ready = {value: field.get_db_prep_save(value, connection) for value in set(values)}
        return [ready[value] for value in values]
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, connection) for value in values]
    return values


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
