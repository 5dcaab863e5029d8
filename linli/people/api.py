"""The machine's door to requests about data: list, show and decide, with the rights of the screens."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from linli.basics import Invalid, gettext_noop
from linli.fabric import wire
from linli.fabric.asked import actor_of
from linli.identity import actions as identity

from . import actions, queries

if TYPE_CHECKING:
    from .models import RightsRequest

router = Router(tags=["data requests"])
answer_once = partial(wire.answer_once, keep=identity.answer_once)
MOST_ID = 2**62


class PageIn(Schema):
    """``after`` is the cursor the page before gave."""

    limit: int = Field(30, ge=1, le=100)
    after: str = Field("", max_length=600)


class RequestIn(Schema):
    """The number of one request."""

    request_id: int = Field(ge=1, le=MOST_ID)


class DecideIn(Schema):
    """
    The answer; a no needs ``reasons``, which whoever asked reads word for word.

    ``right`` says once more what was asked for, so that nobody is erased by a slip in a number.
    """

    right: Literal["correction", "export", "erasure"]
    grant: bool
    reasons: str = Field("", max_length=1_000)


class DataRequestOut(Schema):
    """What was asked and where it stands, without a word of theirs."""

    id: int
    right: str
    state: str
    asked_at: datetime
    due_at: datetime
    decided_at: datetime | None


class DataRequestLineOut(DataRequestOut):
    """One on the list; the name is masked."""

    person: str


class DataRequestsOut(Schema):
    """A page; ``next`` is the cursor of the one after it."""

    items: list[DataRequestLineOut]
    next: str | None


class DataRequestWholeOut(DataRequestLineOut):
    """One in the words it was made, and the reasons of a no."""

    details: str
    reasons: str


@router.get("/data-requests", response=DataRequestsOut)
def list_requests(request: HttpRequest, asked: Query[PageIn]) -> HttpResponse:
    """List the open requests the hat of the token decides, the most urgent first; names are masked."""
    page = queries.requests_listed(actor_of(request), after=asked.after, limit=asked.limit)
    names = queries.masked_names({one.person_id for one in page.rows})
    rows = [{**request_out(one), "person": names[one.person_id]} for one in page.rows]
    return wire.answered({"items": rows, "next": page.next})


@router.get("/data-requests/{request_id}", response=DataRequestWholeOut)
def show_request(request: HttpRequest, asked: Path[RequestIn]) -> HttpResponse:
    """Show one request in the words it was made; the name is masked."""
    found, person = queries.request_for(actor_of(request), asked.request_id)
    return wire.answered(
        {
            **request_out(found),
            "person": queries.masked(person).name,
            "details": found.details,
            "reasons": found.reasons,
        }
    )


@router.post("/data-requests/{request_id}/decide", response=DataRequestOut)
def decide(request: HttpRequest, asked: Path[RequestIn], body: DecideIn) -> HttpResponse:
    """Grant or refuse. A granted erasure erases in the same act; nothing of it comes back."""
    by = actor_of(request)

    def done() -> dict[str, Any]:
        found, _ = queries.request_for(by, asked.request_id)
        if found.kind != body.right:
            raise Invalid(field="right", reason=gettext_noop("They asked for something else."))
        decided = actions.decide_right(
            by=by, at=timezone.now(), request=found.pk, grant=body.grant, reasons=body.reasons
        )
        return request_out(decided)

    return answer_once(request, done)


def request_out(one: "RightsRequest") -> dict[str, Any]:
    """Return the columns of a ``DataRequestOut``."""
    return {
        "id": one.pk,
        "right": one.kind,
        "state": one.state,
        "asked_at": one.asked_at,
        "due_at": one.due_at,
        "decided_at": one.decided_at,
    }
