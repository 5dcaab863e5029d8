"""受理: one screen; every button sends all of it, and at most one thing is written."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.basics import Actor, NoSuchThing, Refused
from linli.cases import actions
from linli.cases import queries as cases
from linli.cases.domain import Channel, Permission
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.desk import forms, queries
from linli.desk.domain import WINDOW_CHANNELS, NobodyChosen, ProofMissing
from linli.fabric.asked import is_id
from linli.fabric.edge import sentence
from linli.fabric.jinja import local_text
from linli.parties import queries as parties
from linli.people import actions as people_actions
from linli.rulebook.domain import local_date

from .acts import pdf_answer
from .asking import at_now, by_whom

KEPT, MOST_KEPT = "desk_receipts", 10


@require_http_methods(["GET", "POST"])
@login_required
def accept(request: HttpRequest) -> HttpResponse:
    """Take an errand: find the item, the person, what is missing; then submit."""
    by, at = by_whom(request), at_now()
    by.must(Permission.ACCEPT)
    if request.method == "GET":
        return _screen(request, by, _called(by, forms.read_errand(request.GET)), at=at)
    errand = forms.read_errand(request.POST)
    errand = replace(errand, once=errand.once or secrets.token_hex(8))
    do, _, which = request.POST.get("do", "check").partition(":")
    try:
        return _DOING.get(do, _check)(request, by, errand, which, at)
    except Refused as refusal:
        return _screen(
            request, by, errand, at=at, status=refusal.status, failed=do, trouble=sentence(refusal)
        )


def _called(by: Actor, errand: forms.Errand) -> forms.Errand:
    """Return the errand of one who was called from the queue, with what they left filled in."""
    if errand.booking is None:
        return errand
    turn = cases.turn_for(by, errand.booking)
    return replace(errand, item=turn.item, person=turn.person_id, own_name=turn.name)


def _phone(by: Actor, errand: forms.Errand) -> str:
    """Return the number for this matter: the one typed, else the one left when they booked."""
    if errand.own_phone or errand.booking is None:
        return errand.own_phone
    held = cases.turn_for(by, errand.booking).phone
    return held.open() if held else ""


def _check(
    request: HttpRequest, by: Actor, errand: forms.Errand, which: str, at: datetime
) -> HttpResponse:
    if which:
        errand = replace(errand, item=which)
    return _screen(request, by, errand, at=at)


def _find(
    request: HttpRequest, by: Actor, errand: forms.Errand, which: str, at: datetime
) -> HttpResponse:
    del which
    found = people_actions.find_people(
        by=by, name=errand.name, fact=errand.fact, value=forms.finding_value(errand), at=at
    )
    return _screen(request, by, errand, at=at, found=found)


def _open(
    request: HttpRequest, by: Actor, errand: forms.Errand, which: str, at: datetime
) -> HttpResponse:
    if not is_id(which):
        raise NoSuchThing
    errand = replace(errand, person=int(which))
    item = queries.chosen_item(errand.item, local_date(at))
    purpose, needed = queries.opened_for(item, int(which))
    card = people_actions.open_card(by=by, person=int(which), purpose=purpose, needed=needed, at=at)
    return _screen(request, by, errand, at=at, card=queries.card_view(card))


def _close(
    request: HttpRequest, by: Actor, errand: forms.Errand, which: str, at: datetime
) -> HttpResponse:
    del which
    return _screen(request, by, replace(errand, person=None), at=at)


def _submit(
    request: HttpRequest, by: Actor, errand: forms.Errand, which: str, at: datetime
) -> HttpResponse:
    del which
    if _kept(request, errand.once):  # pressed twice: the first one stands
        return HttpResponseRedirect(reverse("desk:receipt", args=[errand.once]))
    item = catalogue.current(errand.item, local_date(at)).definition
    if errand.person is None and not errand.own_name:
        raise NobodyChosen
    if errand.channel == Channel.PROXY and not errand.behalf_words:
        raise ProofMissing
    facts = queries.facts_for(item, errand.person)
    fields = queries.open_fields(item, facts)
    answers = forms.strict_answers(
        errand, fields, {one.code: local_text(one.label) for one in fields}
    )
    receipt = actions.open_case(by=by, said=_said(by, errand, item.code, answers), at=at)
    missing = catalogue.missing_papers(
        item,
        queries.all_facts(item, facts, forms.lenient_answers(errand, fields)),
        errand.ticked,
        on=local_date(at),
    )
    _keep(request, errand.once, receipt, missing=[one.code for one in missing])
    return HttpResponseRedirect(reverse("desk:receipt", args=[errand.once]))


def _answer(
    request: HttpRequest, by: Actor, errand: forms.Errand, which: str, at: datetime
) -> HttpResponse:
    del which
    if _kept(request, errand.once):
        return HttpResponseRedirect(reverse("desk:receipt", args=[errand.once]))
    item = _asking_item(errand, at)
    receipt = actions.answer_consultation(
        by=by, said=_said(by, errand, item.code, {}), answer=errand.answer, at=at
    )
    _keep(request, errand.once, receipt, missing=[])
    return HttpResponseRedirect(reverse("desk:receipt", args=[errand.once]))


def _asking_item(errand: forms.Errand, at: datetime) -> ItemDefinition:
    """Return the item asked about if it takes questions, else the one for any question."""
    if errand.item:
        item = catalogue.current(errand.item, local_date(at)).definition
        if item.errand == "ask":
            return item
    return queries.question_item(at)


def _said(by: Actor, errand: forms.Errand, item: str, answers: dict[str, Any]) -> actions.Said:
    return actions.Said(
        item=item,
        words=errand.words,
        channel=forms.channel(errand),
        place_id=errand.place or queries.home_of(by, errand.person),
        place_words=errand.place_words,
        answers=answers,
        person_id=errand.person,
        name="" if errand.person else errand.own_name,
        phone=_phone(by, errand),
        behalf_words=errand.behalf_words if errand.channel == Channel.PROXY else "",
        hidden=errand.hidden,
        language=get_language() or "zh-hans",
    )


def _screen(
    request: HttpRequest,
    by: Actor,
    errand: forms.Errand,
    *,
    at: datetime,
    status: int = 200,
    failed: str = "",
    trouble: str = "",
    **more: Any,
) -> HttpResponse:
    fields: tuple[Any, ...] = ()
    if errand.item:
        offers = {one.definition.code: one for one in catalogue.items(local_date(at))}
        fields = offers[errand.item].definition.fields if errand.item in offers else ()
    page = queries.intake(
        by,
        words=errand.words,
        item=errand.item,
        person=errand.person,
        answers=forms.lenient_answers(errand, fields),
        ticked=errand.ticked,
        at=at,
    )
    context = {
        "page": page,
        "errand": errand,
        "once": errand.once or secrets.token_hex(8),
        "channels": [(code, gettext(words)) for code, words in WINDOW_CHANNELS.items()],
        "failed": failed,
        "trouble": trouble,
        "found": None,
        "card": None,
        **more,
    }
    return render(request, "desk/accept.html", context, status=status)


def _kept(request: HttpRequest, once: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = request.session.get(KEPT, {}).get(once) if once else None
    return found


def _keep(request: HttpRequest, once: str, receipt: actions.Receipt, *, missing: list[str]) -> None:
    """Remember a receipt in this sitting, so that its code can be printed; the newest ten."""
    case = receipt.case
    kept = dict(request.session.get(KEPT, {}))
    kept[once or secrets.token_hex(8)] = {
        "number": case.number,
        "code": receipt.code,
        "version": case.version_id,
        "owner": case.owner_id,
        "opened_at": case.opened_at.isoformat(),
        "due_at": case.due_at.isoformat() if case.due_at else "",
        "answer": case.answer,
        "missing": missing,
        "printed": False,
    }
    request.session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])


@require_GET
def receipt(request: HttpRequest, once: str) -> HttpResponse:
    """Show the receipt just made, and what is to be told or printed next."""
    by, kept = by_whom(request), _kept(request, once)
    if kept is None:
        raise NoSuchThing
    item = catalogue.definition(kept["version"])
    ours, steered = queries.errand_stands(by, kept["number"])
    names = {one.code: local_text(one.name) for one in item.papers}
    return render(
        request,
        "desk/receipt.html",
        {
            "kept": kept,
            "once": once,
            "item": local_text(item.name),
            "slip": _receipt_slip(request, by, kept),
            "missing": [(code, names.get(code, code)) for code in kept["missing"]],
            "due": parse_datetime(kept["due_at"]) if kept["due_at"] else None,
            "next_week": queries.days_ahead(at_now(), 7),
            "ours": ours,
            "steered": steered,
        },
    )


@require_GET
def slip(request: HttpRequest, once: str) -> HttpResponse:
    """Print the receipt; every print after the first is marked as a copy."""
    by, kept = by_whom(request), _kept(request, once)
    if kept is None:
        raise NoSuchThing
    made = _receipt_slip(request, by, kept)
    all_kept = dict(request.session[KEPT])
    all_kept[once] = {**kept, "printed": True}
    request.session[KEPT] = all_kept
    if request.GET.get("as") == "pdf":
        return pdf_answer(made, name=f"receipt-{kept['number']}")
    return render(
        request,
        "desk/slip.html",
        {
            "slip": made,
            "words": queries.words_of(made),
            "square": queries.square_code(made),
            "back": reverse("desk:receipt", args=[once]),
        },
    )


def _receipt_slip(request: HttpRequest, by: Actor, kept: dict[str, Any]) -> Any:
    opened = parse_datetime(kept["opened_at"])
    return queries.receipt_slip(
        number=kept["number"],
        code=kept["code"],
        item=local_text(catalogue.definition(kept["version"]).name),
        owner=kept["owner"],
        opened_at=opened or at_now(),
        due_at=parse_datetime(kept["due_at"]) if kept["due_at"] and not kept["answer"] else None,
        taken_by=parties.party_words(parties.party(by.office())),
        address=request.build_absolute_uri(f"/find/?number={kept['number']}"),
        copy=kept["printed"],
    )


_DOING = {
    "check": _check,
    "item": _check,
    "find": _find,
    "open": _open,
    "close": _close,
    "submit": _submit,
    "answer": _answer,
}
