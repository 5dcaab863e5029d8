"""One booking and its line in one statement of PostgreSQL. Called inside acts only."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection

from linli.basics import Actor
from linli.fabric.bulk import new_row
from linli.fabric.writing import act_id, one_statement, write_atomic
from linli.journal.actions import Draft, reactions_by_kind
from linli.ledger.domain import MOST_AMOUNT, AlreadyPosted
from linli.ledger.events import TransferPosted
from linli.ledger.models import Transfer
from linli.rulebook.domain import local_date

from ._book import was_there

# Stand where the database puts its numbers; whoever has them in a key goes the long way.
ITS_ID, ITS_UNIT = -(2**62) - 1, -(2**62) - 3
CUT = "\x01"  # never stands in canonical JSON
BOOK = "SELECT * FROM ledger_book(%s)" % ", ".join(["%s"] * 18)  # noqa: S608, UP031  # marks only


def at_once(action: Callable[..., Transfer]) -> Callable[..., Transfer]:
    """Try one statement first; whatever is not plainly allowed goes the long way."""

    @functools.wraps(action)
    def tried(**asked: Any) -> Transfer:
        if connection.vendor != "postgresql":
            return action(**asked)
        with one_statement() as whole:
            booked = _book(**asked) if whole else _book_within(**asked)
        return action(**asked) if booked is None else booked

    return tried


def _book(
    *, by: Actor, at: datetime, payer: int, payee: int, amount: int, kind: str, key: str
) -> Transfer | None:
    """
    Book what is plainly allowed, with its line; None if it is not, and nothing is done then.

    :raises AlreadyPosted: if the key was used before
    """
    if not 0 < amount <= MOST_AMOUNT:
        return None
    if TransferPosted.__name__ in reactions_by_kind():
        return None
    transfer = new_row(
        Transfer,
        id=ITS_ID,
        district=by.district,
        payer_id=payer,
        payee_id=payee,
        amount=amount,
        unit_id=ITS_UNIT,
        kind=kind,
        act=act_id(),
        key=key,
        at=at,
    )
    values = _values(transfer, by=by)
    if values is None:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute(BOOK, values)
            found, unit = cursor.fetchone()
    except IntegrityError as trouble:
        if was_there(trouble):
            raise AlreadyPosted from trouble
        raise
    if found is None:
        return None
    transfer.pk, transfer.unit_id = found, unit
    transfer._state.adding, transfer._state.db = False, connection.alias
    return transfer


def posted(transfer: Transfer) -> TransferPosted:
    """Return what is announced of a booking."""
    return TransferPosted(
        at=transfer.at,
        transfer_id=transfer.pk,
        payer_id=transfer.payer_id,
        payee_id=transfer.payee_id,
        amount=transfer.amount,
        unit_id=transfer.unit_id,
        kind=transfer.kind,
    )


_book_within = write_atomic(_book)


def _values(transfer: Transfer, *, by: Actor) -> list[Any] | None:
    """Return what the function takes; None if a text holds one of the marks by chance."""
    draft = Draft.of(posted(transfer), transfer, by=by)
    row_text = _cut(draft.row, ITS_ID, ITS_UNIT)
    line_text = _cut(draft.line.body, ITS_ID, ITS_UNIT, ITS_ID, draft.digest)
    if row_text is None or line_text is None:
        return None
    line = draft.line
    return [
        transfer.district,
        transfer.payer_id,
        transfer.payee_id,
        transfer.amount,
        transfer.kind,
        transfer.act,
        transfer.key,
        transfer.at,
        local_date(transfer.at),
        transfer.salt,
        row_text,
        line_text,
        line.subject_kind,
        line.version,
        line.actor_kind,
        line.actor_id,
        line.appointment,
        line.hat,
    ]


def _cut(text: str, *marks: int | str) -> str | None:
    """Return the text, cut at each mark in turn; None unless each stands there once for each cut."""
    parts = []
    for mark in marks:
        part, found, text = text.partition(str(mark))
        if not found:
            return None
        parts.append(part)
    parts.append(text)
    whole = CUT.join(parts)
    return None if any(str(mark) in whole for mark in set(marks)) else whole
