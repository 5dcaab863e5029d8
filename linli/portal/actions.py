"""What a resident does in one go that touches more than one storey: words and pictures together."""

from collections.abc import Sequence
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
