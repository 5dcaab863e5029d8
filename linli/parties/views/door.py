"""Changing the hat, and handing over a shared desk."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.basics import NoSuchThing
from linli.fabric.asked import actor_of, needed
from linli.identity import queries as identity
from linli.parties import actions, queries
from linli.parties.domain import HAT_KEY


@require_POST
@login_required
def switch_hat(request: HttpRequest) -> HttpResponse:
    """Put on another of one's hats; it is kept in the session."""
    chosen = actions.switch_hat(
        by=actor_of(request), at=timezone.now(), appointment_id=needed(request.POST, "appointment")
    )
    request.session[HAT_KEY] = chosen.pk
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    return HttpResponseRedirect(back)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def switch_user(request: HttpRequest) -> HttpResponse:
    """Hand a shared desk to a colleague, who must sign in."""
    by = actor_of(request)
    found = queries.colleagues_of(by.user or 0, on=queries.law_day(timezone.now()))
    if request.method == "GET":
        shown = [
            {"id": one.pk, "name": one.name, "hat": queries.hat_words(one.hat)} for one in found
        ]
        return render(request, "parties/switch_user.html", {"colleagues": shown})
    chosen = needed(request.POST, "appointment")
    users = [one.user_id for one in found if one.pk == chosen]
    user = identity.user_by_id(users[0] or 0) if users else None
    if user is None:
        raise NoSuchThing
    get_adapter(request).logout(request)
    return HttpResponseRedirect(reverse("account_login") + "?" + urlencode({"as": user.username}))
