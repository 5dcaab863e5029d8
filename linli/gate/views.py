"""The screens of the gate (W 任务) and of the bill (C 负担). Each form is one POST, one action."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import xlsxwriter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, Invalid, NoSuchThing, Refused, gettext_noop
from linli.fabric.asked import actor_of, day, door, needed, number, staff_of, text
from linli.fabric.edge import sentence
from linli.files import queries as files
from linli.reports.domain import Cell
from linli.rulebook.domain import local_date

from . import actions, forms, queries
from .domain import BILL_HEADS, EFFORT_WORDS, BillLine, Permission
from .queries import burden, composing, evidence, screens

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Act = Callable[[Actor, int, QueryDict, datetime], object]
ACTS: dict[str, Act] = {
    "submit": lambda by, one, sent, at: actions.submit_request(by=by, request=one, at=at),  # noqa: ARG005
    "cosign": lambda by, one, sent, at: actions.cosign_request(by=by, request=one, at=at),  # noqa: ARG005
    "admit": lambda by, one, sent, at: actions.admit_request(by=by, request=one, at=at),  # noqa: ARG005
    "return": lambda by, one, sent, at: actions.return_request(by=by, request=one, at=at),  # noqa: ARG005
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
    "declare": gettext_noop("Let through. It lapses after 72 hours unless it is reviewed."),
    "revoke": gettext_noop("Called off. What was not used of the money is free again."),
    "begin": gettext_noop("Begun."),
    "book": gettext_noop("The minutes are booked."),
    "finish": gettext_noop("Done. The office that asked has to pay now."),
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
        if refusal.status in (403, 404):
            raise
        failed = str(getattr(refusal, "field", "q"))
        return _ask(request, sent, status=refusal.status, trouble=sentence(refusal), failed=failed)
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
            if refusal.status in (403, 404):
                raise
            trouble, status = sentence(refusal), refusal.status
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
        if refusal.status in (403, 404):
            raise
        return _one(request, number, status=refusal.status, trouble=sentence(refusal))
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
        if refusal.status in (403, 404):
            raise
        words = sentence(refusal)
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
            if refusal.status in (403, 404):
                raise
            trouble, status = sentence(refusal), refusal.status
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


@require_safe
def public(request: HttpRequest, number: str) -> HttpResponse:
    """Show a request as the bill does: what was asked, why, and at what cost. No person."""
    page = burden.public_page(actor_of(request), number, district=settings.DISTRICT)
    return render(request, "gate/public.html", {"page": page, "staff": _staff(request)})


@require_safe
def minutes(request: HttpRequest) -> HttpResponse:
    """上门时间占比, opened: what a month's minutes went into."""
    month = forms.month(request.GET, at=timezone.now())
    page = burden.time_page(actor_of(request), month, district=settings.DISTRICT)
    return render(request, "gate/minutes.html", {"page": page, "staff": _staff(request)})


def _staff(request: HttpRequest) -> bool:
    return actor_of(request).kind == "staff"


@require_safe
def bill(request: HttpRequest) -> HttpResponse:
    """减负账单: public inside the district; it names requests, not persons."""
    at = timezone.now()
    month = forms.month(request.GET, at=at)
    office = text(request.GET, "office")
    page = burden.bill_page(month, district=settings.DISTRICT, at=at, office=office)
    context = {"page": page, "month": month, "staff": _staff(request)}
    return render(request, "gate/bill.html", context)


@require_safe
def bill_json(request: HttpRequest) -> HttpResponse:
    """Give the bill as open data."""
    at = timezone.now()
    month = forms.month(request.GET, at=at)
    found = queries.bill(month, on=local_date(at), district=settings.DISTRICT)
    offices = burden.office_codes(found, district=settings.DISTRICT)
    lines = [
        {"office": offices[one.party]}
        | {name: getattr(one, name) for name in BillLine.__slots__ if name != "party"}
        | {"answered_percent": one.answered_percent}
        for one in found.lines
    ]
    worked = {str(effort): minutes for effort, minutes in sorted(found.worked.items())}
    return JsonResponse({"month": f"{month:%Y-%m}", "offices": lines, "worked_minutes": worked})


@require_safe
def bill_xlsx(request: HttpRequest) -> HttpResponse:
    """Give the bill as a workbook."""
    at = timezone.now()
    month = forms.month(request.GET, at=at)
    page = burden.bill_page(month, district=settings.DISTRICT, at=at)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, head = book.add_worksheet(f"{month:%Y-%m}"), book.add_format({"bold": True})
    sheet.write_row(0, 0, [gettext("Office"), *(gettext(words) for _, words in BILL_HEADS)], head)
    for place, line in enumerate(page.bill.lines, start=1):
        values = [getattr(line, name) for name, _ in BILL_HEADS]
        money = [
            value / 100 if name.endswith("_fen") else value
            for value, (name, _) in zip(values, BILL_HEADS, strict=True)
        ]
        sheet.write_row(place, 0, [page.offices[line.party], *money])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(BILL_HEADS), 14)
    book.close()
    answer = HttpResponse(file.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="burden-{month:%Y-%m}.xlsx"'
    return answer
