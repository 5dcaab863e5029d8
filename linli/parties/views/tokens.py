"""One's own keys for machines: give one, see it once, take it back."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.basics import NotAllowed, Refused
from linli.fabric import asked
from linli.fabric.edge import sentence
from linli.identity import queries as identity
from linli.parties import actions, queries

LASTS_DAYS = (30, 90, 365)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens; a new one is shown this once and never kept."""
    by = asked.actor_of(request)
    at, given, trouble, status = timezone.now(), "", "", 200
    if request.method == "POST":
        if by.appointment is None:
            raise NotAllowed
        days = asked.number(request.POST, "days") or 0
        try:
            given = actions.give_token(
                by=by,
                at=at,
                appointment_id=by.appointment,
                expires_at=at + timedelta(days=min(days, 10_000)),
            )
        except Refused as refusal:
            trouble, status = sentence(refusal), refusal.status
    shown = [
        {
            "id": one.pk,
            "hat": str(queries.staff_words(one.appointment)),
            "given_at": one.given_at,
            "expires_at": one.expires_at,
            "last_used_on": one.last_used_on,
            "over": one.revoked_at is not None or one.expires_at <= at,
        }
        for one in identity.tokens_of(by.user or 0)[:50]
    ]
    context = {
        "tokens": shown,
        "given": given,
        "trouble": trouble,
        "lasts": [(str(days), days) for days in LASTS_DAYS],
        "may": by.appointment is not None,
    }
    return render(request, "parties/tokens.html", context, status=status)


@require_POST
@login_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a token back."""
    by = asked.actor_of(request)
    actions.revoke_token(by=by, at=timezone.now(), token_id=pk)
    return HttpResponseRedirect(reverse("tokens"))
