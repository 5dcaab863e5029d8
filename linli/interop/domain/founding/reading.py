"""What a workbook brings, and what is wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from linli.basics import Refused
from linli.parties.domain import PartyRow, SeatRow

from .cells import Columns, Table, Texts, lines
from .people import People
from .posts import read_post, tell_gap
from .units import Units
from .words import POST_COLUMNS, POSTS, STAFF, STAFF_COLUMNS, UNIT_COLUMNS, UNITS, BadLine, Ground

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Book:
    """What a workbook brings, each with the line it stands in, and what is wrong with it."""

    posts: list[tuple[int, tuple[str, str]]] = field(default_factory=list)
    parties: list[tuple[int, PartyRow]] = field(default_factory=list)
    seats: list[tuple[int, SeatRow]] = field(default_factory=list)
    flaws: list[BadLine] = field(default_factory=list)

    def each(
        self, sheet: str, found: Iterable[tuple[int, T]], read: Callable[[T], R]
    ) -> list[tuple[int, R]]:
        """Return line and what was read of it; a line that cannot be read is a flaw."""
        done = []
        for line, one in found:
            try:
                done.append((line, read(one)))
            except Refused as refusal:
                self.flaws.append(BadLine(sheet=sheet, line=line, reason=refusal))
        return done

    def lines(self, sheet: str, table: Table, columns: Columns) -> list[tuple[int, Texts]]:
        """Return the lines of a sheet, none if a column is missing."""
        try:
            return list(lines(sheet, table, columns))
        except BadLine as flaw:
            self.flaws.append(flaw)
            return []


def read_book(sheets: Mapping[str, Table], ground: Ground) -> Book:
    """Return what the sheets 岗位, 单位 and 人员 bring; each may be missing."""
    book = Book()
    found = book.lines(POSTS, sheets.get(POSTS, ()), POST_COLUMNS)
    book.posts = book.each(POSTS, found, read_post)
    gap = tell_gap(code for _, (code, _) in book.posts)
    if gap is not None:
        book.flaws.append(BadLine(sheet=POSTS, line=1, reason=gap))
    units = Units(ground)
    found = book.lines(UNITS, sheets.get(UNITS, ()), UNIT_COLUMNS)
    rows = book.each(UNITS, found, units.read)
    book.parties = book.each(UNITS, rows, units.below)
    people = People(ground, units, {code for _, (code, _) in book.posts} | ground.posts)
    found = book.lines(STAFF, sheets.get(STAFF, ()), STAFF_COLUMNS)
    rows_of_staff = book.each(STAFF, found, people.read)
    book.seats = book.each(STAFF, rows_of_staff, people.covered)
    return book
