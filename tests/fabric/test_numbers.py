"""Whole columns come back as the rows say, whatever the size of the numbers."""

import pytest
from django.db import connection

from linli.fabric.numbers import NONE, place_in, read_numbers

pytestmark = pytest.mark.django_db
BIG = (1 << 62) + 7  # where the ids of the last installation lie


def rows(*found: tuple[int, str, str]) -> str:
    """Return FROM of some rows (number, word, day); a word or day of "" is null."""
    lines = [
        f"SELECT {number} AS number, NULLIF('{word}', '') AS word, "
        + (f"CAST('{day}' AS {'date' if connection.vendor == 'postgresql' else 'text'})")
        + " AS day"
        for number, word, day in found
    ]
    return f"FROM ({' UNION ALL '.join(lines)}) AS given"


def test_each_column_is_a_line_and_null_is_none() -> None:
    given = rows((BIG, "no", "2026-11-16"), (3, "", "2026-11-17"), (0, "other", "2026-11-18"))

    found = read_numbers(["number", place_in("word", ("no", "yes"))], f"{given} ORDER BY 1", [])

    assert found.tolist() == [[0, 3, BIG], [NONE, NONE, 0]]
    assert str(found.dtype) == "int64"


def test_rows_are_grouped_and_chosen_before_they_are_packed() -> None:
    given = rows((5, "a", "2026-11-16"), (9, "b", "2026-11-16"), (7, "a", "2026-11-16"))

    found = read_numbers(
        [place_in("word", ("a", "b")), "MAX(number)", "SUM(number)"],
        f"{given} WHERE number > %s GROUP BY 1 ORDER BY 1 DESC",
        [5],
    )

    assert found.tolist() == [[1, 0], [9, 7], [9, 7]]


def test_no_row_is_a_column_of_nothing() -> None:
    found = read_numbers(["number", "number"], f"{rows((1, 'a', '2026-11-16'))} WHERE 1 = 0", [])

    assert found.shape == (2, 0)
