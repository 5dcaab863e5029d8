"""Files that join a case without moving its clock, and looking at one that is personal."""

from collections.abc import Sequence
from datetime import datetime

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.cases.domain import Permission, Status, check_open
from linli.cases.events import AttachmentForgotten, AttachmentOpened, FilesAttached
from linli.cases.models import Attachment, Case, Report
from linli.cases.queries import attachment_for
from linli.catalogue import queries as catalogue
from linli.fabric.writing import write_atomic
from linli.files import actions as files
from linli.files.domain.cleaning import Clean
from linli.journal.actions import record
from linli.people import actions as people
from linli.people.domain import Permission as People

from ._locked import check_standing, lock_case

PURPOSE = "item"
MOST_FILES = 6


@write_atomic
def attach_files(*, by: Actor, case_id: int, papers: Sequence[Clean], at: datetime) -> Case:
    """
    The office adds files to a case it works on, such as a photograph of what was mended.

    :raises NotAllowed: unless the hat may act
    :raises NoSuchThing: if the case is not the office's
    :raises WrongMoment: if it is over
    """
    by.must(Permission.ACT)
    case = lock_case(by, case_id)
    return _attach(by, case, None, papers, at)


@write_atomic
def give_files(*, by: Actor, report: Report, papers: Sequence[Clean], at: datetime) -> Case:
    """
    A reporter adds files to what they said; no clock is touched by it.

    :raises NoSuchThing: if there is no such case
    :raises WrongMoment: if it is over
    :raises ReportTakenBack: if they took their report back
    """
    case = Case.objects.select_for_update(of=("self",)).filter(pk=report.case_id).first()
    if case is None:
        raise NoSuchThing
    check_standing(report)
    return _attach(by, case, report, papers, at)


def _attach(
    by: Actor, case: Case, report: Report | None, papers: Sequence[Clean], at: datetime
) -> Case:
    check_open(Status(case.status))
    file_ids = keep_papers(by, papers, at)
    rows = [
        Attachment(
            district=case.district, case=case, file_id=file, brought_by=by.kind, attached_at=at
        )
        for file in file_ids
    ]
    Attachment.objects.bulk_create(rows)
    record(
        FilesAttached(
            at=at,
            case_id=case.pk,
            file_ids=file_ids,
            report_id=report.pk if report else None,
        ),
        by=by,
        rows=rows,
    )
    return case


def keep_papers(by: Actor, papers: Sequence[Clean], at: datetime) -> tuple[int, ...]:
    """
    Keep the files within the act under way, and return their ids.

    :raises Invalid: if there is none, or far too many
    """
    if not 0 < len(papers) <= MOST_FILES:
        raise Invalid(field="papers", reason=gettext_noop("Choose one to six pictures or PDFs."))
    kept = [files.keep_file(by=by, content=one, purpose=PURPOSE, at=at) for one in papers]
    return tuple(file.pk for file in kept)


@write_atomic
def open_attachment(*, by: Actor, number: str, attachment_id: int, at: datetime) -> Attachment:
    """
    Give a file of a case to one of its offices. If it is personal, the look is written down.

    Of a person on record it stands in 谁看过我; otherwise it is a line of the case.

    :raises NoSuchThing: if the case is not the office's, or has no such file
    """
    found = attachment_for(by, number, attachment_id)
    case = found.case
    if not (case.sensitive or case.subject_id):
        return found
    if case.subject_id is not None:
        purpose = catalogue.definition(case.version_id).purpose or PURPOSE
        people.note_read(by=by, person=case.subject_id, purpose=purpose, at=at)
    else:
        record(
            AttachmentOpened(at=at, case_id=case.pk, attachment_id=found.pk), by=by, rows=[found]
        )
    return found


@write_atomic
def forget_attachment(*, by: Actor, number: str, attachment_id: int, at: datetime) -> Attachment:
    """
    Erase a file that should never have been here, such as a stranger's face (个人信息保护法 47).

    That it was here, and who erased it, stays. For whoever decides on erasure; twice does nothing more.

    :raises NotAllowed: without ``people.decide_rights``
    :raises NoSuchThing: if the case is not the office's, or has no such file
    """
    found = attachment_for(by, number, attachment_id)
    by.must(People.DECIDE_RIGHTS)
    file = files.forget_file(by=by, file_id=found.file_id, at=at)
    if file.ended_at == at:
        event = AttachmentForgotten(at=at, case_id=found.case_id, attachment_id=found.pk)
        record(event, by=by, rows=[found])
    return found
