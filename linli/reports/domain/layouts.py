"""
Where on a form the numbers go, and which words stand over each.

A number goes into an empty place that words lead to: headings above it, in rows without empty
places, and words at its left. A row that names a community asks for that community's number.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from .indicators import Cell
from .money import MoneyUnit, is_money, unit_noted, units_said
from .phrases import (
    DATED,
    Lexicon,
    Unmatched,
    WhyNot,
    match,
    normal,
    own_definitions,
    periods_named,
)
from .workbooks import Place, Sheet, name_of

# Words of every form that ask for no number.
FURNITURE = re.compile(
    r"^((填报|报送|统计|制表|上报|填表)?(单位|部门|日期|时间|人)|(负责|审核|制表|联系|复核|分管领导)人?"
    r"|(联系)?(电话|方式)|备注|序号|编号|盖章|签字|年月日)(签字|签章|盖章|章)?$"
)
_WHOSE_ROW = re.compile(r"^(社区|社区名称|街道|街道名称|填报单位|单位|单位名称|名称)$")
_NOTE = re.compile(r"^(注|备注|说明|填表说明|口径|口径说明)\d*[:：]|指|口径")
_NUMBER = re.compile(r"^[\d.]+$")
_BRACKETS = re.compile(r"[():]")
_OF_WHICH = re.compile(r"^(其中|其中[:：].*)")
_WHOLE = frozenset({"合计", "总计", "小计", "共计", "街道合计", "全街道", "全区"})


@dataclass(frozen=True, slots=True)
class Field:
    """
    One number a form asks for.

    ``community`` is the id of the community of its row, None for the whole of whoever fills it.
    ``found`` is what the number means, or why that cannot be told; ``unit`` how it is written.
    """

    sheet: str
    place: Place
    texts: tuple[str, ...]
    community: int | None
    found: Cell | Unmatched
    unit: MoneyUnit = MoneyUnit.AS_COUNTED

    @property
    def name(self) -> str:
        return name_of(self.place)

    def heading(self, form: str = "") -> str:
        """Return its words in one line, without the title of the form where the reader knows it."""
        below = [text for text in self.texts if normal(text) != normal(form)]
        return " · ".join(below or self.texts)


@dataclass(frozen=True, slots=True)
class _Grid:
    """
    A sheet with merged texts spread out, and where its empty places lie.

    ``units`` are those it sets for all its money, in the title or beside it.
    """

    texts: Mapping[Place, str]
    empty: frozenset[Place]
    rows: frozenset[int]
    asking_rows: frozenset[int]
    title: str
    bare_title: str
    units: frozenset[MoneyUnit]


def read_fields(
    sheet: Sheet,
    lexicon: Lexicon,
    communities: Mapping[str, int],
    *,
    on: date,
    names: Collection[str] = (),
    period: str | None = None,
) -> list[Field]:
    """
    Return every number a sheet asks for, row by row.

    :param communities: name → id of those a row may name
    :param names: of streets and the district, which a title may bear
    :param period: how often the form is asked for, which its words need not repeat
    """
    grid = _grid(sheet, sorted((*names, *communities), key=len, reverse=True))
    named = {_short(name): number for name, number in communities.items()}
    notes = [text for text in sheet.texts.values() if _NOTE.search(text)]
    own = own_definitions(notes, lexicon, on=on, period=period)
    beside = periods_named(grid.texts.values(), lexicon)
    fields = []
    for place in sorted(grid.empty):
        above, left = _words(grid, place)
        community, words = _row(left, named)
        if not (above or words) or any(map(_is_furniture, (*above[-1:], *words[-1:]))):
            continue
        row, column = place
        if not left and (row - 1, column) in grid.empty:
            continue  # one of many lines to be written in
        texts = tuple(_once([grid.bare_title, *above, *words]))
        plain, units = units_said(map(normal, (*above, *words)))
        found = match(
            [grid.bare_title, *_once(plain)],
            lexicon,
            on=on,
            own=own,
            period=period,
            beside=beside,
        )
        unit = _unit(found, units, grid.units) if isinstance(found, Cell) else MoneyUnit.AS_COUNTED
        if unit is None:
            found = Unmatched(WhyNot.UNIT_UNCLEAR, "".join(map(normal, texts)))
        if not left and _wants_names(grid, place):
            found = Unmatched(WhyNot.UNNAMED_ROW, above[-1])
        fields.append(
            Field(sheet.name, place, texts, community, found, unit or MoneyUnit.AS_COUNTED)
        )
    return fields


def _unit(cell: Cell, said: frozenset[MoneyUnit], noted: frozenset[MoneyUnit]) -> MoneyUnit | None:
    """Return how a number is written, None where money has not just one unit, or people have one."""
    if not is_money(cell):
        return None if said else MoneyUnit.AS_COUNTED
    units = said | noted
    return next(iter(units)) if len(units) == 1 else None


def _is_furniture(text: str) -> bool:
    return FURNITURE.match(_BRACKETS.sub("", normal(text))) is not None or bool(
        _WHOSE_ROW.match(normal(text))
    )


def _wants_names(grid: _Grid, place: Place) -> bool:
    """Return whether the line is the first of several whose names are still to be written."""
    row, _ = place
    return any(
        (row + 1, column) in grid.empty
        and (heads := _above(grid, (row, column)))
        and _WHOSE_ROW.match(normal(heads[-1]))
        for r, column in grid.empty
        if r == row
    )


def _grid(sheet: Sheet, names: Iterable[str]) -> _Grid:
    texts, units = _plain(sheet.texts)
    covered: set[Place] = set()
    for span in sheet.merges:
        head = texts.get((span.top, span.left))
        for row in range(span.top, span.bottom + 1):
            for column in range(span.left, span.right + 1):
                covered.add((row, column))
                if head is not None:
                    texts[row, column] = head
        if (span.top, span.left) not in sheet.texts:
            covered.discard((span.top, span.left))
    empty = frozenset(
        place
        for place in sheet.places
        if place not in sheet.texts and place not in covered and place not in sheet.formulas
    )
    first: dict[int, int] = {}
    for row, column in texts:
        first[row] = min(column, first.get(row, column))
    rows = frozenset(row for row, _ in (*texts, *empty))
    asking = frozenset(row for row, column in empty if first.get(row, column) < column)
    texts = _undated(texts, {row for row, _ in empty})
    title = _title(texts)
    bare = re.sub("|".join(map(re.escape, names)) or "$^", "", title)
    [bare], said = units_said([normal(bare)])
    return _Grid(texts, empty, rows, asking, title, bare, units | said)


def _plain(texts: Mapping[Place, str]) -> tuple[dict[Place, str], frozenset[MoneyUnit]]:
    """Return the texts that are no notes, and the units in which a note says money is."""
    noted = {place: unit_noted(normal(text)) for place, text in texts.items()}
    units = frozenset(unit for unit in noted.values() if unit is not None)
    plain = {
        place: text
        for place, text in texts.items()
        if noted[place] is None and not _NOTE.search(text)
    }
    return plain, units


def _undated(texts: dict[Place, str], asking: Container[int]) -> dict[Place, str]:
    """Return the texts without the day or period in a line over the whole: it changes every time."""
    lines: dict[int, set[str]] = {}
    for (row, _), text in texts.items():
        lines.setdefault(row, set()).add(text)
    return {
        (row, column): plain
        for (row, column), text in texts.items()
        if (
            plain := text
            if len(lines[row]) > 1 or row in asking or not DATED.search(normal(text))
            else DATED.sub("", normal(text))
        )
    }


def _title(texts: Mapping[Place, str]) -> str:
    """Return the words of the first row, where it holds one text only."""
    if not texts:
        return ""
    top = min(row for row, _ in texts)
    found = {text for (row, _), text in texts.items() if row == top}
    return found.pop() if len(found) == 1 else ""


def _words(grid: _Grid, place: Place) -> tuple[list[str], list[str]]:
    """Return the words above a place and at its left that speak of it."""
    above, (left, columns) = _above(grid, place), _left(grid, place)
    row, _ = place
    # Where numbers stood further up, a word is the name of the next place, not of a line.
    if any(column in columns and higher < row for higher, column in grid.empty):
        return [], left
    return above, left


def _above(grid: _Grid, place: Place) -> list[str]:
    """Return the headings over a place, from the top down, without the title."""
    row, column = place
    heads: list[str] = []
    for higher in range(row - 1, 0, -1):
        text = grid.texts.get((higher, column))
        if higher not in grid.rows:
            break  # an empty line parts two tables
        if higher in grid.asking_rows:
            if text is not None and not heads:
                return []  # a word of another line of the form, not a heading
            continue
        if text is None:
            if heads:
                break
            continue
        if text != grid.title:
            heads.append(text)
    heads.reverse()
    if heads and _OF_WHICH.match(heads[0]):
        return [*_parent(grid, place), *heads]
    return heads


def _parent(grid: _Grid, place: Place) -> list[str]:
    """Return the headings of the nearest column at the left that is not itself 'of which'."""
    row, column = place
    for further in range(column - 1, 0, -1):
        if (row, further) not in grid.empty:
            continue
        heads = _above(grid, (row, further))
        if heads and not _OF_WHICH.match(heads[-1]):
            return heads
    return []


def _left(grid: _Grid, place: Place) -> tuple[list[str], list[int]]:
    """Return the nearest run of words at the left, without numbering, and their columns."""
    row, column = place
    words: list[str] = []
    columns: list[int] = []
    for nearer in range(column - 1, 0, -1):
        text = grid.texts.get((row, nearer))
        if text is None:
            if words:
                break
            continue
        words.append(text)
        columns.append(nearer)
    words.reverse()
    said = [text for text in _once(words) if not _NUMBER.match(text) and text != grid.title]
    return said, columns


def _row(left: list[str], named: Mapping[str, int]) -> tuple[int | None, list[str]]:
    """Return the community a row is about, and its other words."""
    community, rest = None, []
    for text in left:
        if _short(text) in named:
            community = named[_short(text)]
        elif normal(text) not in _WHOLE:
            rest.append(text)
    return community, rest


def _short(name: str) -> str:
    return normal(name).removesuffix("居委会").removesuffix("社区")


def _once(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts, leaving out empty ones and what a merged range repeats."""
    last = ""
    for text in texts:
        if text and text != last:
            yield text
        last = text
