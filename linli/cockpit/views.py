"""The screens of the cockpit (C): nothing is typed here, and every number opens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linli.basics import Actor
from linli.cases.domain import Permission
from linli.cockpit import forms, queries
from linli.fabric.asked import actor_of, door, number
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import local_date


def _by(request: HttpRequest) -> Actor:
    """
    Return who looks.

    :raises NotAllowed: unless the hat worn now may supervise
    """
    actor = actor_of(request)
    actor.must(Permission.SUPERVISE)
    return actor


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """今天: only what is wrong."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = _by(request), timezone.now()
    _, late = people_queries.requests_waiting(by, at=at)
    context = {
        "page": queries.today(by, at=at),
        "requests_late": late,
        "calendar": [
            (gettext(one.message) % {"year": one.year}, one.urgent)
            for one in rulebook.calendar_warnings(local_date(at), by.district)
        ],
    }
    return render(request, "cockpit/today.html", context)


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """办事: one month in numbers."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = _by(request), timezone.now()
    page = queries.month_page(by, forms.read_chosen_month(request.GET, at=at), at=at)
    return render(request, "cockpit/cases.html", {"page": page})


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Show the records behind one number."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = _by(request), timezone.now()
    asked = forms.read_asked(request.GET, at=at)
    page = queries.records(by, asked.cut, month=asked.month, after=asked.after)
    return render(request, "cockpit/records.html", {"page": page})


@require_GET
def money(request: HttpRequest) -> HttpResponse:
    """钱: one month of the budget lines, from given to paid."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = _by(request), timezone.now()
    page = queries.money_page(by, forms.read_chosen_month(request.GET, at=at), at=at)
    return render(request, "cockpit/money.html", {"page": page})


@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """Show the bookings, or the late payments, behind one figure of an office."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by = _by(request)
    asked = forms.read_behind(request.GET)
    page = queries.behind(
        by,
        asked.figure,
        asked.month,
        office=asked.office,
        unit=asked.unit,
        after=asked.after,
        at=timezone.now(),
    )
    return render(request, "cockpit/behind.html", {"page": page})


@require_GET
def entitled(request: HttpRequest) -> HttpResponse:
    """应享未享: who may have a benefit by what we know, and goes without."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    page = queries.entitled(_by(request), timezone.localdate())
    return render(request, "cockpit/entitled.html", {"page": page})


@never_cache
@require_GET
def without(request: HttpRequest, item: str) -> HttpResponse:
    """Show those behind one number, masked, and each of them sees who looked."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by = _by(request)
    page = queries.named(
        by,
        item,
        community=number(request.GET, "community"),
        after=number(request.GET, "after") or 0,
        on=timezone.localdate(),
    )
    shown = [one.id for one in page.people]
    people.note_reads(by=by, people=shown, purpose=page.purpose, at=timezone.now())
    return render(request, "cockpit/without.html", {"page": page})
