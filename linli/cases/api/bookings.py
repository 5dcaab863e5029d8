"""The window for machines: which times are free, book one, the turns of a day, give one back."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.cases import actions, queries
from linli.cases.domain import Permission, Turn, read_number, ticket_words
from linli.catalogue import queries as catalogue
from linli.fabric.asked import actor_of
from linli.fabric.limits import check_tries, count_try
from linli.fabric.wire import answered
from linli.parties import queries as parties
from linli.people.domain import check_phone
from linli.rulebook.domain import local_date

from .once import answer_once
from .shapes import BookedOut, TimesOut, TurnOut, TurnsOut

if TYPE_CHECKING:
    from linli.cases.models import Booking

router = Router(tags=["window"])
MOST_TRIES, MINUTES = 8, 30
WINDOW = "station"


class TimesIn(Schema):
    """For which item, on which day; without a day the days that have a time are listed."""

    item: str = Field(max_length=60)
    day: date | None = None


class BookIn(Schema):
    """Who comes, when, for what. Name and telephone may be left out."""

    party: int = Field(ge=1, le=2**62)
    item: str = Field(max_length=60)
    starts_at: datetime
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)


class TurnsIn(Schema):
    """The day asked for, today if none; ``after`` is the cursor the page before gave."""

    day: date | None = None
    limit: int = Field(50, ge=1, le=100)
    after: str = Field("", max_length=600)


class CancelIn(Schema):
    """The six signs of the slip."""

    code: str = Field(max_length=12)


@router.get("/windows/{party}/times", response=TimesOut)
def list_times(request: HttpRequest, party: int, asked: Query[TimesIn]) -> HttpResponse:
    """List the days a window can be booked on, or the free times of one day with the seats left."""
    by, now = actor_of(request), timezone.now()
    window = parties.party(party)
    if window.district != by.district or window.kind != WINDOW:
        raise NoSuchThing
    definition = catalogue.current(asked.item, on=local_date(now)).definition
    days = queries.open_days(party, at=now)
    free = queries.free_times(party, definition, asked.day, at=now) if asked.day in days else []
    times = [{"starts_at": one.starts_at, "left": one.left} for one in free]
    return answered({"days": days, "times": times})


@router.post("/bookings", response={201: BookedOut})
def book(request: HttpRequest, body: BookIn) -> HttpResponse:
    """Book a time for somebody; the answer holds the number and the six signs that give it back."""
    actor_of(request).must(Permission.ACCEPT)
    return answer_once(request, lambda: _booked(actor_of(request), body), status=201)


def _booked(by: Actor, body: BookIn) -> dict[str, Any]:
    if body.starts_at.tzinfo is None:
        raise Invalid(field="starts_at", reason=gettext_noop("Say when, with the time zone."))
    ticket = actions.book_time(
        by=by,
        party_id=body.party,
        visitor=actions.Visitor(
            item=body.item, name=body.name, phone=check_phone(body.phone) if body.phone else ""
        ),
        starts_at=body.starts_at,
        at=timezone.now(),
    )
    return {**turn_out(ticket.booking), "code": ticket.code}


@router.get("/bookings", response=TurnsOut)
def list_turns(request: HttpRequest, asked: Query[TurnsIn]) -> HttpResponse:
    """List the turns of a day at the window of the token, in their order, without names."""
    page = queries.turns_of(
        actor_of(request),
        day=asked.day or local_date(timezone.now()),
        states=list(Turn),
        after=asked.after,
        limit=asked.limit,
    )
    return answered({"items": [turn_out(one) for one in page.rows], "next": page.next})


@router.post("/bookings/{number}/cancel", response=TurnOut)
def cancel(request: HttpRequest, number: str, body: CancelIn) -> HttpResponse:
    """Give a turn back by its number and six signs; wrong ones are counted."""
    by, number = actor_of(request), read_number(number)
    check_tries("turn", number, most=MOST_TRIES, minutes=MINUTES)

    def done() -> dict[str, Any]:
        found = queries.booking_by_code(by.district, number, body.code)
        return turn_out(actions.cancel_booking(by=by, booking=found, at=timezone.now()))

    try:
        return answer_once(request, done)
    except NoSuchThing:
        count_try("turn", number, minutes=MINUTES)
        raise


def turn_out(one: "Booking") -> dict[str, Any]:
    """Return one turn; the number called out, and where it stands."""
    return {
        "number": one.number,
        "ticket": ticket_words(one.comes_by, one.ticket),
        "party": one.party_id,
        "item": one.item,
        "comes_by": one.comes_by,
        "day": one.day,
        "starts_at": one.starts_at,
        "state": one.state,
        "made_at": one.made_at,
    }
