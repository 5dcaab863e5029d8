"""What staff do with a reporter: open name and number for a reason, or act in their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.cases.domain import (
    Channel,
    ForAct,
    NoContact,
    Permission,
    Proof,
    check_contact,
    check_proof,
    check_reason,
)
from linli.cases.events import ContactOpened, DoneForReporter
from linli.cases.models import Case, ContactOpening, ForReporter, Report
from linli.cases.queries import learns_who
from linli.catalogue import queries as catalogue
from linli.fabric.fields import fits_index
from linli.fabric.writing import write_atomic
from linli.files.domain.cleaning import Clean
from linli.journal.actions import record
from linli.people import actions as people

from ._locked import lock_case
from .answers import withdraw_case
from .attaching import keep_papers
from .clocks import bring_papers

LONGEST = 500
PURPOSE = "item"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody's name and telephone, opened. Shown once, kept nowhere."""

    name: str
    phone: str
    report_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """How a clerk was made sure that it is the reporter, on which way, and why they act for them."""

    proof: Proof
    reason: str
    code: str = ""
    statement: str = ""
    channel: Channel = Channel.PHONE


@write_atomic
def open_contact(*, by: Actor, case_id: int, report_id: int, reason: str, at: datetime) -> Contact:
    """
    Open a reporter's name and telephone for a reason; the reporter sees who looked, when and why.

    :raises NotAllowed: unless the hat may act
    :raises NoSuchThing: if the case is not the office's, or has no such report
    :raises ContactHidden: if the reporter is hidden, from this office too
    :raises ReasonMissing: without a reason
    :raises NoContact: if they left neither a name nor a number
    """
    by.must(Permission.ACT)
    check_reason(reason)
    case = lock_case(by, case_id)
    report = _report(case, report_id)
    check_contact(hidden=report.hidden, learns=learns_who(by, case))
    person = report.person
    phone = report.phone or (person.phone if person else None)
    name = report.name or (person.name if person else "")
    if not name and not phone:
        raise NoContact
    opening = ContactOpening(
        district=case.district,
        case=case,
        report=report,
        appointment=_seat(by),
        hat=by.hat,
        reason=reason.strip()[:LONGEST],
        opened_at=at,
    )
    opening.save(force_insert=True)
    if report.person_id is not None:
        purpose = catalogue.definition(case.version_id).purpose or PURPOSE
        people.note_read(by=by, person=report.person_id, purpose=purpose, at=at)
    record(ContactOpened(at=at, case_id=case.pk, report_id=report.pk), by=by, rows=[opening])
    return Contact(name, phone.open() if phone else "", report.pk)


@write_atomic
def withdraw_for(
    *, by: Actor, case_id: int, report_id: int, identified: Identified, at: datetime
) -> Case:
    """
    Take a report back in the name of whoever made it, at the window or on the telephone.

    :raises NotAllowed: unless the hat may accept errands
    :raises Refused: in one of its kinds, if they were not shown to be the reporter
    :raises WrongMoment: if it is already answered or over
    :raises ReportTakenBack: if it was taken back before
    """
    report = _for_reporter(by, case_id, report_id, identified, act=ForAct.WITHDRAW, at=at)
    return withdraw_case(by=by, report=report, at=at)


@write_atomic
def bring_papers_for(
    *,
    by: Actor,
    case_id: int,
    report_id: int,
    identified: Identified,
    papers: Sequence[Clean],
    at: datetime,
) -> Case:
    """
    Add papers in the name of a reporter (补件); a clock that waited for them runs on.

    :raises NotAllowed: unless the hat may accept errands
    :raises Refused: in one of its kinds, if they were not shown to be the reporter
    :raises WrongMoment: if it is over
    """
    report = _for_reporter(by, case_id, report_id, identified, act=ForAct.PAPERS, at=at)
    file_ids = keep_papers(by, papers, at)
    return bring_papers(by=by, report=report, file_ids=file_ids, at=at)


def _for_reporter(
    by: Actor, case_id: int, report_id: int, identified: Identified, *, act: ForAct, at: datetime
) -> Report:
    by.must(Permission.ACCEPT)
    check_reason(identified.reason)
    case = lock_case(by, case_id)
    report = _report(case, report_id)
    given = f"{case.number}:{identified.code.strip().upper()}"
    check_proof(
        identified.proof,
        code_fits=fits_index(given, report.code_hash),
        statement=identified.statement,
    )
    row = ForReporter(
        district=case.district,
        case=case,
        report=report,
        act=act,
        proof=identified.proof,
        statement=identified.statement.strip()[:LONGEST],
        reason=identified.reason.strip()[:LONGEST],
        channel=Channel.WINDOW if identified.channel == Channel.WINDOW else Channel.PHONE,
        appointment=_seat(by),
        acted_at=at,
    )
    row.save(force_insert=True)
    record(
        DoneForReporter(
            at=at,
            case_id=case.pk,
            report_id=report.pk,
            act=act,
            proof=identified.proof,
            channel=row.channel,
        ),
        by=by,
        rows=[row],
    )
    return report


def _report(case: Case, report_id: int) -> Report:
    found = Report.objects.select_related("person").filter(case=case, pk=report_id).first()
    if found is None:
        raise NoSuchThing
    return found


def _seat(by: Actor) -> int:
    if by.appointment is None:
        raise NotAllowed
    return by.appointment
