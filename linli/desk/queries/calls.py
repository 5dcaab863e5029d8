"""待打电话: whom a letter could not reach, what it would have said, and where its matter stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import spoken
from linli.fabric.jinja import tag

from .wording import case_address

if TYPE_CHECKING:
    from linli.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Call:
    """
    One call to make: what to say, since when, and what it is about.

    ``opens``: a number can be opened. Whoever booked a turn comes by themselves, and is told then.
    """

    id: int
    title: str
    body: str
    failed_at: datetime
    number: str
    address: str
    language: str
    tag: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Calls:
    """A page of calls, the newest first, with the cursors of the pages beside it."""

    rows: tuple[Call, ...]
    older: str
    newer: str


def calls(actor: Actor, *, after: str = "") -> Calls:
    """
    Return whom the office must call; three queries.

    :raises NotAllowed: unless the hat may act
    :raises Invalid: if the cursor was altered
    """
    page = cases.calls_page(actor, after=after)
    about = {
        kind: [one.subject_id for one in page.rows if one.subject_kind == kind]
        for kind in ("case", "booking")
    }
    numbers = {
        "case": cases.case_numbers(actor.district, about["case"]),
        "booking": cases.booking_numbers(actor.district, about["booking"]),
    }
    rows = tuple(_call(one, numbers[one.subject_kind][one.subject_id]) for one in page.rows)
    return Calls(rows=rows, older=page.next or "", newer=page.previous or "")


def _call(notice: "Notice", number: str) -> Call:
    is_case = notice.subject_kind == "case"
    assert notice.failed_at is not None  # noqa: S101  # the database says so of what failed
    return Call(
        id=notice.pk,
        title=notice.title,
        body=notice.body,
        failed_at=notice.failed_at,
        number=spoken(number),
        address=case_address(number) if is_case else reverse("desk:queue"),
        language=gettext("in English") if tag(notice.language) == "en" else "",
        tag=tag(notice.language),
        opens=is_case,
    )
