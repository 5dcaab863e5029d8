"""The machine's door: JSON as it leaves the house, and an act done once for each idempotency key."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from pydantic_core import to_json

from linli.basics import Actor, Invalid, Refused, gettext_noop

from .asked import actor_of

LONGEST_KEY = 100
TWICE = gettext_noop("A name stands twice in one JSON object. Send each once.")


class NoToken(Refused):
    """Nobody is behind the request."""

    status = 401
    message = gettext_noop("Send a bearer token; an operator can give you one.")


class NotJson(Refused):
    """What came says it is JSON, and is none."""

    status = 400
    message = gettext_noop("The body is no JSON that can be read. Send one JSON object in UTF-8.")


class OtherKind(Refused):
    """What came says itself that it is something else."""

    status = 415
    message = gettext_noop("Send JSON, and say so: Content-Type: application/json.")


class Unreadable(Refused):
    """A body or a query has another shape than the schema."""

    status = 422
    message = gettext_noop(
        "This cannot be read: %(fields)s. What each takes stands in /api/v1/openapi.json."
    )

    def __init__(self, *, fields: str) -> None:
        super().__init__(fields)
        self.fields = fields


class Keep(Protocol):
    """Return the answer, or what it was when the same request came before under the same key."""

    def __call__(
        self, *, by: Actor, key: str, asked: bytes, answer: Callable[[], str], at: datetime
    ) -> str: ...


def in_json(answer: Any) -> bytes:
    """
    Return an answer in UTF-8, moments in UTC to the microsecond, by no encoder's detour.

    :raises ValueError: for what JSON has no word for
    """
    return to_json(answer, fallback=_plain)


def answered(answer: Any) -> HttpResponse:
    """Return an answer as it is, past the library's own reading of it."""
    return _said(in_json(answer), 200)


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):  # a sentence that is translated when it is read
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer.")


def answer_once(
    request: HttpRequest, act: Callable[[], dict[str, Any]], *, keep: Keep, status: int = 200
) -> HttpResponse:
    """
    Answer the act, done once for each idempotency key; without a key, each time.

    :raises Invalid: if the key is too long or cannot be printed
    """
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
        return keep(by=by, key=key, asked=asked, answer=lambda: in_json(act()).decode(), at=at)

    try:
        kept = answered()
    except (IntegrityError, Refused):
        # Perhaps the same request came twice at one moment and the other one was first: then its
        # answer is kept by now. If not, the same refusal comes again.
        kept = answered()
    return _said(kept, status)


def _said(words: str | bytes, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="application/json")
