"""办事: what there is, by life event, by people, by provider, or by words; and one item whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.fabric.asked import actor_of
from linli.portal import queries

AXES = ("life_events", "people", "providers")


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the directory, one of its headings, or what fits the words."""
    now = timezone.now()
    words = request.GET.get("q", "").strip()[:200]
    by = request.GET.get("by", AXES[0])
    by = by if by in AXES else AXES[0]
    chosen = request.GET.get("of", "")[:60]
    shelves = queries.shelves(by, now)
    heading = next((one for one in shelves if one.code == chosen), None)
    everything = request.GET.get("all") == "1"
    lines: list[queries.Line] = []
    if words:
        lines = queries.found(words, now)
    elif heading is not None:
        lines = queries.lines(by, heading.code, now)
    elif everything:
        lines = queries.lines("", "", now)
    context = {
        "words": words,
        "by": by,
        "shelves": shelves,
        "heading": heading,
        "everything": everything,
        "lines": lines,
        "item_count": queries.count_of(now),
    }
    return render(request, "portal/catalogue.html", context)


@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show one item: for whom, what is asked and why, who does what by when, cost and basis."""
    actor = queries.resident(actor_of(request))
    facts = queries.known_facts(actor)
    card = queries.card(
        code,
        facts=facts,
        signed_in=actor.kind == "resident" and actor.person is not None,
        community=None,
        at=timezone.now(),
    )
    return render(request, "portal/item.html", {"card": card})
