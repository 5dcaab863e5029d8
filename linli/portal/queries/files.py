"""The files of a matter as its reporter sees them, and who opened the reporter's name and number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from linli.basics import NoSuchThing, Refused
from linli.cases import queries as cases
from linli.parties import queries as parties

from .wording import moment

if TYPE_CHECKING:
    from linli.cases.models import Attachment, Report

KIB = 1024


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file: name, size, who gave it, when; ``small`` where a small picture can be shown."""

    id: int
    name: str
    size: str
    source: str
    at: str
    small: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the reporter's name and telephone, with its reason."""

    who: str
    hat: str
    reason: str
    when: str


def file_rows(report: "Report", happenings: Sequence[cases.Happening]) -> tuple[FileRow, ...]:
    """Return the reporter's own files and those an office added; never a neighbour's."""
    first = cases.first_report(report)
    given = cases.files_given(report.case, happenings, first=first)
    return tuple(
        FileRow(
            id=one.id,
            name=one.name,
            size=_size(one.size_bytes),
            source=gettext("from you") if one.report == report.pk else gettext("from the office"),
            at=moment(one.at),
            small=one.picture and not one.gone,
            gone=one.gone,
        )
        for one in given
        if one.report in (None, report.pk)
    )


def file_of(report: "Report", attachment_id: int) -> "Attachment":
    """
    Return one file the reporter may have.

    :raises NoSuchThing: if there is none, or a neighbour gave it
    """
    return cases.attachment_of_report(
        report,
        attachment_id,
        cases.history(report.case),
        first=cases.first_report(report),
    )


def looks(report: "Report") -> tuple[Looked, ...]:
    """Return who opened the reporter's name and number, newest first."""
    return tuple(_looked(one) for one in cases.looks_at(report))


def _looked(one: cases.Look) -> Looked:
    try:
        words = parties.staff_words(one.appointment)
        who = f"{words.name} · {words.party}"
    except (Refused, NoSuchThing):
        who = gettext("a member of staff")
    hat = parties.hat_words(one.hat)
    return Looked(who, hat[:1].upper() + hat[1:], one.reason, moment(one.at))


def _size(size_bytes: int) -> str:
    if size_bytes < KIB * KIB:
        return f"{max(size_bytes // KIB, 1)} KB"
    tenths = size_bytes * 10 // (KIB * KIB)
    return f"{tenths // 10}.{tenths % 10} MB"
