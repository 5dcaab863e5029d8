"""
A roll (名册) of those who have a benefit, read line by line. Nothing is guessed.

A line names a person, their identity number, and the first day. Excel keeps a day as a count of
days from 30 December 1899 (ECMA-376 18.17.4.1) and rounds a number of more than 15 digits.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from linli.basics import Refused, gettext_noop
from linli.rulebook.domain import read_identity_number

# The columns by the names they go under; the first one is that of our own empty roll.
ROLL_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "name"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "identity number"),
    "from_on": ("享受起始日", "享受起始日期", "起始日期", "first day"),
}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?: 00:00:00)?")
_TIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_EXCEL_DAY = re.compile(r"(\d{5})(?:\.0+)?")
_EXCEL_BEGAN = date(1899, 12, 30)


class RollUnreadable(Refused):
    """The first line of a roll names its columns."""

    status = 422
    message = gettext_noop(
        "The first line must name these columns: %(columns)s. Take the empty roll and fill it in."
    )

    def __init__(self) -> None:
        super().__init__()
        self.columns = "、".join(names[0] for names in ROLL_COLUMNS.values())


class NameMissing(Refused):
    """A line without a name."""

    message = gettext_noop("The name is missing.")


class NumberRounded(Refused):
    """Excel took the identity number for a quantity and lost its last digits."""

    message = gettext_noop(
        "Excel has rounded this identity number. Format the column as text and type it again."
    )


class FirstDayMissing(Refused):
    """Since when somebody has it is part of the roll."""

    message = gettext_noop("Write since when they have it, such as 2026-01-01.")


class FirstDayToCome(Refused):
    """A roll says what is, not what will be."""

    message = gettext_noop("The first day has not come yet.")


class TwiceOnRoll(Refused):
    """One person, two lines."""

    message = gettext_noop("The same identity number stands on line %(line)s.")

    def __init__(self, *, line: int) -> None:
        super().__init__(line)
        self.line = line


class NobodyOfThatName(Refused):
    """Nobody in reach has the name and the number; which of the two is wrong is not said."""

    message = gettext_noop("Nobody here is on record with this name and identity number.")


class HadAndEnded(Refused):
    """What was ended by an act is not begun again by an older roll."""

    message = gettext_noop(
        "It was ended here from %(on)s on. If they have it again, write since when."
    )

    def __init__(self, *, on: date) -> None:
        super().__init__(on)
        self.on = on


class RecordClosed(Refused):
    """Whoever died or moved away has nothing more."""

    message = gettext_noop("Their record was closed on %(on)s: they died or moved away.")

    def __init__(self, *, on: date) -> None:
        super().__init__(on)
        self.on = on


@dataclass(frozen=True, slots=True)
class RollLine:
    """One line that can be read; ``line`` as the spreadsheet counts them, the heads are line 1."""

    line: int
    name: str
    id_number: str
    from_on: date


@dataclass(frozen=True, slots=True)
class Left:
    """A line that brings nothing, and why."""

    line: int
    why: Refused


@dataclass(frozen=True, slots=True)
class Matched:
    """A line whose person is on record, and whether they have it on record already."""

    line: int
    person: int
    from_on: date
    held: bool


@dataclass(frozen=True, slots=True)
class RollRead:
    """
    A roll beside our records; nothing is written yet.

    ``looked_at`` are those found on record; ``missing`` those in reach who have it on record and
    are not on the roll.
    """

    item: str
    matched: tuple[Matched, ...]
    left: tuple[Left, ...]
    looked_at: tuple[int, ...]
    missing: tuple[int, ...]

    @property
    def fresh(self) -> list[tuple[int, date]]:
        """Return person and first day of those who are new."""
        return [(one.person, one.from_on) for one in self.matched if not one.held]

    @property
    def held(self) -> int:
        """Return how many have it on record already."""
        return sum(one.held for one in self.matched)


def read_roll(rows: Sequence[Sequence[str]], *, today: date) -> tuple[list[RollLine], list[Left]]:
    """
    Return the lines that can be read, and those that cannot with the reason of each.

    :param rows: the cells as texts, the heads first; empty lines are passed over
    :raises RollUnreadable: if the first line names not every column
    """
    heads = [_head(cell) for cell in rows[0]] if rows else []
    places = {
        column: next((heads.index(name) for name in names if name in heads), -1)
        for column, names in ROLL_COLUMNS.items()
    }
    if -1 in places.values():
        raise RollUnreadable
    lines: list[RollLine] = []
    left: list[Left] = []
    seen: dict[str, int] = {}
    for number, cells in _filled(rows):
        said = {
            column: cells[place].strip() if place < len(cells) else ""
            for column, place in places.items()
        }
        try:
            line = _read(number, said, today)
            if line.id_number in seen:
                raise TwiceOnRoll(line=seen[line.id_number])
        except Refused as why:
            left.append(Left(number, why))
            continue
        seen[line.id_number] = number
        lines.append(line)
    return lines, left


def _head(cell: str) -> str:
    return " ".join(cell.split()).strip("*＊ ").lower()


def _filled(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _read(number: int, said: Mapping[str, str], today: date) -> RollLine:
    """:raises Refused: if a cell is missing or cannot be what it should be"""
    name = _plain_name(said["name"])
    if not name:
        raise NameMissing
    if re.fullmatch(r"[\d.]+[eE]\+\d+", said["id_number"]):
        raise NumberRounded
    id_number = read_identity_number(said["id_number"], on=today).text
    from_on = _day(said["from_on"])
    if from_on is None:
        raise FirstDayMissing
    if from_on > today:
        raise FirstDayToCome
    return RollLine(number, name, id_number, from_on)


def _plain_name(typed: str) -> str:
    """Return a name without spaces: 王 芳 and 王芳 are one name on a roll."""
    return "".join(typed.split())


def _day(typed: str) -> date | None:
    """Return the day a cell says; a month is its first day, and five digits are Excel's own count."""
    if counted := _EXCEL_DAY.fullmatch(typed):
        return _EXCEL_BEGAN + timedelta(days=int(counted[1]))
    found = _DAY.fullmatch(typed) or _TIGHT.fullmatch(typed)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        return date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
