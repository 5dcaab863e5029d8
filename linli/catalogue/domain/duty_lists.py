"""
The duty list (履职清单) of one street or community: what it says on a day, and its Excel form.

A line is found by the code items use. The list of the community counts before that of its street,
and that before the district's.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.basics import Refused, gettext_noop

from .definitions import OPEN_DUTIES, DutyKind, Text
from .entries import CODE
from .lists import DutyLineData
from .spans import holds

Names = Mapping[str, str]  # a unit's performer, and its Chinese name → the performer
# The columns of the sheet, by either name; those marked must be there.
COLUMNS: Mapping[str, tuple[str, str, bool]] = {
    "code": ("编号", "code", True),
    "name": ("事项", "name", True),
    "name_en": ("英文", "name in English", False),
    "kind": ("类别", "kind", True),
    "basis": ("依据", "basis", True),
    "department": ("部门", "department", True),
    "minutes": ("每件分钟", "minutes", False),
    "evidence": ("凭据", "evidence", False),
    "exact_counts": ("可报准确数", "exact counts", False),
    "names": ("可带姓名", "names", False),
    "example": ("示例", "example", False),
}
KINDS: Mapping[str, DutyKind] = {
    "基本履职": DutyKind.BASIC,
    "基本": DutyKind.BASIC,
    "配合履职": DutyKind.COOPERATE,
    "配合": DutyKind.COOPERATE,
    "上级收回": DutyKind.TAKEN_BACK,
    "收回": DutyKind.TAKEN_BACK,
    "负面": DutyKind.NEGATIVE,
    "不准": DutyKind.NEGATIVE,
} | {kind.value: kind for kind in DutyKind}
ANSWERS = {"": False, "否": False, "no": False, "0": False, "是": True, "yes": True, "1": True}
MOST_MINUTES = 10_000
TWICE = gettext_noop("This code stands twice.")
NO_MINUTES = gettext_noop("Write a whole number of minutes.")
NO_END = gettext_noop("This line ends before the list begins.")


class BadCell(Refused):
    """One cell of a duty list cannot be used. Nothing of the list was brought in."""

    status = 422
    message = gettext_noop("Row %(row)s, column “%(column)s”: %(reason)s")

    def __init__(self, *, row: int, column: str, reason: str) -> None:
        super().__init__(row, column, reason)
        self.row = row
        self.column = column
        self.reason = reason


class ListBeginsTooEarly(Refused):
    """What was in force is not rewritten."""

    message = gettext_noop(
        "The list in force here began on %(since)s. Give that day or a later one for the new list."
    )

    def __init__(self, *, since: date) -> None:
        super().__init__(since)
        self.since = since


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A line in force. ``place`` is whose list it stands in; None is the whole district's."""

    line_id: int
    code: str
    place: int | None
    kind: DutyKind
    name: Text
    basis: tuple[str, ...]
    department: str
    expected_minutes: int | None
    minutes_example: bool
    evidence: tuple[str, ...]
    exact_counts: bool
    names: bool
    example: bool
    communities: tuple[str, ...]  # the codes it reaches; none means all
    valid_from: date
    valid_to: date | None

    @property
    def open(self) -> bool:
        """Whether a community may work under it."""
        return self.kind in OPEN_DUTIES


def in_force(
    duties: Iterable[Duty], path: Sequence[int], community: str, on: date
) -> dict[str, Duty]:
    """
    Return code → the line that holds on a day, the nearest list first.

    :param path: the places whose lists count, the nearest first; the district's counts last
    :param community: its code, for lines that reach only some
    """
    order = {place: number for number, place in enumerate(path)}
    found: dict[str, Duty] = {}
    for one in duties:
        if not holds(one, on) or (one.place is not None and one.place not in order):
            continue
        if one.communities and community not in one.communities:
            continue
        held = found.get(one.code)
        if held is None or _rank(one, order) < _rank(held, order):
            found[one.code] = one
    return found


def _rank(duty: Duty, order: Mapping[int, int]) -> int:
    return len(order) if duty.place is None else order[duty.place]


def read_duty_list(
    rows: Sequence[Sequence[object]], units: Names
) -> tuple[list[DutyLineData], list[BadCell]]:
    """
    Return the lines of a sheet, and every cell that cannot be used. Use none if any is bad.

    :param rows: the cells of the sheet; the first row holds the names of the columns
    :param units: performer or Chinese name of a unit → performer
    """
    if not rows:
        return [], [BadCell(row=1, column="A", reason=gettext_noop("The sheet is empty."))]
    heads = [_plain(cell).lower() for cell in rows[0]]
    where: dict[str, int] = {}
    flaws = []
    for column, (chinese, english, needed) in COLUMNS.items():
        place = next((heads.index(one) for one in (chinese, english) if one in heads), None)
        if place is not None:
            where[column] = place
        elif needed:
            reason = gettext_noop("This column is missing.")
            flaws.append(BadCell(row=1, column=chinese, reason=reason))
    if flaws:
        return [], flaws
    lines: list[DutyLineData] = []
    seen: set[str] = set()
    for number, cells in enumerate(rows[1:], start=2):
        said = {
            column: _plain(cells[place]) if place < len(cells) else ""
            for column, place in where.items()
        }
        if any(said.values()):
            wrong = list(_wrong(number, said, units, seen))
            flaws += wrong
            seen.add(said["code"])
            if not wrong:
                lines.append(_line(said, units))
    if not lines and not flaws:
        reason = gettext_noop("The list has no line.")
        flaws.append(BadCell(row=2, column=COLUMNS["code"][0], reason=reason))
    return lines, flaws


def check_lines(lines: Sequence[DutyLineData], *, begins: date) -> None:
    """:raises BadCell: if a code stands twice, minutes cannot be, or a line ends before it begins"""
    seen: set[str] = set()
    for row, line in enumerate(lines, start=2):
        if line.code in seen:
            raise BadCell(row=row, column=COLUMNS["code"][0], reason=TWICE)
        if line.expected_minutes is not None and not 0 < line.expected_minutes <= MOST_MINUTES:
            raise BadCell(row=row, column=COLUMNS["minutes"][0], reason=NO_MINUTES)
        if line.valid_to is not None and line.valid_to < begins:
            raise BadCell(row=row, column="valid_to", reason=NO_END)
        seen.add(line.code)


def _wrong(
    row: int, said: Mapping[str, str], units: Names, seen: Collection[str]
) -> Iterator[BadCell]:
    def bad(column: str, reason: str) -> BadCell:
        return BadCell(row=row, column=COLUMNS[column][0], reason=reason)

    if not CODE.fullmatch(said["code"]):
        yield bad("code", gettext_noop("Use small letters, digits and _."))
    elif said["code"] in seen:
        yield bad("code", TWICE)
    if not said["name"]:
        yield bad("name", gettext_noop("Say what the work is."))
    if said["kind"] not in KINDS:
        yield bad("kind", gettext_noop("Write 基本, 配合, 收回 or 负面."))
    if said["department"] and said["department"] not in units:
        yield bad("department", gettext_noop("The list of units has no such unit."))
    if not _minutes_fit(said.get("minutes", "")):
        yield bad("minutes", NO_MINUTES)
    yield from _wrong_ground(row, said)


def _minutes_fit(minutes: str) -> bool:
    return not minutes or (minutes.isdigit() and 0 < int(minutes) <= MOST_MINUTES)


def _wrong_ground(row: int, said: Mapping[str, str]) -> Iterator[BadCell]:
    """Yield what is wrong with the answers and the law a line rests on."""

    def bad(column: str, reason: str) -> BadCell:
        return BadCell(row=row, column=COLUMNS[column][0], reason=reason)

    for column in ("exact_counts", "names", "example"):
        if said.get(column, "").lower() not in ANSWERS:
            yield bad(column, gettext_noop("Write 是 or 否."))
    example = ANSWERS.get(said.get("example", "").lower(), False)
    if not said["basis"] and not example:
        yield bad("basis", gettext_noop("Name the law and the article, or mark the line 示例."))
    elif any(" " not in one for one in _parts(said["basis"])):
        yield bad("basis", gettext_noop("Write the law, a space, and the article after it."))


def _line(said: Mapping[str, str], units: Names) -> DutyLineData:
    name = {"zh-Hans": said["name"]}
    if said.get("name_en"):
        name["en"] = said["name_en"]
    return DutyLineData(
        code=said["code"],
        kind=KINDS[said["kind"]],
        name=name,
        basis=_parts(said["basis"]),
        department=units.get(said["department"], ""),
        expected_minutes=int(said["minutes"]) if said.get("minutes") else None,
        evidence=_parts(said.get("evidence", "")),
        exact_counts=ANSWERS[said.get("exact_counts", "").lower()],
        names=ANSWERS[said.get("names", "").lower()],
        example=ANSWERS[said.get("example", "").lower()],
    )


def _parts(text: str) -> tuple[str, ...]:
    found = (one.strip() for one in text.replace("；", ";").replace("\n", ";").split(";"))
    return tuple(one for one in found if one)


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():  # every number of a sheet is a float
        return str(int(cell))
    return str(cell if cell is not None else "").strip()
