"""What a resident does in one go that touches more than one storey: words and pictures together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.actions import Receipt, Said
from linli.fabric.writing import write_atomic
from linli.files import actions as files
from linli.files.domain.cleaning import Clean

from .domain import MOST_PHOTOS, TooManyPhotos

if TYPE_CHECKING:
    from linli.cases.models import Report

PURPOSE = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What one who says “me too” leaves."""

    name: str
    phone: str
    words: str
    language: str
    hidden: bool


@write_atomic
def hand_in(*, by: Actor, said: Said, photos: Sequence[Clean], at: datetime) -> Receipt:
    """
    Open a case with what was said and the pictures that came along: one transaction, one receipt.

    :raises Refused: whatever ``open_case`` and ``keep_file`` refuse; then nothing is kept
    """
    receipt = cases.open_case(by=by, said=said, at=at)
    if photos:
        add_papers(by=by, report=receipt.report, papers=photos, at=at)
    return receipt


@write_atomic
def join_in(
    *, by: Actor, number: str, joining: Joining, photos: Sequence[Clean], at: datetime
) -> Receipt:
    """
    Say “me too” with the pictures that came along: one transaction, one receipt, no clock touched.

    :raises TooManyPhotos: if there are more than a few at a time
    :raises Refused: whatever ``join_case`` and ``keep_file`` refuse; then nothing is kept
    """
    if len(photos) > MOST_PHOTOS:
        raise TooManyPhotos
    receipt = cases.join_case(
        by=by,
        number=number,
        name=joining.name,
        phone=joining.phone,
        words=joining.words,
        language=joining.language,
        at=at,
        hidden=joining.hidden,
    )
    if photos:
        cases.give_files(by=by, report=receipt.report, papers=photos, at=at)
    return receipt


@write_atomic
def add_papers(*, by: Actor, report: "Report", papers: Sequence[Clean], at: datetime) -> None:
    """
    Add files to a case from its receipt; a clock that waited for them runs on.

    :raises TooManyPhotos: if there are more than a few at a time
    :raises WrongMoment: if the case is over
    """
    if len(papers) > MOST_PHOTOS:
        raise TooManyPhotos
    kept = [files.keep_file(by=by, content=one, purpose=PURPOSE, at=at) for one in papers]
    cases.bring_papers(by=by, report=report, file_ids=[file.pk for file in kept], at=at)
