"""What the machine's door answers of the book: ids, codes and whole parts of a unit; no names."""

from datetime import datetime
from typing import Any

from linli.basics import Actor
from linli.fabric.keyset import Page, page_of
from linli.ledger.domain import Permission
from linli.ledger.models import Account, Transfer

from .accounts import account_for, accounts_for, lapsed
from .papers import owner_out
from .screens import BY_ID


def accounts_listed(actor: Actor, *, after: str, limit: int) -> Page[Account]:
    """
    Return a page of the accounts an actor may look into.

    :raises NotAllowed: unless the hat may look into the book
    """
    actor.must(Permission.SEE)
    return page_of(accounts_for(actor), order=BY_ID, filters={}, after=after, limit=limit)


def account_seen(actor: Actor, account_id: int) -> Account:
    """
    Return one account an actor may look into.

    :raises NotAllowed: unless the hat may look into the book
    :raises NoSuchThing: if there is none, or it is not theirs to see
    """
    actor.must(Permission.SEE)
    return account_for(actor, account_id)


def account_out(row: Account, *, at: datetime | None = None) -> dict[str, Any]:
    """Return an account; with a moment, holds that are over by then count as free."""
    over = lapsed(row, at) if at is not None and row.held else 0
    return {
        "id": row.pk,
        "owner": owner_out(row),
        "unit": row.unit.code,
        "places": row.unit.places,
        "balance": row.posted_in - row.posted_out,
        "held": row.held - over,
        "floor": row.floor,
        "ceiling": row.ceiling,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
    }


def transfer_out(row: Transfer) -> dict[str, Any]:
    """Return a booking."""
    return {
        "id": row.pk,
        "payer": row.payer_id,
        "payee": row.payee_id,
        "amount": row.amount,
        "unit": row.unit.code,
        "kind": row.kind,
        "at": row.at,
        "expires_at": row.expires_at,
        "corrects": row.corrects_id,
    }
