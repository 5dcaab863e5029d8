"""The screens of the cockpit (C): nothing is typed here, and every number opens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.basics import Actor
from linli.cases.domain import Permission
from linli.cockpit import forms, queries
from linli.fabric.asked import actor_of, door


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
    page = queries.today(_by(request), at=timezone.now())
    return render(request, "cockpit/today.html", {"page": page})


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
