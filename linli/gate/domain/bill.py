"""减负账单: what each department asked of communities in a month. Requests, never persons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from linli.basics import gettext_noop

from .states import Effort


@dataclass(slots=True)
class BillLine:
    """
    One department, one month. Minutes are those asked for; ``answered`` were asked and answered
    from the facts. ``unfunded`` minutes were worked, or are to be, and nobody reserved money.
    """

    party: int
    requests: int = 0
    data: int = 0
    answered: int = 0
    minutes: int = 0
    unfunded: int = 0
    returned: int = 0
    emergencies: int = 0
    late: int = 0
    refused: int = 0
    paid_fen: int = 0
    reserved_fen: int = 0

    @property
    def answered_percent(self) -> int:
        """Return of a hundred times asked how many were answered from the facts, rounded down."""
        return self.answered * 100 // self.requests if self.requests else 0


BILL_HEADS = (
    ("requests", gettext_noop("Times asked")),
    ("answered", gettext_noop("Answered from the facts")),
    ("answered_percent", gettext_noop("Answered from the facts, %")),
    ("minutes", gettext_noop("Minutes asked")),
    ("unfunded", gettext_noop("Minutes without money")),
    ("returned", gettext_noop("Returned")),
    ("emergencies", gettext_noop("Emergencies")),
    ("refused", gettext_noop("Refused by communities")),
    ("late", gettext_noop("Paid late")),
    ("reserved_fen", gettext_noop("Reserved, yuan")),
    ("paid_fen", gettext_noop("Paid, yuan")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request as the bill counts it."""

    party: int
    data: bool
    answered: bool
    returned: bool
    emergency: bool
    minutes: int
    funded: bool
    admitted: bool
    late: int = 0
    paid_fen: int = 0
    reserved_fen: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """A month's bill: a line for each department, and what the minutes worked were spent on."""

    month: date
    lines: tuple[BillLine, ...]
    worked: Mapping[Effort, int] = field(default_factory=dict)

    @property
    def door_share(self) -> tuple[int, int] | None:
        """上门时间占比 as (minutes at the door, all minutes booked); None before any was booked."""
        total = sum(self.worked.values())
        return (self.worked.get(Effort.DOOR, 0), total) if total else None

    def total(self) -> BillLine:
        """Return the sum of all departments (party 0)."""
        whole = BillLine(0)
        for one in self.lines:
            for name in BillLine.__slots__:
                if name != "party":
                    setattr(whole, name, getattr(whole, name) + getattr(one, name))
        return whole


def bill_of(
    month: date,
    entries: Iterable[Entry],
    refusals: Iterable[int],
    worked: Mapping[Effort, int],
) -> Bill:
    """
    Return the bill of a month.

    :param refusals: for each thing a community refused, the party that had asked
    """
    lines: dict[int, BillLine] = {}
    for one in entries:
        line = lines.setdefault(one.party, BillLine(one.party))
        line.requests += 1
        line.data += one.data
        line.answered += one.answered
        line.returned += one.returned
        line.emergencies += one.emergency
        line.minutes += one.minutes
        line.unfunded += one.minutes if one.admitted and not one.funded else 0
        line.late += one.late
        line.paid_fen += one.paid_fen
        line.reserved_fen += one.reserved_fen
    for party in refusals:
        lines.setdefault(party, BillLine(party)).refused += 1
    ranked = sorted(lines.values(), key=lambda line: (-line.minutes, -line.requests, line.party))
    return Bill(month, tuple(ranked), dict(worked))


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
