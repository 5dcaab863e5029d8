"""The screens of the gate (W 任务). Each form is one POST, one action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, Invalid, NoSuchThing, Refused, gettext_noop
from linli.fabric.asked import day, door, needed, number, staff_of, text
from linli.fabric.edge import said_on_page, sentence
from linli.files import queries as files
from linli.gate import actions, forms, queries
from linli.gate.domain import EFFORT_WORDS, Permission
from linli.gate.queries import composing, evidence, screens
from linli.reports.domain import Cell

Act = Callable[[Actor, int, QueryDict, datetime], object]
ACTS: dict[str, Act] = {
    "submit": lambda by, one, sent, at: actions.submit_request(by=by, request=one, at=at),  # noqa: ARG005
    "cosign": lambda by, one, sent, at: actions.cosign_request(by=by, request=one, at=at),  # noqa: ARG005
    "admit": lambda by, one, sent, at: actions.admit_request(by=by, request=one, at=at),  # noqa: ARG005
    "return": lambda by, one, sent, at: actions.return_request(
        by=by, request=one, words=text(sent, "words", most=300), at=at
    ),
    "declare": lambda by, one, sent, at: actions.declare_emergency(
        by=by, request=one, words=text(sent, "words", most=300), at=at
    ),
    "revoke": lambda by, one, sent, at: actions.revoke_request(by=by, request=one, at=at),  # noqa: ARG005
}


def _finish(by: Actor, task: int, request: HttpRequest, at: datetime) -> None:
    by.must(Permission.WORK)
    queries.task_for(by, task)  # before a large picture is drawn anew
    actions.finish_task(
        by=by,
        task=task,
        shown=text(request.POST, "shown", most=forms.MOST_WORDS),
        papers=forms.papers(request.FILES),
        at=at,
    )


WORK: dict[str, Callable[[Actor, int, HttpRequest, datetime], object]] = {
    "begin": lambda by, one, _, at: actions.begin_task(by=by, task=one, at=at),
    "book": lambda by, one, request, at: actions.book_minutes(
        by=by,
        task=one,
        effort=forms.effort(request.POST),
        minutes=forms.minutes(request.POST),
        worked_on=day(request.POST, "worked_on"),
        at=at,
    ),
    "finish": _finish,
    "pay": lambda by, one, _, at: actions.pay_task(by=by, task=one, at=at),
    "undo": lambda by, one, request, at: actions.take_back_minutes(  # noqa: ARG005
        by=by, worked=needed(request.POST, "worked"), at=at
    ),
}
ON_ITS_PAGE = frozenset({"book", "finish"})  # answered on the task's own page, with what was typed
DONE = {
    "submit": gettext_noop("Handed in. Below is what the gate says."),
    "cosign": gettext_noop("Your street has signed."),
    "admit": gettext_noop("Decided. Below is what the gate says."),
    "return": gettext_noop("Returned."),
    "declare": gettext_noop(
        "Let through. It lapses after 72 hours unless it is reviewed, and never outlives its last day."
    ),
    "revoke": gettext_noop("Called off. What was not used of the money is free again."),
    "begin": gettext_noop("Begun."),
    "book": gettext_noop("The minutes are booked."),
    "finish": gettext_noop("Done, and what shows it is on record."),
    "pay": gettext_noop("Paid."),
    "undo": gettext_noop("Taken back. Both bookings stay in the book."),
    "refused": gettext_noop("Refused, and on record with its citation."),
    "drafted": gettext_noop("Written down. Look at the checks, then hand it in."),
}


def _done(request: HttpRequest) -> str:
    words = DONE.get(request.GET.get("did", ""), "")
    return gettext(words) if words else ""


def _efforts() -> list[tuple[str, str]]:
    return [(str(one), gettext(words)) for one, words in EFFORT_WORDS.items()]


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """任务: what waits for this hat."""
    stranger = door(request)
    return stranger if stranger is not None else _home(request)


def _home(request: HttpRequest, *, status: int = 200, trouble: str = "") -> HttpResponse:
    by = staff_of(request)
    context = {
        "page": screens.home(by, at=timezone.now()),
        "may": by.permissions,
        "efforts": _efforts(),
        "today": timezone.localdate(),
        "did": _done(request),
        "trouble": trouble,
    }
    return render(request, "gate/home.html", context, status=status)


@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """我要一个数: whether the facts answer it, and how it differs from what is counted anyway."""
    stranger = door(request)
    return stranger if stranger is not None else _ask(request, request.GET)


def _ask(
    request: HttpRequest,
    sent: QueryDict,
    *,
    status: int = 200,
    trouble: str = "",
    failed: str = "q",
) -> HttpResponse:
    by, at = staff_of(request), timezone.now()
    by.must(Permission.ASK)
    cell = None
    try:
        cell = forms.put_together(sent)
    except Refused as refusal:
        trouble, status = sentence(refusal), refusal.status
    words = text(sent, "q", most=120) or queries.whom_words(cell)[:120]
    told = queries.look_up(by, words, cell=cell, at=at) if words else None
    context = {
        "words": words,
        "told": told,
        "communities": len(by.communities),
        "facts": composing.facts_used(told.cell) if told and told.cell else [],
        "meant": queries.whom_words(told.cell) if told else "",
        "cell": composing.written(told.cell) if told and told.cell else "",
        "split_by": text(sent, "by", most=60),
        "may_ask_people": bool(told and told.cell and composing.may_be_asked(told.cell)),
        "choices": screens.choices(by, at=at),
        "typed": sent,
        "trouble": trouble,
        "failed": failed,
    }
    return render(request, "gate/ask.html", context, status=status)


@never_cache
@require_safe
def compose(request: HttpRequest) -> HttpResponse:
    """Put an indicator together from facts: whom, with which conditions, split by what."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    staff_of(request).must(Permission.ASK)
    of = request.GET.get("of", "")
    of = of if of in composing.SUBJECTS else composing.SUBJECTS[0]
    context = {
        "of": of,
        "subjects": [(one, queries.whom_words(Cell(one))) for one in composing.SUBJECTS],
        "boxes": composing.boxes(of),
        "groupings": composing.groupings() if of == "people" else [],
    }
    return render(request, "gate/compose.html", context)


@never_cache
@require_POST
def read_form(request: HttpRequest) -> HttpResponse:
    """Read an office's Excel form right here: what is answered already, how it differs, what is not."""
    by, at = staff_of(request), timezone.now()
    by.must(Permission.ASK)
    try:
        found = composing.form_read(by, forms.workbook(request.FILES), at=at)
    except Refused as refusal:
        words = gettext(refusal.reason) if isinstance(refusal, Invalid) else sentence(refusal)
        return _ask(request, QueryDict(), status=refusal.status, trouble=words, failed="workbook")
    return render(request, "gate/form.html", {"page": found})


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the numbers, with their definition; it is on the bill as 0 minutes."""
    by, sent = staff_of(request), request.POST
    try:
        row, _ = actions.take_numbers(
            by=by,
            words=text(sent, "q", most=120),
            purpose=text(sent, "purpose", most=300),
            basis=text(sent, "basis", most=120),
            communities=by.communities,
            line=text(sent, "line", most=60),
            whom=forms.put_together(sent),
            split_by=text(sent, "by", most=60),
            at=timezone.now(),
        )
    except Refused as refusal:
        failed = str(getattr(refusal, "field", "q"))
        return _ask(
            request, sent, status=refusal.status, trouble=said_on_page(refusal), failed=failed
        )
    return HttpResponseRedirect(reverse("gate:request", args=[row.number]))


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """派一件活, or ask a question that the facts cannot answer."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = staff_of(request), timezone.now()
    by.must(Permission.ASK)
    trouble, failed, status, sent = "", "", 200, request.GET
    if request.method == "POST":
        sent = request.POST
        try:
            plan = forms.wanted(sent, by.communities, district=by.district, on=timezone.localdate())
            row = actions.draft_request(by=by, wanted=plan, at=at)
        except Refused as refusal:
            trouble, status = said_on_page(refusal), refusal.status
            failed = str(getattr(refusal, "field", ""))
        else:
            return _to(row.number, "drafted")
    context = {
        "choices": screens.choices(by, at=at),
        "asks": forms.asks(sent),
        "typed": sent,
        "ticked": sent.getlist("community"),
        "today": timezone.localdate(),
        "trouble": trouble,
        "failed": failed,
    }
    return render(request, "gate/new.html", context, status=status)


def _to(number_: str, did: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("gate:request", args=[number_]) + f"?did={did}")


@never_cache
@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show one request, with its five checks."""
    stranger = door(request)
    return stranger if stranger is not None else _one(request, number)


def _one(request: HttpRequest, number_: str, *, status: int = 200, **more: Any) -> HttpResponse:
    by = staff_of(request)
    context = {
        "page": screens.page(by, number_, at=timezone.now()),
        "did": _done(request),
        "trouble": "",
        "may": by.permissions,
    } | more
    return render(request, "gate/request.html", context, status=status)


@require_POST
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Do one act with a request; a refusal is said on its page."""
    by = staff_of(request)
    found = queries.request_for(by, number)
    if act not in ACTS:
        raise NoSuchThing
    try:
        ACTS[act](by, found.pk, request.POST, timezone.now())
    except Refused as refusal:
        return _one(request, number, status=refusal.status, trouble=said_on_page(refusal))
    return _to(number, act)


@require_POST
def work(request: HttpRequest, task: int, act: str) -> HttpResponse:
    """Do one act with a task: its community's work, or the asker's payment."""
    by = staff_of(request)
    if act not in WORK:
        raise NoSuchThing
    try:
        WORK[act](by, task, request, timezone.now())
    except Refused as refusal:
        words = said_on_page(refusal)
        if act in ON_ITS_PAGE:
            failed = {"act": act, "typed": request.POST}
            return _task(request, task, status=refusal.status, trouble=words, failed=failed)
        return _home(request, status=refusal.status, trouble=words)
    page = reverse("gate:task", args=[task]) if act in ON_ITS_PAGE else reverse("gate:home")
    return HttpResponseRedirect(f"{page}?did={act}")


@never_cache
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest) -> HttpResponse:
    """Refuse what came past the gate, with the law it rests on."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, sent, trouble, status = staff_of(request), request.POST, "", 200
    by.must(Permission.WORK)
    if request.method == "POST":
        try:
            actions.refuse_past_the_gate(
                by=by,
                asked_by=number(sent, "asked_by"),
                asked_words=text(sent, "asked_words", most=120),
                words=text(sent, "words", most=forms.MOST_WORDS),
                line=text(sent, "line", most=60),
                at=timezone.now(),
            )
        except Refused as refusal:
            trouble, status = said_on_page(refusal), refusal.status
        else:
            return HttpResponseRedirect(reverse("gate:home") + "?did=refused")
    context = {
        "offices": queries.department_choices(by.district),
        "choices": screens.choices(by, at=timezone.now()),
        "typed": sent,
        "trouble": trouble,
    }
    return render(request, "gate/refuse.html", context, status=status)


@never_cache
@require_safe
def task(request: HttpRequest, task: int) -> HttpResponse:
    """Show one community's task, and what evidences it."""
    stranger = door(request)
    return stranger if stranger is not None else _task(request, task)


def _task(request: HttpRequest, task: int, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "page": evidence.task_page(staff_of(request), task, at=timezone.now()),
        "did": _done(request),
        "trouble": "",
        "failed": {"act": "", "typed": QueryDict()},
        "efforts": _efforts(),
        "today": timezone.localdate(),
    } | more
    return render(request, "gate/task.html", context, status=status)


@never_cache
@require_safe
def file(request: HttpRequest, task: int, file: int) -> HttpResponse:
    """Give a file that shows a task was done, to those it was shown to."""
    found = queries.file_shown(staff_of(request), task, file).file
    content, _ = files.open_file(found)
    return HttpResponse(content, headers=files.headers_of(found))


@never_cache
@require_safe
def small(request: HttpRequest, task: int, file: int) -> HttpResponse:
    """Give the small picture of such a file."""
    found = queries.file_shown(staff_of(request), task, file).file
    headers = {**files.headers_of(found), "Content-Type": "image/jpeg"}
    return HttpResponse(files.small_picture(found), headers=headers)
