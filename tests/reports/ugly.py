"""Forms as they really come, and what each place of them asks for."""

import io
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter

from linli.people import queries as people
from linli.reports.domain import (
    Cell,
    Field,
    Lexicon,
    Unmatched,
    canonical,
    notes_of,
    read_fields,
    read_workbook,
)
from linli.rulebook.domain import parse

ON = date(2026, 11, 22)
COMMUNITIES = {"青年路社区": 11, "上羊市街社区": 12}
Rows = Sequence[Sequence[str | None]]


def book(
    rows: Rows,
    *,
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[int] = (),
    beside: Rows = (),
    beside_hidden: bool = False,
) -> bytes:
    """The rows with some hidden (from 0), a picture, a choice list, protection, and a second sheet."""
    into = io.BytesIO()
    made = xlsxwriter.Workbook(into, {"in_memory": True})
    box = made.add_format({"border": 1})
    for name, lines in (("表", rows), ("另表", beside)):
        sheet = made.add_worksheet(name)
        for r, row in enumerate(lines):
            for c, text in enumerate(row):
                if text is not None:  # a formula where it begins so, a bordered place where empty
                    sheet.write(r, c, text or None, box)
        if name == "表":
            sheet.insert_image(9, 9, "章.png", {"image_data": io.BytesIO(PICTURE)})
            sheet.data_validation(1, 1, 9, 9, {"validate": "integer", "criteria": ">=", "value": 0})
            sheet.protect("secret")
            for row_ in hidden_rows:
                sheet.set_row(row_, None, None, {"hidden": True})
            for column in hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
        elif beside_hidden:
            sheet.hide()
    made.close()
    return into.getvalue()


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f000301010018dd8db00000000049454e44ae426082"
)


def fields(data: bytes, lexicon: Lexicon) -> dict[str, Field]:
    sheets = [sheet for sheet in read_workbook(data) if not sheet.hidden]
    notes = [note for sheet in sheets for note in notes_of(sheet)]
    found = [
        one
        for sheet in sheets
        for one in read_fields(sheet, lexicon, COMMUNITIES, on=ON, notes=notes)
    ]
    return {one.name: one for one in found}


def told(data: bytes, lexicon: Lexicon) -> dict[str, object]:
    """What each place asks for: a cell, or why none."""
    found = fields(data, lexicon).items()
    return {
        name: one.found.why if isinstance(one.found, Unmatched) else one.found
        for name, one in found
    }


def people_where(where: object = None) -> Cell:
    return Cell("people", canonical(parse(where, people.attribute_types())) if where else None)


MEMBERS, POOR = people_where({"party_member": True}), people_where({"dibao": True})
OLD, OLDEST = people_where({"age": {"from": 60}}), people_where({"age": {"from": 80}})
HOUSEHOLDS = Cell("households")
