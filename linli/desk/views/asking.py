"""What the views share: who acts, at what moment, and how a refusal is said."""

from datetime import datetime

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from linli.basics import Actor, NotAllowed, Refused
from linli.fabric.edge import sentence


def by_whom(request: HttpRequest) -> Actor:
    """
    Return who acts; the edge has put it on the request.

    :raises NotAllowed: for anybody but staff
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "staff":
        raise NotAllowed
    return actor


def stranger(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the door for one who has not signed in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return redirect_to_login(request.get_full_path()) if actor.user is None else None


def at_now() -> datetime:
    """Return the moment, the same for all a request does."""
    return timezone.now()


def said(refusal: Refused) -> str:
    """Return what a refusal says, in the reader's language."""
    return sentence(refusal)
