"""A form comes back as the same file: only the filled cells differ."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from linli.reports.domain import (
    BadWorkbook,
    Filled,
    Span,
    WorkbookTooLarge,
    fill_workbook,
    read_workbook,
)
from linli.reports.domain.workbooks import name_of, place_of

from .cells import cells


def form() -> bytes:
    """A form with a merged title, borders round empty cells, a formula and a second sheet."""
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True})
    box = book.add_format({"border": 1})
    sheet = book.add_worksheet("老年人 & 家庭")
    sheet.merge_range(0, 0, 0, 3, "老年人情况<统计>表", box)
    sheet.write_row(1, 0, ["社区", "60岁以上", "独居", "合计"], box)
    for row in range(2, 5):
        sheet.write(row, 0, f"第{row}社区", box)
        sheet.write_blank(row, 1, None, box)
        sheet.write_blank(row, 2, None, box)
        sheet.write_formula(row, 3, f"=B{row + 1}+C{row + 1}", box, 0)
    sheet.write_rich_string(6, 0, "注：", book.add_format({"bold": True}), "独居", "指一人居住")
    book.add_worksheet("空").write(0, 0, "说明")
    book.close()
    return into.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_form_is_read_with_its_merges_and_empty_places() -> None:
    first, second = read_workbook(form())

    assert (first.name, second.name) == ("老年人 & 家庭", "空")
    assert first.texts[1, 1] == "老年人情况<统计>表"
    assert first.texts[7, 1] == "注：独居指一人居住"
    assert (1, 4) in first.merges[0]
    assert (2, 1) not in first.merges[0]
    assert {(3, 2), (3, 3)} <= first.places - set(first.texts)
    assert first.formulas == {(3, 4), (4, 4), (5, 4)}
    assert second.texts == {(1, 1): "说明"}


def test_only_the_filled_cells_differ() -> None:
    before = form()
    after = fill_workbook(
        before,
        {("老年人 & 家庭", 3, 2): 12, ("老年人 & 家庭", 5, 3): 0, ("老年人 & 家庭", 9, 6): 7},
    )

    old, new = parts(before), parts(after)
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"xl/worksheets/sheet1.xml"}
    assert list(old) == list(new)


def test_a_mark_stands_in_the_filled_cell_and_nowhere_else() -> None:
    before, sheet = form(), "老年人 & 家庭"
    plain = {(sheet, 3, 2): 12, (sheet, 3, 3): 5, (sheet, 9, 6): 7, (sheet, 9, 7): 8}
    marked = {place: Filled(number, "旧") for place, number in plain.items()}
    marked[sheet, 3, 3] = Filled(5)
    bare, after = parts(fill_workbook(before, plain)), parts(fill_workbook(before, marked))

    assert {name for name in bare if bare[name] != after[name]} == {
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }
    was, now = cells(before), cells(fill_workbook(before, marked))
    told = {name_of((row, column)): one for (_, row, column), one in marked.items()}
    assert set(now) == set(was) | set(told)
    for name, look in now.items():
        if name not in told:
            assert look == was[name]
            continue
        assert look.value == str(told[name].number)
        assert look.format == ('0" 旧"' if told[name].mark else "General")
        assert name not in was or look.rest == was[name].rest


def test_a_file_without_styles_gets_its_numbers_without_marks() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, data in parts(form()).items():
            if name != "xl/styles.xml":
                archive.writestr(name, data)
    place = ("老年人 & 家庭", 3, 2)

    assert fill_workbook(into.getvalue(), {place: Filled(12, "旧")}) == fill_workbook(
        into.getvalue(), {place: 12}
    )


def test_the_file_opens_elsewhere_with_the_numbers_in_it() -> None:
    after = fill_workbook(form(), {("老年人 & 家庭", 3, 2): 12, ("老年人 & 家庭", 9, 6): 7})

    rows = CalamineWorkbook.from_filelike(io.BytesIO(after)).get_sheet_by_index(0).to_python()
    assert rows[2][:2] == ["第2社区", 12.0]
    assert rows[8][5] == 7.0


def test_a_formula_is_left_alone_and_recounts() -> None:
    after = fill_workbook(form(), {("老年人 & 家庭", 3, 4): 99})

    assert read_workbook(after)[0].formulas == {(3, 4), (4, 4), (5, 4)}
    assert b'fullCalcOnLoad="1"' in parts(after)["xl/workbook.xml"]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'<calcPr calcId="9"/>', b'<calcPr calcId="9" fullCalcOnLoad="1"/>'),
        (b"", b'<calcPr fullCalcOnLoad="1"/>'),
    ],
)
def test_a_workbook_that_did_not_ask_for_recounting_does_so_now(was: bytes, becomes: bytes) -> None:
    ours = b'<calcPr calcId="124519" fullCalcOnLoad="1"/>'
    files = parts(form())
    assert ours in files["xl/workbook.xml"]
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(ours, was)
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as copy:
        for name, data in files.items():
            copy.writestr(name, data)

    after = parts(fill_workbook(into.getvalue(), {("老年人 & 家庭", 3, 2): 1}))["xl/workbook.xml"]

    assert after == parts(form())["xl/workbook.xml"].replace(ours, becomes)


@given(st.dictionaries(st.tuples(st.integers(1, 40), st.integers(1, 60)), st.integers(0, 10**9)))
def test_whatever_is_filled_reads_back_and_nothing_else_moved(
    numbers: dict[tuple[int, int], int],
) -> None:
    before = form()
    name = "老年人 & 家庭"
    after = fill_workbook(before, {(name, *place): number for place, number in numbers.items()})

    old, new = read_workbook(before)[0], read_workbook(after)[0]
    kept = {place: text for place, text in old.texts.items() if place not in numbers}
    said = {p: str(n) for p, n in numbers.items() if p not in old.formulas}
    formulas = {p: t for p, t in old.texts.items() if p in old.formulas}
    assert new.texts == kept | formulas | said
    assert (new.merges, new.formulas) == (old.merges, old.formulas)


@pytest.mark.parametrize(
    ("name", "place"), [("A1", (1, 1)), ("Z9", (9, 26)), ("AB7", (7, 28)), ("XFD1", (1, 16384))]
)
def test_cells_are_named_as_spreadsheets_name_them(name: str, place: tuple[int, int]) -> None:
    assert place_of(name) == place
    assert name_of(place) == name


def zipped(**files: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return into.getvalue()


def with_macros() -> bytes:
    """The form as an .xlsm, which no program opens under the name it would come back by."""
    into, data = io.BytesIO(), form()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(into, "w") as now:
        for name in was.namelist():
            kind = b"openxmlformats-officedocument.spreadsheetml.sheet.main"
            now.writestr(name, was.read(name).replace(kind, b"ms-excel.sheet.macroEnabled.main"))
    return into.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        with_macros(),
        b"PK\x03\x04 torn",
        b"\xd0\xcf\x11\xe0 an old .xls",
        zipped(mimetype="text/plain"),
        zipped(
            xl__workbook_dot_xml="<!DOCTYPE x><workbook/>", xl___rels__workbook_dot_xml_dot_rels=""
        ),
        form()[:-200],
    ],
)
def test_what_is_no_form_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BadWorkbook):
        read_workbook(data)


def packed_by(method: int, *, version: int = 20) -> bytes:
    """The form, with each part said to be packed in some way, by a program of some version."""
    data = bytearray(form())
    for mark, place in ((b"PK\x03\x04", 4), (b"PK\x01\x02", 6)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + place : at + place + 2] = version.to_bytes(2, "little")
            data[at + place + 4 : at + place + 6] = method.to_bytes(2, "little")
    return bytes(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 99])
def test_a_file_packed_as_no_form_is_packed_is_refused(method: int) -> None:
    assert read_workbook(packed_by(zipfile.ZIP_DEFLATED)) == read_workbook(form())
    for reading in (read_workbook, lambda data: fill_workbook(data, {("空", 1, 1): 1})):
        with pytest.raises(BadWorkbook):
            reading(packed_by(method))
        with pytest.raises(BadWorkbook):
            reading(packed_by(zipfile.ZIP_DEFLATED, version=99))


def test_a_damaged_part_that_is_no_sheet_is_refused_when_the_file_is_filled() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, data in parts(form()).items():
            archive.writestr(name, data)
        archive.writestr("xl/media/image1.png", b"a picture of some length")
    data = into.getvalue().replace(b"a picture of some", b"a picture of none")

    assert len(read_workbook(data)) == 2
    with pytest.raises(BadWorkbook):
        fill_workbook(data, {("老年人 & 家庭", 3, 2): 1})


def test_what_would_unpack_without_end_is_refused() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_001)
    with pytest.raises(WorkbookTooLarge):
        read_workbook(into.getvalue())


def test_a_damaged_sheet_costs_one_pass() -> None:
    archive = parts(form())
    archive["xl/worksheets/sheet1.xml"] = b"<sheetData><row r='1'>" + b'<c r="A1">' * 300_000
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as copy:
        for name, data in archive.items():
            copy.writestr(name, data)

    assert read_workbook(into.getvalue())[0].texts == {}


def with_sheet(sheet: str, shared: str = "<sst/>") -> bytes:
    """The form with another first sheet, and the texts its cells point at."""
    new = {"xl/worksheets/sheet1.xml": sheet.encode(), "xl/sharedStrings.xml": shared.encode()}
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, data in (parts(form()) | new).items():
            copy.writestr(name, data)
    return into.getvalue()


OTHER_TEXTS = "<si><t>x</t></si>" * 20


def test_what_a_sheet_hides_is_told_and_a_line_break_is_one() -> None:
    cells = '<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="B2"/></row>'
    columns = '<cols><col min="2" max="3" hidden="true"/><col min="4" max="4" width="9"/></cols>'
    text = f"<si><t>60岁_x000D_\n以上_x005F_x000D_</t></si>{OTHER_TEXTS}"
    data = with_sheet(f"{columns}<sheetData>{cells}</sheetData>", f"<sst>{text}</sst>")

    sheet, other = read_workbook(data)

    assert sheet.texts == {(1, 1): "60岁\n\n以上_x000D_"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, (range(2, 4),))
    assert (sheet.hidden, other.hidden) == (False, False)
    seen = {place: sheet.shows(Span(*place, *place)) for place in ((1, 1), (2, 1), (2, 2), (2, 4))}
    assert seen == {(1, 1): False, (2, 1): True, (2, 2): False, (2, 4): True}
    assert sheet.shows(Span(1, 1, 2, 4))  # a merged range of which some is seen


def test_merged_ranges_beyond_what_a_form_holds_are_refused() -> None:
    merge = '<sheetData/><mergeCells><mergeCell ref="A1:{}"/></mergeCells>'
    texts = f"<sst>{OTHER_TEXTS}</sst>"
    wide = with_sheet(merge.format("XFD12"), texts)
    assert read_workbook(wide)[0].merges == (Span(1, 1, 12, 16_384),)
    with pytest.raises(WorkbookTooLarge):
        read_workbook(with_sheet(merge.format("XFD1048576"), texts))


LONG = "9" * 5_000  # more digits than Python reads as a number


@pytest.mark.parametrize(
    "sheet",
    [
        f'<sheetData><row r="1"><c r="A1" t="s"><v>{LONG}</v></c></row></sheetData>',
        f'<sheetData/><mergeCells><mergeCell ref="A{LONG}:B2"/></mergeCells>',
        f'<sheetData><row r="{LONG}"/></sheetData>',
        '<sheetData><row r="one"/></sheetData>',
        f'<sheetData><row r="2"><c r="A2" s="{LONG}"/></row></sheetData>',
    ],
)
def test_what_is_no_number_in_a_sheet_is_refused_or_passed_over(sheet: str) -> None:
    data = with_sheet(sheet)
    try:
        read_workbook(data)
        fill_workbook(data, {("老年人 & 家庭", 2, 1): Filled(1, "示例")})
    except BadWorkbook:
        return
    assert "mergeCell" in sheet


def test_many_cells_of_one_text_beyond_what_a_cell_holds_are_refused() -> None:
    """Each is looked through later: 20,000 times 30 million signs were 24 seconds."""
    cells = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
    longest, others = "长" * 32_767, OTHER_TEXTS
    read = read_workbook(with_sheet(cells, f"<sst><si><t>{longest}</t></si>{others}</sst>"))
    assert read[0].texts == {(1, 1): longest}
    with pytest.raises(WorkbookTooLarge):
        read_workbook(with_sheet(cells, f"<sst><si><t>{longest}长</t></si>{others}</sst>"))


def test_one_place_said_too_often_is_refused_too() -> None:
    cells = '<c r="A1"/>' * 200_001
    with pytest.raises(WorkbookTooLarge):
        read_workbook(with_sheet(f'<sheetData><row r="1">{cells}</row></sheetData>'))
