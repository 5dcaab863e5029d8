"""我的数据: who looked, what is held, correction, copy and erasure; and the privacy notice."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from linli.basics import NoSuchThing, Refused
from linli.fabric.edge import sentence
from linli.people import actions as people
from linli.portal import queries
from linli.portal.forms import without_nul


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Show who looked at the reader's record and what the reader asked about it."""
    return _page(request)


def _page(
    request: HttpRequest, *, trouble: str = "", typed: str = "", kind: str = "", status: int = 200
) -> HttpResponse:
    actor = queries.resident(request.actor)  # type: ignore[attr-defined]
    try:
        mine = queries.mine(actor)
    except NoSuchThing:
        return render(request, "portal/data_stranger.html", {"signed_in": actor.user is not None})
    context = {
        "mine": mine,
        "rights": queries.rights_words(),
        "trouble": trouble,
        "typed": typed,
        "kind": kind,
    }
    return render(request, "portal/data.html", context, status=status)


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Show what is held of the reader, each fact with its source."""
    actor = queries.resident(request.actor)  # type: ignore[attr-defined]
    try:
        found = queries.record_of(actor)
    except NoSuchThing:
        return HttpResponseRedirect(reverse("portal:data"))
    return render(request, "portal/record.html", {"record": found})


@require_POST
def ask_right(request: HttpRequest) -> HttpResponse:
    """Ask for a correction, a copy or erasure."""
    actor = queries.resident(request.actor)  # type: ignore[attr-defined]
    if actor.person is None:
        return HttpResponseRedirect(reverse("portal:data"))
    kind, details = request.POST.get("kind", ""), without_nul(request.POST.get("details", ""))
    try:
        people.request_right(
            by=actor, at=timezone.now(), person=actor.person, kind=kind, details=details
        )
    except Refused as refusal:
        return _page(
            request, trouble=sentence(refusal), typed=details, kind=kind, status=refusal.status
        )
    return HttpResponseRedirect(reverse("portal:data"))


@require_safe
def copy(request: HttpRequest) -> HttpResponse:
    """Give the reader a copy of everything held of them, as a file."""
    actor = queries.resident(request.actor)  # type: ignore[attr-defined]
    held = queries.copy_of(actor, at=timezone.now())
    response = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="linli-my-data.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show why data is handled, on which basis, and for how long (个人信息保护法 17)."""
    return render(request, "portal/privacy.html", {"clauses": queries.notice()})
