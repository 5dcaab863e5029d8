"""Questions to the book."""

from .accounts import (
    account,
    account_for,
    account_of,
    accounts_for,
    balance,
    booked_and_back,
    budget_lines_for,
    correctable,
    hold,
    line_balance,
    line_by_code,
    line_of,
    outcome_of,
    stage_account,
    stage_accounts,
    unit_in_use,
    units,
)
from .checks import Trial, all_balances, trial_balance, verify_ledger
from .history import balance_as_of, history, statement
from .papers import signed_statement, statement_paper, statement_pdf
from .wire import account_out, account_seen, accounts_listed, transfer_out
from .words import kind_words, owner_words, state_words

__all__ = [
    "Trial",
    "account",
    "account_for",
    "account_of",
    "account_out",
    "account_seen",
    "accounts_for",
    "accounts_listed",
    "all_balances",
    "balance",
    "balance_as_of",
    "booked_and_back",
    "budget_lines_for",
    "correctable",
    "history",
    "hold",
    "kind_words",
    "line_balance",
    "line_by_code",
    "line_of",
    "outcome_of",
    "owner_words",
    "signed_statement",
    "stage_account",
    "stage_accounts",
    "state_words",
    "statement",
    "statement_paper",
    "statement_pdf",
    "transfer_out",
    "trial_balance",
    "unit_in_use",
    "units",
    "verify_ledger",
]
