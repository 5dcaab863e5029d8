"""From the cells of a sheet to texts by column, and from a text to what it means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from .words import EXAMPLE, NO_COLUMN, NO_DAY, NO_NAME, BadLine, Wrong

Columns = Mapping[str, tuple[str, str, bool]]
Table = Sequence[Sequence[object]]
Texts = Mapping[str, str]
LONGEST = 60
NOWHERE = 1 << 20  # no sheet is so wide
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def lines(sheet: str, table: Table, columns: Columns) -> Iterator[tuple[int, Texts]]:
    """
    Yield line number and texts by column; empty lines and those marked 示例 are left out.

    :raises BadLine: if a column that must be there is missing
    """
    if not table:
        return
    head = [words(cell).lower() for cell in table[0]]
    at = {}
    for column, (zh, en, needed) in columns.items():
        found = next((n for n, name in enumerate(head) if name in (zh.lower(), en)), None)
        if found is not None:
            at[column] = found
        elif needed:
            raise BadLine(sheet=sheet, line=1, reason=Wrong(column=zh, cell="", reason=NO_COLUMN))
    placed = [(column, at.get(column, NOWHERE)) for column in columns]
    for line, cells in enumerate(table[1:], start=2):
        wide = len(cells)
        texts = {column: words(cells[n]) if n < wide else "" for column, n in placed}
        if any(texts.values()) and not texts["note"].startswith(EXAMPLE):
            yield line, texts


def words(cell: object) -> str:
    """Return a cell as it was meant: 301, not 301.0; a day as 2026-07-01."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return " ".join(str(cell).split()) if cell is not None else ""


def day(texts: Texts, column: str, name: str) -> date | None:
    """
    Return the day in a cell, None for an empty one.

    :raises Wrong: if it is none
    """
    text = texts[column]
    found = _DAY.fullmatch(text)
    if not text:
        return None
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise Wrong(column=name, cell=text, reason=NO_DAY)


def name(texts: Texts, column: str, said: str) -> str:
    """:raises Wrong: without a name, or with one that is too long"""
    text = texts[column]
    if not 0 < len(text) <= LONGEST:
        raise Wrong(column=said, cell=text[:LONGEST], reason=NO_NAME)
    return text
