"""What an account did: entries, and a statement that adds up from its first line to its last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FORMAT = "linli-statement-1"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One booking as one account sees it: ``amount`` above zero came, below zero went.

    ``at`` is when it took effect: for a hold, when it was posted. ``state`` is ``posted`` or, in a
    history, also ``held``, ``voided``, ``expired``; only ``posted`` counts in the balance.
    """

    transfer_id: int
    at: datetime
    kind: str
    other_id: int
    amount: int
    state: str = "posted"
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """All that took effect from ``since`` up to but without ``until``, between two balances."""

    account_id: int
    since: datetime
    until: datetime
    opening: int
    entries: tuple[Entry, ...]
    closing: int

    def running(self) -> list[int]:
        """Return the balance after each entry."""
        standing, found = self.opening, []
        for entry in self.entries:
            standing += entry.amount
            found.append(standing)
        return found

    def adds_up(self) -> bool:
        """Whether the first balance and the entries make the last."""
        return self.opening + sum(entry.amount for entry in self.entries) == self.closing


def statement_content(
    statement: Statement,
    *,
    district: int,
    unit: Mapping[str, Any],
    owner: Mapping[str, Any],
    made_at: datetime,
    root: str,
) -> dict[str, Any]:
    """
    Return what is signed: everything a reader needs, and nothing that names a person.

    :param root: the newest root of the record, for whoever compares it with another paper
    """
    return {
        "format": FORMAT,
        "district": district,
        "account": statement.account_id,
        "unit": dict(unit),
        "owner": dict(owner),
        "since": _moment(statement.since),
        "until": _moment(statement.until),
        "made_at": _moment(made_at),
        "root": root,
        "opening": statement.opening,
        "closing": statement.closing,
        "entries": _entries(statement.entries, statement.running()),
    }


def _entries(entries: Sequence[Entry], running: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {
            "transfer": entry.transfer_id,
            "at": _moment(entry.at),
            "kind": entry.kind,
            "other": entry.other_id,
            "amount": entry.amount,
            "balance": after,
            "corrects": entry.corrects_id,
        }
        for entry, after in zip(entries, running, strict=True)
    ]


def _moment(value: datetime) -> str:
    return value.isoformat()
