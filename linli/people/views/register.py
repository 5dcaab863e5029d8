"""People at the workbench: found by name and one more fact, masked, and opened for a purpose."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, NoSuchThing, NotAllowed, Refused, gettext_noop
from linli.fabric import asked
from linli.fabric.edge import said_on_page, sentence
from linli.people import actions, forms, queries
from linli.people.domain import CHANGE_REASONS, Permission

MOST_WORDS = 1_001  # one more than an act takes, so that it can say so
DONE = {
    "new": gettext_noop("They are on the register now."),
    "fact": gettext_noop("Changed. What stood before is kept."),
    "same": gettext_noop("Nothing was changed: that is what we held already."),
    "confirm": gettext_noop("Noted: nothing has changed."),
    "end": gettext_noop("The record is closed."),
    "kin": gettext_noop("Noted as near relatives, on both records."),
    "moved": gettext_noop("The move is noted. The old address is kept with its days."),
    "merge": gettext_noop("The two are one record now."),
    "undo": gettext_noop("They are two records again."),
    "asked": gettext_noop("Taken down. The clock runs; the answer goes to them."),
}


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find people; the search is an act that is written down, so it is sent as one."""
    stranger = asked.door(request)
    if stranger is not None and request.method == "GET":
        return stranger
    by = asked.staff_of(request)
    by.must(Permission.FIND_PEOPLE)
    search, found, trouble, status = forms.Search(), None, "", 200
    if request.method == "POST":
        search = forms.Search.read(request.POST)
        try:
            found = actions.find_people(
                by=by,
                name=search.name,
                fact=search.fact,
                value=search.value(),
                at=timezone.now(),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            trouble, status = sentence(refusal), refusal.status
    context = {
        "search": search,
        "found": found,
        "trouble": trouble,
        "same_as": asked.number(request.POST or request.GET, "same_as"),
        "kin_of": asked.number(request.POST or request.GET, "kin_of"),
        "did": _did(request),
        "may_register": Permission.REGISTER_PEOPLE in by.permissions,
        "facts": [(name, queries.fact_label(name)) for name in ("phone", "id_number", "birth_on")],
    }
    return render(request, "people/find.html", context, status=status)


@never_cache
@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """Show one person, masked."""
    return asked.door(request) or show_person(request, person)


@never_cache
@require_POST
def open_card(request: HttpRequest, person: int) -> HttpResponse:
    """Open the record for a purpose; the person sees who looked."""
    by, purpose = asked.staff_of(request), asked.text(request.POST, "purpose")
    try:
        card = actions.open_card(by=by, person=person, purpose=purpose, at=timezone.now())
    except Refused as refusal:
        return refused(request, person, refusal)
    return show_person(request, person, card=card, lines=queries.card_lines(by, card))


@require_POST
def change_fact(request: HttpRequest, person: int) -> HttpResponse:
    """Change one fact, with the day it holds from and how it is known."""
    by = asked.staff_of(request)
    try:
        change = forms.Change.read(request.POST)
        news = actions.record_fact(
            by=by,
            at=timezone.now(),
            person=person,
            attribute=change.attribute,
            value=change.value,
            valid_from=change.valid_from,
            reason=change.reason,
        )
    except Refused as refusal:
        return refused(request, person, refusal, form="fact")
    return _done(person, "fact" if news else "same")


@require_POST
def confirm(request: HttpRequest, person: int) -> HttpResponse:
    """Note that nothing about a topic has changed (无变化)."""
    by, topic = asked.staff_of(request), asked.text(request.POST, "topic")
    try:
        actions.confirm_facts(by=by, at=timezone.now(), person=person, topic=topic)
    except Refused as refusal:
        return refused(request, person, refusal, form="confirm")
    return _done(person, "confirm")


@require_POST
def end(request: HttpRequest, person: int) -> HttpResponse:
    """Close the record of one who moved away or died."""
    by = asked.staff_of(request)
    try:
        actions.end_person(
            by=by,
            at=timezone.now(),
            person=person,
            reason=asked.text(request.POST, "reason"),
            on=asked.day(request.POST, "on"),
        )
    except Refused as refusal:
        return refused(request, person, refusal, form="end")
    return _done(person, "end")


@require_POST
def note_kin(request: HttpRequest, person: int) -> HttpResponse:
    """Note a near relative, as papers showed (个人信息保护法 49)."""
    by = asked.staff_of(request)
    by.must(Permission.REGISTER_PEOPLE)
    try:
        actions.note_kin(
            by=by,
            at=timezone.now(),
            person=person,
            relative=asked.needed(request.POST, "relative"),
            kinship=asked.text(request.POST, "kinship"),
        )
    except Refused as refusal:
        return refused(request, person, refusal, form="kin")
    return _done(person, "kin")


@require_POST
def ask_right(request: HttpRequest, person: int) -> HttpResponse:
    """Take down what one at the window asks about their data (个人信息保护法 45-47, 50)."""
    by = asked.staff_of(request)
    try:
        actions.request_right(
            by=by,
            at=timezone.now(),
            person=person,
            kind=asked.text(request.POST, "kind"),
            details=asked.text(request.POST, "details", most=MOST_WORDS),
        )
    except Refused as refusal:
        return refused(request, person, refusal, form="ask")
    return _done(person, "asked")


@never_cache
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, person: int) -> HttpResponse:
    """Let a person, or the whole household, live behind another door from a day on."""
    stranger = asked.door(request)
    if stranger is not None and request.method == "GET":
        return stranger
    by = asked.staff_of(request)
    by.must(Permission.KEEP_FACTS)
    sent = request.POST or request.GET
    trouble, status = "", 200
    if request.method == "POST":
        try:
            forms.Moving.read(request.POST).act(by, person, at=timezone.now())
        except Refused as refusal:
            trouble, status = said_on_page(refusal), refusal.status
        else:
            return _moved(by, person)
    page = queries.person_page(by, person)
    community, house = asked.number(sent, "community"), asked.number(sent, "house")
    context = {
        "page": page,
        "choice": queries.doors_to_choose(by, community, house),
        "community": str(community or ""),
        "house": str(house or ""),
        "typed": request.POST or QueryDict(),
        "reasons": [(code, gettext(words)) for code, words in CHANGE_REASONS.items()],
        "today": timezone.localdate().isoformat(),
        "trouble": trouble,
    }
    return render(request, "people/move.html", context, status=status)


def _moved(by: Actor, person: int) -> HttpResponse:
    """Lead back to the record; to the search where it is another community's now."""
    try:
        queries.person_page(by, person)
    except NoSuchThing:
        return HttpResponseRedirect(reverse("people:find") + "?did=moved")
    return _done(person, "moved")


@never_cache
@require_http_methods(["GET", "POST"])
def same(request: HttpRequest, person: int, other: int) -> HttpResponse:
    """Lay two records side by side, and make them one."""
    stranger = asked.door(request)
    if stranger is not None and request.method == "GET":
        return stranger
    by = asked.staff_of(request)
    trouble, status = "", 200
    if request.method == "POST":
        try:
            actions.merge_people(by=by, at=timezone.now(), kept=person, gone=other)
        except Refused as refusal:
            trouble, status = sentence(refusal), refusal.status
        else:
            return _done(person, "merge")
    two = queries.two_records(by, person, other)
    return render(request, "people/same.html", {"two": two, "trouble": trouble}, status=status)


@require_POST
def undo_merge(request: HttpRequest, merge: int) -> HttpResponse:
    """Make two records of one again."""
    loser = actions.undo_merge(by=asked.staff_of(request), at=timezone.now(), merge=merge)
    return _done(loser.pk, "undo")


def _did(request: HttpRequest) -> str:
    """Return in words what was done before this page was asked for."""
    words = DONE.get(request.GET.get("did", ""), "")
    return gettext(words) if words else ""


def _done(person: int, did: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("people:person", args=[person]) + f"?did={did}")


def refused(request: HttpRequest, person: int, refusal: Refused, *, form: str = "") -> HttpResponse:
    """
    Say the refusal on the page it came from, with what was typed.

    :raises Refused: the same, where the reader may not see the page either
    """
    return show_person(
        request, person, trouble=said_on_page(refusal), failed=form, status=refusal.status
    )


def show_person(
    request: HttpRequest, person: int, *, status: int = 200, **more: Any
) -> HttpResponse:
    by, boxes = asked.staff_of(request), queries.fact_boxes()
    context = {
        "page": queries.person_page(by, person),
        "seen": queries.who_saw(by, person),
        "kin": queries.kin_of(by, person),
        "kin_choices": queries.kin_choices(by, person, asked.number(request.GET, "kin")),
        "kinships": queries.kinships(),
        "purposes": queries.opening_purposes(),
        "boxes": boxes,
        "box_names": [(box.attribute, box.label) for box in boxes],
        "topics": queries.topics(),
        "rights": [(kind, queries.right_words(kind)) for kind in queries.rights()],
        "reasons": [(code, gettext(words)) for code, words in CHANGE_REASONS.items()],
        "purpose_names": dict(queries.purpose_words()),
        "hat_names": queries.hat_names(),
        "did": _did(request),
        "typed": request.POST or QueryDict(),
        "card": None,
        "given": None,
        "lines": [],
        "trouble": "",
        "failed": "",
        "may": {
            "open": Permission.OPEN_CARDS in by.permissions,
            "keep": Permission.KEEP_FACTS in by.permissions,
            "register": Permission.REGISTER_PEOPLE in by.permissions,
            "merge": Permission.MERGE_PEOPLE in by.permissions,
        },
        "today": timezone.localdate().isoformat(),
        **more,
    }
    return render(request, "people/person.html", context, status=status)
