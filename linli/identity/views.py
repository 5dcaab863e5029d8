"""The pages of the door that are ours; the library's own pages wear our templates."""

import functools
from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.fabric.asked import actor_of

from . import actions, queries
from .domain import device_of


def forgetting_factors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """After a factor was taken away, the session no longer says that one was shown at its start."""

    @functools.wraps(view)
    def inside(request: HttpRequest, **named: int) -> HttpResponse:
        answer = view(request, **named)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            request.session.pop("account_authentication_methods", None)
        return answer

    return inside


@never_cache
@require_GET
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    found = queries.sessions_of(actor_of(request).user or 0)
    devices = {one.pk: device_of(one.user_agent) for one in found}
    return render(request, "identity/sessions.html", {"sessions": found, "devices": devices})


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out on another machine, or here."""
    actions.end_session(by=actor_of(request), session_id=pk)
    return HttpResponseRedirect(reverse("sessions"))
