"""Adding the book of a package up anew: what each account holds, from the transfers alone."""

from collections.abc import Iterator
from typing import Any

Counts = tuple[int, int, int]  # what came, what went, what is set aside
NOTHING: Counts = (0, 0, 0)
ACCOUNTS, TRANSFERS, OUTCOMES = "ledger_account", "ledger_transfer", "ledger_outcome"


class Book:
    """
    The sums of one package. Rows come in any order; what they make is known at the end.

    A transfer counts at once. A hold counts as set aside until its outcome says how much went over.
    """

    def __init__(self) -> None:
        self.stands: dict[int, Counts] = {}
        self.limits: dict[int, tuple[int | None, int | None]] = {}
        self.made: dict[int, Counts] = {}
        self.holds: dict[int, tuple[int, int, int]] = {}
        self.outcomes: dict[int, int] = {}

    def row(self, table: str, row: dict[str, Any]) -> None:
        """Take one exported row, of any table."""
        if table == TRANSFERS:
            self._transfer(row)
        elif table == OUTCOMES:
            self.outcomes[int(row["transfer_id"])] = int(row["amount"])
        elif table == ACCOUNTS:
            self.limits[int(row["id"])] = (_limit(row.get("floor")), _limit(row.get("ceiling")))

    def balance(self, held: dict[str, Any]) -> None:
        """Take what the house says stands on one account."""
        counts = int(held["posted_in"]), int(held["posted_out"]), int(held["held"])
        self.stands[int(held["account"])] = counts

    def _transfer(self, row: dict[str, Any]) -> None:
        payer, payee, amount = int(row["payer_id"]), int(row["payee_id"]), int(row["amount"])
        if row.get("expires_at") is None:
            self._move(payer, payee, amount)
        else:
            self.holds[int(row["id"])] = (payer, payee, amount)

    def _move(self, payer: int, payee: int, amount: int) -> None:
        came, went, held = self.made.get(payer, NOTHING)
        self.made[payer] = came, went + amount, held
        came, went, held = self.made.get(payee, NOTHING)
        self.made[payee] = came + amount, went, held

    def _settle(self) -> None:
        """Let the holds count: what went over, or what is still set aside."""
        for pk, (payer, payee, amount) in self.holds.items():
            if pk in self.outcomes:
                self._move(payer, payee, self.outcomes[pk])
            else:
                came, went, held = self.made.get(payer, NOTHING)
                self.made[payer] = came, went, held + amount
        self.holds = {}

    def wrong(self) -> Iterator[tuple[int, str]]:
        """Yield each account that does not stand where its transfers put it, and how both stand."""
        self._settle()
        for pk in sorted(self.limits.keys() | self.made.keys() | self.stands.keys()):
            made, stands = self.made.get(pk, NOTHING), self.stands.get(pk)
            if stands != made or pk not in self.limits:
                words = "/".join(map(str, stands)) if stands else "–"
                yield pk, f"{words} ≠ {'/'.join(map(str, made))}"

    def outside(self) -> Iterator[int]:
        """Yield each account that fell below its floor or rose above its ceiling."""
        for pk, (floor, ceiling) in sorted(self.limits.items()):
            came, went, held = self.made.get(pk, NOTHING)
            low = floor is not None and came - went - held < floor
            if low or (ceiling is not None and came - went > ceiling):
                yield pk


def _limit(given: Any) -> int | None:
    return None if given is None else int(given)
