"""What cases let go of when a person is erased: who reported, and how to reach them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from linli.basics import Actor, NotAllowed
from linli.cases.domain import RESIDENT
from linli.cases.events import ReporterForgotten
from linli.cases.models import Attachment, Booking, Report
from linli.fabric.writing import write_atomic
from linli.files import actions as files
from linli.journal.actions import record
from linli.notices import actions as notices
from linli.notices.domain import Recipient
from linli.people import queries as people


@write_atomic
def forget_reporter(*, by: Actor, person: int, at: datetime) -> int:
    """
    Drop name, telephone and words of one who was erased from what they reported and booked, the
    letters to them and the papers they brought; return how many rows it was.

    The matters stay, with their numbers, steps and answers, and other people's words about them
    (个人信息保护法 47). For the system alone. Twice does nothing more.

    :raises NotAllowed: for anybody else
    """
    if by.kind != "system":
        raise NotAllowed
    theirs = Q(district=by.district, person__in=people.records_of(person))
    named = Report.objects.select_for_update().filter(theirs).exclude(salt=None)
    booked = Booking.objects.select_for_update().filter(theirs).exclude(salt=None)
    reports, bookings = list(named.order_by("id")), list(booked.order_by("id"))
    papers = _papers(by, person, reports)
    for report in reports:
        _forget_letters(by, ("case", report.case_id), report, at)
        report.name = report.words = report.behalf_words = ""
        report.phone = report.phone_index = report.salt = None
        report.save()
    for booking in bookings:
        _forget_letters(by, ("booking", booking.pk), booking, at)
        booking.name, booking.phone, booking.salt = "", None, None
        booking.save()
    for file in papers:
        files.forget_file(by=by, file_id=file, at=at)
    rows = [*reports, *bookings]
    if rows:
        event = ReporterForgotten(
            at=at, person_id=person, reports=len(reports), bookings=len(bookings)
        )
        record(event, by=by, rows=rows)
    return len(rows)


def _papers(by: Actor, person: int, reports: Sequence[Report]) -> list[int]:
    """Return what the resident brought to matters of their own; of others' matters nothing."""
    own = Q(case__in=[one.case_id for one in reports if one.first])
    own |= Q(case__subject__in=people.records_of(person))
    brought = Attachment.objects.filter(own, district=by.district, brought_by=RESIDENT)
    return sorted(set(brought.values_list("file_id", flat=True)))


def _forget_letters(
    by: Actor, subject: tuple[str, int], told: Report | Booking, at: datetime
) -> None:
    ways = [Recipient.to_user(told.user)] if told.user is not None else []
    if told.phone:
        ways.append(Recipient.to_phone(told.phone.open()))
    if ways:
        notices.forget_notices(by=by, subject=subject, at=at, to=ways)
