"""Who acts: from a request to an ``Actor``, and what every page knows."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from linli.basics import Actor, NoSuchThing, Refused
from linli.fabric.edge import machine_error, problem, sentence, wants_json
from linli.identity import actions as identity_actions
from linli.identity import queries as identity
from linli.identity.domain import FirstPasswordStands, TokenNotGood, read_bearer
from linli.notices import queries as notices
from linli.parties import queries as parties
from linli.parties.domain import HAT_KEY
from linli.places import queries as places

from .menu import DESK, PORTAL, Entry

MENUS_KEPT = 128  # roles times languages
FRONT_PAGES = ("/", "/desk/", "/cockpit/")
# A member of staff without a second factor may go to these places only.
OPEN = ("/static/", "/i18n/", "/look/", "/healthz", "/readyz")
OPEN_WITHOUT_SECOND_FACTOR = ("/account/", *OPEN)
# Whoever signed in with a first password may go to these only, until it is changed.
OPEN_WITH_FIRST_PASSWORD = ("/account/password/", "/account/logout/", *OPEN)


class WhoActs:
    """Put ``request.actor`` in place; at most two queries, and none for one who is not signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        if wants_json(request) and "Authorization" in request.headers:
            try:
                request.actor = _by_token(request, now)  # type: ignore[attr-defined]
            except Refused as refusal:
                return _no_entry(refusal)
            return self.get_response(request)
        actor = _by_session(request, parties.law_day(now))
        request.actor = actor  # type: ignore[attr-defined]
        if actor.user is not None and _has_first_password(request):
            return _change_it_first(request)
        if actor.kind == "staff" and _lacks_second_factor(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        response = self.get_response(request)
        if actor.user is not None:
            # What one saw at a shared desk is not there for the next by “back”.
            response.headers.setdefault("Cache-Control", "private, no-store")
        if _leaves(request, actor):
            # What pages kept on the device, such as cards of visits, goes with the one who leaves.
            response["Clear-Site-Data"] = '"storage"'
        return response


def _leaves(request: HttpRequest, actor: Actor) -> bool:
    """Whether somebody signed out by this request: by the door, or handing over a shared desk."""
    if request.method != "POST":
        return False
    gone = actor.user is not None and "_auth_user_id" not in request.session
    return gone or request.path == reverse("account_logout")


def _by_session(request: HttpRequest, today: date) -> Actor:
    if not request.session.get("_auth_user_id") or not request.user.is_authenticated:
        return parties.anonymous()
    return parties.actor_for(request.user, request.session.get(HAT_KEY), on=today)


def _by_token(request: HttpRequest, now: datetime) -> Actor:
    token = identity.token_holder(read_bearer(request.headers["Authorization"]), at=now)
    if token is None:
        raise TokenNotGood
    actor = parties.actor_for(token.user, token.appointment, on=parties.law_day(now))
    if actor.appointment != token.appointment:  # it ended; the token must not fall to another hat
        raise TokenNotGood
    request.user = token.user
    # A token is no cookie: no other site can make a browser send it.
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    today = parties.law_day(now)
    if token.last_used_on != today:
        identity_actions.note_token_use(by=actor, token_id=token.pk, on=today)
    return actor


def _no_entry(refusal: Refused) -> HttpResponse:
    response = JsonResponse(
        problem(refusal), status=refusal.status, content_type="application/problem+json"
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


def _has_first_password(request: HttpRequest) -> bool:
    """Whether somebody else gave the password and still knows it. No query: the user is read."""
    first: bool = request.user.must_change_password  # type: ignore[union-attr]
    return first and not request.path.startswith(OPEN_WITH_FIRST_PASSWORD)


def _change_it_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        refusal = FirstPasswordStands()
        return machine_error(refusal.status, sentence(refusal))
    return HttpResponseRedirect(reverse("account_change_password"))


def _lacks_second_factor(request: HttpRequest) -> bool:
    """Decision 32: staff sign in with two factors, unless everybody in the database is invented."""
    if request.path.startswith(OPEN_WITHOUT_SECOND_FACTOR) or identity.is_demo():
        return False
    methods = request.session.get("account_authentication_methods", [])
    if any(method.get("method") == "mfa" for method in methods):
        return False
    return not identity.has_second_factor(request.user)  # type: ignore[arg-type]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the base templates need on every page; what costs a query is asked for lazily."""
    actor: Actor = getattr(request, "actor", None) or parties.anonymous()
    user = getattr(request, "user", None)
    place = _place(actor, getattr(user, "community", None))
    return {
        "actor": actor,
        "look": {
            "mode": request.COOKIES.get("look_mode", ""),
            "theme": request.COOKIES.get("look_theme", ""),
        },
        "menu": {
            "portal": _entries(PORTAL, actor, request),
            "desk": _entries(DESK, actor, request),
        },
        "hats": SimpleLazyObject(lambda: _hats(actor)),
        "place_words": SimpleLazyObject(lambda: _place_words(place)),
        "contact": SimpleLazyObject(lambda: _contact(place)),
        "bell": SimpleLazyObject(lambda: _bell(request)),
        "demo": SimpleLazyObject(identity.is_demo),
    }


def _entries(
    entries: tuple[Entry, ...], actor: Actor, request: HttpRequest
) -> list[dict[str, Any]]:
    offered = _offered(entries, actor.permissions, get_language())
    return [{**entry, "here": _within(request.path, entry["address"])} for entry in offered]


@lru_cache(MENUS_KEPT)
def _offered(
    entries: tuple[Entry, ...],
    permissions: frozenset[str],
    language: str | None,  # noqa: ARG001  # the labels are in it
) -> tuple[dict[str, Any], ...]:
    """Return the entries for one who holds these permissions; the same for all of a role."""
    found = []
    for entry in entries:
        if entry.permission and entry.permission not in permissions:
            continue
        try:
            address = reverse(entry.url)
        except NoReverseMatch:
            continue
        label = gettext(entry.label)
        found.append({"name": entry.url, "address": address, "label": label, "icon": entry.icon})
    return tuple(found)


def first_door(actor: Actor) -> str:
    """Return where somebody begins who just signed in: staff at the workbench."""
    offered = _offered(DESK, actor.permissions, get_language())
    return str(offered[0]["address"]) if actor.kind == "staff" and offered else "/"


def _within(path: str, address: str) -> bool:
    """Whether a page is the entry's own or lies below it; front pages are only themselves."""
    return path == address or (address not in FRONT_PAGES and path.startswith(address))


def _hats(actor: Actor) -> list[dict[str, Any]]:
    """Return the hats the actor may wear: id, hat in words, party, name, and which is worn."""
    if actor.user is None:
        return []
    held = parties.appointments_of(actor.user, on=parties.law_day(timezone.now()))
    return [
        {
            "id": one.pk,
            "hat": one.hat,
            "words": _capital(parties.hat_words(one.hat)),
            "party": parties.party_words(parties.party(one.party_id)),
            "name": one.name,
            "worn": one.pk == actor.appointment,
        }
        for one in held
    ]


def _bell(request: HttpRequest) -> str:
    """Return how many messages the user has not opened: “” for none, “9+” for more than nine."""
    unread: int = getattr(getattr(request, "user", None), "unread", 0)
    return "" if not unread else "9+" if unread >= notices.COUNTED else str(unread)


def _capital(words: str) -> str:
    """Return words as they begin a label; the rest stays as it is written."""
    return words[:1].upper() + words[1:]


def _place(actor: Actor, home: int | None) -> int | None:
    """Return the place a page is about: one's only community, one's party's, where one lives."""
    if len(actor.communities) == 1:
        return next(iter(actor.communities))
    return home if actor.party is None else parties.party(actor.party).place_id


def _place_words(place: int | None) -> str:
    tree = places.tree(settings.DISTRICT)
    if place is None or place not in tree:
        roots = tree.roots()
        return roots[0].words(get_language() or "") if roots else ""
    return tree.path_words(place, get_language() or "")


def _contact(place: int | None) -> dict[str, str] | None:
    """Return whom to ring, there or else in the district: party, telephone, who holds its work now."""
    for near in (place, None):
        try:
            unit = parties.unit_for("community.station", near)
            holder = parties.holder_of(unit.pk, timezone.now())
        except (Refused, NoSuchThing):
            continue
        if unit.phone:
            words = parties.staff_words(holder.pk)
            return {
                "party": parties.party_words(unit),
                "phone": unit.phone,
                "name": words.name,
                "hat": words.hat,
            }
    return None
