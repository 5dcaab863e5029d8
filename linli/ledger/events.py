"""What the ledger announces. Amounts are whole parts of the account's unit."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitIntroduced(Event):
    """Something can be counted from now on, or its wording or its last day changed."""

    SUBJECT: ClassVar[str] = "unit"

    unit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(Event):
    """An account was opened, empty."""

    SUBJECT: ClassVar[str] = "account"

    account_id: int
    unit_id: int
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsSet(Event):
    """How far an account may fall and rise was changed."""

    SUBJECT: ClassVar[str] = "account"

    account_id: int
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(Event):
    """An empty account was closed; it moves no more."""

    SUBJECT: ClassVar[str] = "account"

    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPosted(Event):
    """An amount went from one account to another."""

    SUBJECT: ClassVar[str] = "transfer"

    transfer_id: int
    payer_id: int
    payee_id: int
    amount: int
    unit_id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCorrected(Event):
    """A booking was taken back, wholly or in part, by a new one that names it."""

    SUBJECT: ClassVar[str] = "transfer"

    transfer_id: int
    corrects_id: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced(Event):
    """An amount was set aside until a moment."""

    SUBJECT: ClassVar[str] = "transfer"

    transfer_id: int
    payer_id: int
    payee_id: int
    amount: int
    unit_id: int
    kind: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPosted(Event):
    """What was set aside went over, or a part of it; the rest is free again."""

    SUBJECT: ClassVar[str] = "transfer"

    transfer_id: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldVoided(Event):
    """What was set aside is free again, by an act."""

    SUBJECT: ClassVar[str] = "transfer"

    transfer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldExpired(Event):
    """What was set aside is free again: its time was over."""

    SUBJECT: ClassVar[str] = "transfer"

    transfer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLineOpened(Event):
    """A budget line was opened, with an account for each of its four stages."""

    SUBJECT: ClassVar[str] = "budget_line"

    budget_line_id: int
    owner_id: int
    unit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStepped(Event):
    """Money of a budget line went from one stage to another; an empty stage is outside the line."""

    SUBJECT: ClassVar[str] = "budget_line"

    budget_line_id: int
    transfer_id: int
    source: str
    target: str
    amount: int
