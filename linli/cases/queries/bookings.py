"""The window: which times are free, who waits, and whose turn one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    MOST_DAYS_AHEAD,
    Permission,
    Turn,
    read_number,
    times_of,
)
from linli.cases.models import Booking
from linli.catalogue.domain import ItemDefinition
from linli.fabric.fields import fits_index
from linli.fabric.keyset import Order, Page, page_of
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import local_date

from .telling import Reporter
from .windows import hours_on, windows_on

IN_TURN = Order("ticket", "ticket", down=False)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that begins then, and how many seats are left."""

    starts_at: datetime
    left: int


def bookable_times(party_id: int, day: date) -> tuple[datetime, ...]:
    """Return when the times of a window begin on a day; none when it is closed."""
    openings = hours_on(party_id, day).open.openings(day, rulebook.calendar())
    return times_of(day, openings, minutes=windows_on(day).slot_minutes)


def seats_for(definition: ItemDefinition, day: date) -> int:
    """Return how many one time of a day takes: as many as the item holds, else as the row says."""
    return definition.capacity or windows_on(day).seats


def open_days(party_id: int, *, at: datetime) -> list[date]:
    """Return the days ahead on which a window has a time to come."""
    today = local_date(at)
    days = [today + timedelta(days=ahead) for ahead in range(MOST_DAYS_AHEAD + 1)]
    found = []
    for one in days:
        times = bookable_times(party_id, one)
        if times and times[-1] > at:
            found.append(one)
    return found


def free_times(
    party_id: int, definition: ItemDefinition, day: date, *, at: datetime
) -> list[FreeTime]:
    """Return the times of a day that are still to come, with the seats left; one query."""
    rows = Booking.objects.filter(party_id=party_id, day=day, starts_at__isnull=False)
    taken = dict(
        rows.exclude(state=Turn.CANCELLED)
        .values_list("starts_at")
        .annotate(count=Count("id"))
        .order_by()
    )
    seats = seats_for(definition, day)
    return [
        FreeTime(one, max(seats - taken.get(one, 0), 0))
        for one in bookable_times(party_id, day)
        if one > at
    ]


@dataclass(frozen=True, slots=True)
class Hall:
    """What hangs above a window: whom it calls now, and how many wait."""

    called: tuple[Booking, ...]
    waiting: int


def hall_of(party_id: int, *, at: datetime) -> Hall:
    """Return whom a window calls now, the last first, and how many wait; one query."""
    rows = Booking.objects.filter(
        party_id=party_id, day=local_date(at), state__in=[Turn.WAITING, Turn.CALLED]
    )
    here = list(rows.order_by("-called_at", "ticket")[:300])
    called = [one for one in here if one.state == Turn.CALLED]
    return Hall(tuple(called[:4]), len(here) - len(called))


def turns_of(
    actor: Actor, *, day: date, states: Sequence[Turn], after: str = "", limit: int = 50
) -> Page[Booking]:
    """
    Return the turns of a day at the actor's window, in their order, by key.

    :raises NotAllowed: unless the hat may accept errands
    """
    actor.must(Permission.ACCEPT)
    wanted = sorted(str(one) for one in states)
    rows: QuerySet[Booking] = Booking.objects.filter(
        district=actor.district, party_id=actor.office(), day=day, state__in=wanted
    )
    filters = {"party": actor.office(), "day": day.isoformat(), "states": ",".join(wanted)}
    return page_of(rows, order=IN_TURN, filters=filters, after=after, limit=limit)


def turn_for(actor: Actor, booking_id: int) -> Booking:
    """
    Return a turn at the actor's window.

    :raises NoSuchThing: if there is none, or it is another window's
    """
    actor.must(Permission.ACCEPT)
    found = Booking.objects.filter(
        district=actor.district, party_id=actor.office(), pk=booking_id
    ).first()
    if found is None:
        raise NoSuchThing
    return found


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as the house's own reactions need it: the district, and how to tell the visitor."""

    district: int
    visitor: Reporter


def booked(booking_id: int) -> Booked:
    """Return how to tell the one who booked. Opens the telephone, for sending only."""
    row = Booking.objects.get(pk=booking_id)
    phone = row.phone.open() if row.phone else ""
    return Booked(row.district, Reporter(row.user, phone, row.language))


def booking_by_code(district: int, number: str, code: str) -> Booking:
    """
    Return the turn whose number and six signs belong together. Compared in constant time.

    :raises NoSuchThing: if they do not
    :raises BadNumber: if the number is mistyped
    """
    number = read_number(number)
    given = f"{number}:{code.strip().upper()}"
    found = Booking.objects.filter(district=district, number=number).first()
    if found is None or not fits_index(given, found.code_hash):
        raise NoSuchThing
    return found


def bookings_by_id(district: int, ids: Sequence[int]) -> list[Booking]:
    """Return turns a browser was given, the next first. Who may ask is for the caller."""
    rows = Booking.objects.filter(district=district, pk__in=ids)
    return list(rows.order_by("day", "ticket"))


def bookings_of_user(actor: Actor, *, limit: int = 20) -> list[Booking]:
    """Return the turns of one who signed in, the newest first."""
    rows = Booking.objects.filter(district=actor.district, user=actor.user).exclude(user=None)
    return list(rows.order_by("-id")[:limit])
