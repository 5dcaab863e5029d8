"""One case and everything that may be done with it: each form is one POST, one action."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.basics import Actor, NoSuchThing, Refused
from linli.cases import actions
from linli.cases import queries as cases
from linli.cases.domain import Permission
from linli.catalogue import queries as catalogue
from linli.desk import forms, queries
from linli.desk.domain import ACTS_DONE, ANSWERS_SHORT, PAUSES
from linli.fabric.edge import sentence
from linli.people import actions as people_actions
from linli.people.domain import Permission as People

from .asking import at_now, by_whom

Act = Callable[[Actor, int, QueryDict, datetime], object]


def _step(by: Actor, case: int, sent: QueryDict) -> int:
    """:raises NoSuchThing: unless the case has the step that was sent"""
    found = cases.step_meant(by, case, forms.needed(sent, "step"))
    if found is None:
        raise NoSuchThing
    return found


def _merge(by: Actor, case: int, sent: QueryDict, at: datetime) -> object:
    into = cases.case_for(by, forms.text(sent, "into"))
    return actions.merge_cases(by=by, case_id=case, into_id=into.pk, at=at)


ACTS: dict[str, Act] = {
    "accept": lambda by, case, sent, at: actions.accept_step(
        by=by, step_id=_step(by, case, sent), at=at
    ),
    "finish": lambda by, case, sent, at: actions.finish_step(
        by=by,
        step_id=_step(by, case, sent),
        outcome="done",
        note=forms.words(sent),
        at=at,
    ),
    "hand_over": lambda by, case, sent, at: actions.hand_over_step(
        by=by,
        step_id=_step(by, case, sent),
        to_party=forms.needed(sent, "to_party"),
        note=forms.words(sent),
        at=at,
    ),
    "return": lambda by, case, sent, at: actions.return_step(
        by=by,
        step_id=_step(by, case, sent),
        clause=forms.text(sent, "clause"),
        note=forms.words(sent),
        at=at,
    ),
    "undo": lambda by, case, sent, at: actions.undo_last_move(
        by=by, step_id=_step(by, case, sent), at=at
    ),
    "answer": lambda by, case, sent, at: actions.answer_case(
        by=by, case_id=case, end=forms.end(sent), words=forms.words(sent), at=at
    ),
    "invite": lambda by, case, sent, at: actions.invite_office(
        by=by,
        case_id=case,
        to_party=forms.needed(sent, "to_party"),
        lead=forms.text(sent, "lead") == "yes",
        words=forms.words(sent),
        at=at,
    ),
    "ask_papers": lambda by, case, sent, at: actions.ask_papers(
        by=by,
        case_id=case,
        papers=forms.papers(sent),
        words=forms.words(sent),
        review_at=forms.deadline(sent, "until"),
        at=at,
    ),
    "pause": lambda by, case, sent, at: actions.pause_case(
        by=by,
        case_id=case,
        reason=forms.pause_reason(sent),
        words=forms.words(sent),
        review_at=forms.deadline(sent, "until"),
        at=at,
    ),
    "resume": lambda by, case, sent, at: actions.resume_case(by=by, case_id=case, at=at),  # noqa: ARG005
    "extend": lambda by, case, sent, at: actions.extend_deadline(
        by=by,
        case_id=case,
        new_due_at=forms.deadline(sent, "until"),
        words=forms.words(sent),
        at=at,
    ),
    "supervise": lambda by, case, sent, at: actions.supervise_case(by=by, case_id=case, at=at),  # noqa: ARG005
    "merge": _merge,
    "undo_merge": lambda by, case, sent, at: actions.undo_merge(by=by, case_id=case, at=at),  # noqa: ARG005
    "reroute": lambda by, case, sent, at: actions.reroute_case(
        by=by, case_id=case, item=forms.text(sent, "item"), at=at
    ),
}


@require_GET
@login_required
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case."""
    return case_screen(request, number)


@require_POST
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Do one act with a case; a refusal is said in the form it came from, with what was typed."""
    by, at = by_whom(request), at_now()
    found = cases.case_for(by, number)
    if act not in ACTS:
        raise NoSuchThing
    try:
        ACTS[act](by, found.pk, request.POST, at)
    except Refused as refusal:
        failed = {"act": act, "words": sentence(refusal), "typed": request.POST}
        return case_screen(request, number, failed=failed, status=refusal.status)
    return HttpResponseRedirect(reverse("desk:case", args=[found.number]) + f"?did={act}")


@require_POST
def open_card(request: HttpRequest, number: str) -> HttpResponse:
    """Show the reporter unmasked, as far as the matter's item needs; the person sees who looked."""
    by, at = by_whom(request), at_now()
    found = cases.case_for(by, number)
    asked = forms.needed(request.POST, "person")
    held = {one.person_id for one in cases.sayings_of(found) if not one.hidden}
    if asked not in held:
        raise NoSuchThing
    purpose, needed = queries.opened_for(catalogue.definition(found.version_id), asked)
    card = people_actions.open_card(by=by, person=asked, purpose=purpose, needed=needed, at=at)
    return case_screen(request, number, card=queries.card_view(card), card_of=asked)


@require_GET
def papers_slip(request: HttpRequest, number: str) -> HttpResponse:
    """Print the one list of what is missing."""
    found = cases.case_for(by_whom(request), number)
    pause = cases.open_pause(found)
    if pause is None or not pause.papers:
        raise NoSuchThing
    page = queries.case_page(by_whom(request), number, at=at_now())
    slip = queries.papers_slip(
        number=found.number,
        item=page.item,
        owner=found.owner_id,
        papers=page.asked.papers if page.asked else (),
        words=pause.words,
        review_at=pause.review_at,
    )
    if request.GET.get("as") == "pdf":
        return pdf_answer(slip, name=f"papers-{found.number}")
    return render(
        request,
        "desk/slip.html",
        {
            "slip": slip,
            "words": queries.words_of(slip),
            "square": "",
            "back": reverse("desk:case", args=[found.number]),
        },
    )


def pdf_answer(slip: Any, *, name: str) -> HttpResponse:
    """
    Return a slip as PDF.

    :raises NoSuchThing: where no font with Han characters is installed; the print page serves then
    """
    made = queries.pdf_of(slip)
    if made is None:
        raise NoSuchThing
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def case_screen(
    request: HttpRequest,
    number: str,
    *,
    failed: dict[str, Any] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show one case: as it is, with a form that failed, or with what was just opened."""
    by, at = by_whom(request), at_now()
    page = queries.case_page(by, number, at=at)
    did = request.GET.get("did", "")
    failed = failed or {"act": "", "words": "", "typed": QueryDict()}
    may, windows = _may(by, page), cases.windows_at(at)
    context = {
        "page": page,
        "failed": failed,
        "formless": bool(failed["act"]) and not _offered(failed, page, may),
        "did": gettext(ACTS_DONE[did]) if did in ACTS_DONE else "",
        "may": may,
        "ends": [(code, gettext(words)) for code, words in ANSWERS_SHORT.items()],
        "pauses": [(code, gettext(words)) for code, words in PAUSES.items()],
        "reply": next((one for one in page.replies if one.code == request.GET.get("reply")), None),
        "items": queries.items_to_filter(at),
        "next_week": (at + timedelta(days=7)).date().isoformat(),
        "most_pause": windows.pause_days,
        "most_hops": windows.hops,
        "card": None,
        "card_of": None,
        "opened": None,
        **more,
    }
    return render(request, "desk/case.html", context, status=status)


def _offered(failed: dict[str, Any], page: queries.CasePage, may: dict[str, bool]) -> bool:
    """Return whether the form that failed still stands on the page; else its words go on top."""
    step = failed["typed"].get("step", "")
    states = {str(one.id): one.state for one in page.mine}
    needed = {"accept": "offered", "finish": "accepted", "return": "offered"}
    act = failed["act"]
    if act in needed:
        return states.get(step) == needed[act] and may["return" if act == "return" else "act"]
    if act == "undo":
        return may["undo"] and step in {str(one.id) for one in page.undoable}
    if act == "contact":
        asked = failed["typed"].get("report", "")
        return any(str(one.report) == asked and not one.closed for one in page.tellers)
    if act == "hand_over":
        return may["hand_over"] and step in states
    return may[{"ask_papers": "stop", "pause": "stop", "invite": "answer"}.get(act, act)]


def _may(by: Actor, page: queries.CasePage) -> dict[str, bool]:
    """Return which forms the page offers; the actions check again."""
    act = Permission.ACT in by.permissions
    steers = page.steered and (act or not page.owned)
    return {
        "act": act and bool(page.mine),
        "hand_over": Permission.HAND_OVER in by.permissions and bool(page.mine),
        "return": Permission.RETURN in by.permissions
        and any(step.state == "offered" for step in page.mine),
        "answer": steers and page.open,
        "stop": steers and page.running,
        "resume": steers and page.status in ("asking", "paused"),
        "extend": page.overseen and page.open and not page.extended,
        "supervise": page.overseen and page.open,
        "merge": steers and page.open,
        "undo_merge": steers and page.merged,
        "reroute": page.open
        and page.steered
        and (Permission.HAND_OVER in by.permissions or not page.owned),
        "undo": act and bool(page.undoable),
        "see": People.OPEN_CARDS in by.permissions,
        "contact": act,
        "attach": act and page.open,
        "forget_file": People.DECIDE_RIGHTS in by.permissions,
        "for_withdraw": Permission.ACCEPT in by.permissions and page.open,
        "for_papers": Permission.ACCEPT in by.permissions and page.open,
    }
