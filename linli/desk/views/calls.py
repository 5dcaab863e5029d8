"""待打电话: open the number of somebody a letter did not reach, and note that they were told."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.basics import NoSuchThing, Refused
from linli.cases import actions
from linli.cases.actions import Contact
from linli.desk import forms, queries
from linli.fabric.edge import sentence

from .asking import at_now, by_whom


@require_GET
@never_cache
@login_required
def calls(request: HttpRequest) -> HttpResponse:
    """List whom the office must call."""
    return _page(request)


@require_POST
@never_cache
def open_number(request: HttpRequest, notice: int) -> HttpResponse:
    """Show name and telephone for a reason; whom it concerns sees who looked and why."""
    by, at = by_whom(request), at_now()
    try:
        reason = forms.words(request.POST, "reason")
        opened = actions.open_call(by=by, notice_id=notice, reason=reason, at=at)
    except NoSuchThing:
        raise
    except Refused as refusal:
        return _page(request, asked=notice, trouble=sentence(refusal), status=refusal.status)
    return _page(request, asked=notice, opened=opened)


@require_POST
def note(request: HttpRequest, notice: int) -> HttpResponse:
    """Note that they were told by telephone."""
    try:
        actions.note_call(by=by_whom(request), notice_id=notice, at=at_now())
    except NoSuchThing:
        raise
    except Refused as refusal:
        return _page(request, trouble=sentence(refusal), status=refusal.status)
    return HttpResponseRedirect(reverse("desk:calls") + "?did=told")


def _page(
    request: HttpRequest,
    *,
    asked: int = 0,
    opened: Contact | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": queries.calls(by_whom(request), after=request.GET.get("after", "")),
        "asked": asked,
        "opened": opened,
        "reason": forms.text(request.POST, "reason", most=500),
        "trouble": trouble,
        "did": request.GET.get("did", ""),
    }
    return render(request, "desk/calls.html", context, status=status)
