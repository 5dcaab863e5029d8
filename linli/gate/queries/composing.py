"""An indicator put together in plain terms: whom, with which facts. No code, and no fact too many."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Actor, gettext_noop
from linli.fabric.jinja import local_text
from linli.gate.domain import WITH_DOORS, BadRequestPlan
from linli.reports import queries as reports
from linli.reports.domain import PURPOSE, Cell, Unmatched, canonical, cell_data, codes_of
from linli.rulebook.domain import AttributeType, BadExpression, Kind, attributes, local_date, parse

SUBJECTS = ("people", "households")  # what may be put together here; the rest has no doors
MOST_CONDITIONS = 6
_UNREADABLE = gettext_noop("put it together once more; we could not read it.")
_TOO_MANY = gettext_noop("six conditions at most: ask for no more than the purpose needs.")


@dataclass(frozen=True, slots=True)
class Box:
    """One fact a condition may use. ``kind``: yes_no, codes with ``options``, or range."""

    name: str
    label: str
    kind: str
    options: Sequence[tuple[str, str]] = ()


def boxes(of: str) -> list[Box]:
    """Return the facts that may be used to count; others are not there (个人信息保护法 6)."""
    found = []
    for name, kind in reports.dictionaries()[of].items():
        box = _box(name, kind)
        if box is not None and (kind.purposes is None or PURPOSE in kind.purposes):
            found.append(box)
    return sorted(found, key=lambda one: (one.name != "age", one.kind != "range"))


def _box(name: str, kind: AttributeType) -> Box | None:
    label = reports.fact_name(name)
    match kind.kind:
        case Kind.BOOL:
            return Box(name, label, "yes_no")
        case Kind.INT | Kind.YEARS:
            return Box(name, label, "range")
        case Kind.CODE if codes_of(kind):
            codes = codes_of(kind)
            named = zip(codes, reports.code_names(name, codes), strict=True)
            return Box(name, label, "codes", list(named))
        case _:
            return None


def groupings() -> list[tuple[str, str]]:
    """Return the facts a number of people may be split by."""
    return [(one.name, one.label) for one in boxes("people") if one.kind in ("codes", "yes_no")]


def read_whom(data: object) -> Cell:
    """
    Return the cell that plain data writes down, of facts that may be used to count.

    :raises BadRequestPlan: if it cannot be read, adds up amounts, or uses another fact
    """
    if not isinstance(data, Mapping) or data.get("of") not in reports.dictionaries():
        raise BadRequestPlan(field="whom", reason=_UNREADABLE)
    if data.get("total") is not None:  # a sum is not a count, and tells of few by another measure
        raise BadRequestPlan(field="whom", reason=_UNREADABLE)
    of, where = str(data["of"]), data.get("where")
    if where is None:
        return Cell(of)
    try:
        found = canonical(parse(where, reports.dictionaries()[of], PURPOSE))
    except BadExpression as wrong:
        raise BadRequestPlan(field="whom", reason=_UNREADABLE) from wrong
    return Cell(of, found)


def composed(of: str, conditions: Sequence[Mapping[str, object]]) -> Cell:
    """
    Return the cell of some conditions that all must hold.

    :raises BadRequestPlan: if they cannot be read, or are too many
    """
    if len(conditions) > MOST_CONDITIONS:
        raise BadRequestPlan(field="whom", reason=_TOO_MANY)
    where = {"all": list(conditions)} if conditions else None
    return read_whom({"of": of if of in SUBJECTS else "people", "where": where})


def read_whom_text(text: str) -> Cell:
    """:raises BadRequestPlan: if it cannot be read"""
    try:
        return read_whom(json.loads(text))
    except (ValueError, RecursionError) as wrong:
        raise BadRequestPlan(field="whom", reason=_UNREADABLE) from wrong


def whom_named(code: str, *, district: int, on: date) -> Cell | None:
    """Return the cell of a definition in force, None if there is none whose doors one could go to."""
    found = reports.indicators(district, on).get(code)
    return found.cell if found is not None and _has_doors(found.cell) else None


def whom_choices(*, district: int, on: date) -> list[tuple[str, str]]:
    """Return the definitions whose doors work may go to, by name."""
    found = [
        (code, local_text(one.name))
        for code, one in reports.indicators(district, on).items()
        if one.by is None and _has_doors(one.cell)
    ]
    return sorted(found, key=lambda row: row[1])


def _has_doors(cell: Cell) -> bool:
    return cell.total is None and cell.of in WITH_DOORS


def facts_used(cell: Cell) -> list[str]:
    """Return the names of the facts a count rests on."""
    if cell.where is None:
        return []
    return [reports.fact_name(name) for name in sorted(attributes(cell.where))]


def written(cell: Cell) -> str:
    """Return a cell as a page carries it on; ``read_whom_text`` reads it back."""
    return json.dumps(cell_data(cell), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class FormLine:
    """
    One kind of number a form asks for: its words and what answers it.

    ``askable``: whether what the facts lack can be asked of people. ``takeable``: whether it can be
    taken at the gate; a sum goes out on forms only.
    """

    heading: str
    why: str = ""
    cell: str = ""
    meaning: reports.Meaning | None = None
    askable: bool = False
    takeable: bool = False


@dataclass(frozen=True, slots=True)
class FormRead:
    """An Excel form as the gate reads it; nothing of it is kept. ``kept`` carries the file on."""

    asked: int
    answered: int
    lines: Sequence[FormLine]
    kept: str


def form_read(by: Actor, workbook: bytes, *, at: datetime) -> FormRead:
    """
    Return what the facts answer of an office's form, and how its definitions differ from ours.

    :raises BadWorkbook: if the file is no form
    :raises WorkbookTooLarge: if it holds more than a form does
    :raises AsksNothing: if no place waits for a number
    """
    on = local_date(at)
    lines: dict[tuple[str, object], FormLine] = {}
    fields = reports.fields_asked(by.district, workbook, on=on)
    for field in fields:
        heading = " · ".join(field.texts)
        if (heading, field.found) not in lines:
            lines[heading, field.found] = _line(by, heading, field.found, on)
    found = list(lines.values())
    return FormRead(
        asked=len(found),
        answered=sum(bool(one.cell) for one in found),
        lines=sorted(found, key=lambda one: bool(one.cell)),
        kept=base64.b64encode(workbook).decode(),
    )


def _line(by: Actor, heading: str, found: Cell | Unmatched, on: date) -> FormLine:
    if isinstance(found, Unmatched):
        return FormLine(heading, why=reports.why_words(found))
    return FormLine(
        heading,
        cell=written(found),
        meaning=reports.meaning(found, reports.nearest(by.district, found, on=on)),
        askable=may_be_asked(found),
        takeable=found.total is None,
    )


def may_be_asked(cell: Cell) -> bool:
    """Return whether what the facts lack for a count can be asked of people."""
    return cell.of == "people" and cell.where is not None and cell.total is None
