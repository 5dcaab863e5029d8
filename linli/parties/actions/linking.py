"""Whose seat it is, on the register: what keeps own and near relatives' matters from a handler."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q

from linli.basics import Actor
from linli.fabric.versions import bump
from linli.fabric.writing import write_atomic
from linli.journal.actions import record_many
from linli.parties import queries
from linli.parties.domain import (
    AlreadyEnded,
    AnothersRecord,
    LinkedAlready,
    NotLinked,
    OwnSeat,
    Permission,
    check_seat,
)
from linli.parties.events import SeatLinked, SeatUnlinked
from linli.parties.models import Appointment
from linli.people import queries as people
from linli.people.domain import PersonEnded

from .locking import as_seat, locked_appointment, may, may_at


@write_atomic
def link_seat(*, by: Actor, at: datetime, appointment_id: int, person: int) -> list[Appointment]:
    """
    Say which person on the register holds a seat; return the seats that are linked now.

    All seats of one login are one person's: each is linked, and those given later are too. What the
    law keeps apart is looked at anew with what is known of the person.

    :raises NotAllowed: unless the hat links seats in the territory of each of them
    :raises NoSuchThing: if there is no such appointment, or no such person for this actor
    :raises OwnSeat: if it is the actor's own
    :raises AlreadyEnded: if the appointment is over
    :raises PersonEnded: if the record is closed
    :raises LinkedAlready: if a record is linked
    :raises AnothersRecord: if the record is another's of the staff
    :raises MayNotServeBoth: if the law keeps two seats of the person apart
    :raises RelativeServes: if it keeps a near relative out
    :raises ArbiterStandsApart, MustLeaveElectionCommittee: likewise
    """
    today = queries.law_day(at)
    seats = _seats(by, appointment_id, today)
    if any(one.person is not None for one in seats):
        raise LinkedAlready
    if people.person_for(by, person).ended_on is not None:
        raise PersonEnded
    held = queries.seats_of(user_id=seats[0].user_id, person=person, on=today)
    mine = {one.pk for one in seats}
    others = [one for one in held if one.pk not in mine]
    if any(one.user_id is not None for one in others):
        raise AnothersRecord
    near = queries.seats_of(user_id=None, person=None, near=people.relatives_of(person), on=today)
    for one in seats:
        check_seat(
            as_seat(one),
            name=one.name,
            held=[as_seat(other) for other in held if other.pk != one.pk],
            held_by_relatives=[as_seat(other) for other in near],
            on=max(today, one.from_on),
        )
    _set(seats, person)
    entries = [SeatLinked(at=at, appointment_id=one.pk, person_id=person) for one in seats]
    record_many([(entry, [one]) for entry, one in zip(entries, seats, strict=True)], by=by)
    return seats


@write_atomic
def unlink_seat(*, by: Actor, at: datetime, appointment_id: int) -> list[Appointment]:
    """
    Take a link away that was a mistake, from all seats of the login; return them.

    :raises NotAllowed: unless the hat links seats in the territory of each of them
    :raises NoSuchThing: if there is no such appointment
    :raises OwnSeat: if it is the actor's own
    :raises AlreadyEnded: if the appointment is over
    :raises NotLinked: if no record is linked
    """
    seats = [one for one in _seats(by, appointment_id, queries.law_day(at)) if one.person]
    if not seats:
        raise NotLinked
    _unlink(by, at, seats)
    return seats


@write_atomic
def forget_linked(*, by: Actor, at: datetime, person: int) -> int:
    """
    Take the links to a record that was erased from all seats, past ones too; return how many.

    A seat shows a name to everybody: linked, it would say whose the erased record was (PIPL art. 47).

    :raises NotAllowed: unless the hat links seats; the house itself may
    """
    may(by, Permission.LINK)
    rows = Appointment.objects.select_for_update().filter(district=by.district, person=person)
    seats = list(rows.order_by("id"))
    _unlink(by, at, seats)
    return len(seats)


def _unlink(by: Actor, at: datetime, seats: Sequence[Appointment]) -> None:
    entries = [
        SeatUnlinked(at=at, appointment_id=one.pk, person_id=one.person or 0) for one in seats
    ]
    _set(seats, None)
    record_many([(entry, [one]) for entry, one in zip(entries, seats, strict=True)], by=by)


def _set(seats: Sequence[Appointment], person: int | None) -> None:
    for one in seats:
        one.person = person
        one.save(update_fields=["person"])
    bump(queries.NAME)


def _seats(by: Actor, appointment_id: int, today: date) -> list[Appointment]:
    """Return the seat and all others of its login that are not over, locked."""
    found = locked_appointment(by, appointment_id)
    whose = Q(pk=found.pk) | Q(user__isnull=False, user=found.user_id)
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("party")
    lasting = rows.filter(Q(to_on=None) | Q(to_on__gte=today), whose, district=by.district)
    seats = list(lasting.order_by("id"))
    for one in seats or [found]:
        may_at(by, Permission.LINK, one.party.place_id)
    if found.to_on is not None and found.to_on < today:
        raise AlreadyEnded
    if by.user is not None and found.user_id == by.user:
        raise OwnSeat
    return seats
