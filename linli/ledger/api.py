"""The machine's door to the book: reading only, with the rights of the screens."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from linli.fabric.asked import actor_of

from . import queries
from .queries import screens

router = Router(tags=["ledger"])
MOST_ID = 2**62


class PageIn(Schema):
    """``after`` is the cursor the page before gave."""

    limit: int = Field(50, ge=1, le=200)
    after: str = Field("", max_length=600)


class AccountIn(Schema):
    """The number of one account."""

    account: int = Field(ge=1, le=MOST_ID)


@router.get("/accounts")
def list_accounts(request: HttpRequest, asked: Query[PageIn]) -> dict[str, Any]:
    """List the accounts the hat of the token may look into; amounts are whole parts of the unit."""
    page = queries.accounts_listed(actor_of(request), after=asked.after, limit=asked.limit)
    return {"items": [queries.account_out(row) for row in page.rows], "next": page.next}


@router.get("/accounts/{account}")
def show_account(request: HttpRequest, asked: Path[AccountIn]) -> dict[str, Any]:
    """Show one account as it stands now."""
    row = queries.account_seen(actor_of(request), asked.account)
    return queries.account_out(row, at=timezone.now())


@router.get("/transfers")
def list_transfers(request: HttpRequest, asked: Query[PageIn]) -> dict[str, Any]:
    """List the bookings that touch an account the hat may look into, the newest first."""
    page = screens.transfers_page(actor_of(request), after=asked.after, limit=asked.limit)
    return {"items": [queries.transfer_out(row) for row in page.rows], "next": page.next}
