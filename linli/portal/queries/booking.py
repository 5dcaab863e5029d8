"""预约: at which window, on which days and at which times; and a turn as its visitor sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing, gettext_noop
from linli.cases import queries as cases
from linli.cases.domain import Turn, ticket_words
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.asked import is_id
from linli.files.domain.papers import Slip
from linli.parties import queries as parties
from linli.portal.domain import TURNS, State, day_words
from linli.rulebook.domain import SHANGHAI, local_date

from .reporting import Spot, communities, is_community
from .wording import language, moment, said

if TYPE_CHECKING:
    from linli.cases.models import Booking
    from linli.parties.models import Party

WINDOW = "window"
STATION = "community.station"
WEEKDAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One time: its value for the form, its words, and how many places are left."""

    value: str
    words: str
    left: int


@dataclass(frozen=True, slots=True)
class Office:
    """The window of a community: its id, its name, its telephone."""

    id: int
    code: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class BookPage:
    """What may be booked, as far as it is chosen."""

    communities: tuple[tuple[str, list[Spot]], ...]
    items: tuple[tuple[str, str], ...]
    office: Office | None
    days: tuple[tuple[str, str], ...]
    day: str
    times: tuple[TimeRow, ...]


@dataclass(frozen=True, slots=True)
class Turning:
    """One turn as its visitor sees it."""

    number: str
    ticket: str
    item: str
    booked: bool
    when: str
    office: Office
    state: State
    open: bool


@dataclass(frozen=True, slots=True)
class HallPage:
    """What hangs above a window: whom it calls, how many wait, and for what one may draw a number."""

    office: Office
    called: tuple[str, ...]
    waiting: int
    items: tuple[tuple[str, str], ...]


def book_page(*, community: str, item: str, day: str, at: datetime) -> BookPage:
    """Return the page for what was chosen so far; what cannot be read counts as not chosen."""
    definition = window_item(item, at)
    office = office_of(community)
    days: tuple[tuple[str, str], ...] = ()
    times: tuple[TimeRow, ...] = ()
    if office is not None and definition is not None:
        open_days = cases.open_days(office.id, at=at)
        days = tuple((one.isoformat(), _day(one)) for one in open_days)
        chosen = next((one for one in open_days if one.isoformat() == day), None)
        chosen = chosen or next(iter(open_days), None)
        day = chosen.isoformat() if chosen else ""
        if chosen is not None:
            free = cases.free_times(office.id, definition, chosen, at=at)
            times = tuple(_time(one) for one in free)
    return BookPage(
        communities=tuple(communities()),
        items=window_items(at),
        office=office,
        days=days,
        day=day,
        times=times,
    )


def window_item(code: str, at: datetime) -> ItemDefinition | None:
    """Return an item that is done at a window, None if the code is none."""
    for one in catalogue.items(local_date(at)):
        if one.definition.code == code and WINDOW in (one.definition.channels or (WINDOW,)):
            return one.definition
    return None


def window_items(at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the items that are done at a window: code and name."""
    found = [
        (one.definition.code, said(one.definition.name))
        for one in catalogue.items(local_date(at))
        if WINDOW in (one.definition.channels or (WINDOW,))
    ]
    return tuple(sorted(found, key=lambda pair: pair[1]))


def office_of(community: str) -> Office | None:
    """Return the window of a community chosen in a form, None if it is none."""
    if not (is_id(community) and is_community(int(community))):
        return None
    return _office(parties.unit_for(STATION, int(community)))


def office_by_code(code: str) -> Office:
    """
    Return the window whose code hangs on a wall.

    :raises NoSuchThing: if there is none
    """
    found = parties.party_by_code(code)
    if found.kind != "station":
        raise NoSuchThing
    return _office(found)


def hall_page(code: str, *, at: datetime) -> HallPage:
    """
    Return what hangs above a window.

    :raises NoSuchThing: if there is no such window
    """
    office = office_by_code(code)
    hall = cases.hall_of(office.id, at=at)
    called = tuple(ticket_words(one.comes_by, one.ticket) for one in hall.called)
    return HallPage(office, called, hall.waiting, window_items(at))


def turning(one: "Booking", *, at: datetime) -> Turning:
    """Return one turn as its visitor sees it."""
    definition = catalogue.current(one.item, on=local_date(at)).definition
    return Turning(
        number=one.number,
        ticket=ticket_words(one.comes_by, one.ticket),
        item=said(definition.name),
        booked=one.starts_at is not None,
        when=moment(one.starts_at or one.made_at),
        office=_office(parties.party(one.party_id)),
        state=TURNS[one.state],
        open=one.state in (Turn.WAITING, Turn.CALLED),
    )


def my_turns(actor: Actor, kept: Sequence[int]) -> list["Booking"]:
    """Return the turns of the reader: under their sign-in, else those this browser was given."""
    if actor.kind == "resident" and actor.user is not None:
        return cases.bookings_of_user(actor)
    return cases.bookings_by_id(actor.district, kept) if kept else []


def turn_slip(one: Turning, *, code: str, address: str) -> Slip:
    """Return the slip of a turn, with the six signs while they are still shown."""
    facts = (
        (gettext("When") if one.booked else gettext("Drawn"), one.when),
        (gettext("Where"), one.office.name),
        (gettext("Telephone"), one.office.phone),
    )
    return Slip(
        title=gettext("Number at the window"),
        office=one.office.name,
        number=one.ticket,
        language="en" if language().startswith("en") else "zh-Hans",
        code=code,
        big=(one.item, ""),
        facts=tuple((term, words) for term, words in facts if words),
        boxes=(
            (
                gettext("You cannot come?"),
                gettext("Scan the code and give it back, or ring. Somebody else has it then."),
            ),
        ),
        foot=gettext("Whoever booked is called at their time; the others in the order of numbers."),
        qr=address,
        copy=not code,
    )


def _office(found: "Party") -> Office:
    return Office(found.pk, found.code, parties.party_words(found), found.phone)


def _day(one: date) -> str:
    at = datetime(one.year, one.month, one.day, 12, tzinfo=SHANGHAI)
    return f"{day_words(at, language())} {gettext(WEEKDAYS[one.weekday()])}"


def _time(one: cases.FreeTime) -> TimeRow:
    return TimeRow(
        one.starts_at.isoformat(), f"{one.starts_at.astimezone(SHANGHAI):%H:%M}", one.left
    )
