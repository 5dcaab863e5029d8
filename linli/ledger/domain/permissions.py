"""What one must be allowed to do here."""

from enum import StrEnum


class Permission(StrEnum):
    SEE = "ledger.see"
    AUDIT = "ledger.audit"
    KEEP = "ledger.keep"
    CORRECT = "ledger.correct"
    BUDGET = "ledger.budget"
