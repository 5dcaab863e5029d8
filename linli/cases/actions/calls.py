"""Calling those whom a letter could not reach: open the number, and note that they know."""

from datetime import datetime
from typing import TYPE_CHECKING

from linli.basics import Actor
from linli.cases import queries
from linli.cases.domain import NoContact
from linli.cases.models import Report
from linli.fabric.writing import write_atomic
from linli.notices import actions as notices
from linli.people import actions as people

from ._locked import lock_case
from .reporters import Contact, open_contact

if TYPE_CHECKING:
    from linli.notices.models import Notice


@write_atomic
def open_call(*, by: Actor, notice_id: int, reason: str, at: datetime) -> Contact:
    """
    Open the name and telephone of whoever a letter did not reach; they see who looked, and why.

    For one who asked about their own data that is the reason, and the number is that on record.

    :raises NotAllowed: unless the hat may act, or decides on requests about data
    :raises NoSuchThing: if the actor owes no such call
    :raises ReasonMissing: without a reason
    :raises NoContact: if they left no number, have taken it back, or booked a turn: they come
    """
    notice = queries.call_for(by, notice_id)
    if notice.subject_kind == "right":
        name, phone = people.open_asker(by=by, at=at, request=notice.subject_id)
        return Contact(name, phone)
    report = _reported(notice) if notice.subject_kind == "case" else None
    if report is None:
        raise NoContact
    return open_contact(by=by, case_id=notice.subject_id, report_id=report.pk, reason=reason, at=at)


def _reported(notice: "Notice") -> Report | None:
    """Return the report whose telephone the letter went to; it is compared here and not shown."""
    called = notice.contact.open() if notice.contact else ""
    given = Report.objects.filter(
        case=notice.subject_id, phone__isnull=False, withdrawn_at=None
    ).order_by("id")
    return next((one for one in given if one.phone and one.phone.open() == called), None)


@write_atomic
def note_call(*, by: Actor, notice_id: int, at: datetime) -> "Notice":
    """
    Note that somebody was told by telephone what a letter could not bring; it leaves the list.

    :raises NotAllowed: unless the hat may act, or decides on requests about data
    :raises NoSuchThing: if the actor owes no such call
    :raises AlreadyTold: if a colleague was quicker
    """
    notice = queries.call_for(by, notice_id)
    if notice.subject_kind == "case":
        lock_case(by, notice.subject_id)
    return notices.note_told(by=by, notice_id=notice_id, at=at)
