"""Reading whole columns of whole numbers, as reports need them: no object per row, no parsing."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from django.db import connection
from numpy.typing import NDArray

NONE = -1  # stands for NULL; ids, codes, days and the numbers we count are never below 0
_HEADER, _TRAILER = 19, 2  # of PostgreSQL's binary COPY


def read_numbers(
    columns: Sequence[str], rest: str, params: Sequence[str | int]
) -> NDArray[np.int64]:
    """
    Return ``SELECT columns rest`` as an array of one line per column; NULL is ``NONE``.

    :param columns: SQL expressions that give whole numbers; they are the caller's own words
    :param rest: FROM, WHERE and ORDER BY, with ``%s`` for each of ``params``
    """
    if connection.vendor == "postgresql":
        chosen = ", ".join(f"COALESCE({one}, {NONE})::bigint" for one in columns)
        return _copied(f"SELECT {chosen} {rest}", params, len(columns))
    chosen = ", ".join(f"COALESCE({one}, {NONE})" for one in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {chosen} {rest}", params)
        # One number after the other: rows that live on would be walked by the collector.
        found = np.fromiter(chain.from_iterable(cursor), dtype=np.int64)
    return found.reshape(-1, len(columns)).T


def _copied(statement: str, params: Sequence[str | int], width: int) -> NDArray[np.int64]:
    """Read through binary COPY: a row is a count and, for each number, its length and 8 bytes."""
    row = np.dtype([("n", ">i2"), ("cells", [("length", ">i4"), ("value", ">i8")], (width,))])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT binary)", params) as copy,
    ):
        sent = b"".join(copy)
    rows = np.frombuffer(sent[_HEADER:-_TRAILER], dtype=row)
    return rows["cells"]["value"].astype(np.int64).T


def ordinal(column: str) -> str:
    """Return the SQL for ``date.toordinal`` of a date column."""
    if connection.vendor == "postgresql":
        return f"({column} - DATE '0001-01-01' + 1)"
    return f"CAST(julianday({column}) - 1721424.5 AS INTEGER)"


def place_in(column: str, codes: Sequence[str]) -> str:
    """
    Return the SQL for the place of a text column's value in a list, NULL where it is not in it.

    :param codes: plain codes of our own; never what somebody typed
    """
    if not codes:
        return "NULL"
    if not all(code.replace("_", "").isalnum() for code in codes):
        raise ValueError("a code holds letters, digits and underscores")
    cases = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(codes))
    return f"CASE {column} {cases} END"
