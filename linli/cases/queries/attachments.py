"""The files of a case: which there are, who gave them, and who may have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.basics import Actor, NoSuchThing
from linli.cases.models import Attachment, Case, Report

from .one import Happening, case_for

GIVEN = ("PapersBrought", "FilesAttached")
MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class Given:
    """
    One file of a case and who gave it, when: a reporter (``report``) or staff (``appointment``).

    ``report`` is None for what an office added. ``picture`` files may be shown small.
    """

    id: int
    name: str
    media_type: str
    size_bytes: int
    at: datetime
    report: int | None
    appointment: int | None
    hat: str
    picture: bool
    personal: bool
    gone: bool


def files_given(case: Case, happenings: Sequence[Happening], *, first: int | None) -> list[Given]:
    """
    Return the files of a case, oldest first; one query, none where nothing was given.

    :param first: the first report, to whom belongs what was brought before lines said whose it is
    """
    told = {
        file: one
        for one in happenings
        if one.kind in GIVEN
        for file in one.data.get("file_ids", ())
    }
    if not told:
        return []
    rows = Attachment.objects.filter(case=case).select_related("file").order_by("id")
    found = []
    for row in rows[:MOST_FILES]:
        file, line = row.file, told.get(row.file_id)
        by_office = line is not None and line.kind == "FilesAttached" and not _whose(line)
        found.append(
            Given(
                id=row.pk,
                name=file.name,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                at=row.attached_at,
                report=None if by_office else (_whose(line) or first),
                appointment=line.appointment if line else None,
                hat=line.hat if line else "",
                picture=file.media_type.startswith("image/"),
                personal=is_personal(case),
                gone=file.ended_at is not None,
            )
        )
    return found


def _whose(line: Happening | None) -> int | None:
    found: int | None = line.data.get("report_id") if line else None
    return found


def is_personal(case: Case) -> bool:
    """Whether the papers of a case say something of a person: then each look is written down."""
    return case.sensitive or case.subject_id is not None


def attachment_for(actor: Actor, number: str, attachment_id: int) -> Attachment:
    """
    Return a file of a case the actor's office is concerned with.

    :raises NoSuchThing: if case or file is not there, or is another office's; we do not say which
    """
    return _of_case(case_for(actor, number), attachment_id)


def attachment_of_report(
    report: Report, attachment_id: int, happenings: Sequence[Happening], *, first: int | None
) -> Attachment:
    """
    Return a file a reporter may have: their own, or what an office added.

    :raises NoSuchThing: if there is none, or a neighbour gave it
    """
    given = files_given(report.case, happenings, first=first)
    if not any(one.id == attachment_id and one.report in (None, report.pk) for one in given):
        raise NoSuchThing
    return _of_case(report.case, attachment_id)


def _of_case(case: Case, attachment_id: int) -> Attachment:
    found = Attachment.objects.filter(case=case, pk=attachment_id).select_related("file").first()
    if found is None:
        raise NoSuchThing
    found.case = case
    return found
