"""
A sheet as whoever fills it in sees it: its words, its empty places, and which words lie by which.

Words above a place are headings, in rows without empty places; words at its left name its line.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .phrases import normal
from .units import Units, unit_named
from .workbooks import Place, Sheet, Span

_NUMBER = re.compile(r"^[\d.]+$")
# A line of the numbers of columns (甲 乙 1 2 3=1+2) under the headings of a statistical form.
_CODE = re.compile(r"^(栏次|[甲乙丙丁戊]|[A-Z]|\(?\d{1,3}\)?(=[\d+\-=()]+)?)$")
_CODED = frozenset({"栏次", "甲"})
# Words of every form that ask for no number: what is told of the form itself, and the rest.
PARTICULARS = re.compile(
    r"(?:填报|报送|统计|制表|上报|填表|编制|报出)?(?:单位|部门|日期|时间)(?:名称|负责人)?"
    r"|(?:填报|报送|统计|制表|上报|填表|编制|经办|(?:统计|分管)?负责|审核|联系)人"
    r"|(?:联系|办公)?电话|联系方式|(?:制表|制定|批准|备案|发布|编制)机关"
    r"|(?:批准|备案|发布)?文号|表号|有效期[限至]?|报告期别?"
)
FURNITURE = re.compile(
    rf"^({PARTICULARS.pattern}|(负责|审核|制表|联系|复核|分管领导)人?|方式|备注|序号|编号|盖章|签字|年月日)"
    r"(签字|签章|盖章|章)?$"
)
WHOSE_ROW = re.compile(r"^(社区|社区名称|街道|街道名称|填报单位|单位|单位名称|名称)$")
_BRACKETS = re.compile(r"[():]")
_TITLE = re.compile(
    r"(?:[表册账帐报单]|[情状概]况|汇总|统计|信息|数据|明细|一览|摸底|工作)(?:\(.*\))?$"
)
_OF_WHICH = re.compile(r"^[\W\d]*其中")
# Before a heading: (1), 1. — but 一、 may begin 一、二级残疾.
NUMBERING = re.compile(r"^(\(([1-9]|1\d|[一二三四五六七八九十]{1,3})\)|([1-9]|1\d)\.(?!\d))")
_CHAPTER = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_SEX = re.compile(r"^[男女]性?(?:人?数)?$")  # a group that others may be parted into


def is_furniture(text: str) -> bool:
    """Return whether a text asks for no number: who fills the form in, when, and whose line it is."""
    said = normal(text)
    return bool(FURNITURE.match(_BRACKETS.sub("", said)) or WHOSE_ROW.match(said))


def empty_places(sheet: Sheet) -> dict[Place, Span]:
    """Return every place somebody could write into, and how far it reaches."""
    spans = _merged(sheet)
    covered = {place for span in sheet.merges for place in span.places()} - spans.keys()
    taken = covered | sheet.texts.keys() | sheet.formulas
    return {
        place: span
        for place in sheet.places - taken
        if sheet.shows(span := spans.get(place) or Span(*place, *place))
    }


def texts_seen(sheet: Sheet) -> dict[Place, str]:
    """Return the texts that are not hidden, in each place of a merged range that is not."""
    spans = _merged(sheet)
    found: dict[Place, str] = {}
    for place, text in sheet.texts.items():
        span = spans.get(place) or Span(*place, *place)
        found |= {one: text for one in span.places() if sheet.shows(Span(*one, *one))}
    return found


def _merged(sheet: Sheet) -> dict[Place, Span]:
    return {(span.top, span.left): span for span in sheet.merges}


@dataclass(slots=True)
class Grid:
    """
    Words and empty places. ``texts`` stand in each place of a merged range, ``titles`` over all of
    them, ``sections`` are lines of one text further down, which part the places; ``beside`` are the
    units at the right of a place. ``silent`` lines name nothing and part nothing.
    """

    sheet: Sheet
    texts: dict[Place, str]
    empty: Mapping[Place, Span]
    titles: tuple[str, ...] = ()
    sections: dict[int, str] = field(default_factory=dict)
    silent: frozenset[int] = frozenset()
    beside: dict[Place, Units] = field(default_factory=dict)
    rows: frozenset[int] = frozenset()
    asking_rows: frozenset[int] = frozenset()
    _topmost: dict[int, int] = field(default_factory=dict)
    _heads: dict[Place, list[str]] = field(default_factory=dict)
    _unclear: set[Place] = field(default_factory=set)
    _headed: dict[int, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sheet: Sheet,
        texts: Mapping[Place, str],
        empty: Mapping[Place, Span],
        lines: Iterable[int] = (),
    ) -> "Grid":
        """
        :param texts: those that speak of places
        :param lines: those in which anything is written
        """
        coded = _coded(texts)
        heard = {place: text for place, text in texts.items() if place[0] not in coded}
        silent = {*sheet.hidden_rows, *lines} - {row for row, _ in (*heard, *empty)} | coded
        grid = cls(sheet, heard, empty, silent=frozenset(silent))
        grid._take_units()
        first: dict[int, int] = {}
        for row, column in grid.texts:
            first[row] = min(column, first.get(row, column))
        for row, column in empty:
            grid._topmost[column] = min(row, grid._topmost.get(column, row))
        grid.rows = frozenset(row for row, _ in (*grid.texts, *empty)) | silent
        grid.asking_rows = frozenset(
            row for row, column in empty if first.get(row, column) < column
        )
        asking = {row for row, _ in empty}
        grid.titles = tuple(_titles(grid.texts, empty))
        grid.sections = _sections(grid.texts, asking)
        grid._note_headed()
        return grid

    def _take_units(self) -> None:
        """Take the units that end a line (党员 __ 人) from the words; they name no further place."""
        for place, span in self.empty.items():
            row, right = place[0], span.right + 1
            unit = unit_named(normal(self.texts.get((row, right), "")))
            if unit is not None and (row, right + 1) not in self.empty:
                self.beside[place] = unit
                del self.texts[row, right]

    def _note_headed(self) -> None:
        """Note of each section which columns have a heading over it."""
        columns: dict[int, set[int]] = {}
        others = self.asking_rows | self.sections.keys()
        for (row, column), text in self.texts.items():
            if text not in self.titles and row not in others:
                columns.setdefault(row, set()).add(column)
        headed: set[int] = set()
        for row in sorted(self.rows):
            headed = headed if row - 1 in self.rows else set()
            if row in self.sections:
                self._headed[row] = frozenset(headed)
            headed |= columns.get(row, set())

    def words(self, place: Place) -> tuple[list[str], list[str]]:
        """Return the words above a place and at its left that speak of it."""
        left, columns = self._left(place)
        # Where numbers stood further up, a word is the name of the next place, not of a line.
        if any(self._topmost.get(column, place[0]) < place[0] for column in columns):
            return [], left
        return self.above(place), left

    def group_of(self, place: Place) -> list[str]:
        """
        Return the words of the group before a place, of which it may speak without saying so.

        Under 残疾人 stand 其中：女, or 男 and 女, or a line set in, or 1. under 一、: of those, or of all?
        """
        left, columns = self._left(place)
        if columns and (found := self._line_before(place, left, columns)):
            return found
        heads = self._over(place)
        if not heads or is_part(heads):
            return []
        row, column = place
        if not all(map(_parts, heads)):
            return self._head_beside(place, heads[0])
        further = ((row, one) for one in range(column - 1, 0, -1) if (row, one) in self.empty)
        return next(filter(None, (_group(self._over(one)) for one in further)), [])

    def groups_over(self, place: Place) -> list[list[str]]:
        """
        Return the groups of the line above, of which words may be that begin their own with 其中.

        总人口 __ 残疾人 __ | 其中：女 __: of all, who stand above, or of the last before it?
        """
        row, column = place
        beside = [one for line, one in self.empty if line == row and one < column]
        named = any(_group(self._left((row, one))[0]) for one in beside)
        if named or not all(map(_parts, self._left(place)[0])):
            return []
        higher = next(iter(self._lines_over(row)), 0)
        line = [one for there, one in self.empty if there == higher]
        columns = self._left((higher, max(line, default=0)))[1]
        wraps = bool(columns) and columns[-1] > column
        near = [(higher, one) for one in line if one == column or (wraps and one == max(line))]
        found = (_group(self._left(one)[0]) or self.group_of(one) for one in near)
        return [one for one in found if one]

    def _head_beside(self, place: Place, first: str) -> list[str]:
        """Return the heading at the left of the blank over a place's own, which may reach over it."""
        row, column = place
        own = [one for one in self._lines_over(row) if self.texts.get((one, column)) == first]
        over = own[-1] - 1 if own else 0
        if over in self.sections or over in self.asking_rows or (over, column) in self.texts:
            return []
        for further in range(column - 1, 0, -1):
            text, there = self.texts.get((over, further)), (over, further)
            if text is not None:
                merged = any(there in span for span in self.sheet.merges)
                alone = (own[-1], further) not in self.texts
                return [] if merged or alone or text in self.titles else _group([text])
        return []

    def _line_before(self, place: Place, words: list[str], columns: list[int]) -> list[str]:
        own = sum(not _parts(text) for text in words)  # of a group the line names itself
        numbered = bool(words and NUMBERING.match(normal(words[0])))
        for there, before, theirs in self._lines_before(place, columns):
            if (place[0], theirs[-1]) not in self.texts:
                over = [self.texts[there[0], one] for one in theirs[::-1] if one < columns[-1]]
                if group := _group(text for text in over if not _NUMBER.match(text)):
                    return group
            if own < len(words):
                if before[:own] != words[:own]:
                    break
                if group := _group(before[own:]):
                    return [*before[:own], *group]
                if there[0] == place[0]:
                    return self.group_of(there)
            elif not numbered:
                break
            elif _CHAPTER.match(normal(before[0])):
                return before
        return []

    def _lines_before(
        self, place: Place, columns: list[int]
    ) -> Iterator[tuple[Place, list[str], list[int]]]:
        """Yield the places before one, the nearest first, with the words at their left."""
        row, column = place
        beside = [(row, one) for one in range(columns[-1] - 1, 0, -1) if (row, one) in self.empty]
        over = ((higher, column) for higher in self._lines_over(row))
        for one in (*beside, *over):
            if one[0] in self.sections:
                return
            words, theirs = self._left(one)
            if words:
                yield one, words, theirs

    def is_torn(self, place: Place) -> bool:
        """
        Return whether a merged place lies under several headings, or beside several lines, or it is
        unclear whether words further up are headings too.
        """
        span = self.empty[place]
        heads = {tuple(self.above((span.top, one))) for one in span.columns}
        lines = {tuple(self._left((one, span.left))[0]) for one in span.rows}
        unclear = any((span.top, one) in self._unclear for one in span.columns)
        return unclear or len(heads - {()}) > 1 or len(lines - {()}) > 1

    def section(self, row: int) -> str:
        """Return the words of the section a line lies in, "" where there is none."""
        last = max((one for one in self.sections if one < row), default=0)
        return self.sections.get(last, "")

    def comes_after(self, place: Place) -> bool:
        """Return whether the words at the left of a place lead to one between it and them."""
        row, column = place
        _, columns = self._left(place)
        return any((row, between) in self.empty for between in range(columns[0] + 1, column))

    def rows_under(self, heading: re.Pattern[str]) -> dict[int, int]:
        """Return row → first column, of the empty places right under such a heading."""
        found: dict[int, int] = {}
        for row, column in sorted(self.empty):
            heads = self.above((row, column))
            if heads and heading.match(normal(heads[-1])):
                found.setdefault(row, column)
        return found

    def above(self, place: Place) -> list[str]:
        """Return the headings over a place, from the top down, without the title."""
        heads = self._over(place)
        return [*self._parent(place), *heads] if is_part(heads[:1]) else heads

    def _over(self, place: Place) -> list[str]:
        if place not in self._heads:
            self._heads[place] = self._look_up(place)
        return self._heads[place]

    def _look_up(self, place: Place) -> list[str]:
        row, column = place
        heads: list[str] = []
        for higher in self._lines_over(row):
            text = self.texts.get((higher, column))
            if higher in self.sections or higher in self.asking_rows:
                found = self._ended(place, heads, higher, text)
                if found is not None:
                    return found
            elif text is None:
                if heads:
                    break
            elif text not in self.titles:
                heads.insert(0, text)
        return heads

    def _lines_over(self, row: int) -> Iterable[int]:
        """Yield the lines over one, upwards, as far as its table may reach."""
        for higher in range(row - 1, 0, -1):
            if higher in self.silent:
                continue
            if higher not in self.rows:
                return  # an empty line parts two tables
            yield higher

    def _ended(
        self, place: Place, heads: list[str], higher: int, text: str | None
    ) -> list[str] | None:
        """Return the headings where a section or a line that asks ends them, None where it does not."""
        over = (higher, place[1])
        if higher in self.sections:
            if not heads and place[1] in self._headed[higher]:
                self._unclear.add(place)  # do the headings over the section still hold?
            return heads
        if heads:  # what lies further up is the head of another table, or a blank is in this one's
            if text is not None and not is_furniture(text):
                self._unclear.add(place)
            return heads
        if text is not None:
            return []  # a word of another line of the form, not a heading
        if over in self._heads and over in self._unclear:
            self._unclear.add(place)
        return self._heads.get(over)

    def _parent(self, place: Place) -> list[str]:
        """Return the headings of the nearest column at the left that is not itself 'of which'."""
        row, column = place
        for further in range(column - 1, 0, -1):
            if (row, further) not in self.empty:
                continue
            heads = self._over((row, further))
            if heads and not is_part(heads):
                return heads
        return []

    def _left(self, place: Place) -> tuple[list[str], list[int]]:
        """Return the nearest run of words at the left, without numbering, and their columns."""
        row, column = place
        words: list[str] = []
        columns: list[int] = []
        for nearer in range(column - 1, 0, -1):
            text = self.texts.get((row, nearer))
            if text is None:
                if words and self.sheet.shows(Span(row, nearer, row, nearer)):
                    break
                continue
            words.append(text)
            columns.append(nearer)
        words.reverse()
        said = [text for text in once(words) if not _NUMBER.match(text) and text not in self.titles]
        return said, columns


def _coded(texts: Mapping[Place, str]) -> frozenset[int]:
    """Return the lines that only number the columns."""
    lines: dict[int, set[str]] = {}
    for (row, _), text in texts.items():
        lines.setdefault(row, set()).add(normal(text))
    return frozenset(
        row for row, said in lines.items() if said & _CODED and all(map(_CODE.match, said))
    )


def is_part(heads: Iterable[str]) -> bool:
    """Return whether one of these begins with 其中."""
    return any(map(_OF_WHICH.match, heads))


def _parts(text: str) -> bool:
    """Return whether words part a group, rather than name one: 其中独居, 1.男."""
    return is_part([text]) or bool(_SEX.match(NUMBERING.sub("", normal(text))))


def _group(words: Iterable[str]) -> list[str]:
    """Return words without those that part their group, none where they name no group."""
    found = [one for one in words if not _parts(one)]
    return [] if any(map(is_furniture, found)) else found


def once(texts: Iterable[str]) -> Iterable[str]:
    """Yield texts, leaving out empty ones and what a merged range repeats."""
    last = ""
    for text in texts:
        if text and text != last:
            yield text
        last = text


def _titles(texts: Mapping[Place, str], empty: Collection[Place]) -> Iterable[str]:
    """
    Yield the words of the first row, where it holds one text only, and of such rows under it.

    A title may reach over fewer columns than it speaks of. Further down a text that leaves out the
    first column is a heading of some columns. The first line of a list is none.
    """
    asking = {row for row, _ in empty}
    alone = _alone(texts) if not _begins_list(texts, empty) else {}
    first = min((column for _, column in texts), default=0)
    for number, row in enumerate(sorted({row for row, _ in texts})):
        if row not in alone or (number and (row in asking or (row, first) not in texts)):
            return
        yield alone[row]


def _begins_list(texts: Mapping[Place, str], empty: Collection[Place]) -> bool:
    """Return whether the first row is a line like the next: words, and places to write into."""
    rows = sorted({row for row, _ in (*texts, *empty)})[:2]
    shapes = [
        ({place[1] for place in texts if place[0] == row}, {c for r, c in empty if r == row})
        for row in rows
    ]
    words = {text for (row, _), text in texts.items() if row == rows[0]}
    return (
        bool(rows)
        and all(shapes[0])
        and shapes[0] == shapes[-1]
        and not any(_TITLE.search(normal(text)) for text in words)
    )


def _sections(texts: Mapping[Place, str], asking: Collection[int]) -> dict[int, str]:
    """Return the lines between places that hold one text, from the first column on."""
    first = min((column for _, column in texts), default=0)
    return {
        row: text
        for row, text in _alone(texts).items()
        if row not in asking
        and (row, first) in texts
        and min(asking, default=row) < row < max(asking, default=row)
    }


def _alone(texts: Mapping[Place, str]) -> dict[int, str]:
    """Return the lines that hold one text only."""
    lines: dict[int, set[str]] = {}
    for (row, _), text in texts.items():
        lines.setdefault(row, set()).add(text)
    return {row: text for row, (text, *more) in lines.items() if not more}
