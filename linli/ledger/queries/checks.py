"""
Whether the book adds up: every account counted anew from its transfers, in one pass of the database.

Nothing is loaded: the engine sums a million transfers in some seconds and returns only what is
wrong. That the transfers themselves are what was written, the journal shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from linli.journal.domain import Fault
from linli.ledger.models import Account

# Each side is added up by itself, straight from the table, before anything is joined: what is joined
# is then as many rows as there are accounts. Holds and what became of them are few.
ACCOUNTS = """
WITH gone AS (
  SELECT payer_id AS account, sum(amount) AS went, max(id) AS newest
  FROM ledger_transfer WHERE expires_at IS NULL GROUP BY payer_id
), come AS (
  SELECT payee_id AS account, sum(amount) AS came, max(id) AS newest
  FROM ledger_transfer WHERE expires_at IS NULL GROUP BY payee_id
), aside AS (
  SELECT t.payer_id AS account, sum(coalesce(o.amount, 0)) AS went, max(t.id) AS newest,
    sum(CASE WHEN o.id IS NULL THEN t.amount ELSE 0 END) AS held, max(o.id) AS settled
  FROM ledger_transfer t LEFT JOIN ledger_outcome o ON o.transfer_id = t.id
  WHERE t.expires_at IS NOT NULL GROUP BY t.payer_id
), landed AS (
  SELECT t.payee_id AS account, sum(o.amount) AS came, max(o.id) AS settled
  FROM ledger_outcome o JOIN ledger_transfer t ON t.id = o.transfer_id
  WHERE o.amount > 0 GROUP BY t.payee_id
), counted AS (
  SELECT a.id, a.posted_in, a.posted_out, a.held, a.last_transfer, a.last_outcome,
    coalesce(come.came, 0) + coalesce(landed.came, 0) AS came,
    coalesce(gone.went, 0) + coalesce(aside.went, 0) AS went,
    coalesce(aside.held, 0) AS still_held,
    {most}(coalesce(gone.newest, 0), coalesce(come.newest, 0), coalesce(aside.newest, 0)) AS newest,
    {most}(coalesce(aside.settled, 0), coalesce(landed.settled, 0)) AS settled
  FROM ledger_account a
  LEFT JOIN gone ON gone.account = a.id LEFT JOIN come ON come.account = a.id
  LEFT JOIN aside ON aside.account = a.id LEFT JOIN landed ON landed.account = a.id
)
SELECT id, posted_in, posted_out, held, came, went, still_held FROM counted
WHERE posted_in <> came OR posted_out <> went OR held <> still_held
  OR last_transfer <> newest OR last_outcome <> settled
ORDER BY id
"""
LIMITS = """
SELECT id FROM ledger_account
WHERE posted_in - posted_out - held < floor OR posted_in - posted_out > ceiling
  OR (closed_at IS NOT NULL AND (posted_in <> posted_out OR held <> 0))
ORDER BY id
"""
STRAYS = """
SELECT t.id FROM ledger_transfer t
LEFT JOIN ledger_account a ON a.id = t.payer_id AND a.district = t.district
  AND a.unit_id = t.unit_id
LEFT JOIN ledger_account b ON b.id = t.payee_id AND b.district = t.district
  AND b.unit_id = t.unit_id
WHERE a.id IS NULL OR b.id IS NULL OR t.amount <= 0 OR t.payer_id = t.payee_id
ORDER BY t.id
"""
CORRECTIONS = """
SELECT o.id FROM ledger_transfer o JOIN (
  SELECT corrects_id, sum(amount) AS back, min(payer_id) AS least_payer,
    max(payer_id) AS most_payer, min(payee_id) AS least_payee, max(payee_id) AS most_payee
  FROM ledger_transfer WHERE corrects_id IS NOT NULL GROUP BY corrects_id
) c ON c.corrects_id = o.id
LEFT JOIN ledger_outcome h ON h.transfer_id = o.id
WHERE c.back > CASE WHEN o.expires_at IS NULL THEN o.amount ELSE coalesce(h.amount, 0) END
  OR c.least_payer <> o.payee_id OR c.most_payer <> o.payee_id
  OR c.least_payee <> o.payer_id OR c.most_payee <> o.payer_id
ORDER BY o.id
"""
OUTCOMES = """
SELECT h.id FROM ledger_outcome h LEFT JOIN ledger_transfer t ON t.id = h.transfer_id
WHERE t.id IS NULL OR t.expires_at IS NULL OR h.amount > t.amount
  OR (h.kind = 'posted' AND h.at >= t.expires_at) OR (h.kind = 'expired' AND h.at < t.expires_at)
ORDER BY h.id
"""
SINGLE = (
    (LIMITS, "ledger_account", "stands outside of its limits"),
    (STRAYS, "ledger_transfer", "has not two accounts of its district and unit"),
    (CORRECTIONS, "ledger_transfer", "more of it was taken back than was booked"),
    (OUTCOMES, "ledger_outcome", "settles no hold, or not in its time"),
)
TRIAL = """
SELECT u.code, u.places, count(a.id), coalesce(sum(a.posted_in), 0),
  coalesce(sum(a.posted_out), 0), coalesce(sum(a.held), 0)
FROM ledger_unit u LEFT JOIN ledger_account a ON a.unit_id = u.id
WHERE u.district = %s GROUP BY u.code, u.places ORDER BY u.code
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """One unit over all its accounts: what came must be what went (试算平衡)."""

    unit: str
    places: int
    accounts: int
    came: int
    went: int
    held: int

    @property
    def balanced(self) -> bool:
        return self.came == self.went


def trial_balance(*, district: int) -> list[Trial]:
    """Return the totals of every unit of a district."""
    with connection.cursor() as cursor:
        cursor.execute(TRIAL, [district])
        return [
            Trial(code, places, count, int(came), int(went), int(held))
            for code, places, count, came, went, held in cursor.fetchall()
        ]


def all_balances() -> Iterator[dict[str, int]]:
    """Yield what stands on every account, by id: it goes with a package, for others to add up."""
    rows = Account.objects.order_by("id").values_list("id", "posted_in", "posted_out", "held")
    for pk, came, went, held in rows.iterator(chunk_size=2_000):
        yield {"account": pk, "posted_in": came, "posted_out": went, "held": held}


def verify_ledger() -> Iterator[Fault]:
    """Yield every account, transfer and outcome that does not add up."""
    with connection.cursor() as cursor:
        most = "greatest" if connection.vendor == "postgresql" else "max"
        cursor.execute(ACCOUNTS.format(most=most))
        for pk, *counts in cursor.fetchall():
            held, counted = map(int, counts[:3]), map(int, counts[3:])
            words = "/".join(map(str, held)), "/".join(map(str, counted))
            yield Fault(
                "ledger",
                f"ledger_account {pk}",
                f"in/out/held stand at {words[0]}, its transfers make {words[1]}",
            )
        for question, table, what in SINGLE:
            cursor.execute(question)
            for (pk,) in cursor.fetchall():
                yield Fault("ledger", f"{table} {pk}", what)
