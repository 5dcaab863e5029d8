"""排号: whose turn it is at our window, who waits, and how the day went."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import Turn, ticket_words
from linli.catalogue import queries as catalogue
from linli.desk.domain import TURNS, Look
from linli.fabric.jinja import local_text, moment_short
from linli.files.domain.papers import Slip
from linli.parties import queries as parties
from linli.parties.domain import Kind
from linli.people.domain import mask_name
from linli.rulebook.domain import SHANGHAI, local_date

from .paper import language_tag
from .wording import item_words, person_name

if TYPE_CHECKING:
    from linli.cases.models import Booking

WINDOW = "window"


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One turn: its number, its time, what for, whose (masked), where it stands and who called."""

    id: int
    number: str
    ticket: str
    time: str
    item: str
    name: str
    look: Look
    state: str
    by: str


@dataclass(frozen=True, slots=True)
class QueueScreen:
    """The screen of one window on one day; ``address`` is empty for an office that keeps no window."""

    window: str
    address: str
    called: tuple[TurnRow, ...]
    waiting: tuple[TurnRow, ...]
    over: tuple[TurnRow, ...]
    next: str | None
    previous: str | None
    items: tuple[tuple[str, str], ...]


def queue_screen(actor: Actor, *, after: str, at: datetime) -> QueueScreen:
    """
    Return the queue of the actor's window today; three lists by key, one query each.

    :raises NotAllowed: unless the hat may accept errands
    """
    on = local_date(at)
    waiting = cases.turns_of(actor, day=on, states=(Turn.WAITING,), after=after)
    called = cases.turns_of(actor, day=on, states=(Turn.CALLED,))
    over = cases.turns_of(actor, day=on, states=(Turn.MISSED, Turn.SERVED))
    window = parties.party(actor.office())
    return QueueScreen(
        window=parties.party_words(window),
        address=window.code if window.kind == Kind.STATION else "",
        called=tuple(_row(one, at) for one in called.rows),
        waiting=tuple(_row(one, at) for one in waiting.rows),
        over=tuple(_row(one, at) for one in reversed(over.rows)),
        next=waiting.next,
        previous=waiting.previous,
        items=window_items(at),
    )


def window_items(at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the items that are done at a window: code and name, in the order of the words."""
    found = [
        (one.definition.code, local_text(one.definition.name))
        for one in catalogue.items(local_date(at))
        if WINDOW in (one.definition.channels or (WINDOW,))
    ]
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _row(one: "Booking", at: datetime) -> TurnRow:
    return TurnRow(
        id=one.pk,
        number=one.number,
        ticket=ticket_words(one.comes_by, one.ticket),
        time=f"{one.starts_at.astimezone(SHANGHAI):%H:%M}"
        if one.starts_at
        else gettext("since %(time)s") % {"time": f"{one.made_at.astimezone(SHANGHAI):%H:%M}"},
        item=item_words(one.item, local_date(at)),
        name=mask_name(one.name) if one.name else gettext("not named"),
        look=TURNS[one.state],
        state=one.state,
        by=person_name(one.appointment),
    )


def turn_slip(one: "Booking", *, code: str, address: str, at: datetime) -> Slip:
    """Return the slip of one turn: the number to listen for, when, where, and how to give it back."""
    window = parties.party(one.party_id)
    facts = (
        (gettext("When"), moment_short(one.starts_at) if one.starts_at else ""),
        (gettext("Drawn"), "" if one.starts_at else moment_short(one.made_at)),
        (gettext("Where"), parties.party_words(window)),
        (gettext("For"), item_words(one.item, local_date(at))),
        (gettext("Telephone"), window.phone),
    )
    return Slip(
        title=gettext("Number at the window"),
        office=parties.party_words(window),
        number=ticket_words(one.comes_by, one.ticket),
        language=language_tag(),
        code=code,
        big=(item_words(one.item, local_date(at)),),
        facts=tuple((term, value) for term, value in facts if value),
        boxes=(
            (
                gettext("You cannot come?"),
                gettext(
                    "Scan the code and give the number back, or ring. Somebody else has it then."
                ),
            ),
        ),
        foot=gettext("Whoever booked is called at their time; the others in the order of numbers."),
        qr=address,
        copy=not code,
    )
