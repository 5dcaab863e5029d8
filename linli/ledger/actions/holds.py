"""What is set aside for a while: placed, then posted, voided, or over with its time."""

from datetime import datetime

from linli.basics import Actor
from linli.fabric.writing import act_id, write_atomic
from linli.journal.actions import record
from linli.ledger import queries
from linli.ledger.domain import (
    HoldEndsTooEarly,
    HoldSettled,
    check_amount,
    check_hold,
    check_settled,
    check_transfer,
)
from linli.ledger.domain import settled as settled_balances
from linli.ledger.events import HoldPlaced, HoldPosted, HoldVoided
from linli.ledger.models import Outcome, Transfer

from ._book import check_pair, lapsed_holds, locked, new_transfer, spendable, strike_off, write
from ._given import checked


@write_atomic
@checked
def place_hold(
    *,
    by: Actor,
    at: datetime,
    payer: int,
    payee: int,
    amount: int,
    kind: str,
    key: str,
    expires_at: datetime,
) -> Transfer:
    """
    Set ``amount`` of the payer's aside for the payee, until ``expires_at``.

    Stages of a budget are no holds: they do not expire.

    :raises NoSuchThing: if one of the accounts is not there
    :raises HoldEndsTooEarly: if it would be over at once
    :raises NothingToMove: for zero or less
    :raises TooLarge: for more than one booking may carry
    :raises NotEnough: if the payer would fall below its floor
    :raises AlreadyPosted: if the key was used before
    """
    if expires_at <= at:
        raise HoldEndsTooEarly
    accounts = locked([payer, payee], district=by.district)
    source, target = accounts[payer], accounts[payee]
    unit = check_pair(source, target, at=at)
    check_hold(spendable(by, source, amount=amount, at=at), amount=amount, unit=unit)
    hold = write(
        new_transfer(
            source, target, amount=amount, kind=kind, key=key, at=at, expires_at=expires_at
        )
    )
    event = HoldPlaced(
        at=at,
        transfer_id=hold.pk,
        payer_id=payer,
        payee_id=payee,
        amount=amount,
        unit_id=hold.unit_id,
        kind=kind,
        expires_at=expires_at,
    )
    record(event, by=by, rows=[hold])
    return hold


@write_atomic
@checked
def post_hold(*, by: Actor, at: datetime, transfer: int, amount: int | None = None) -> Outcome:
    """
    Let what was set aside go over, or a part of it; the rest is free again.

    :param amount: how much; None for all of it
    :raises NoSuchThing: if there is no such hold
    :raises HoldSettled: if it has its outcome already
    :raises HoldLapsed: if its time is over
    :raises NothingToMove: for zero or less
    :raises NotEnough: if it is more than was set aside
    :raises TooMuch: if the payee would rise above its ceiling
    """
    hold = queries.hold(transfer, district=by.district)
    accounts = locked([hold.payer_id, hold.payee_id], district=by.district)
    source, target = accounts[hold.payer_id], accounts[hold.payee_id]
    unit = check_pair(source, target, at=at)
    check_settled(
        settled=queries.outcome_of(hold) is not None,
        expires_at=hold.expires_at or at,
        at=at,
    )
    wanted = hold.amount if amount is None else amount
    check_amount(wanted)
    freed, _ = settled_balances(
        source.balance(), target.balance(), held_amount=hold.amount, posted_amount=0
    )
    check_transfer(freed, target.balance(), amount=wanted, unit=unit)
    outcome = _settle(hold, kind="posted", amount=wanted, at=at)
    record(HoldPosted(at=at, transfer_id=hold.pk, amount=wanted), by=by, rows=[outcome])
    return outcome


@write_atomic
@checked
def void_hold(*, by: Actor, at: datetime, transfer: int) -> Outcome:
    """
    Let what was set aside be free again.

    :raises NoSuchThing: if there is no such hold
    :raises HoldSettled: if it has its outcome already
    """
    hold = queries.hold(transfer, district=by.district)
    locked([hold.payer_id, hold.payee_id], district=by.district)
    if queries.outcome_of(hold) is not None:
        raise HoldSettled
    outcome = _settle(hold, kind="voided", amount=0, at=at)
    record(HoldVoided(at=at, transfer_id=hold.pk), by=by, rows=[outcome])
    return outcome


@write_atomic
@checked
def expire_holds(*, by: Actor, at: datetime, most: int = 500) -> int:
    """
    Strike off holds whose time is over; return how many. They counted as free since it was.

    Safe to run at any time, by any number of workers.
    """
    found = list(lapsed_holds(at).filter(district=by.district)[: max(0, most)])
    if not found:
        return 0
    locked([hold.payer_id for hold in found], district=by.district)
    # Another worker, or a posting, may have been quicker: look again under the lock.
    still = list(lapsed_holds(at).filter(pk__in=[hold.pk for hold in found]))
    if still:
        strike_off(by, still, at=at)
    return len(still)


def _settle(hold: Transfer, *, kind: str, amount: int, at: datetime) -> Outcome:
    return Outcome.objects.create(
        district=hold.district, transfer_id=hold.pk, kind=kind, amount=amount, act=act_id(), at=at
    )
