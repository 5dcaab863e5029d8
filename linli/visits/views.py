"""走访 at the workbench: the morning's list, the card, the paper, and what two wrote differently."""

import uuid
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.basics import Actor, Invalid, Refused, gettext_noop
from linli.cases.domain import spoken
from linli.fabric import asked
from linli.fabric.edge import problem, said_on_page, sentence
from linli.fabric.jinja import language
from linli.files import queries as files
from linli.people import queries as people
from linli.people.domain import CHANGE_REASONS

from . import actions, forms, queries
from .actions import OpenedCard
from .domain import OUTCOME_WORDS, REASON_WORDS, Permission

DONE = {"decided": gettext_noop("Decided. Both values are kept in the record.")}


def _staff(request: HttpRequest) -> Actor:
    """:raises NotAllowed: for anybody but those who visit"""
    actor = asked.staff_of(request)
    actor.must(Permission.VISIT)
    return actor


@never_cache
@require_safe
def morning(request: HttpRequest) -> HttpResponse:
    """Show who to see today, and why; it prints."""
    return asked.door(request) or _morning(request)


def _morning(request: HttpRequest, *, trouble: str = "", status: int = 200) -> HttpResponse:
    by = _staff(request)
    context = {
        "page": queries.morning_list(by, timezone.localdate()),
        "reasons": {code: gettext(words) for code, words in REASON_WORDS.items()},
        "conflicts": queries.count_conflicts(by),
        "spoken": spoken,
        "device": _device(by),
        "today": timezone.localdate(),
        "trouble": trouble,
        "typed": request.POST or QueryDict(),
    }
    return render(request, "visits/morning.html", context, status=status)


@never_cache
@require_POST
def card(request: HttpRequest) -> HttpResponse:
    """Open a card by its door or by the code of its paper; print it where that is asked."""
    by, sent, at = _staff(request), request.POST, timezone.now()
    if sent.get("do") == "paper":
        return _keyed_in(request, by)
    door = {name: asked.number(sent, name) for name in ("household", "person")}
    if sent.get("do") == "print":
        sheet, opened = actions.print_card(by=by, at=at, **door)
        return _paper(request, by, sheet.code, opened)
    opened = actions.open_visit_card(by=by, at=at, **door)
    return _page(request, by, opened)


def _keyed_in(request: HttpRequest, by: Actor) -> HttpResponse:
    """Open the card a paper was printed from; what the paper showed counts as seen."""
    try:
        sheet = queries.sheet_for(by, forms.sheet_code(asked.text(request.POST, "sheet")))
    except Refused as refusal:
        return _morning(request, trouble=sentence(refusal), status=refusal.status)
    opened = actions.open_visit_card(
        by=by, at=timezone.now(), household=sheet.household_id, person=sheet.person_id
    )
    token = forms.Token(sheet.household_id, sheet.person_id, sheet.seen)
    return _page(request, by, opened, token=token.signed(), key=f"paper-{sheet.code}", paper=True)


@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Give the frame a phone keeps for want of a connection; there is nobody in it."""
    device = {"owner": "", "days": _draft_days(), "frame": True}
    return render(request, "visits/offline.html", {"device": device})


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that keeps the frame; from here it may touch the pages of visits alone."""
    del request
    return HttpResponse(queries.worker_script(), content_type="text/javascript; charset=utf-8")


@never_cache
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Write one card down. The page's script asks for JSON; a browser without it gets pages."""
    quiet = request.headers.get("Accept", "") == "application/json"
    try:
        by = _staff(request)
        token = forms.Token.read(request.POST.get("card", ""), draft_days=_draft_days())
        done = actions.record_visit(
            by=by,
            at=timezone.now(),
            card=forms.read_card(request.POST, token),
            photos=forms.photos(request.FILES),
        )
    except Refused as refusal:
        if quiet:
            return JsonResponse(
                problem(refusal), status=refusal.status, content_type="application/problem+json"
            )
        return _refused(request, refusal)
    href = reverse("visits:visit", args=[done.visit.pk])
    return JsonResponse({"href": href}) if quiet else HttpResponseRedirect(href)


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """
    Say the refusal on the card, with what was typed.

    :raises Refused: the same, where there is no card to say it on
    """
    if refusal.status in (403, 404):
        raise refusal
    by, sent = _staff(request), request.POST
    try:
        token = forms.Token.read(sent.get("card", ""), draft_days=_draft_days())
    except Invalid:
        raise refusal from None
    opened = actions.open_visit_card(
        by=by, at=timezone.now(), household=token.household, person=token.person
    )
    field = refusal.field if isinstance(refusal, Invalid) else ""
    return _page(
        request,
        by,
        opened,
        token=sent["card"],
        key=asked.text(sent, "key"),
        paper=sent.get("paper") == "on",
        trouble=[{"field": field, "words": sentence(refusal)}],
        status=refusal.status,
    )


def _page(
    request: HttpRequest,
    by: Actor,
    opened: OpenedCard,
    *,
    token: str = "",
    key: str = "",
    paper: bool = False,
    trouble: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    door = f"h{opened.household}" if opened.household else f"p{opened.person}"
    sent = request.POST
    context = {
        **_shown(by, opened, forms.typed_facts(sent)),
        "door": door,
        "token": token or forms.Token(opened.household, opened.person, opened.seen()).signed(),
        "key": key or uuid.uuid4().hex,
        "paper": paper,
        "why": [(code, gettext(words)) for code, words in CHANGE_REASONS.items()],
        "reasons": _reasons(request),
        "reason_words": {code: gettext(words) for code, words in REASON_WORDS.items()},
        "outcomes": [(code, gettext(words)) for code, words in OUTCOME_WORDS.items()],
        "device": _device(by),
        "today": timezone.localdate().isoformat(),
        "typed": sent,
        "trouble": trouble or [],
        "household": opened.household,
        "person": opened.person,
    }
    return render(request, "visits/card.html", context, status=status)


def _shown(
    by: Actor, opened: OpenedCard, typed: Collection[tuple[int, str]] = ()
) -> dict[str, Any]:
    members = queries.members_shown(
        by,
        [(one.person, one.cards, one.versions) for one in opened.members],
        timezone.now(),
        typed,
    )
    home = next((card.home for one in opened.members for card in one.cards if card.home), None)
    return {
        "members": members,
        "others": people.masked_people(opened.others),
        "home": queries.home_words(by, home, language()),
    }


def _reasons(request: HttpRequest) -> list[str]:
    return [one for one in forms.text_reasons(request.POST) if one in REASON_WORDS]


def _paper(request: HttpRequest, by: Actor, code: str, opened: OpenedCard) -> HttpResponse:
    context = {
        **_shown(by, opened),
        "code": f"{code[:4]} {code[4:]}",
        "square": files.qr_svg(code),
        "today": timezone.localdate(),
        "outcomes": [gettext(words) for words in OUTCOME_WORDS.values()],
        "why": [gettext(words) for words in CHANGE_REASONS.values()],
        "reasons": [gettext(REASON_WORDS[one]) for one in _reasons(request)],
    }
    return render(request, "visits/paper.html", context)


@never_cache
@require_safe
def visit(request: HttpRequest, visit: int) -> HttpResponse:
    """Show one visit; what was learnt stands in the facts, behind their own door."""
    door = asked.door(request)
    if door is not None:
        return door
    by = _staff(request)
    found = queries.visit_for(by, visit)
    context = {
        "visit": found,
        "names": queries.names_of(by, found),
        "outcome": gettext(OUTCOME_WORDS[found.outcome]),
        "reasons": [gettext(REASON_WORDS[one]) for one in found.reasons],
        "conflicts": queries.conflicts_of(found),
        "photos": queries.photos_of(found),
        "device": _device(by),
    }
    return render(request, "visits/visit.html", context)


@never_cache
@require_safe
def photo(request: HttpRequest, visit: int, photo: int) -> HttpResponse:
    """Serve a picture of a visit; the look is written down."""
    row = actions.open_photo(by=_staff(request), at=timezone.now(), visit=visit, photo=photo)
    content, _ = files.open_file(row.file)
    return HttpResponse(content, headers=files.headers_of(row.file))


@never_cache
@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """Show what two workers wrote differently, side by side."""
    return asked.door(request) or _conflicts(request)


def _conflicts(request: HttpRequest, *, trouble: str = "", status: int = 200) -> HttpResponse:
    did = DONE.get(request.GET.get("did", ""), "")
    context = {
        "clashes": queries.open_conflicts(_staff(request)),
        "why": [(code, gettext(words)) for code, words in CHANGE_REASONS.items()],
        "did": gettext(did) if did else "",
        "trouble": trouble,
    }
    return render(request, "visits/conflicts.html", context, status=status)


@require_POST
def decide(request: HttpRequest, conflict: int) -> HttpResponse:
    """Choose one of the two values."""
    by, sent = _staff(request), request.POST
    try:
        actions.decide_conflict(
            by=by,
            at=timezone.now(),
            conflict=conflict,
            choice=asked.text(sent, "choice"),
            reason=asked.text(sent, "reason"),
            seen=asked.needed(sent, "seen"),
        )
    except Refused as refusal:
        return _conflicts(request, trouble=said_on_page(refusal), status=refusal.status)
    return HttpResponseRedirect(reverse("visits:conflicts") + "?did=decided")


def _device(by: Actor) -> dict[str, object]:
    """Return what the page's script needs: whose the drafts are, and how long they stay."""
    owner = salted_hmac("linli.visits.device", f"{by.user}", secret=settings.SECRET_KEY).hexdigest()
    return {"owner": owner[:24], "days": _draft_days(), "frame": False}


def _draft_days() -> int:
    """Return how long a phone keeps what was not sent, by the rules of today."""
    return queries.rounds(timezone.localdate(), district=settings.DISTRICT).draft_days
