"""我的消息: what the house has told one who signed in, a resident or one of the staff."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.fabric.asked import actor_of, is_id
from linli.notices import actions as notices
from linli.portal import queries


@require_safe
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """List the messages, the newest first. Looking at the list reads none."""
    actor = actor_of(request)
    if actor.user is None:
        return _door()
    page = queries.inbox(actor, after=request.GET.get("after", ""))
    context = {"page": page, "staff": actor.kind == "staff"}
    return render(request, "portal/messages.html", context)


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
