"""Forms and their periods: when one is due, and what may be asked of whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from linli.basics import Refused, gettext_noop
from linli.rulebook.domain import parse, to_data

from .indicators import Cell, canonical
from .layouts import Field
from .money import MoneyUnit
from .phrases import Dictionaries, Unmatched, WhyNot

LEVELS = ("community", "street")


class Permission(StrEnum):
    FILL = "reports.fill"
    ASK = "reports.ask"
    DEFINE = "reports.define"


class PeriodKind(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.YEAR: 12,
}


class AlreadySent(Refused):
    """What was sent stays as it was."""

    message = gettext_noop(
        "This form was sent already. Corrections are listed beside it; nothing is sent twice."
    )


class NotYetOver(Refused):
    """The period a form speaks of still runs."""

    message = gettext_noop("The period ends on %(as_of)s. The form can be sent from that day on.")

    def __init__(self, *, as_of: date) -> None:
        super().__init__(as_of)
        self.as_of = as_of


class CodeTaken(Refused):
    message = gettext_noop(
        "There is a form called %(code)s already. End it first, or take another."
    )

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class AsksNothing(Refused):
    """No place of the file is waiting for a number."""

    status = 422
    message = gettext_noop(
        "We found no empty place for a number in this form. Draw borders round the places to fill."
    )


class ExactNeedsDuty(Refused):
    """Numbers below five speak of persons; only a line of the duty list grants them."""

    status = 422
    message = gettext_noop(
        "Exact numbers need a line of the duty list that grants them. Name one, or leave it off."
    )


def period_ending(kind: PeriodKind, on: date) -> date:
    """Return the last day of the latest period that was over before ``on``."""
    if kind is PeriodKind.WEEK:
        return on - timedelta(days=on.isoweekday())
    months = _MONTHS[kind]
    first = date(on.year, (on.month - 1) // months * months + 1, 1)
    return first - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What one place of a form gets.

    ``number`` None: not understood (``why`` says so), or hidden because it is small. ``behind`` is
    how many stand behind it: 30 minutes may be of one visit.
    """

    field: Field
    number: int | None
    unknown: int = 0
    stale: int = 0
    hidden: bool = False
    behind: int = 0

    @property
    def misleads(self) -> bool:
        """Whether of more it cannot be told than are counted."""
        return self.number is not None and self.unknown > self.number

    @property
    def why(self) -> Unmatched | None:
        return self.field.found if isinstance(self.field.found, Unmatched) else None


def cell_data(cell: Cell) -> dict[str, object]:
    """Return plain data for a cell, which ``read_cell`` reads back."""
    where = None if cell.where is None else to_data(cell.where)
    return {"of": cell.of, "where": where, "total": cell.total}


def read_cell(data: Mapping[str, object], dictionaries: Dictionaries) -> Cell:
    """:raises BadExpression: if a fact it asks for is no longer in the dictionary"""
    of, where, total = str(data["of"]), data["where"], data["total"]
    expression = None if where is None else canonical(parse(where, dictionaries[of]))
    return Cell(of, expression, None if total is None else str(total))


def layout_data(fields: list[Field]) -> list[dict[str, object]]:
    """Return plain data for the places of a form."""
    return [
        {
            "sheet": field.sheet,
            "row": field.place[0],
            "column": field.place[1],
            "texts": list(field.texts),
            "community": field.community,
            "cell": cell_data(field.found) if isinstance(field.found, Cell) else None,
            "unit": field.unit.value,
            "why": field.found.why.value if isinstance(field.found, Unmatched) else "",
            "words": field.found.words if isinstance(field.found, Unmatched) else "",
        }
        for field in fields
    ]


def read_layout(
    data: list[Mapping[str, object]],
    dictionaries: Dictionaries,
    read: dict[str, Cell] | None = None,
) -> Iterator[Field]:
    """
    Yield the places that ``layout_data`` wrote down. Equal cells are read once.

    :param read: what was read before, from other forms too
    """
    read = {} if read is None else read
    for entry in data:
        found: Cell | Unmatched
        cell = entry["cell"]
        if isinstance(cell, Mapping):
            key = repr(cell)
            if key not in read:
                read[key] = read_cell(cell, dictionaries)
            found = read[key]
        else:
            found = Unmatched(WhyNot(str(entry["why"])), str(entry["words"]))
        row, column, community, texts = (
            entry[name] for name in ("row", "column", "community", "texts")
        )
        assert isinstance(row, int)  # noqa: S101  # our own writing
        assert isinstance(column, int)  # noqa: S101
        assert isinstance(texts, list)  # noqa: S101
        yield Field(
            str(entry["sheet"]),
            (row, column),
            tuple(map(str, texts)),
            community if isinstance(community, int) else None,
            found,
            MoneyUnit(str(entry.get("unit", ""))),  # forms taken in earlier know of none
        )
