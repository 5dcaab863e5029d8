"""预约 and 取号: book a time at a window, draw a number there, see one's turn, give it back."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, Invalid, NoSuchThing, Refused
from linli.cases import actions as cases
from linli.cases import queries as case_queries
from linli.cases.actions import Ticket, Visitor
from linli.cases.domain import NoSuchTime, read_number
from linli.fabric.asked import actor_of
from linli.fabric.edge import sentence
from linli.fabric.limits import check_tries, count_try
from linli.files import queries as files
from linli.portal import queries
from linli.portal.domain import NothingChosen
from linli.portal.forms import read_phone, without_nul

from .kept import address_of

if TYPE_CHECKING:
    from linli.cases.models import Booking

TURNS, FRESH_TURN, MOST_KEPT = "turns", "fresh_turn", 20
MOST_AN_HOUR, MOST_TRIES, MINUTES = 20, 8, 30


def _actor(request: HttpRequest) -> Actor:
    return queries.resident(actor_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Choose window, item, day and time, and book it."""
    if request.method != "POST":
        return _book_page(request)
    try:
        check_tries("book", address_of(request), most=MOST_AN_HOUR, minutes=60)
        office = queries.office_of(request.POST.get("community", ""))
        starts_at = _moment(request.POST.get("time", ""))
        if office is None or starts_at is None:
            raise NoSuchTime
        ticket = cases.book_time(
            by=_actor(request),
            party_id=office.id,
            visitor=_visitor(request),
            starts_at=starts_at,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _book_page(request, refusal)
    return _given(request, ticket)


def _book_page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    typed = {
        name: without_nul(sent.get(name, ""))[:60]
        for name in ("community", "item", "day", "time", "name", "phone")
    }
    page = queries.book_page(
        community=typed["community"], item=typed["item"], day=typed["day"], at=timezone.now()
    )
    context: dict[str, Any] = {
        "page": page,
        "typed": typed,
        "trouble": sentence(refusal) if refusal else "",
    }
    return render(request, "portal/book.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def hall(request: HttpRequest, code: str) -> HttpResponse:
    """Show whom a window calls, and draw a number: what the code on the wall leads to."""
    office = queries.office_by_code(code)
    trouble: Refused | None = None
    if request.method == "POST":
        try:
            check_tries("book", address_of(request), most=MOST_AN_HOUR, minutes=60)
            ticket = cases.draw_number(
                by=_actor(request),
                party_id=office.id,
                visitor=_visitor(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            trouble = refusal
        else:
            return _given(request, ticket)
    context = {
        "page": queries.hall_page(code, at=timezone.now()),
        "trouble": sentence(trouble) if trouble else "",
        "typed": request.POST,
    }
    return render(request, "portal/queue.html", context, status=trouble.status if trouble else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def turn(request: HttpRequest, number: str) -> HttpResponse:
    """Show a turn to whoever has it; anybody else is asked for the six signs."""
    number = read_number(number)
    trouble: Refused | None = None
    if request.method == "POST":
        try:
            found = _by_code(request, number)
            request.session[TURNS] = [found.pk, *request.session.get(TURNS, ())][:MOST_KEPT]
        except Refused as refusal:
            trouble = refusal
    return _turn_page(request, number, trouble)


@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give a turn back."""
    number = read_number(number)
    try:
        found = _own(request, number)
        cases.cancel_booking(by=_actor(request), booking=found, at=timezone.now())
    except Refused as refusal:
        return _turn_page(request, number, refusal)
    return HttpResponseRedirect(reverse("portal:turn", args=[number]))


@require_safe
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """Show the slip of a turn, to print; the six signs stand on it while they are fresh."""
    number = read_number(number)
    shown = queries.turning(_own(request, number), at=timezone.now())
    address = request.build_absolute_uri(reverse("portal:turn", args=[number]))
    made = queries.turn_slip(shown, code=_fresh(request, number), address=address)
    context = {
        "slip": made,
        "words": files.slip_words(made),
        "qr": files.qr_svg(made.qr),
        "back": reverse("portal:turn", args=[number]),
        "back_words": gettext("Back to my number"),
    }
    return render(request, "portal/slip.html", context)


def _turn_page(request: HttpRequest, number: str, refusal: Refused | None) -> HttpResponse:
    context: dict[str, Any] = {"number": number, "trouble": sentence(refusal) if refusal else ""}
    status = refusal.status if refusal else 200
    try:
        found = _own(request, number)
    except NoSuchThing:
        return render(request, "portal/turn_closed.html", context, status=status)
    context |= {
        "turn": queries.turning(found, at=timezone.now()),
        "code": _fresh(request, number),
    }
    return render(request, "portal/turn.html", context, status=status)


def _given(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    count_try("book", address_of(request), minutes=60)
    booking = ticket.booking
    request.session[TURNS] = [booking.pk, *request.session.get(TURNS, ())][:MOST_KEPT]
    request.session[FRESH_TURN] = {"number": booking.number, "code": ticket.code}
    return HttpResponseRedirect(reverse("portal:turn", args=[booking.number]))


def _own(request: HttpRequest, number: str) -> "Booking":
    for one in queries.my_turns(_actor(request), request.session.get(TURNS, ())):
        if one.number == number:
            return one
    for one in case_queries.bookings_by_id(
        actor_of(request).district,
        request.session.get(TURNS, ()),
    ):
        if one.number == number:
            return one
    raise NoSuchThing


def _by_code(request: HttpRequest, number: str) -> "Booking":
    """Return a turn by its number and six signs, counting the wrong ones."""
    check_tries("turn", number, most=MOST_TRIES, minutes=MINUTES)
    code = without_nul(request.POST.get("code", ""))[:12]
    district: int = actor_of(request).district
    try:
        return case_queries.booking_by_code(district, number, code)
    except NoSuchThing:
        count_try("turn", number, minutes=MINUTES)
        raise


def _fresh(request: HttpRequest, number: str) -> str:
    held = request.session.get(FRESH_TURN) or {}
    return str(held["code"]) if held.get("number") == number else ""


def _visitor(request: HttpRequest) -> Visitor:
    phone, wrong = read_phone(without_nul(request.POST.get("phone", ""))[:40])
    if wrong:
        raise Invalid(field="phone", reason=wrong)
    item = request.POST.get("item", "")[:60]
    if not item:
        raise NothingChosen
    return Visitor(
        item=item,
        name=without_nul(request.POST.get("name", "")).strip()[:60],
        phone=phone,
        language=get_language() or "zh-hans",
    )


def _moment(typed: str) -> datetime | None:
    try:
        found = parse_datetime(typed[:40])
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
