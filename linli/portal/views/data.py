"""我的数据: who looked, what is held, correction, copy and erasure; and the privacy notice."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, NoSuchThing, Refused
from linli.fabric.asked import actor_of, number
from linli.fabric.edge import sentence
from linli.people import actions as people
from linli.portal import queries
from linli.portal.forms import without_nul


@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Show who looked at the reader's record and what the reader asked about it."""
    return _page(request)


def _page(
    request: HttpRequest, *, trouble: str = "", typed: str = "", kind: str = "", status: int = 200
) -> HttpResponse:
    actor, at = queries.resident(actor_of(request)), timezone.now()
    try:
        mine = queries.mine(actor, at=at)
    except NoSuchThing:
        signed_in, asked = actor.user is not None, queries.asked_before(actor, at=at)
        context = {"signed_in": signed_in, "asked": asked}
        return render(request, "portal/data_stranger.html", context)
    context = {
        "mine": mine,
        "rights": queries.rights_words(),
        "trouble": trouble,
        "typed": typed,
        "kind": kind,
    }
    return render(request, "portal/data.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Show what is held of the reader, each fact with its source; asked to, the identity number."""
    actor, bare = queries.resident(actor_of(request)), request.method == "POST"
    try:
        found = queries.record_of(actor, bare=bare)
    except NoSuchThing:
        return HttpResponseRedirect(reverse("portal:data"))
    return render(request, "portal/record.html", {"record": found, "bare": bare})


@never_cache
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Show what the reader has agreed to, for themselves and for whom they answer."""
    actor = queries.resident(actor_of(request))
    try:
        found = queries.word_of(actor, at=timezone.now())
    except NoSuchThing:
        return HttpResponseRedirect(reverse("portal:data"))
    return render(request, "portal/consents.html", {"page": found})


@never_cache
@require_safe
def near(request: HttpRequest, person: int) -> HttpResponse:
    """Show what one may see and ask for a child (31) or for a near relative who died (49)."""
    return _near_page(request, person)


def _near_page(
    request: HttpRequest,
    person: int,
    *,
    trouble: str = "",
    typed: str = "",
    kind: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = queries.resident(actor_of(request))
    context = {
        "near": queries.near_page(actor, person, at=timezone.now()),
        "rights": queries.rights_words(),
        "trouble": trouble,
        "typed": typed,
        "kind": kind,
    }
    return render(request, "portal/data_near.html", context, status=status)


@require_POST
def ask_right(request: HttpRequest) -> HttpResponse:
    """Ask for a correction, a copy or erasure: one's own, a child's, or a dead relative's."""
    actor = queries.resident(actor_of(request))
    if actor.person is None:
        return HttpResponseRedirect(reverse("portal:data"))
    person = number(request.POST, "person") or actor.person
    kind, details = request.POST.get("kind", ""), without_nul(request.POST.get("details", ""))
    try:
        people.request_right(by=actor, at=timezone.now(), person=person, kind=kind, details=details)
    except NoSuchThing:
        raise
    except Refused as refusal:
        told = {"trouble": sentence(refusal), "typed": details, "kind": kind}
        if person == actor.person:
            return _page(request, status=refusal.status, **told)
        return _near_page(request, person, status=refusal.status, **told)
    return _back(actor, person)


@require_POST
def withdraw_right(request: HttpRequest, asked: int) -> HttpResponse:
    """
    Take back what one asked about data.

    :raises NoSuchThing: for staff, and for whoever may not
    """
    actor = queries.resident(actor_of(request))
    if actor.kind != "resident":
        raise NoSuchThing
    people.withdraw_right(by=actor, at=timezone.now(), request=asked)
    near = number(request.POST, "person")
    return HttpResponseRedirect(
        reverse("portal:near", args=[near]) if near else reverse("portal:data")
    )


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Consent to a purpose, or take the consent back: one press each (个人信息保护法 15)."""
    actor = queries.resident(actor_of(request))
    if actor.person is None:
        return HttpResponseRedirect(reverse("portal:data"))
    person = number(request.POST, "person") or actor.person
    deed = people.withdraw_consent if "withdraw" in request.POST else people.give_consent
    purpose = request.POST.get("withdraw") or request.POST.get("give", "")
    deed(by=actor, at=timezone.now(), person=person, purpose=without_nul(purpose)[:40])
    if person == actor.person:
        return HttpResponseRedirect(reverse("portal:consents"))
    return HttpResponseRedirect(reverse("portal:near", args=[person]))


@require_POST
def afterwards(request: HttpRequest) -> HttpResponse:
    """Say whether near relatives may ask for one's data after one's death (49)."""
    actor = queries.resident(actor_of(request))
    if actor.person is not None:
        people.arrange_afterwards(
            by=actor,
            at=timezone.now(),
            person=actor.person,
            relatives_may=request.POST.get("relatives") == "may",
        )
    return HttpResponseRedirect(reverse("portal:consents"))


def _back(actor: Actor, person: int) -> HttpResponse:
    if person == actor.person:
        return HttpResponseRedirect(reverse("portal:data"))
    return HttpResponseRedirect(reverse("portal:near", args=[person]))


@require_safe
def copy(request: HttpRequest) -> HttpResponse:
    """Give the reader a copy of everything held of them, as a file."""
    actor = queries.resident(actor_of(request))
    return _file(queries.copy_of(actor, at=timezone.now()))


@require_safe
def granted_copy(request: HttpRequest, asked: int) -> HttpResponse:
    """Give the copy that a request was granted, as a file: one's own, a child's, a relative's."""
    actor = queries.resident(actor_of(request))
    return _file(queries.granted_copy(actor, asked, at=timezone.now()))


def _file(held: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="linli-my-data.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show why data is handled, on which basis, and for how long (个人信息保护法 17)."""
    return render(request, "portal/privacy.html", {"clauses": queries.notice()})
