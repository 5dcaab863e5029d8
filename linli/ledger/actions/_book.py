"""Locking accounts in one order, and the rows of the book. Called inside acts only."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError
from django.db.models import QuerySet

from linli.basics import Actor, NoSuchThing
from linli.fabric.bulk import new_row
from linli.fabric.writing import act_id
from linli.journal.actions import record_many
from linli.ledger.domain import (
    AccountClosed,
    AlreadyPosted,
    Balance,
    NoSuchWay,
    OtherUnit,
    SameAccount,
    UnitData,
    check_unit,
)
from linli.ledger.events import HoldExpired
from linli.ledger.models import Account, Outcome, Transfer, Unit
from linli.rulebook.domain import local_date

FEW = 20


def locked(ids: Iterable[int], *, district: int) -> dict[int, Account]:
    """
    Return the accounts by id, locked until the act ends.

    Always in the order of ids, as the triggers do it: two opposite transfers cannot wait for each
    other, and the newest transfer of an account has the highest number.

    :raises NoSuchThing: if one of them is not there
    """
    wanted = sorted(set(ids))
    rows = (
        Account.objects.select_for_update(of=("self",), no_key=True)
        .filter(district=district, pk__in=wanted)
        .order_by("pk")
    )
    if len(wanted) <= FEW:
        rows = rows.select_related("unit")
    found = {account.pk: account for account in rows}
    if len(found) < len(wanted):
        raise NoSuchThing
    if len(found) > FEW:  # many accounts count in a few units: each is read once
        units = Unit.objects.in_bulk({account.unit_id for account in found.values()})
        for account in found.values():
            account.unit = units[account.unit_id]
    return found


def check_pair(payer: Account, payee: Account, *, at: datetime) -> UnitData:
    """
    Return the unit both sides count in.

    :raises SameAccount: if they are one
    :raises OtherUnit: if they count different things
    :raises AccountClosed: if one of them is closed
    :raises UnitNotInUse: if nothing moves in the unit on that day
    """
    if payer.pk == payee.pk:
        raise SameAccount
    if payer.unit_id != payee.unit_id:
        raise OtherUnit
    if payer.closed_at is not None or payee.closed_at is not None:
        raise AccountClosed
    unit = payer.unit.data()
    return check_unit(unit, code=unit.code, on=local_date(at))


def spendable(by: Actor, payer: Account, *, amount: int, at: datetime) -> Balance:
    """Return what the payer holds; holds that are over are struck off first where they are needed."""
    balance = payer.balance()
    if payer.held and balance.available is not None and amount > balance.available:
        lapsed = list(lapsed_holds(at).filter(payer=payer))
        if lapsed:
            strike_off(by, lapsed, at=at)
            payer.held -= sum(hold.amount for hold in lapsed)
            balance = payer.balance()
    return balance


def lapsed_holds(at: datetime) -> QuerySet[Transfer]:
    """Return the holds whose time is over and which have no outcome yet, oldest first."""
    return Transfer.objects.filter(expires_at__lte=at, outcomes=None, payer__held__gt=0).order_by(
        "id"
    )


def strike_off(by: Actor, holds: Sequence[Transfer], *, at: datetime) -> None:
    """Let the time of holds be over; their payers must be locked."""
    outcomes = [
        Outcome(
            district=hold.district,
            transfer_id=hold.pk,
            kind="expired",
            amount=0,
            act=act_id(),
            at=at,
        )
        for hold in holds
    ]
    Outcome.objects.bulk_create(outcomes, batch_size=500)
    record_many(
        [(HoldExpired(at=at, transfer_id=outcome.transfer_id), [outcome]) for outcome in outcomes],
        by=by,
    )


def new_transfer(
    payer: Account,
    payee: Account,
    *,
    amount: int,
    kind: str,
    key: str,
    at: datetime,
    expires_at: datetime | None = None,
    corrects: int | None = None,
) -> Transfer:
    """Return a row of the book that is not written yet."""
    return new_row(
        Transfer,
        district=payer.district,
        payer_id=payer.pk,
        payee_id=payee.pk,
        amount=amount,
        unit_id=payer.unit_id,
        kind=kind,
        act=act_id(),
        key=key,
        at=at,
        expires_at=expires_at,
        corrects_id=corrects,
    )


def write(transfer: Transfer) -> Transfer:
    """
    Insert the row; the database moves both accounts.

    :raises AlreadyPosted: if its key is there already
    :raises NoSuchWay: if it skips a stage of a budget line, or sets its money aside
    """
    try:
        transfer.save(force_insert=True)
    except IntegrityError as trouble:
        raise refusal_of(trouble) from trouble
    return transfer


def refusal_of(trouble: IntegrityError) -> Exception:
    """Return the refusal that says what the database refused; the trouble itself if no rule says it."""
    words = str(trouble)
    if "transfer_once" in words or "ledger_transfer is there already" in words:
        return AlreadyPosted()
    if "a budget line goes from stage to stage" in words:
        return NoSuchWay()
    return trouble
