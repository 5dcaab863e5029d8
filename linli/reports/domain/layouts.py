"""
Where on a form the numbers go, and what each means.

A number goes into an empty place that words lead to: headings above it and words at its left. A row
or a column that names a community asks for that community's number. A wrong number is worse than
none: where words can be read in two ways, the place stays empty and says why.
"""

import re
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .grids import (
    NUMBERING,
    PARTICULARS,
    WHOSE_ROW,
    Grid,
    empty_places,
    is_furniture,
    is_part,
    once,
    texts_seen,
)
from .indicators import Cell
from .money import MoneyUnit
from .phrases import (
    Lexicon,
    Unmatched,
    WhyNot,
    match,
    normal,
    own_definitions,
    periods_named,
)
from .titles import (
    WHEN,
    narrows_nothing,
    reporting_words,
    strange_place,
    topics,
    without_names,
)
from .units import Units, unit_named, units_among, units_in_brackets, units_noted, written_in
from .workbooks import Place, Sheet, WorkbookTooLarge, name_of

MOST_FIELDS = 20_000
# A line of them over the table: 填报单位（盖章）：某社区 填报人：某某.
_HEADS = re.compile(rf"^(?:{WHEN.pattern})?(?:{PARTICULARS.pattern})(?:\([^)]*\))?:")
_PLAIN_HEADS = frozenset({"单位:", "部门:", "日期:", "时间:"})  # may be headings of columns
_APPENDIX = re.compile(r"^附[件表]\d*:?$")
_PERSON = re.compile(
    r"^(?!.*(负责|联系|填报|填表|经办|审核|书记|主任|网格员))(.*姓名|户主|(公民)?身份(证|证号|证号码|号码))$"
)
_NOTE = re.compile(r"^(备?注|(填表|填报)?说明|(统计|填报)?(口径|范围)(说明)?)\d*:")
_EXPLAINS = re.compile(r"指(?!标|导|挥|数)|口径")
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


def read_fields(
    sheet: Sheet,
    lexicon: Lexicon,
    communities: Mapping[str, int],
    *,
    on: date,
    names: Collection[str] = (),
    period: str | None = None,
    notes: Iterable[str] | None = None,
) -> list[Field]:
    """
    Return every number a sheet asks for, row by row. A hidden sheet asks for none.

    :param communities: name → id of those a row may name
    :param names: of streets and the district, which a title may bear
    :param period: how often the form is asked for, which its words need not repeat
    :param notes: what the sheets of the form explain; by default what this one does
    :raises WorkbookTooLarge: if it has more places than a form
    """
    empty = {} if sheet.hidden else empty_places(sheet)
    if len(empty) > MOST_FIELDS:
        raise WorkbookTooLarge
    seen = texts_seen(sheet)
    texts, noted = _plain(seen, {row for row, _ in empty})
    grid = Grid.of(sheet, texts, empty, {row for row, _ in seen})
    known = (*names, *communities)
    titles, said = units_in_brackets(without_names(one, known) for one in grid.titles)
    unnamed = grid.rows_under(WHOSE_ROW)
    reading = _Reading(
        grid=grid,
        lexicon=lexicon,
        named={_short(name): number for name, number in communities.items()},
        on=on,
        own=own_definitions(
            notes_of(sheet) if notes is None else notes, lexicon, on=on, period=period
        ),
        period=period,
        beside=periods_named(grid.texts.values(), lexicon),
        titles=titles,
        noted=noted | said,
        persons=grid.rows_under(_PERSON),
        unnamed={row: column for row, column in unnamed.items() if (row + 1, column) in empty},
    )
    return [one for place in sorted(empty) if (one := reading.asked_at(place)) is not None]


def notes_of(sheet: Sheet) -> list[str]:
    """Return what a sheet explains; all of its words where it asks for nothing."""
    if not empty_places(sheet):
        return list(sheet.texts.values())
    return [
        text for text in sheet.texts.values() if _NOTE.match(normal(text)) or _EXPLAINS.search(text)
    ]


@dataclass(kw_only=True, slots=True)
class _Reading:
    """One sheet while it is read. ``noted`` are the units it sets for all its numbers."""

    grid: Grid
    lexicon: Lexicon
    named: Mapping[str, int]
    on: date
    own: Mapping[str, Cell | None]
    period: str | None
    beside: frozenset[str]
    titles: Sequence[str]
    noted: Units
    persons: Mapping[int, int]
    unnamed: Mapping[int, int]
    _matched: dict[tuple[str, ...], Cell | Unmatched] = field(default_factory=dict)

    def asked_at(self, place: Place) -> Field | None:
        """Return what a place asks for, None if it waits for no number."""
        heads, left = self.grid.words(place)
        across, above = self._whose(heads)
        down, words = self._whose(left, besides=_WHOLE)
        if not (above or words) or any(map(is_furniture, (*above[-1:], *words[-1:]))):
            return None
        row, column = place
        community = across if down is None else down
        if community is None and row in self.persons:
            return self._list(place)
        if not left and (row - 1, column) in self.grid.empty:
            return None  # one of many lines to be written in
        if not heads and self.grid.comes_after(place):
            return None
        section, group = self.grid.section(row), self.grid.group_of(place)
        over, others = [section, *above], [[*group, section, *above, *words]] if group else []
        if is_part(words):
            others = [[*over, *one, *words] for one in self.grid.groups_over(place)]
            words = [*group, *words]
        texts = tuple(once([*self.titles, *over, *words]))
        torn = self.grid.is_torn(place) or across not in (None, community)
        if torn or (section and self._title_speaks()):
            found: Cell | Unmatched = Unmatched(WhyNot.SEVERAL_SUBJECTS, "".join(texts))
        elif not left and row in self.unnamed:
            found = Unmatched(WhyNot.UNNAMED_ROW, above[-1])
        else:
            found, unit = self._in_one_way(place, [*over, *words], others)
            return Field(self.grid.sheet.name, place, texts, community, found, unit)
        return Field(self.grid.sheet.name, place, texts, community, found)

    def _in_one_way(
        self, place: Place, words: Sequence[str], others: Iterable[Sequence[str]]
    ) -> tuple[Cell | Unmatched, MoneyUnit]:
        """
        Return what words mean, unless they may be of another group and mean another thing, or are
        'of which' and nothing says of whom.
        """
        found, unit = self._meant(place, words)
        if isinstance(found, Unmatched):
            return found, unit
        whole = [one for one in words if not is_part([one])]
        said = found if len(whole) == len(words) else self._meant(place, whole)[0]
        of_nobody = isinstance(said, Unmatched) and said.why is WhyNot.NO_SUBJECT
        if not of_nobody and all(self._meant(place, one)[0] == found for one in others):
            return found, unit
        return Unmatched(WhyNot.GROUP_UNCLEAR, "".join(words)), MoneyUnit.AS_COUNTED

    def _title_speaks(self) -> bool:
        """
        Return whether the last line over the first section says what is counted.

        It may be the title of all of them, or of the first alone.
        """
        alone = self._match(tuple(self.titles[-1:]))
        return not (isinstance(alone, Unmatched) and alone.why is WhyNot.NO_SUBJECT)

    def _whose(
        self, texts: Iterable[str], besides: Container[str] = ()
    ) -> tuple[int | None, list[str]]:
        """Return the community that words name, and the others."""
        community, rest = None, []
        for text in texts:
            if _short(text) in self.named:
                community = self.named[_short(text)]
            elif normal(text) not in besides:
                rest.append(text)
        return community, rest

    def _list(self, place: Place) -> Field | None:
        """Return that a list of persons begins here, None further down and for its other columns."""
        row, column = place
        if column != self.persons[row] or row - 1 in self.persons:
            return None
        heads = self.grid.above(place)
        found = Unmatched(WhyNot.LIST_OF_PERSONS, "".join(self.titles) or heads[-1])
        return Field(self.grid.sheet.name, place, tuple(once([*self.titles, *heads])), None, found)

    def _meant(self, place: Place, words: Sequence[str]) -> tuple[Cell | Unmatched, MoneyUnit]:
        """Return what words mean and how the number is written."""
        plain, said = units_in_brackets(NUMBERING.sub("", normal(text)) for text in words)
        said |= self.grid.beside.get(place, Units())
        heads = [*self.titles]
        for text in once(plain):
            unit = None if text in self.lexicon.terms else unit_named(text)
            if unit is None:
                heads.append(text)
            else:
                said |= unit
        found = self._match(tuple(heads))
        if isinstance(found, Unmatched):
            return found, MoneyUnit.AS_COUNTED
        written = written_in(found, said, self.noted)
        if written is None:
            whole = "".join(map(normal, (*self.titles, *once(words))))
            return Unmatched(WhyNot.UNIT_UNCLEAR, whole), MoneyUnit.AS_COUNTED
        return found, written

    def _match(self, heads: tuple[str, ...]) -> Cell | Unmatched:
        if heads not in self._matched:
            found = self._said(heads)
            if isinstance(found, Unmatched):
                found = self._under_title(heads, found)
            self._matched[heads] = found
        return self._matched[heads]

    def _said(self, heads: Sequence[str]) -> Cell | Unmatched:
        return match(
            heads,
            self.lexicon,
            on=self.on,
            own=self.own,
            period=self.period,
            beside=self.beside,
        )

    def _under_title(self, heads: tuple[str, ...], found: Unmatched) -> Cell | Unmatched:
        """Return what words mean under a title that joins topics, or what in the title stops them."""
        if found.why is WhyNot.UNKNOWN_WORDS and any(
            one.endswith(found.words) for one in self.titles
        ):
            place = strange_place(found.words, self.lexicon)
            return Unmatched(WhyNot.ELSEWHERE, place) if place else found
        joined = [one for one in self.titles if topics(one, self.lexicon)]
        if found.why is not WhyNot.JOINS_GROUPS or found.words not in joined:
            return found
        words = [one for one in heads if one not in joined]
        when = [word for one in joined for word in reporting_words(one, self.lexicon)]
        alone = self._said([*when, *words])
        if isinstance(alone, Unmatched):
            return found if alone.why is WhyNot.NO_SUBJECT else alone
        same = narrows_nothing(joined, alone, self.lexicon, self.own, on=self.on)
        return alone if same else found


def _plain(texts: Mapping[Place, str], asking: Collection[int]) -> tuple[dict[Place, str], Units]:
    """
    Return the texts that speak of places, and the units a note sets for all.

    Left out are notes, who fills it in, and in a line over the whole the day or period: it changes
    every time.
    """
    lines, first = _lines(texts), min(asking, default=0)
    noted, plain = Units(), {}
    values = _values(texts, asking)
    for (row, column), text in texts.items():
        said = normal(text)
        units = units_noted(said)
        explains = first < row and _EXPLAINS.search(text) and _is_alone(row, lines, asking)
        if units is not None:
            noted |= units
        elif row not in asking and _HEADS.match(said):
            noted |= units_among(said)
        elif not (
            (row, column) in values
            or _NOTE.match(said)
            or explains
            or (row not in asking and _APPENDIX.match(said))
        ):
            plain[row, column] = text
    lines = _lines(plain)
    for (row, column), text in [*plain.items()]:
        if _is_alone(row, lines, asking) and WHEN.search(normal(text)):
            plain[row, column] = WHEN.sub("", normal(text))
    return {place: text for place, text in plain.items() if text}, noted


def _values(texts: Mapping[Place, str], asking: Collection[int]) -> set[Place]:
    """Return where a line of particulars gives them in places of their own: 表号： | 民统1表."""
    found: set[Place] = set()
    others: set[int] = {row - 1 for row in asking}  # a head, however it is worded
    before: Place = (0, 0)
    value = ""
    for place, text in sorted(texts.items()):
        said, beside = normal(text), before == (place[0], place[1] - 1)
        if _HEADS.match(said) and said not in _PLAIN_HEADS:
            before, value = place, "" if said.endswith(":") else said
        elif beside and value in ("", said):
            found.add(place)
            before, value = place, said
        elif units_noted(said) is None:
            others.add(place[0])
    return {place for place in found if place[0] not in others}


def _lines(texts: Mapping[Place, str]) -> dict[int, set[str]]:
    lines: dict[int, set[str]] = {}
    for (row, _), text in texts.items():
        lines.setdefault(row, set()).add(normal(text))
    return lines


def _is_alone(row: int, lines: Mapping[int, set[str]], asking: Container[int]) -> bool:
    """Return whether a line holds one text and nothing to fill in."""
    return len(lines[row]) == 1 and row not in asking


def _short(name: str) -> str:
    return re.sub("(社区)?(居民委员会|居委会)?$", "", normal(name))
