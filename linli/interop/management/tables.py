"""Workbooks and CSV files that operators fill in: read sheet by sheet, and written empty."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import xlsxwriter
from django.core.management.base import CommandError
from python_calamine import CalamineError, CalamineWorkbook

from linli.interop.domain.founding import Table

WIDTH = 18
WORDS = "说明"
ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel writes, newer and older


def read_tables(path: Path) -> dict[str, Table]:
    """
    Return sheet → its rows; of a CSV one sheet called like the file.

    :raises CommandError: if there is no such file, or it is neither
    """
    if not path.exists():
        raise CommandError(f"There is no file {path}.")
    if path.suffix.lower() == ".csv":
        return {path.stem: _lines(path)}
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except CalamineError as trouble:
        raise CommandError(f"{path.name} is no Excel workbook.") from trouble


def _lines(path: Path) -> Table:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                return list(csv.reader(file, strict=True))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise CommandError(f"{path.name} is no CSV file.")


def write_tables(
    path: Path,
    sheets: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    words: Iterable[Sequence[str]],
) -> None:
    """
    Write an empty workbook: a sheet each with its headings and an example line, and the sheet 说明.

    All cells are text, so that a number of eighteen digits keeps its last ones.

    :raises CommandError: if there is a file already
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
    book.close()
