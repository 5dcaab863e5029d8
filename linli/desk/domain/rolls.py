"""A roll as it is sent: a table from Excel or as CSV, read as rows of texts."""

import csv
import io
from itertools import islice

from linli.basics import Refused, gettext_noop
from linli.reports.domain import Sheet, read_workbook

LARGEST_BYTES = 5_000_000
MOST_LINES = 20_000
MOST_COLUMNS = 50  # further ones are not looked at
# What spreadsheets write in China: with a mark at the start, or in the national standard.
ENCODINGS = ("utf-8-sig", "gb18030")


class NotATable(Refused):
    """The file is no table we can read."""

    status = 422
    message = gettext_noop(
        "This file cannot be read. Save it as .xlsx or .csv, without a password, and choose it again."
    )


class TableTooLong(Refused):
    """The file holds more than one sitting takes."""

    status = 422
    message = gettext_noop("This file is too long. Bring in at most %(most)s lines at a time.")

    def __init__(self) -> None:
        super().__init__()
        self.most = MOST_LINES


class RollTooOld(Refused):
    """What was shown has to be read anew."""

    message = gettext_noop(
        "This was read too long ago, or under another hat. Choose the file again."
    )


def read_table(content: bytes) -> list[list[str]]:
    """
    Return the rows of the first sheet as it counts them, empty ones too.

    :raises NotATable: if it is neither a workbook nor a text
    :raises BadWorkbook: if the workbook is damaged
    :raises TableTooLong: if there are more lines than fit one sitting
    """
    if len(content) > LARGEST_BYTES:
        raise TableTooLong
    rows = _cells(read_workbook(content)[0]) if content.startswith(b"PK") else _lines(content)
    if len(rows) > MOST_LINES + 1:
        raise TableTooLong
    return rows


def _cells(sheet: Sheet) -> list[list[str]]:
    bottom = max((row for row, _ in sheet.texts), default=0)
    right = max((column for _, column in sheet.texts), default=0)
    if bottom > MOST_LINES + 1:
        raise TableTooLong
    rows = [[""] * min(right, MOST_COLUMNS) for _ in range(bottom)]
    for (row, column), text in sheet.texts.items():
        if column <= MOST_COLUMNS:
            rows[row - 1][column - 1] = text
    return rows


def _lines(content: bytes) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            text = io.StringIO(content.decode(encoding), newline="")
            lines = islice(csv.reader(text, strict=True), MOST_LINES + 2)  # one too many is enough
            return [line[:MOST_COLUMNS] for line in lines]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise NotATable
