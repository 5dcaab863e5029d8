"""The machine's door to forms: reading only, with the rights of the screens."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from linli.fabric.asked import actor_of
from linli.rulebook.domain import local_date

from . import queries

router = Router(tags=["reports"])
MOST_ID = 2**62


class ListIn(Schema):
    """How many, the latest first."""

    limit: int = Field(30, ge=1, le=200)


class EditionIn(Schema):
    """The number of one edition of a form."""

    edition: int = Field(ge=1, le=MOST_ID)


@router.get("/reports")
def list_reports(request: HttpRequest, asked: Query[ListIn]) -> dict[str, Any]:
    """List what was sent last, as far as the hat of the token may see it."""
    rows = queries.sent_editions(actor_of(request), limit=asked.limit)
    on = local_date(timezone.now())
    return {"items": [queries.edition_out(one, on=on) for one in rows]}


@router.get("/reports/{edition}")
def show_report(request: HttpRequest, asked: Path[EditionIn]) -> dict[str, Any]:
    """
    Show one form with its numbers as they were sent, or would be now.

    A place without a number says why; ``stale`` marks numbers on facts older than allowed.
    """
    found, at = queries.edition_for(actor_of(request), asked.edition), timezone.now()
    return queries.edition_out(found, queries.sendable(found, at=at), on=local_date(at))
