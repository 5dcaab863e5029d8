"""我的消息: what the house has told one who signed in, and where each message leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing, gettext_noop
from linli.cases import queries as cases
from linli.fabric.jinja import tag
from linli.gate import queries as gate
from linli.notices import queries as notices

from .wording import moment

if TYPE_CHECKING:
    from linli.notices.models import Notice

LEADS = {
    "case": gettext_noop("Open the matter"),
    "booking": gettext_noop("See the booking"),
    "right": gettext_noop("See my data"),
    "request": gettext_noop("Open the request"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``leads`` names what it leads to, empty where it leads nowhere."""

    id: int
    title: str
    body: str
    language: str
    at: str
    new: bool
    leads: str
    address: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of messages, the newest first, with the cursors of the pages beside it."""

    rows: tuple[Message, ...]
    new: tuple[int, ...]
    older: str
    newer: str


def inbox(actor: Actor, *, after: str = "") -> Inbox:
    """
    Return the messages of one who signed in; five queries at most.

    :raises NoSuchThing: for one who did not
    :raises Invalid: if the cursor was altered
    """
    if actor.user is None:
        raise NoSuchThing
    page = notices.notices_for(actor.user, after=after)
    addresses = _addresses(actor, page.rows)
    rows = tuple(_message(one, addresses.get(one.pk, "")) for one in page.rows)
    return Inbox(
        rows=rows,
        new=tuple(one.id for one in rows if one.new),
        older=page.next or "",
        newer=page.previous or "",
    )


def message_address(actor: Actor, notice_id: int) -> str:
    """
    Return where one message of the actor's leads, empty where it leads nowhere.

    :raises NoSuchThing: if it is not the actor's
    """
    notice = notices.notice_of(actor, notice_id)
    return _addresses(actor, [notice]).get(notice.pk, "")


def _message(notice: "Notice", address: str) -> Message:
    return Message(
        id=notice.pk,
        title=notice.title,
        body=notice.body,
        language=tag(notice.language),
        at=moment(notice.queued_at),
        new=notice.state == "sent",
        leads=gettext(LEADS[notice.subject_kind]) if address else "",
        address=address,
    )


def _addresses(actor: Actor, rows: Sequence["Notice"]) -> dict[int, str]:
    """Return the page of what each message is about; one query for each kind of thing."""
    by_kind = {kind: [one.subject_id for one in rows if one.subject_kind == kind] for kind in LEADS}
    pages = {
        "case": _cases(actor, by_kind["case"]),
        "booking": {
            key: reverse("portal:turn", args=[number])
            for key, number in cases.booking_numbers(actor.district, by_kind["booking"]).items()
        },
        "right": dict.fromkeys(by_kind["right"], reverse("portal:data")),
        "request": {
            key: reverse("gate:request", args=[number])
            for key, number in gate.request_numbers(actor.district, by_kind["request"]).items()
        },
    }
    found = {one.pk: pages.get(one.subject_kind, {}).get(one.subject_id, "") for one in rows}
    return {key: address for key, address in found.items() if address}


def _cases(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """Return the page of each case: at the desk where the office has it, else the resident's."""
    numbers = cases.case_numbers(actor.district, ids)
    at_desk = cases.on_docket(actor, ids)
    return {
        key: reverse("desk:case" if key in at_desk else "portal:matter", args=[number])
        for key, number in numbers.items()
    }
