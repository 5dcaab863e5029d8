"""The first page, in ordinary size and in 长者模式."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.fabric.asked import actor_of
from linli.portal import queries

from .kept import receipts

SHOWN = 4
ELDER = "elder"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the one box, what is under way, and the directory by life event."""
    now = timezone.now()
    actor = actor_of(request)
    reports = queries.my_reports(actor, receipts(request))
    mine = queries.summaries(reports, at=now) if reports else []
    context = {
        "mine": mine[:SHOWN],
        "open_count": sum(one.open for one in mine),
        "waiting_count": sum(one.waits for one in mine),
    }
    if request.COOKIES.get("look_mode") == ELDER:
        return render(request, "portal/home_elder.html", context)
    context |= {
        "shelves": queries.shelves("life_events", now),
        "item_count": queries.count_of(now),
        "last_month": queries.last_month(actor.district, at=now),
    }
    return render(request, "portal/home.html", context)
