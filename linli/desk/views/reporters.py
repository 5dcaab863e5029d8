"""Reporters and their files: open a number for a reason, act in their name, look at what they gave."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from linli.basics import Actor, NoSuchThing, Refused
from linli.cases import actions
from linli.cases import queries as cases
from linli.cases.domain import CodeDoesNotFit
from linli.desk import forms
from linli.fabric.edge import sentence
from linli.fabric.limits import check_tries, count_try
from linli.files import queries as files

from .acts import case_screen
from .asking import at_now, by_whom

if TYPE_CHECKING:
    from linli.cases.models import Case

MOST_TRIES, MINUTES = 8, 30


@require_POST
def open_contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show a reporter's name and telephone for a reason; the reporter sees who looked and why."""
    by, at = by_whom(request), at_now()
    found = cases.case_for(by, number)
    try:
        contact = actions.open_contact(
            by=by,
            case_id=found.pk,
            report_id=forms.needed(request.POST, "report"),
            reason=forms.words(request.POST, "reason"),
            at=at,
        )
    except Refused as refusal:
        return _again(request, found, "contact", refusal)
    return case_screen(request, number, opened=contact)


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Add files to a case, such as a photograph of what was mended."""
    by, at = by_whom(request), at_now()
    found = cases.case_for(by, number)
    try:
        papers = forms.files(request.FILES, "papers")
        actions.attach_files(by=by, case_id=found.pk, papers=papers, at=at)
    except Refused as refusal:
        return _again(request, found, "attach", refusal)
    return _done(found, "attach")


@require_POST
def act_for(request: HttpRequest, number: str, doing: str) -> HttpResponse:
    """Withdraw, or add papers, in the name of a reporter who rings or stands at the window."""
    by, at = by_whom(request), at_now()
    found = cases.case_for(by, number)
    if doing not in ("withdraw", "papers"):
        raise NoSuchThing
    try:
        _act_for(request, by, found, doing, at)
    except Refused as refusal:
        return _again(request, found, f"for_{doing}", refusal)
    return _done(found, f"for_{doing}")


def _act_for(request: HttpRequest, by: Actor, case: "Case", doing: str, at: datetime) -> None:
    """Do it; wrong signs are counted, so that nobody tries them all."""
    check_tries("desk-code", case.number, most=MOST_TRIES, minutes=MINUTES)
    report, identified = forms.needed(request.POST, "report"), forms.identified(request.POST)
    try:
        if doing == "withdraw":
            actions.withdraw_for(
                by=by, case_id=case.pk, report_id=report, identified=identified, at=at
            )
        else:
            papers = forms.files(request.FILES, "papers")
            actions.bring_papers_for(
                by=by,
                case_id=case.pk,
                report_id=report,
                identified=identified,
                papers=papers,
                at=at,
            )
    except CodeDoesNotFit:
        count_try("desk-code", case.number, minutes=MINUTES)
        raise


@require_GET
def file(request: HttpRequest, number: str, attachment: int) -> HttpResponse:
    """Give a file of the case, to be saved; a look at a personal one is written down."""
    by = by_whom(request)
    found = actions.open_attachment(by=by, number=number, attachment_id=attachment, at=at_now())
    content, _ = files.open_file(found.file)
    return HttpResponse(content, headers=files.headers_of(found.file, attached=True))


@require_GET
def small(request: HttpRequest, number: str, attachment: int) -> HttpResponse:
    """
    Give the small picture of a file that says nothing of a person.

    :raises NoSuchThing: for a personal one: that is opened, and the look written down
    """
    found = cases.attachment_for(by_whom(request), number, attachment)
    if cases.is_personal(found.case):
        raise NoSuchThing
    content = files.small_picture(found.file)
    headers = {**files.headers_of(found.file, attached=True), "Content-Type": "image/jpeg"}
    return HttpResponse(content, headers=headers)


@require_POST
def forget_file(request: HttpRequest, number: str, attachment: int) -> HttpResponse:
    """Erase a file that should never have been here."""
    found = actions.forget_attachment(
        by=by_whom(request), number=number, attachment_id=attachment, at=at_now()
    )
    return _done(found.case, "forget_file")


def _again(request: HttpRequest, case: "Case", act: str, refusal: Refused) -> HttpResponse:
    failed = {"act": act, "words": sentence(refusal), "typed": request.POST}
    return case_screen(request, case.number, failed=failed, status=refusal.status)


def _done(case: "Case", act: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:case", args=[case.number]) + f"?did={act}")
