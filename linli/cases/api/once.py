"""Who acts at the machine's door, and an act done once for each idempotency key."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from linli.basics import Invalid, Refused, gettext_noop
from linli.fabric.asked import actor_of
from linli.fabric.wire import in_json
from linli.identity import actions as identity

LONGEST_KEY = 100


def answer_once(
    request: HttpRequest, act: Callable[[], dict[str, Any]], *, status: int = 200
) -> HttpResponse:
    """Answer the act, done once for each idempotency key; without a key, each time."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return _said(in_json(act()), status)
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(
            field="Idempotency-Key", reason=gettext_noop("Use at most 100 printable signs.")
        )
    asked = f"{request.method} {request.path}\n".encode() + request.body
    by, at = actor_of(request), timezone.now()

    def answered() -> str:
        words: str = identity.answer_once(
            by=by,
            key=key,
            asked=asked,
            answer=lambda: in_json(act()).decode(),
            at=at,
        )
        return words

    try:
        kept = answered()
    except (IntegrityError, Refused):
        # Perhaps the same request came twice at one moment and the other one was first: then its
        # answer is kept by now. If not, the same refusal comes again.
        kept = answered()
    return _said(kept, status)


def _said(words: str | bytes, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="application/json")
