"""今日, and the search across what the office may see."""

from contextlib import suppress

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.basics import Invalid, NoSuchThing
from linli.cases import queries as cases
from linli.cases.domain import BadNumber, Permission
from linli.desk import forms, queries
from linli.people import queries as people

from .asking import at_now, by_whom


@require_GET
@login_required
def today(request: HttpRequest) -> HttpResponse:
    """Show what the day holds; with ``q`` search instead."""
    if request.GET.get("q"):
        return find(request)
    by, at = by_whom(request), at_now()
    context = {
        "page": queries.today(by, at=at),
        "heading": queries.day_heading(at),
        "may_accept": Permission.ACCEPT in by.permissions,
        "about_data": people.requests_waiting(by, at=at),
    }
    return render(request, "desk/today.html", context)


@require_GET
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Go to the case of a number; else list the cases that hold the words."""
    by, words = by_whom(request), forms.text(request.GET, "q")
    by.must(Permission.SEE)
    with suppress(NoSuchThing, BadNumber):  # no number, or not ours: then it is words
        return HttpResponseRedirect(reverse("desk:case", args=[cases.case_for(by, words).number]))
    rows, trouble = [], ""
    try:
        rows = [*queries.found_rows(by, words, at=at_now())] if words else []
    except Invalid as refusal:
        trouble = gettext(refusal.reason)
    context = {"rows": rows, "find_words": words, "trouble": trouble}
    return render(request, "desk/found.html", context, status=422 if trouble else 200)
