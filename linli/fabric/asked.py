"""What came with a request, read the same way on every page: who acts, and what was typed."""

from datetime import date

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed, gettext_noop

MOST_LINE = 80
NO_DAY = gettext_noop("Write a day such as 2026-11-30.")


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; the edge has put it on the request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def staff_of(request: HttpRequest) -> Actor:
    """:raises NotAllowed: for anybody but staff"""
    actor = actor_of(request)
    if actor.kind != "staff":
        raise NotAllowed
    return actor


def door(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the door for one who has not signed in."""
    signed_in = actor_of(request).user is not None
    return None if signed_in else redirect_to_login(request.get_full_path())


def text(sent: QueryDict, name: str, *, most: int = MOST_LINE) -> str:
    """Return what was typed, trimmed and no longer than ``most``."""
    return sent.get(name, "").replace("\x00", "").strip()[:most]


def is_id(given: str) -> bool:
    """Return whether it is a number that an id can be: at most 18 digits."""
    return given.isascii() and given.isdecimal() and len(given) < 19


def number(sent: QueryDict, name: str) -> int | None:
    """Return a whole number of at most 18 digits, None where there is none."""
    given = sent.get(name, "").strip()
    return int(given) if is_id(given) else None


def needed(sent: QueryDict, name: str) -> int:
    """:raises NoSuchThing: unless an id was sent"""
    found = number(sent, name)
    if found is None:
        raise NoSuchThing
    return found


def day_of(typed: str, name: str) -> date:
    """
    Return the day that was typed into the field ``name``.

    :raises Invalid: if it is no day
    """
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise Invalid(field=name, reason=NO_DAY) from wrong


def day(sent: QueryDict, name: str) -> date:
    """:raises Invalid: if it is no day"""
    return day_of(text(sent, name), name)


def maybe_day(sent: QueryDict, name: str) -> date | None:
    """:raises Invalid: if something was typed and it is no day"""
    return day(sent, name) if text(sent, name) else None
