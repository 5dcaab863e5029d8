"""
What a builder leaves in an empty database, kept: the next test that wants it gets the same rows.

The first time ``kept`` builds by the front doors; afterwards it copies the rows. It keeps nothing,
and copies nothing, unless the database holds what its migrations left in it and no more.
"""

import copy
import re
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction

T = TypeVar("T")
SHADOWS = re.compile(r"^case_search_")  # the full-text table's own
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
# SQLite cannot be told to pass over triggers: accounts come in empty, as they must, and the
# transfers fill them once more.
FILLED_BY_TRIGGERS = {
    "ledger_account": ("posted_in", "posted_out", "held", "last_transfer", "last_outcome")
}
LAST = ("ledger_transfer", "ledger_outcome")


@dataclass(frozen=True)
class Rows:
    """The rows of one table: values on SQLite, the bytes of a binary COPY on PostgreSQL."""

    table: str
    columns: str
    held: Any


@dataclass(frozen=True)
class Kept:
    """What one builder answered, and the rows it left."""

    answer: Any
    tables: tuple[Rows, ...]


MOST = 40  # so many worlds; those of a moment are never asked for again
_shelf: dict[Hashable, Kept] = {}
_asking: str = ""  # the statement that names the tables with rows in them
_at_first: frozenset[str] | None = None
_pristine: sqlite3.Connection | None = None  # SQLite's tables as they were at first


def learn() -> None:
    """Remember what the migrations leave in the tables; once a session, before any test."""
    global _asking, _at_first, _pristine  # noqa: PLW0603  # one database a process
    with connection.cursor() as cursor:
        cursor.execute(TABLES[connection.vendor])
        names = sorted(name for (name,) in cursor.fetchall() if not SHADOWS.match(name))
        asks = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in names)
        _asking = " UNION ALL ".join(asks)
    _at_first = filled()
    if connection.vendor == "sqlite":
        _pristine = sqlite3.connect(":memory:")
        connection.connection.backup(_pristine)


def empty() -> None:
    """After a test with real commits: let the tables be again as the migrations left them."""
    if _pristine is not None:
        connection.ensure_connection()
        _pristine.backup(connection.connection)
        return
    with transaction.atomic(), _no_triggers(), connection.cursor() as cursor:
        for table in filled() - (_at_first or frozenset()):
            cursor.execute(f'DELETE FROM "{table}"')


def forget() -> None:
    """Keep nothing of what was built."""
    _shelf.clear()


def filled() -> frozenset[str]:
    """Return the names of the tables that have rows."""
    with connection.cursor() as cursor:
        cursor.execute(_asking)
        return frozenset(name for (name,) in cursor.fetchall())


def untouched() -> bool:
    """Whether the tables are as the migrations left them."""
    of_a_test = connection.in_atomic_block and connection.atomic_blocks[0]._from_testcase
    if connection.vendor == "postgresql" and of_a_test:
        # Every table is still full of what the tests before left in it, undone and dead. This is
        # quicker to ask: the transaction of a test begins with nothing, and writes with a number.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
            if cursor.fetchone()[0]:
                return True
    return filled() == _at_first


def kept(name: Hashable, build: Callable[[], T]) -> T:
    """Return what ``build`` returns, with its rows in the database; ``name`` says all it depends on."""
    if _at_first is None or not untouched():
        return build()
    key = (name, str(settings.KEYS), settings.DISTRICT, settings.INSTALLATION)
    if key in _shelf:
        _shelf[key] = _shelf.pop(key)  # the newest used is the last to go
        with transaction.atomic(), _no_triggers():
            for rows in _shelf[key].tables:
                _put(rows)
        return copy.deepcopy(_shelf[key].answer)
    answer = build()
    tables = sorted(
        filled() - _at_first, key=lambda one: (one in LAST and LAST.index(one) + 1, one)
    )
    _shelf[key] = Kept(copy.deepcopy(answer), tuple(_take(one) for one in tables))
    if len(_shelf) > MOST:
        del _shelf[next(iter(_shelf))]
    return answer


def _take(table: str) -> Rows:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(COLUMNS, [table])
            columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
            with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT (FORMAT binary)') as out:
                return Rows(table, columns, b"".join(bytes(part) for part in out))
        cursor.execute(f'PRAGMA table_xinfo("{table}")')
        names = [row[1] for row in cursor.fetchall() if row[6] == 0]
        names = ["rowid", *names] if table == "case_search" else names
        empty = FILLED_BY_TRIGGERS.get(table, ())
        # The plus hides the declared type, so that the driver converts nothing.
        wanted = ", ".join("0" if name in empty else f'+"{name}"' for name in names)
        cursor.execute(f'SELECT {wanted} FROM "{table}" ORDER BY rowid')
        return Rows(table, ", ".join(f'"{name}"' for name in names), cursor.fetchall())


@contextmanager
def _no_triggers() -> Iterator[None]:
    """On PostgreSQL: what triggers and foreign keys had to say was said when the rows were made."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def _put(rows: Rows) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            into = f'COPY "{rows.table}" ({rows.columns}) FROM STDIN (FORMAT binary)'
            with cursor.copy(into) as target:
                target.write(rows.held)
            return
        places = ", ".join(["%s"] * len(rows.held[0]))
        cursor.executemany(
            f'INSERT INTO "{rows.table}" ({rows.columns}) VALUES ({places})', rows.held
        )
