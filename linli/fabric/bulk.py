"""Writing many new rows of one table at once: one ``COPY``, or one ``executemany``."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from .fields import Sealed


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
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for one in values:
                    copy.write_row(one)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  # ours
            cursor.executemany(statement, list(values))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


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
