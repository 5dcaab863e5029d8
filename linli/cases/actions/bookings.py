"""The window: book a time, draw a number, call the next one, and how a turn ends."""

from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed, gettext_noop
from linli.cases.domain import (
    ComesBy,
    Permission,
    Turn,
    Waiting,
    WindowClosed,
    check_time,
    check_turn,
    choose_next,
    free_seat,
    new_code,
    new_number,
    next_ticket,
)
from linli.cases.events import (
    BookingCalled,
    BookingCancelled,
    BookingMade,
    BookingMissed,
    BookingServed,
)
from linli.cases.models import Booking, QueueDay
from linli.cases.queries import bookable_times, seats_for
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.fields import Sealed, blind_index
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

LONGEST_NAME, LONGEST_PHONE = 60, 30
WINDOW = "station"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who comes, and for what. Name and telephone may be left out."""

    item: str
    name: str = ""
    phone: str = ""
    person_id: int | None = None
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the visitor takes along: the turn, and the code that cancels it."""

    booking: Booking
    code: str


@write_atomic
def book_time(
    *, by: Actor, party_id: int, visitor: Visitor, starts_at: datetime, at: datetime
) -> Ticket:
    """
    Book a time at a window for an item; a time has as many seats as the window serves at once.

    :raises NoSuchTime: if the window is closed then, or it is past or too far ahead
    :raises TimeTaken: if every seat is taken
    :raises NoSuchThing: if there is no such window or no such item
    :raises UnitEnded: if it has been closed for good
    """
    definition = _check(by, party_id, visitor, at)
    day = local_date(starts_at)
    check_time(starts_at, bookable_times(party_id, day), at=at)
    queue = _lock_day(by, party_id, day)
    seats = seats_for(definition, day)
    here = Booking.objects.filter(district=by.district, party_id=party_id, starts_at=starts_at)
    taken = here.exclude(state=Turn.CANCELLED).values_list("seat", flat=True)
    seat = free_seat([one for one in taken if one is not None], seats)
    return _give(by, queue, visitor, at=at, starts_at=starts_at, seat=seat, seats=seats)


@write_atomic
def draw_number(*, by: Actor, party_id: int, visitor: Visitor, at: datetime) -> Ticket:
    """
    Draw a number for one who walked in: by themselves at the code on the wall, or by a clerk.

    :raises WindowClosed: on a day the window is closed
    :raises NumbersGone: when the day's numbers are used up
    :raises NoSuchThing: if there is no such window or no such item
    :raises UnitEnded: if it has been closed for good
    """
    _check(by, party_id, visitor, at)
    day = local_date(at)
    if not bookable_times(party_id, day):
        raise WindowClosed
    return _give(by, _lock_day(by, party_id, day), visitor, at=at)


@write_atomic
def call_next(*, by: Actor, at: datetime) -> Booking:
    """
    Call whoever is next at the window of the actor's office.

    :raises NotAllowed: unless the hat may accept errands
    :raises NobodyWaits: if nobody is waiting
    """
    by.must(Permission.ACCEPT)
    _lock_day(by, by.office(), local_date(at))
    rows = Booking.objects.filter(
        district=by.district, party_id=by.office(), day=local_date(at), state=Turn.WAITING
    )
    waiting = [Waiting(*row) for row in rows.values_list("id", "ticket", "starts_at")]
    return _call(by, Booking.objects.get(pk=choose_next(waiting, at=at)), at)


@write_atomic
def call_again(*, by: Actor, booking_id: int, at: datetime) -> Booking:
    """
    Call one who was missed and came after all, or one who waits, out of turn.

    :raises TurnIsOver: if the turn was served or cancelled
    """
    return _call(by, _lock(by, booking_id), at)


@write_atomic
def serve_booking(*, by: Actor, booking_id: int, at: datetime) -> Booking:
    """
    The one who was called is at the window.

    :raises TurnIsOver: unless they were called
    """
    booking = _move(_lock(by, booking_id), Turn.SERVED, appointment=by.appointment, ended_at=at)
    record(BookingServed(at=at, booking_id=booking.pk), by=by, rows=[booking])
    return booking


@write_atomic
def miss_booking(*, by: Actor, booking_id: int, at: datetime) -> Booking:
    """
    The one who was called did not come. They may be called again the same day.

    :raises TurnIsOver: unless they were called
    """
    booking = _move(_lock(by, booking_id), Turn.MISSED, appointment=by.appointment, ended_at=at)
    record(BookingMissed(at=at, booking_id=booking.pk), by=by, rows=[booking])
    return booking


@write_atomic
def cancel_booking(*, by: Actor, booking: Booking, at: datetime) -> Booking:
    """
    The visitor gives the turn back; the seat is free again. Whose it is, the caller has checked.

    :raises TurnIsOver: if it was served, missed or cancelled
    """
    held = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    held = _move(held, Turn.CANCELLED, appointment=held.appointment, ended_at=at)
    record(BookingCancelled(at=at, booking_id=held.pk), by=by, rows=[held])
    return held


def _check(by: Actor, party_id: int, visitor: Visitor, at: datetime) -> ItemDefinition:
    """Return the item, if window and visitor are such as can be."""
    window = parties.taking_on(party_id)
    if window.district != by.district or window.kind != WINDOW:
        raise NoSuchThing
    too_long = len(visitor.name) > LONGEST_NAME or len(visitor.phone) > LONGEST_PHONE
    if too_long:
        raise Invalid(field="name", reason=gettext_noop("Shorten the name or the number."))
    return catalogue.current(visitor.item, on=local_date(at)).definition


def _lock_day(by: Actor, party_id: int, day: date) -> QueueDay:
    """Return the row of the day, locked: numbers and seats of one day are given one by one."""
    row = QueueDay(district=by.district, party_id=party_id, day=day)
    QueueDay.objects.bulk_create([row], ignore_conflicts=True)
    return QueueDay.objects.select_for_update(of=("self",)).get(
        district=by.district, party_id=party_id, day=day
    )


def _give(
    by: Actor,
    queue: QueueDay,
    visitor: Visitor,
    *,
    at: datetime,
    starts_at: datetime | None = None,
    seat: int | None = None,
    seats: int | None = None,
) -> Ticket:
    queue.last_ticket = next_ticket(queue.last_ticket)
    queue.save(update_fields=["last_ticket"])
    number, code = new_number(at), new_code()
    booking = Booking(
        district=by.district,
        number=number,
        party_id=queue.party_id,
        item=visitor.item,
        comes_by=ComesBy.BOOKED if starts_at else ComesBy.WALK_IN,
        day=queue.day,
        ticket=queue.last_ticket,
        starts_at=starts_at,
        seat=seat,
        seats=seats,
        person_id=visitor.person_id or (by.person if by.kind == "resident" else None),
        user=by.user if by.kind == "resident" else None,
        name=visitor.name.strip(),
        phone=Sealed.of(visitor.phone) if visitor.phone else None,
        language=visitor.language,
        code_hash=blind_index(f"{number}:{code}"),
        made_at=at,
    )
    booking.save(force_insert=True)
    made = BookingMade(
        at=at,
        booking_id=booking.pk,
        party_id=booking.party_id,
        item=booking.item,
        comes_by=booking.comes_by,
        ticket=booking.ticket,
        starts_at=starts_at,
    )
    record(made, by=by, rows=[booking])
    return Ticket(booking, code)


def _lock(by: Actor, booking_id: int) -> Booking:
    by.must(Permission.ACCEPT)
    rows = Booking.objects.select_for_update(of=("self",))
    found = rows.filter(district=by.district, party_id=by.office(), pk=booking_id).first()
    if found is None:
        raise NoSuchThing
    return found


def _call(by: Actor, booking: Booking, at: datetime) -> Booking:
    if by.appointment is None:
        raise NotAllowed
    booking = _move(booking, Turn.CALLED, appointment=by.appointment, called_at=at, ended_at=None)
    record(BookingCalled(at=at, booking_id=booking.pk), by=by, rows=[booking])
    return booking


def _move(booking: Booking, then: Turn, **columns: object) -> Booking:
    check_turn(Turn(booking.state), then)
    for name, value in {**columns, "state": then}.items():
        setattr(booking, name, value)
    booking.save(update_fields=["state", *columns])
    return booking
