"""Places at the workbench: one page each, with its history; each form is one POST, one action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.basics import Actor, NoSuchThing, Refused, gettext_noop
from linli.fabric import asked
from linli.fabric.edge import said_on_page

from . import actions, forms
from .queries import screens

Act = Callable[[Actor, int, QueryDict, datetime], int]
ACTS: dict[str, Act] = {
    "add": lambda by, place, sent, at: (
        actions.add_place(
            by=by,
            at=at,
            kind=forms.kind(sent),
            parent=place,
            code=forms.code(sent, by.district, place),
            name=forms.names(sent),
            valid_from=asked.day(sent, "on"),
        ).pk
    ),
    "rename": lambda by, place, sent, at: (
        actions.rename_place(
            by=by, at=at, place=place, name=forms.names(sent), on=asked.day(sent, "on")
        ).pk
    ),
    "move": lambda by, place, sent, at: (
        actions.move_place(
            by=by,
            at=at,
            place=place,
            parent=asked.needed(sent, "parent"),
            on=asked.day(sent, "on"),
        ).pk
    ),
    "merge": lambda by, place, sent, at: (
        actions.merge_places(
            by=by, at=at, place=place, into=asked.needed(sent, "into"), on=asked.day(sent, "on")
        ).pk
    ),
}
DONE = {
    "add": gettext_noop("Added."),
    "rename": gettext_noop("The new name holds; the old one is kept below."),
    "move": gettext_noop("Moved, with all that stands in it and all who live there."),
    "merge": gettext_noop("Merged. What stood in the other stands here now."),
}


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Show the district."""
    return asked.door(request) or _page(request, None)


@never_cache
@require_safe
def place(request: HttpRequest, place: int) -> HttpResponse:
    """Show one place."""
    return asked.door(request) or _page(request, place)


@never_cache
@require_POST
def act(request: HttpRequest, place: int, act: str) -> HttpResponse:
    """Do one act at a place, then show the place it led to; a refusal is said on the page."""
    by = asked.staff_of(request)
    if act not in ACTS:
        raise NoSuchThing
    try:
        found = ACTS[act](by, place, request.POST, timezone.now())
    except Refused as refusal:
        return _page(
            request, place, status=refusal.status, failed=act, trouble=said_on_page(refusal)
        )
    return HttpResponseRedirect(reverse("places:place", args=[found]) + f"?did={act}")


def _page(
    request: HttpRequest, place: int | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    by, sent = asked.staff_of(request), request.POST or request.GET
    page, did = screens.place_page(by, place), DONE.get(request.GET.get("did", ""), "")
    context = {
        "page": page,
        "ways": screens.ways(by, page.id, asked.number(sent, "community")),
        "community": str(asked.number(sent, "community") or ""),
        "did": gettext(did) if did else "",
        "today": timezone.localdate().isoformat(),
        "typed": request.POST or QueryDict(),
        "failed": "",
        "trouble": "",
        **more,
    }
    return render(request, "places/place.html", context, status=status)
