"""
Reading whole columns of whole numbers, as reports need them.

The engine packs each column into one value, so that Python sees neither rows nor numbers of its own.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

NONE = -1  # stands for NULL; ids, codes, days and the numbers we count are never below 0


def read_numbers(
    columns: Sequence[str], rest: str, params: Sequence[str | int]
) -> NDArray[np.int64]:
    """
    Return ``SELECT columns rest`` as an array of one line per column; NULL is ``NONE``.

    :param columns: SQL expressions that give whole numbers; they are the caller's own words
    :param rest: FROM, WHERE and ORDER BY, with ``%s`` for each of ``params``
    """
    on_postgresql = connection.vendor == "postgresql"
    chosen = [f"COALESCE({one}, {NONE}) AS c{place}" for place, one in enumerate(columns)]
    # Both engines let an ORDER BY inside decide the order in which these two put together.
    pack = "string_agg(int8send(c{}::bigint), ''::bytea)" if on_postgresql else "group_concat(c{})"
    packed = ", ".join(pack.format(place) for place in range(len(columns)))
    found = f"SELECT {', '.join(chosen)} {rest}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {packed} FROM ({found}) AS found", params)  # noqa: S608  # our own
        row = cursor.fetchone()
    return np.stack([_numbers(one) for one in row])


def _numbers(packed: bytes | str | None) -> NDArray[np.int64]:
    """Return the numbers in eight bytes each, or in digits with commas between; null is none."""
    if packed is None:
        return np.zeros(0, dtype=np.int64)
    if isinstance(packed, str):
        return np.fromstring(packed, dtype=np.int64, sep=",")
    return np.frombuffer(packed, dtype=">i8").astype(np.int64)


def ordinal(column: str) -> str:
    """Return the SQL for ``date.toordinal`` of a date column."""
    if connection.vendor == "postgresql":
        return f"({column} - DATE '0001-01-01' + 1)"
    return f"CAST(julianday({column}) - 1721424.5 AS INTEGER)"


def local_ordinal(column: str) -> str:
    """Return the SQL for the day in Shanghai on which a moment lies, as ``date.toordinal``."""
    if connection.vendor == "postgresql":
        return ordinal(f"({column} AT TIME ZONE 'Asia/Shanghai')::date")
    return ordinal(f"DATE({column}, '+8 hours')")


def moment(at: datetime) -> str:
    """Return a moment as a parameter of ``read_numbers``."""
    return str(connection.ops.adapt_datetimefield_value(at))


def place_in(column: str, codes: Sequence[str]) -> str:
    """
    Return the SQL for the place of a text column's value in a list, NULL where it is not in it.

    :param codes: plain codes of our own; never what somebody typed
    :raises ValueError: for anything but letters, digits and underscores; this is a bug
    """
    if not codes:
        return "NULL"
    if not all(code.replace("_", "").isalnum() for code in codes):
        raise ValueError("a code holds letters, digits and underscores")
    cases = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(codes))
    return f"CASE {column} {cases} END"
