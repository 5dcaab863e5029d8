"""The files of a case as a desk shows them: small picture, name, kind, size, who gave it and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from linli.cases import queries as cases
from linli.fabric.jinja import moment
from linli.parties import queries as parties

from .wording import person_name

if TYPE_CHECKING:
    from linli.cases.models import Case, Report

KIB = 1024


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file. ``small`` says that a small picture may be shown; personal ones are not."""

    id: int
    name: str
    kind: str
    size: str
    source: str
    at: str
    small: bool
    personal: bool
    gone: bool


def file_rows(
    case: "Case", happenings: Sequence[cases.Happening], reports: Sequence["Report"]
) -> tuple[FileRow, ...]:
    """Return the files of a case, oldest first."""
    first = next((one.pk for one in reports if one.first), None)
    return tuple(
        FileRow(
            id=one.id,
            name=one.name,
            kind=_kind(one.media_type),
            size=size_words(one.size_bytes),
            source=_source(one, first),
            at=moment(one.at),
            small=one.picture and not one.personal and not one.gone,
            personal=one.personal,
            gone=one.gone,
        )
        for one in cases.files_given(case, happenings, first=first)
    )


def size_words(size_bytes: int) -> str:
    """Return a size in the unit people say: 340 KB, 2.1 MB."""
    if size_bytes < KIB * KIB:
        return f"{max(size_bytes // KIB, 1)} KB"
    tenths = size_bytes * 10 // (KIB * KIB)
    return f"{tenths // 10}.{tenths % 10} MB"


def _kind(media_type: str) -> str:
    return "PDF" if media_type == "application/pdf" else gettext("Picture")


def _source(one: cases.Given, first: int | None) -> str:
    if one.report is None:
        return gettext("added by %(name)s, hat: %(hat)s") % {
            "name": person_name(one.appointment),
            "hat": parties.hat_words(one.hat),
        }
    whose = gettext("from the reporter") if one.report == first else gettext("from a “me too”")
    if one.appointment is None:
        return whose
    return gettext("%(whose)s, taken in by %(name)s") % {
        "whose": whose,
        "name": person_name(one.appointment),
    }
