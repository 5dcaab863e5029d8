"""
Reading an Excel file, and giving back the same file with some cells filled.

A spreadsheet is a zip of XML (ECMA-376). Reading and writing through a library would write the
whole file anew; here only the cells that get a number change, everything else stays to the byte.
"""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from linli.basics import Refused, gettext_noop

from .marking import Styles

Place = tuple[int, int]  # row and column, from 1
LARGEST_BYTES = 40_000_000
MOST_CELLS = 200_000
MOST_SIGNS = 32_767  # in a cell, by the program that writes it
STYLES = "xl/styles.xml"
TYPES, MACROS = "[Content_Types].xml", "macroEnabled"  # an .xlsm, which no .xlsx may hold
ENCRYPTED = 1
PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # what the format allows
# A part that is not there, a damaged one, and a way of packing the library does not know.
UNREADABLE = (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_PART = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
# What lies inside holds no further one of its kind, so a damaged file costs one pass, not many.
_INSIDE = r"(?P<inside>[^<]*(?:<(?!/?(?:\w+:)?{0}\b)[^<]*)*)"
_ROW = re.compile(
    r"<(?P<tag>(?:\w+:)?row)\b(?P<said>[^>]*?)(?:/>|>" + _INSIDE.format("row") + r"</(?P=tag)>)"
)
_CELL = re.compile(
    r"<(?P<tag>(?:\w+:)?c)\b(?P<said>[^>]*?)(?:/>|>" + _INSIDE.format("c") + r"</(?P=tag)>)"
)
_STRING = re.compile(r"<(?:\w+:)?si\b[^>]*?(?:/>|>" + _INSIDE.format("si") + r"</(?:\w+:)?si>)")
_READING_AID = re.compile(r"<((?:\w+:)?rPh)\b.*?</\1>", re.DOTALL)
_VALUE = re.compile(r"<(?:\w+:)?v\b[^>]*>(.*?)</(?:\w+:)?v>", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t\b[^>]*>(.*?)</(?:\w+:)?t>", re.DOTALL)
_NAME = r"[A-Z]{1,3}[1-9]\d{0,6}"
_FORMULA = re.compile(r"<(?:\w+:)?f\b")
_COLUMNS = re.compile(r"<(?:\w+:)?col\b[^>]*>")
# What XML would swallow: a line break, and the underscore itself.
_ESCAPED = re.compile(r"_x(?:000[9AaDd]|(005[Ff]))_")
_MERGE = re.compile(rf'<(?:\w+:)?mergeCell\b[^>]*?\bref="({_NAME}):({_NAME})"')
_DATA = re.compile(
    r"<(?P<tag>(?:\w+:)?sheetData)\b[^>]*?(?:/>|>(?P<inside>.*)</(?P=tag)>)", re.DOTALL
)
_CALC = re.compile(r"<((?:\w+:)?calcPr)\b([^>]*?)(/?)>")


class BadWorkbook(Refused):
    """The file is no spreadsheet we can read."""

    message = gettext_noop(
        "This file cannot be read as a form. Save it as .xlsx without a password and choose it again."
    )
    status = 422


class WorkbookTooLarge(Refused):
    """The file holds more than a form does."""

    message = gettext_noop("This file is too large for a form. Remove what is not the form.")
    status = 422


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range; all four ends count in."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, place: Place) -> bool:
        row, column = place
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        return range(self.left, self.right + 1)

    def places(self) -> Iterable[Place]:
        """Return all its places, row by row."""
        return product(self.rows, self.columns)


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    One sheet: the texts in it, every place that exists, and which of them hold a formula.

    A place may exist without a text: somebody drew a border round it. Rows, columns and the whole
    sheet may be hidden: they are there, and nobody sees them.
    """

    name: str
    texts: Mapping[Place, str]
    places: frozenset[Place]
    formulas: frozenset[Place]
    merges: tuple[Span, ...]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[range, ...] = ()
    hidden: bool = False

    def shows(self, span: Span) -> bool:
        """Return whether somebody who opens the sheet sees some of these places."""
        return any(row not in self.hidden_rows for row in span.rows) and any(
            not any(column in hidden for hidden in self.hidden_columns) for column in span.columns
        )


def read_workbook(data: bytes) -> list[Sheet]:
    """
    Return the sheets of an .xlsx file.

    :raises BadWorkbook: if it is something else, or damaged
    :raises WorkbookTooLarge: if it is no form
    """
    with _opened(data) as archive:
        if TYPES in archive.namelist() and MACROS in _part(archive, TYPES):
            raise BadWorkbook
        shared = _shared_strings(archive)
        return [_read_sheet(tag, _part(archive, path), shared) for tag, path in _parts(archive)]


@dataclass(frozen=True, slots=True)
class Filled:
    """A number for a cell, and words shown after it in the cell; it stays a number."""

    number: int | Decimal
    mark: str = ""

    @property
    def format(self) -> str:
        """The format its cell needs, "" if any does."""
        plain = "0.00####" if isinstance(self.number, Decimal) else "0" if self.mark else ""
        return f'{plain}" {self.mark}"' if self.mark else plain


def fill_workbook(data: bytes, numbers: Mapping[tuple[str, int, int], int | Filled]) -> bytes:
    """
    Return the same file with numbers in some cells.

    :param numbers: (sheet, row, column) → number. Formulas are left alone, but asked to recount.
    :raises BadWorkbook: if the file cannot be read
    """
    by_sheet: dict[str, dict[Place, Filled]] = {}
    for (sheet, row, column), number in numbers.items():
        one = number if isinstance(number, Filled) else Filled(number)
        by_sheet.setdefault(sheet, {})[row, column] = one
    with _opened(data) as archive:
        changed = {}
        styles = None
        if any(one.format for cells in by_sheet.values() for one in cells.values()):
            styles = Styles(_part(archive, STYLES)) if STYLES in archive.namelist() else None
        formulas = False
        for tag, path in _parts(archive):
            name, text = _said(tag, "name"), _part(archive, path)
            cells = _DATA.search(text)
            formulas |= cells is not None and _FORMULA.search(cells[0]) is not None
            if name in by_sheet:
                changed[path] = _filled(text, by_sheet[name], styles)
        if styles is not None:
            changed[STYLES] = styles.text
        if formulas and changed:
            changed["xl/workbook.xml"] = _recounting(_part(archive, "xl/workbook.xml"))
        into = io.BytesIO()
        with zipfile.ZipFile(into, "w") as copy:
            for entry in archive.infolist():
                found = changed.get(entry.filename)
                was = _unpacked(archive, entry) if found is None else found.encode()
                copy.writestr(entry, was)
        return into.getvalue()


def place_of(name: str) -> Place:
    """Return (7, 28) for AB7."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]), column


def name_of(place: Place) -> str:
    """Return AB7 for (7, 28)."""
    row, column = place
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except UNREADABLE:
        raise BadWorkbook from None
    if sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        raise WorkbookTooLarge
    if any(entry.flag_bits & ENCRYPTED or entry.compress_type not in PACKED for entry in entries):
        raise BadWorkbook
    return archive


def _unpacked(archive: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(part)
    except UNREADABLE:
        raise BadWorkbook from None


def _part(archive: zipfile.ZipFile, path: str) -> str:
    try:
        text = _unpacked(archive, path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadWorkbook from None
    if "<!DOCTYPE" in text[:2000]:  # no office program writes one; entities could grow without end
        raise BadWorkbook
    return text


def _parts(archive: zipfile.ZipFile) -> Iterable[tuple[str, str]]:
    """Yield what the workbook says of each sheet, and where in the archive it lies."""
    links = {}
    for link in _LINK.findall(_part(archive, "xl/_rels/workbook.xml.rels")):
        links[_said(link, "Id")] = _said(link, "Target")
    found = _PART.findall(_part(archive, "xl/workbook.xml"))
    if not found:
        raise BadWorkbook
    for tag in found:
        target = links.get(_said(tag, r"\w+:id"), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in path:
            yield tag, path


def _said(tag: str, attribute: str) -> str:
    found = re.search(rf'\b{attribute}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    """Return the texts cells point at, their runs joined, without Japanese reading aids."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found = _STRING.finditer(_part(archive, "xl/sharedStrings.xml"))
    inside = (_READING_AID.sub("", one["inside"] or "") for one in found)
    return [_told(_TEXT.findall(one)) for one in inside]


def _read_sheet(tag: str, text: str, shared: list[str]) -> Sheet:
    texts: dict[Place, str] = {}
    places: set[Place] = set()
    formulas: set[Place] = set()
    for number, cell in enumerate(_CELL.finditer(text)):
        if number == MOST_CELLS:
            raise WorkbookTooLarge
        place = _placed(cell)
        places.add(place)
        inside = cell["inside"] or ""
        if _FORMULA.search(inside):
            formulas.add(place)
        said = _cell_text(cell["said"], inside, shared)
        if said.strip():
            texts[place] = said.strip()
    merges = [Span(*place_of(first), *place_of(last)) for first, last in _MERGE.findall(text)]
    if sum(len(one.rows) * len(one.columns) for one in merges) > MOST_CELLS:
        raise WorkbookTooLarge
    return Sheet(
        _said(tag, "name"),
        texts,
        frozenset(places),
        frozenset(formulas),
        tuple(merges),
        frozenset(
            _number(_said(row["said"], "r") or "0")
            for row in _ROW.finditer(text)
            if _hides(row["said"])
        ),
        tuple(
            range(_number(_said(one, "min")), _number(_said(one, "max")) + 1)
            for one in _COLUMNS.findall(text)
            if _hides(one)
        ),
        _said(tag, "state") in ("hidden", "veryHidden"),
    )


def _hides(tag: str) -> bool:
    return _said(tag, "hidden") in ("1", "true")


def _placed(cell: re.Match[str]) -> Place:
    name = _said(cell["said"], "r")
    if not re.fullmatch(_NAME, name):
        raise BadWorkbook
    return place_of(name)


def _cell_text(said: str, inside: str, shared: list[str]) -> str:
    kind = _said(said, "t")
    if kind == "inlineStr":
        return _told(_TEXT.findall(inside))
    value = _VALUE.search(inside)
    if value is None:
        return ""
    if kind == "s":
        number = _number(value[1])
        if number >= len(shared):
            raise BadWorkbook
        return shared[number]
    return _told([value[1]])


def _told(pieces: Iterable[str]) -> str:
    """:raises WorkbookTooLarge: for more than a cell holds; many cells may point at one text"""
    text = html.unescape("".join(pieces))
    text = _ESCAPED.sub(lambda found: "_" if found[1] else "\n", text)
    if len(text) > MOST_SIGNS:
        raise WorkbookTooLarge
    return text


def _number(said: str) -> int:
    """:raises BadWorkbook: if it is no number of a row, a style or a text"""
    if not re.fullmatch(r"\d{1,9}", said):
        raise BadWorkbook
    return int(said)


def _filled(text: str, numbers: Mapping[Place, Filled], styles: Styles | None) -> str:
    """Return a sheet's XML with the numbers in it; rows and cells that lack are put in order."""
    data = _DATA.search(text)
    if data is None:
        raise BadWorkbook
    open_rows: dict[int, dict[int, Filled]] = {}
    for (row, column), number in numbers.items():
        open_rows.setdefault(row, {})[column] = number
    prefix = data["tag"].removesuffix("sheetData")
    pieces: list[str] = []
    for found in _ROW.finditer(data["inside"] or ""):
        row = _number(_said(found["said"], "r") or "0")
        earlier = sorted(one for one in open_rows if one < row)
        pieces += [_new_row(prefix, one, open_rows.pop(one), styles) for one in earlier]
        wanted = open_rows.pop(row, None)
        pieces.append(found[0] if wanted is None else _filled_row(found, wanted, prefix, styles))
    pieces += [_new_row(prefix, row, open_rows[row], styles) for row in sorted(open_rows)]
    inside = f"<{data['tag']}>{''.join(pieces)}</{data['tag']}>"
    return text[: data.start()] + inside + text[data.end() :]


def _new_row(prefix: str, row: int, numbers: Mapping[int, Filled], styles: Styles | None) -> str:
    cells = "".join(
        _new_cell(prefix, _at(row, column), numbers[column], styles) for column in sorted(numbers)
    )
    return f'<{prefix}row r="{row}">{cells}</{prefix}row>'


def _at(row: int, column: int) -> str:
    return f' r="{name_of((row, column))}"'


def _new_cell(prefix: str, said: str, filled: Filled, styles: Styles | None) -> str:
    style = _number(_said(said, "s") or "0")
    # The office's own way to write money stands, unless a mark must be put beside it.
    if styles and filled.format and (filled.mark or styles.is_general(style)):
        style = styles.with_format(style, filled.format)
        said = re.sub(r'\s+s="[^"]*"', "", said) + f' s="{style}"'
    return f"<{prefix}c{said}><{prefix}v>{filled.number}</{prefix}v></{prefix}c>"


def _filled_row(
    found: re.Match[str], numbers: Mapping[int, Filled], prefix: str, styles: Styles | None
) -> str:
    left = dict(numbers)
    pieces: list[str] = []
    for cell in _CELL.finditer(found["inside"] or ""):
        row, column = _placed(cell)
        earlier = sorted(one for one in left if one < column)
        pieces += [_new_cell(prefix, _at(row, one), left.pop(one), styles) for one in earlier]
        number = left.pop(column, None)
        if number is None or _FORMULA.search(cell["inside"] or ""):
            pieces.append(cell[0])
        else:
            said = re.sub(r'\s+t="[^"]*"', "", cell["said"]).rstrip()
            pieces.append(_new_cell(prefix, said, number, styles))
    row = _number(_said(found["said"], "r"))
    pieces += [_new_cell(prefix, _at(row, one), left[one], styles) for one in sorted(left)]
    return f"<{found['tag']}{found['said'].rstrip()}>{''.join(pieces)}</{found['tag']}>"


def _recounting(text: str) -> str:
    """Return the workbook asking whoever opens it to count its formulas anew."""
    if found := _CALC.search(text):
        said = re.sub(r'\s*fullCalcOnLoad="[^"]*"', "", found[2])
        new = f'<{found[1]}{said} fullCalcOnLoad="1"{found[3]}>'
        return text[: found.start()] + new + text[found.end() :]
    # The schema wants it after all of these that there are.
    before = re.compile(
        r"</(\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)>|<(\w+:)?sheets/>"
    )
    places = [*before.finditer(text)]
    if not places:
        raise BadWorkbook
    at = places[-1].end()
    return f'{text[:at]}<{places[-1][1] or ""}calcPr fullCalcOnLoad="1"/>{text[at:]}'
