"""我的消息: what the house has told one who signed in, a resident or one of the staff."""

from collections.abc import Mapping

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.basics import Actor, Invalid
from linli.fabric.asked import actor_of, is_id, text
from linli.fabric.edge import sentence
from linli.identity import queries as identity
from linli.notices import actions as notices
from linli.parties import actions as parties
from linli.portal import queries


@require_safe
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """List the messages, the newest first. Looking at the list reads none."""
    actor = actor_of(request)
    if actor.user is None:
        return _door()
    return _shown(request, actor)


@require_POST
def keep_email(request: HttpRequest) -> HttpResponse:
    """Note where one wants to be written to as well; one that is no address is asked for again."""
    actor, email = actor_of(request), text(request.POST, "email")
    if actor.user is None:
        return _door()
    try:
        parties.keep_email(by=actor, at=timezone.now(), email=email)
    except Invalid as refusal:
        wrong = {"email": email, "wrong": sentence(refusal)}
        return _shown(request, actor, wrong, status=refusal.status)
    return HttpResponseRedirect(f"{reverse('portal:messages')}#by-email")


def _shown(
    request: HttpRequest, actor: Actor, typed: Mapping[str, str] | None = None, *, status: int = 200
) -> HttpResponse:
    user = actor.user or 0
    context = {
        "page": queries.inbox(actor, after=request.GET.get("after", "")),
        "staff": actor.kind == "staff",
        "email": identity.emails_of([user]).get(user, ""),
        "wrong": "",
    }
    return render(request, "portal/messages.html", context | dict(typed or {}), status=status)


@require_POST
def open_message(request: HttpRequest, notice: int) -> HttpResponse:
    """Note that a message was opened, and go where it leads."""
    actor = actor_of(request)
    if actor.user is None:
        return _door()
    notices.mark_read(by=actor, notice_ids=[notice], at=timezone.now())
    address = queries.message_address(actor, notice)
    return HttpResponseRedirect(address or reverse("portal:messages"))


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Note that the messages of one page were read."""
    actor = actor_of(request)
    if actor.user is None:
        return _door()
    shown = [int(one) for one in request.POST.getlist("notice") if is_id(one)]
    notices.mark_read(by=actor, notice_ids=shown, at=timezone.now())
    return HttpResponseRedirect(reverse("portal:messages"))


def _door() -> HttpResponse:
    return redirect_to_login(reverse("portal:messages"))
