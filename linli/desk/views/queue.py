"""排号: give a number, call the next one, and how each turn ends."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from linli.basics import Actor, NoSuchThing, Refused
from linli.cases import actions
from linli.cases import queries as cases
from linli.cases.actions import Visitor
from linli.cases.domain import Permission
from linli.desk import forms, queries
from linli.fabric.edge import sentence

from .acts import pdf_answer
from .asking import at_now, by_whom

KEPT, MOST_KEPT = "desk_turns", 20


@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Show whose turn it is, who waits, and the form that gives a number."""
    by = by_whom(request)
    by.must(Permission.ACCEPT)
    return _screen(request, by)


@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Give a number to one who stands at the window."""
    by, at = by_whom(request), at_now()
    by.must(Permission.ACCEPT)
    visitor = Visitor(
        item=forms.text(request.POST, "item", most=60),
        name=forms.text(request.POST, "name", most=60),
        phone=forms.text(request.POST, "phone", most=30),
        language=get_language() or "zh-hans",
    )
    try:
        ticket = actions.draw_number(by=by, party_id=by.office(), visitor=visitor, at=at)
    except Refused as refusal:
        return _screen(request, by, failed="give", trouble=refusal)
    kept = {
        **request.session.get(KEPT, {}),
        ticket.booking.number: [ticket.booking.pk, ticket.code],
    }
    request.session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])
    return HttpResponseRedirect(reverse("desk:queue") + f"?given={ticket.booking.number}")


def _serve(by: Actor, booking: int, at: datetime) -> str:
    actions.serve_booking(by=by, booking_id=booking, at=at)
    return f"{reverse('desk:accept')}?booking={booking}"


def _stay(act: Callable[[Actor, int, datetime], object]) -> Callable[[Actor, int, datetime], str]:
    def done(by: Actor, booking: int, at: datetime) -> str:
        act(by, booking, at)
        return reverse("desk:queue")

    return done


ACTS: dict[str, Callable[[Actor, int, datetime], str]] = {
    "next": _stay(lambda by, booking, at: actions.call_next(by=by, at=at)),  # noqa: ARG005
    "call": _stay(lambda by, booking, at: actions.call_again(by=by, booking_id=booking, at=at)),
    "serve": _serve,
    "miss": _stay(lambda by, booking, at: actions.miss_booking(by=by, booking_id=booking, at=at)),
}


@require_POST
def act(request: HttpRequest, booking: int, act: str) -> HttpResponse:
    """Call, serve or mark as missed; serving leads on to 受理 with item and person filled in."""
    by = by_whom(request)
    by.must(Permission.ACCEPT)
    if act not in ACTS:
        raise NoSuchThing
    try:
        return HttpResponseRedirect(ACTS[act](by, booking, at_now()))
    except Refused as refusal:
        return _screen(request, by, failed=act, trouble=refusal)


@require_GET
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """Print the slip of a number this sitting gave."""
    by = by_whom(request)
    held = request.session.get(KEPT, {}).get(number)
    if held is None:
        raise NoSuchThing
    found = cases.turn_for(by, held[0])
    address = request.build_absolute_uri(f"/book/{found.number}/")
    made = queries.turn_slip(found, code=held[1], address=address, at=at_now())
    if request.GET.get("as") == "pdf":
        return pdf_answer(made, name=f"turn-{found.number}")
    context = {
        "slip": made,
        "words": queries.words_of(made),
        "square": queries.square_code(made),
        "back": reverse("desk:queue"),
    }
    return render(request, "desk/slip.html", context)


def _screen(
    request: HttpRequest, by: Actor, *, failed: str = "", trouble: Refused | None = None
) -> HttpResponse:
    given = request.GET.get("given", "")
    context = {
        "page": queries.queue_screen(by, after=request.GET.get("after", "")[:600], at=at_now()),
        "failed": failed,
        "trouble": sentence(trouble) if trouble else "",
        "typed": request.POST,
        "given": given if given in request.session.get(KEPT, {}) else "",
    }
    return render(request, "desk/queue.html", context, status=trouble.status if trouble else 200)
