"""Deeds of the book. Each is one transaction and one line; the database checks every one again."""

from linli.ledger.domain import Booking

from .accounts import close_account, open_account, set_limits
from .holds import expire_holds, place_hold, post_hold, void_hold
from .lines import (
    appropriate_budget,
    commit_budget,
    open_budget_line,
    pay_budget,
    release_budget,
    reserve_budget,
    return_budget,
)
from .transfers import (
    correct_transfer,
    post_transfer,
    post_transfers,
    take_back_transfer,
)
from .units import load_units

__all__ = [
    "Booking",
    "appropriate_budget",
    "close_account",
    "commit_budget",
    "correct_transfer",
    "expire_holds",
    "load_units",
    "open_account",
    "open_budget_line",
    "pay_budget",
    "place_hold",
    "post_hold",
    "post_transfer",
    "post_transfers",
    "release_budget",
    "reserve_budget",
    "return_budget",
    "set_limits",
    "take_back_transfer",
    "void_hold",
]
