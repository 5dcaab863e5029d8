"""What residents ask about their own data, at the workbench: the list, one request, the answer."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.basics import Actor, NoSuchThing, Refused, gettext_noop
from linli.fabric import asked
from linli.fabric.edge import said_on_page
from linli.people import actions, queries
from linli.people.domain import ERASED, KEPT, Permission

MOST_WORDS = 1_000
DONE = {
    "granted": gettext_noop("Agreed. The answer is on its way to them."),
    "refused": gettext_noop("Refused. They read your reasons, and where to complain and to sue."),
    "erased": gettext_noop("Erased. Nothing here leads to them any more."),
}


@never_cache
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List the open requests, the most urgent first."""
    stranger = asked.door(request)
    if stranger is not None:
        return stranger
    by = asked.staff_of(request)
    page = queries.requests_page(by, at=timezone.now(), after=request.GET.get("after", ""))
    return render(request, "people/requests.html", {"page": page, "did": _did(request)})


@never_cache
@require_safe
def one(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show one request: the words, the law, the form of the answer."""
    return asked.door(request) or _page(request, asked.staff_of(request), request_id)


@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """
    Grant or refuse. An erasure is looked at once more (``look``) before the one act.

    :raises NoSuchThing: unless it was said which
    """
    by, sent = asked.staff_of(request), request.POST
    decision, reasons = sent.get("decision", ""), asked.text(sent, "reasons", most=MOST_WORDS)
    by.must(Permission.DECIDE_RIGHTS)
    if decision == "look":
        return _look(request, by, request_id, reasons)
    if decision not in ("grant", "refuse"):
        raise NoSuchThing
    try:
        found = actions.decide_right(
            by=by,
            at=timezone.now(),
            request=request_id,
            grant=decision == "grant",
            reasons=reasons,
        )
    except Refused as refusal:
        return _page(
            request,
            by,
            request_id,
            trouble=said_on_page(refusal),
            typed=reasons,
            status=refusal.status,
        )
    if found.kind == "erasure" and found.state == "granted":
        return HttpResponseRedirect(reverse("people:requests") + "?did=erased")
    return HttpResponseRedirect(reverse("people:request", args=[found.pk]) + f"?did={found.state}")


def _look(request: HttpRequest, by: Actor, request_id: int, typed: str) -> HttpResponse:
    """:raises NoSuchThing: unless it is an erasure that is open"""
    page = queries.request_page(by, request_id, at=timezone.now())
    if page.kind != "erasure" or page.state != "open":
        raise NoSuchThing
    context = {
        "page": page,
        "typed": typed,
        "gone": [gettext(words) for words in ERASED],
        "stays": [gettext(words) for words in KEPT],
    }
    return render(request, "people/erase.html", context)


def _did(request: HttpRequest) -> str:
    words = DONE.get(request.GET.get("did", ""), "")
    return gettext(words) if words else ""


def _page(
    request: HttpRequest,
    by: Actor,
    request_id: int,
    *,
    trouble: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": queries.request_page(by, request_id, at=timezone.now()),
        "trouble": trouble,
        "typed": typed,
        "did": _did(request),
        "may_open": Permission.OPEN_CARDS in by.permissions,
    }
    return render(request, "people/request.html", context, status=status)
