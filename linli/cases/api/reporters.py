"""Who reported a case, for machines: their files, their number for a reason, acts in their name."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from linli.basics import Actor, Invalid, gettext_noop
from linli.cases import actions, queries
from linli.cases.domain import Channel, CodeDoesNotFit, Proof
from linli.fabric.asked import actor_of
from linli.fabric.limits import check_tries, count_try
from linli.fabric.wire import answered
from linli.files import queries as files
from linli.files.domain.cleaning import Clean, clean

from .once import answer_once
from .shapes import ContactOut, FilesOut, ForOut, ReportsOut

router = Router(tags=["reporters and files"])
LONG = 500
MOST_TRIES, MINUTES = 8, 30
MOST_SIGNS = 2_500_000  # of base 64; what is larger goes through the screens


class FileIn(Schema):
    """A picture or PDF, in base 64."""

    name: str = Field(max_length=120)
    content: str = Field(max_length=MOST_SIGNS)


class FilesIn(Schema):
    files: list[FileIn] = Field(min_length=1, max_length=6)


class LookIn(Schema):
    """Whose number is opened, and why. The reporter can read it."""

    report: int = Field(ge=1, le=2**62)
    reason: str = Field(max_length=LONG)


class ForIn(Schema):
    """In whose name, how they were made sure of, on which way, and what they said."""

    report: int = Field(ge=1, le=2**62)
    proof: Literal["code", "identity"]
    code: str = Field("", max_length=12)
    statement: str = Field("", max_length=LONG)
    reason: str = Field(max_length=LONG)
    channel: Literal["phone", "window"] = "phone"


class ForPapersIn(ForIn):
    files: list[FileIn] = Field(min_length=1, max_length=6)


@router.get("/cases/{number}/reports", response=ReportsOut)
def list_reports(request: HttpRequest, number: str) -> HttpResponse:
    """List who reported a case, without names and numbers: those are opened for a reason."""
    case = queries.case_for(actor_of(request), number)
    rows = [
        {
            "report": one.pk,
            "first": one.first,
            "hidden": one.hidden,
            "reported_at": one.reported_at,
            "withdrawn_at": one.withdrawn_at,
        }
        for one in queries.sayings_of(case)
    ]
    return answered({"items": rows})


@router.post("/cases/{number}/contact", response=ContactOut)
def open_contact(request: HttpRequest, number: str, body: LookIn) -> HttpResponse:
    """
    Show a reporter's name and telephone for a reason.

    A key makes no difference here: what is shown is kept nowhere, so a second time is a second look.
    """
    by = actor_of(request)
    case = queries.case_for(by, number)
    found = actions.open_contact(
        by=by, case_id=case.pk, report_id=body.report, reason=body.reason, at=timezone.now()
    )
    return answered({"report": found.report_id, "name": found.name, "phone": found.phone})


@router.get("/cases/{number}/attachments", response=FilesOut)
def list_attachments(request: HttpRequest, number: str) -> HttpResponse:
    """List the files of a case and who gave them."""
    return answered({"items": _files(actor_of(request), number)})


@router.post("/cases/{number}/attachments", response=FilesOut)
def attach_files(request: HttpRequest, number: str, body: FilesIn) -> HttpResponse:
    """Add files to a case the office works on; no clock is touched."""
    by = actor_of(request)
    case, papers = queries.case_for(by, number), _clean(body.files)

    def done() -> dict[str, Any]:
        actions.attach_files(by=by, case_id=case.pk, papers=papers, at=timezone.now())
        return {"items": _files(by, number)}

    return answer_once(request, done)


@router.get("/cases/{number}/attachments/{attachment}")
def download(request: HttpRequest, number: str, attachment: int) -> HttpResponse:
    """Give one file of a case. If it is personal, the look is written down."""
    found = actions.open_attachment(
        by=actor_of(request), number=number, attachment_id=attachment, at=timezone.now()
    )
    content, _ = files.open_file(found.file)
    return HttpResponse(content, headers=files.headers_of(found.file, attached=True))


@router.post("/cases/{number}/for/withdraw", response=ForOut)
def withdraw_for(request: HttpRequest, number: str, body: ForIn) -> HttpResponse:
    """Take a report back in the name of whoever made it."""
    by = actor_of(request)
    case = queries.case_for(by, number)

    def done(at: datetime) -> None:
        actions.withdraw_for(
            by=by, case_id=case.pk, report_id=body.report, identified=_identified(body), at=at
        )

    return _for(request, case.number, done)


@router.post("/cases/{number}/for/papers", response=ForOut)
def papers_for(request: HttpRequest, number: str, body: ForPapersIn) -> HttpResponse:
    """Add papers in the name of a reporter; a clock that waited for them runs on."""
    by = actor_of(request)
    case, papers = queries.case_for(by, number), _clean(body.files)

    def done(at: datetime) -> None:
        actions.bring_papers_for(
            by=by,
            case_id=case.pk,
            report_id=body.report,
            identified=_identified(body),
            papers=papers,
            at=at,
        )

    return _for(request, case.number, done)


def _for(request: HttpRequest, number: str, act: Callable[[datetime], None]) -> HttpResponse:
    """Do it once; wrong signs are counted together with those tried at a desk."""
    check_tries("desk-code", number, most=MOST_TRIES, minutes=MINUTES)

    def done() -> dict[str, Any]:
        act(timezone.now())
        found = queries.row_for(actor_of(request), number)
        return {"number": found.number, "status": found.status, "end": found.end or None}

    try:
        return answer_once(request, done)
    except CodeDoesNotFit:
        count_try("desk-code", number, minutes=MINUTES)
        raise


def _identified(body: ForIn) -> actions.Identified:
    return actions.Identified(
        proof=Proof(body.proof),
        code=body.code,
        statement=body.statement,
        reason=body.reason,
        channel=Channel(body.channel),
    )


def _clean(sent: list[FileIn]) -> list[Clean]:
    """:raises Invalid: if a file is no base 64"""
    try:
        return [
            clean(content=base64.b64decode(one.content, validate=True), name=one.name)
            for one in sent
        ]
    except (binascii.Error, ValueError) as wrong:
        raise Invalid(
            field="files", reason=gettext_noop("Send the content of each file in base 64.")
        ) from wrong


def _files(by: Actor, number: str) -> list[dict[str, Any]]:
    case = queries.case_for(by, number)
    first = next((one.pk for one in queries.sayings_of(case) if one.first), None)
    return [
        {
            "id": one.id,
            "name": one.name,
            "media_type": one.media_type,
            "size_bytes": one.size_bytes,
            "at": one.at,
            "report": one.report,
            "by_office": one.report is None,
            "personal": one.personal,
            "erased": one.gone,
        }
        for one in queries.files_given(case, queries.history(case), first=first)
    ]
