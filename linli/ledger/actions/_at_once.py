"""Bookings and their lines in one statement of PostgreSQL. Called inside acts only."""

import functools
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, connection

from linli.basics import Actor, Refused
from linli.fabric.blanks import new_salt, plain
from linli.fabric.bulk import new_row
from linli.fabric.clock import END_OF_TIME
from linli.fabric.writing import EARLIEST, act_id, one_statement, write_atomic
from linli.journal.actions import reactions_by_kind
from linli.journal.domain import canonical
from linli.ledger.domain import MOST_AMOUNT, Booking
from linli.ledger.events import TransferPosted
from linli.ledger.models import Transfer
from linli.rulebook.domain import local_date

from ._book import refusal_of
from ._given import check_given
from ._texts import CUT, texts

R = TypeVar("R")
MARKS = ", ".join(["%s"] * 18)
BOOK = f"SELECT * FROM ledger_book({MARKS})"  # noqa: S608  # marks only
BOOK_MANY = f"SELECT * FROM ledger_book_many({MARKS})"  # noqa: S608  # marks only
SALT = 16  # bytes


def at_once(quick: Callable[..., R | None]) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Try one statement first; whatever is not plainly allowed (None) goes the long way."""
    within = write_atomic(quick)

    def around(action: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(action)
        def tried(**asked: Any) -> R:
            if connection.vendor != "postgresql" or _owed() or not _fits(**asked):
                return action(**asked)
            with one_statement() as whole:
                booked = quick(**asked) if whole else within(**asked)
            return action(**asked) if booked is None else booked

        return tried

    return around


def _fits(*, at: datetime, **asked: Any) -> bool:
    """Whether a row can hold what is given; if not, the long way says so."""
    if at.tzinfo is None or at.year < EARLIEST or at > END_OF_TIME:
        return False
    try:
        check_given(asked)
    except Refused:
        return False
    return True


def _owed() -> bool:
    """Whether reactions follow a booking; the statement owes none."""
    return TransferPosted.__name__ in reactions_by_kind()


def book(
    *, by: Actor, at: datetime, payer: int, payee: int, amount: int, kind: str, key: str
) -> Transfer | None:
    """
    Book what is plainly allowed, with its line; None if it is not, and nothing is done then.

    :raises AlreadyPosted: if the key was used before
    """
    if not 0 < amount <= MOST_AMOUNT:
        return None
    act, salt = act_id(), new_salt()
    said = {"payer_id": payer, "payee_id": payee, "amount": amount, "kind": canonical(kind)}
    row, line = _texts(by=by, at=at, act=act, **said, key=canonical(key))
    values = [by.district, payer, payee, amount, kind, act, key, at, local_date(at), salt]
    found, unit = _asked(BOOK, [*values, row, line, *_whose(by)])
    if found is None:
        return None
    return _row(
        id=found,
        district=by.district,
        salt=salt,
        payer_id=payer,
        payee_id=payee,
        amount=amount,
        unit_id=unit,
        kind=kind,
        act=act,
        key=key,
        at=at,
    )


def book_many(*, by: Actor, at: datetime, bookings: Sequence[Booking]) -> list[Transfer] | None:
    """
    Book a batch that is plainly allowed, with its lines; None if it is not, and nothing is done then.

    :raises AlreadyPosted: if a key was used before, or stands there twice
    """
    if not all(0 < one.amount <= MOST_AMOUNT and one.payer != one.payee for one in bookings):
        return None
    kinds = CUT.join([one.kind for one in bookings])
    keys = CUT.join([one.key for one in bookings])
    if not kinds.count(CUT) == keys.count(CUT) == len(bookings) - 1:  # none, or one holds the mark
        return None
    act, salts = act_id(), secrets.token_bytes(SALT * len(bookings))
    row, line = _texts(
        by=by, at=at, act=act, payer_id=CUT, payee_id=CUT, amount=CUT, kind=CUT, key=CUT
    )
    sides = [
        _array([one.payer for one in bookings]),
        _array([one.payee for one in bookings]),
        _array([one.amount for one in bookings]),
    ]
    values = [by.district, *sides, kinds, keys, act, at, local_date(at), salts]
    found, unit = _asked(BOOK_MANY, [*values, row, line, *_whose(by)])
    if found is None:
        return None
    return [
        _row(
            id=pk,
            district=by.district,
            salt=salts[place : place + SALT],
            payer_id=one.payer,
            payee_id=one.payee,
            amount=one.amount,
            unit_id=unit,
            kind=one.kind,
            act=act,
            key=one.key,
            at=at,
        )
        for pk, place, one in zip(found, range(0, len(salts), SALT), bookings, strict=True)
    ]


def _texts(*, by: Actor, at: datetime, **said: Any) -> tuple[str, str]:
    """Return the texts of row and line, cut where the database puts number, unit and digest."""
    known = {"id": CUT, "unit_id": CUT, "digest": CUT}
    return texts(district=by.district, at=f'"{plain(at)}"', **known, **said)


def _whose(by: Actor) -> list[Any]:
    """Return what else a line says: about what it is, and who acted."""
    about = [TransferPosted.SUBJECT, TransferPosted.VERSION]
    return [*about, by.kind, by.user, by.appointment, by.hat]


def _array(numbers: Sequence[int]) -> str:
    """Return the numbers as PostgreSQL writes an array; the driver takes a second for each."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _asked(statement: str, values: Sequence[Any]) -> tuple[Any, Any]:
    """Return what the function gave: the numbers of what it booked, if any, and the unit."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            found, unit = cursor.fetchone()
    except IntegrityError as trouble:
        raise refusal_of(trouble) from trouble
    return found, unit


def _row(**columns: Any) -> Transfer:
    """Return a row that is written."""
    transfer = new_row(Transfer, **columns)
    transfer._state.adding, transfer._state.db = False, connection.alias
    return transfer
