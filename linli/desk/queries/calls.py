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
from linli.people import queries as people

from .wording import case_address

if TYPE_CHECKING:
    from linli.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Call:
    """
    One call to make: what to say, since when, and what it is about.

    ``number`` is that of the matter or turn; of a request about data it is whose, masked.
    ``opens``: a number can be opened. Whoever booked a turn comes by themselves, and is told then.
    ``why``: a reason is asked for. One who asked about their own data is looked up for that.
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
    why: bool


@dataclass(frozen=True, slots=True)
class Calls:
    """A page of calls, the newest first, with the cursors of the pages beside it."""

    rows: tuple[Call, ...]
    older: str
    newer: str


def calls(actor: Actor, *, after: str = "") -> Calls:
    """
    Return whom the actor must call; at most four queries.

    :raises NotAllowed: unless the hat may act, or decides on requests about data
    :raises Invalid: if the cursor was altered
    """
    page = cases.calls_page(actor, after=after)
    about = {
        kind: [one.subject_id for one in page.rows if one.subject_kind == kind]
        for kind in ("case", "booking", "right")
    }
    named = {
        "case": cases.case_numbers(actor.district, about["case"]),
        "booking": cases.booking_numbers(actor.district, about["booking"]),
        "right": people.asked_about(about["right"]),
    }
    rows = tuple(_call(one, named[one.subject_kind][one.subject_id]) for one in page.rows)
    return Calls(rows=rows, older=page.next or "", newer=page.previous or "")


def _call(notice: "Notice", name: str) -> Call:
    kind = notice.subject_kind
    assert notice.failed_at is not None  # noqa: S101  # the database says so of what failed
    return Call(
        id=notice.pk,
        title=notice.title,
        body=notice.body,
        failed_at=notice.failed_at,
        number=name if kind == "right" else spoken(name),
        address=_address(notice, name),
        language=gettext("in English") if tag(notice.language) == "en" else "",
        tag=tag(notice.language),
        opens=kind != "booking",
        why=kind == "case",
    )


def _address(notice: "Notice", name: str) -> str:
    if notice.subject_kind == "case":
        return case_address(name)
    if notice.subject_kind == "right":
        return reverse("people:request", args=[notice.subject_id])
    return reverse("desk:queue")
