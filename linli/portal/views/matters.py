"""我的事: the receipt, finding a case by number and code, its page, and what one can do there."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import NoSuchThing, Refused
from linli.cases import actions as cases
from linli.cases import queries as case_queries
from linli.cases.domain import BadNumber, read_number, spoken
from linli.fabric.asked import actor_of
from linli.fabric.edge import sentence
from linli.fabric.limits import check_tries, count_try
from linli.files import queries as files
from linli.files.domain.papers import Slip
from linli.portal import actions, queries
from linli.portal.domain import ENDS, STATES
from linli.portal.forms import read_files, read_rating, without_nul

from .kept import address_of, fresh_code, keep, receipts

if TYPE_CHECKING:
    from linli.cases.models import Report

MINUTES = 30
MOST_HERE, MOST_FROM_A_PLACE = 8, 40
MOST_FOR_A_NUMBER = 200  # from everywhere, so that a stranger's guesses do not lock the owner out


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """List what the reader reported, open ones first."""
    actor = actor_of(request)
    reports = queries.my_reports(actor, receipts(request))
    found = queries.summaries(reports, at=timezone.now()) if reports else []
    context = {
        "running": [one for one in found if one.open],
        "over": [one for one in found if not one.open],
    }
    return render(request, "portal/matters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find a case by its number; with the six signs of the receipt its words are opened too."""
    typed = {"number": "", "code": ""}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:40] for name in typed}
        try:
            return _open(request, typed["number"], typed["code"])
        except Refused as refusal:
            return _form(request, typed, refusal)
    typed["number"] = request.GET.get("number", "").strip()[:40]
    return _form(request, typed, None)


def _form(request: HttpRequest, typed: dict[str, str], refusal: Refused | None) -> HttpResponse:
    context = {
        "typed": typed,
        "trouble": sentence(refusal) if refusal else "",
        "wrong_code": isinstance(refusal, NoSuchThing) and bool(typed["code"]),
    }
    return render(request, "portal/find.html", context, status=refusal.status if refusal else 200)


def _open(request: HttpRequest, typed: str, code: str) -> HttpResponse:
    """Open a case by number and code, counting the wrong ones for the number, the place, and both."""
    number = read_number(typed)
    who = address_of(request)
    wrong = {
        ("code", number): MOST_FOR_A_NUMBER,
        ("code-from", who): MOST_FROM_A_PLACE,
        ("code-here", f"{number} {who}"): MOST_HERE,
    }
    for (name, whose), most in wrong.items():
        check_tries(name, whose, most=most, minutes=MINUTES)
    district: int = actor_of(request).district
    try:
        if code:
            keep(request, case_queries.report_for(district, number, code).pk)
        else:
            case_queries.standing_of(district, number)
    except NoSuchThing:
        for name, whose in wrong:
            count_try(name, whose, minutes=MINUTES)
        raise
    return HttpResponseRedirect(reverse("portal:matter", args=[number]))


@require_safe
def received(request: HttpRequest, number: str) -> HttpResponse:
    """Show the receipt: the number, the code (in this sitting only), clock, person, telephone."""
    now = timezone.now()
    report = _own(request, number)
    code = fresh_code(request, report.case.number, at=now)
    if not code:
        return HttpResponseRedirect(reverse("portal:matter", args=[report.case.number]))
    context = {
        "matter": queries.matter(report, at=now),
        "code": code,
        "can_print": files.can_print(),
    }
    return render(request, "portal/received.html", context)


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case to its reporter; to anybody else with the number only where it stands."""
    try:
        report = _own(request, number)
    except BadNumber:
        raise
    except NoSuchThing:
        return _standing(request, number)
    return _page(request, report)


def _own(request: HttpRequest, number: str) -> "Report":
    return queries.my_report(
        actor_of(request),
        read_number(number),
        receipts(request),
    )


def _standing(request: HttpRequest, number: str) -> HttpResponse:
    district: int = actor_of(request).district
    standing = case_queries.standing_of(district, number)
    context = {
        "number": standing.number,
        "spoken": spoken(standing.number),
        "state": STATES[standing.status],
        "end": ENDS.get(standing.end, ""),
        "clock": queries.clock_of(
            opened_at=standing.opened_at,
            due_at=standing.due_at,
            status=standing.status,
            at=timezone.now(),
        ),
        "opened": queries.moment(standing.opened_at, year=True),
    }
    return render(request, "portal/standing.html", context)


def _page(
    request: HttpRequest,
    report: "Report",
    *,
    trouble: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "matter": queries.matter(report, at=timezone.now()),
        "trouble": trouble,
        "typed": typed,
        "can_print": files.can_print(),
    }
    return render(request, "portal/matter.html", context, status=status)


def _acted(
    request: HttpRequest, number: str, act: Callable[["Report", datetime], object]
) -> HttpResponse:
    """Do one thing to the reader's case and go back to its page; a refusal is said on the page."""
    report = _own(request, number)
    try:
        act(report, timezone.now())
    except Refused as refusal:
        return _page(
            request,
            report,
            trouble=sentence(refusal),
            typed=request.POST.get("words", ""),
            status=refusal.status,
        )
    return HttpResponseRedirect(reverse("portal:matter", args=[report.case.number]))


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """修好了: the reader says it is settled, with or without a rating."""
    by = actor_of(request)
    rating = read_rating(request.POST)
    return _acted(
        request,
        number,
        lambda report, at: cases.confirm_case(by=by, report=report, rating=rating, at=at),
    )


@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """没解决，重开: back to the same office."""
    by = actor_of(request)
    words = without_nul(request.POST.get("words", "")).strip()[:2_000]
    return _acted(
        request,
        number,
        lambda report, at: cases.reopen_case(by=by, report=report, words=words, at=at),
    )


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the matter back."""
    by = actor_of(request)
    return _acted(
        request, number, lambda report, at: cases.withdraw_case(by=by, report=report, at=at)
    )


@require_POST
def bring(request: HttpRequest, number: str) -> HttpResponse:
    """Add papers or pictures."""
    by = actor_of(request)
    papers, wrong = read_files(request.FILES, "papers")
    if wrong or not papers:
        report = _own(request, number)
        return _page(
            request,
            report,
            trouble=wrong or gettext("Choose a picture or a PDF first."),
            status=422,
        )
    return _acted(
        request,
        number,
        lambda report, at: actions.add_papers(by=by, report=report, papers=papers, at=at),
    )


@require_safe
def file(request: HttpRequest, number: str, attachment: int) -> HttpResponse:
    """Give the reporter a file of the matter, to be saved."""
    found = queries.file_of(_own(request, number), attachment).file
    content, _ = files.open_file(found)
    return HttpResponse(content, headers=files.headers_of(found, attached=True))


@require_safe
def small(request: HttpRequest, number: str, attachment: int) -> HttpResponse:
    """Give the small picture of a file of the matter."""
    found = queries.file_of(_own(request, number), attachment).file
    headers = {**files.headers_of(found, attached=True), "Content-Type": "image/jpeg"}
    return HttpResponse(files.small_picture(found), headers=headers)


@require_safe
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """Show the A5 slip to print; every print after the code was shown is a copy."""
    found = _slip(request, number)
    context = {
        "slip": found,
        "words": files.slip_words(found),
        "qr": files.qr_svg(found.qr),
        "back": reverse("portal:matter", args=[read_number(number)]),
    }
    return render(request, "portal/slip.html", context)


@require_safe
def slip_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Return the slip as PDF, or send to the print page where no Chinese font is installed."""
    content = files.slip_pdf(_slip(request, number))
    if content is None:
        return HttpResponseRedirect(reverse("portal:slip", args=[number]))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{read_number(number)}.pdf"'
    return response


def _slip(request: HttpRequest, number: str) -> Slip:
    now = timezone.now()
    report = _own(request, number)
    address = request.build_absolute_uri(reverse("portal:matter", args=[report.case.number]))
    return queries.receipt_slip(
        queries.matter(report, at=now),
        code=fresh_code(request, report.case.number, at=now),
        address=address,
    )
