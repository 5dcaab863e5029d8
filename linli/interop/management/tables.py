"""Empty workbooks for operators to fill in."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import xlsxwriter
from django.core.management.base import CommandError
from xlsxwriter.exceptions import FileCreateError

WIDTH = 18
WORDS = "说明"


def write_tables(
    path: Path,
    sheets: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    words: Iterable[Sequence[str]],
) -> None:
    """
    Write an empty workbook: a sheet each with its headings and an example line, and the sheet 说明.

    All cells are text, so that a number of eighteen digits keeps its last ones.

    :raises CommandError: if there is a file already, or none can be written there
    """
    if path.exists():
        raise CommandError(f"There is a file {path} already.")
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    for name, (head, example) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.set_column(0, len(head) - 1, WIDTH, text)
        sheet.write_row(0, 0, head, bold)
        sheet.write_row(1, 0, example, text)
        sheet.freeze_panes(1, 0)
    told = book.add_worksheet(WORDS)
    told.set_column(0, 2, WIDTH * 2, text)
    for number, line in enumerate(words):
        told.write_row(number, 0, line)
    try:
        book.close()
    except FileCreateError as trouble:
        raise CommandError(f"{path} cannot be written. Name a folder that is there.") from trouble
