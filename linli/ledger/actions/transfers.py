"""Booking, and taking back what was booked wrongly. Nothing is ever changed."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError

from linli.basics import Actor
from linli.fabric.bulk import insert_rows, new_row
from linli.fabric.writing import act_id, write_atomic
from linli.journal.actions import record, record_many
from linli.ledger import queries
from linli.ledger.domain import (
    BookedAbove,
    Booking,
    Permission,
    check_correction,
    check_sides,
    check_transfer,
    pass_over,
)
from linli.ledger.events import TransferCorrected
from linli.ledger.models import Transfer

from ._at_once import at_once, book, book_many
from ._book import check_pair, locked, new_transfer, refusal_of, spendable, write
from ._given import checked
from ._many import standings, units_on
from ._texts import posted


@at_once(book)
@write_atomic
@checked
def post_transfer(
    *, by: Actor, at: datetime, payer: int, payee: int, amount: int, kind: str, key: str
) -> Transfer:
    """
    Book ``amount`` from one account to another. The storey above answers for who may.

    :param kind: a code of the storey above, such as ``care.paid``
    :param key: at most 64 characters, never used before in the district: what makes it once
    :raises NoSuchThing: if one of the accounts is not there
    :raises NothingToMove: for zero or less
    :raises TooLarge: for more than one booking may carry
    :raises SameAccount: if both sides are one
    :raises OtherUnit: if they count different things
    :raises AccountClosed: if one of them is closed
    :raises UnitNotInUse: if nothing moves in the unit on that day
    :raises NotEnough: if the payer would fall below its floor
    :raises TooMuch: if the payee would rise above its ceiling
    :raises AlreadyPosted: if the key was used before
    """
    accounts = locked([payer, payee], district=by.district)
    source, target = accounts[payer], accounts[payee]
    unit = check_pair(source, target, at=at)
    balance = spendable(by, source, amount=amount, at=at)
    check_transfer(balance, target.balance(), amount=amount, unit=unit)
    transfer = write(new_transfer(source, target, amount=amount, kind=kind, key=key, at=at))
    record(posted(transfer), by=by, rows=[transfer])
    return transfer


@at_once(book_many)
@write_atomic
@checked
def post_transfers(*, by: Actor, at: datetime, bookings: Sequence[Booking]) -> list[Transfer]:
    """
    Book many at once, one line on the record for each: all of them, or none.

    They are checked in their order, so that one may spend what one before it brought.

    :raises NoSuchThing: and all else that ``post_transfer`` raises
    """
    if not bookings:
        return []
    sides = {side for one in bookings for side in (one.payer, one.payee)}
    accounts = standings(sides, district=by.district)
    unit_of = units_on(at)
    transfers = []
    for one in bookings:
        payer, payee = accounts[one.payer], accounts[one.payee]
        check_sides(payer, payee)
        pass_over(payer, payee, amount=one.amount, unit=unit_of(payer.unit_id))
        transfers.append(
            new_row(
                Transfer,
                district=by.district,
                payer_id=one.payer,
                payee_id=one.payee,
                amount=one.amount,
                unit_id=payer.unit_id,
                kind=one.kind,
                act=act_id(),
                key=one.key,
                at=at,
            )
        )
    try:
        insert_rows(transfers)
    except IntegrityError as trouble:
        raise refusal_of(trouble) from trouble
    record_many([(posted(transfer), [transfer]) for transfer in transfers], by=by)
    return transfers


@write_atomic
@checked
def correct_transfer(
    *, by: Actor, at: datetime, transfer: int, key: str, amount: int | None = None
) -> Transfer:
    """
    Take back a booking, wholly or in part, by a new one that names it and turns its sides round.

    :param amount: how much of it; None for all that is left of it
    :raises NotAllowed: unless the hat may correct
    :raises NoSuchThing: if there is no such booking, or it is a correction itself
    :raises TooMuchCorrected: if less than that is left of it
    :raises NotEnough: if the one who got it has spent it
    :raises TooMuch: if the one who paid may not hold so much any more
    :raises AlreadyPosted: if the key was used before
    :raises BookedAbove: if a storey above keeps sums of it, and takes it back itself
    """
    by.must(Permission.CORRECT)
    origin = queries.correctable(transfer, district=by.district)
    if origin.key.startswith(settings.BOOKED_ABOVE):
        raise BookedAbove
    return _taken_back(by, origin, amount=amount, key=key, at=at)


@write_atomic
@checked
def take_back_transfer(
    *, by: Actor, at: datetime, transfer: int, key: str, amount: int | None = None
) -> Transfer:
    """
    Take back a booking; called by the storey that booked it and answers for who may.

    :param amount: how much of it; None for all that is left of it
    :raises NoSuchThing: and all else that ``correct_transfer`` raises, but for rights
    """
    origin = queries.correctable(transfer, district=by.district)
    return _taken_back(by, origin, amount=amount, key=key, at=at)


def _taken_back(
    by: Actor, origin: Transfer, *, amount: int | None, key: str, at: datetime
) -> Transfer:
    accounts = locked([origin.payer_id, origin.payee_id], district=by.district)
    source, target = accounts[origin.payee_id], accounts[origin.payer_id]
    unit = check_pair(source, target, at=at)
    booked, back = queries.booked_and_back(origin)
    wanted = booked - back if amount is None else amount
    check_correction(posted=booked, corrected=back, amount=wanted, unit=unit)
    balance = spendable(by, source, amount=wanted, at=at)
    check_transfer(balance, target.balance(), amount=wanted, unit=unit)
    row = write(
        new_transfer(
            source, target, amount=wanted, kind="correction", key=key, at=at, corrects=origin.pk
        )
    )
    record(
        TransferCorrected(at=at, transfer_id=row.pk, corrects_id=origin.pk, amount=wanted),
        by=by,
        rows=[row],
    )
    return row
