"""Appointing, and ending an appointment so that no work is left without anybody."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.fabric.blanks import fitting
from linli.fabric.versions import bump
from linli.fabric.writing import write_atomic
from linli.journal.actions import record, record_many
from linli.parties import queries
from linli.parties.domain import (
    AlreadyEnded,
    AppointmentRow,
    Permission,
    Seat,
    UnitEnded,
    check_seat,
    check_size,
    check_span,
    check_term,
)
from linli.parties.events import AppointmentEnded, AppointmentMade, BackupSet, CoverMoved
from linli.parties.models import Appointment, Party, Post
from linli.people import queries as people

from .absence import cover_for
from .locking import as_seat, locked_appointment, locked_party, may, may_at


@write_atomic
def make_appointment(
    *, by: Actor, at: datetime, row: AppointmentRow, relatives: Collection[int] = ()
) -> Appointment:
    """
    Appoint somebody. ``relatives`` are ids in ``people`` of near relatives beside those on record.

    ``row.backup`` is here the id of B's appointment.

    :raises NotAllowed: unless the hat may appoint
    :raises NoSuchThing: if the party, the post or B does not exist
    :raises UnitEnded: if the party has been closed before the last day
    :raises MayNotServeBoth: if the law keeps the new seat and one held apart
    :raises RelativeServes: if it keeps a near relative out
    :raises ArbiterStandsApart: if an arbiter would handle cases
    :raises MustLeaveElectionCommittee: if they or a near relative still run the committee's election
    :raises BodyFull: if the committee has as many members as the law allows
    :raises AuditorNeedsEnd: for an auditor without a last day
    :raises Invalid: for an unknown role, a last day before the first, or a name that is too long
    """
    may(by, Permission.APPOINT)
    party = locked_party(by, row.party)
    may_at(by, Permission.APPOINT, party.place_id)
    _check_stands(party, row)
    check_term(row.role, row.to_on)
    check_span(row.from_on, row.to_on)
    (row,) = _linked([row])
    own = queries.seats_of(user_id=row.user, person=row.person, on=row.from_on)
    known = people.relatives_of(row.person) if row.person is not None else []
    near = list({*relatives, *known})
    kin = queries.seats_of(user_id=None, person=None, near=near, on=row.from_on)
    check_seat(
        Seat(party.kind, party.place_id, row.role, party.office),
        name=row.name,
        held=[as_seat(one) for one in own],
        held_by_relatives=[as_seat(one) for one in kin],
        on=row.from_on,
    )
    check_size(party.kind, _members(party, row), on=row.from_on)
    if row.backup is not None:
        locked_appointment(by, row.backup)
    _check_posts(by, [row])
    made = _appointment(row, by, party)
    made.backup_id = row.backup
    made.save(force_insert=True)
    record(_made(made, at), by=by, rows=[made])
    bump(queries.NAME)
    return made


def _check_stands(party: Party, row: AppointmentRow) -> None:
    if party.to_on is not None and (row.to_on is None or row.to_on > party.to_on):
        raise UnitEnded(queries.party_words(party))


def _linked(rows: Sequence[AppointmentRow]) -> list[AppointmentRow]:
    """Return the rows with the person the login's other seats are linked to, where they are."""
    users = {row.user for row in rows if row.user is not None}
    if not users:
        return list(rows)
    lasting = Q(to_on=None) | Q(to_on__gte=min(row.from_on for row in rows))
    seats = Appointment.objects.filter(lasting, user__in=users, person__isnull=False)
    known = dict(seats.order_by("id").values_list("user", "person"))
    return [replace(row, person=row.person or known.get(row.user or 0)) for row in rows]


def _check_posts(by: Actor, rows: Iterable[AppointmentRow]) -> None:
    wanted = {row.post for row in rows if row.post is not None}
    if len(wanted) != Post.objects.filter(district=by.district, pk__in=wanted).count():
        raise NoSuchThing


def _members(party: Party, row: AppointmentRow) -> int:
    """Return how many others sit there on or after the first day of a new appointment."""
    seats = Appointment.objects.filter(party=party)
    seats = seats.filter(Q(to_on=None) | Q(to_on__gte=row.from_on))
    others = {
        one.user_id or -one.pk for one in seats if one.user_id is None or one.user_id != row.user
    }
    return len(others)


def _appointment(row: AppointmentRow, by: Actor, party: Party) -> Appointment:
    return fitting(
        Appointment(
            district=by.district,
            user_id=row.user,
            person=row.person,
            party=party,
            post_id=row.post,
            role=str(row.role),
            hat=party.kind,
            name=row.name,
            from_on=row.from_on,
            to_on=row.to_on,
        )
    )


def _made(one: Appointment, at: datetime) -> AppointmentMade:
    return AppointmentMade(
        at=at,
        appointment_id=one.pk,
        party_id=one.party_id,
        user_id=one.user_id,
        role=one.role,
    )


@write_atomic
def load_appointments(
    *, by: Actor, at: datetime, rows: Sequence[AppointmentRow]
) -> list[Appointment]:
    """
    Enter many appointments, one line each. ``row.backup`` is the position of B in ``rows``.

    Every rule of ``make_appointment`` holds but the one on relatives, for whom the facts are
    asked one by one. Those loaded are checked against each other and those already there.

    :raises NotAllowed: unless the hat may appoint
    :raises NoSuchThing: if a party or a post does not exist, or a B stands in no row
    :raises UnitEnded: if a party has been closed before the last day
    :raises MayNotServeBoth: if the law keeps two seats of one person apart
    :raises ArbiterStandsApart: if an arbiter would handle cases
    :raises MustLeaveElectionCommittee: if one still runs the election of the committee
    :raises BodyFull: if a committee would have more members than the law allows
    :raises AuditorNeedsEnd: for an auditor without a last day
    :raises Invalid: for an unknown role, a last day before the first, or a name that is too long
    """
    may(by, Permission.APPOINT)
    rows = _linked(rows)
    _check_posts(by, rows)
    parties = Party.objects.filter(district=by.district).in_bulk({row.party for row in rows})
    held = _held_by([row.user for row in rows if row.user is not None])
    sizes = Counter(
        Appointment.objects.filter(party__in=parties, to_on=None).values_list("party", flat=True)
    )
    for row in rows:
        if row.party not in parties:
            raise NoSuchThing
        if row.backup is not None and not 0 <= row.backup < len(rows):
            raise NoSuchThing
        party = parties[row.party]
        _check_stands(party, row)
        check_term(row.role, row.to_on)
        check_span(row.from_on, row.to_on)
        seat = Seat(party.kind, party.place_id, row.role, party.office)
        mine = held.setdefault(row.user, []) if row.user is not None else []
        check_seat(seat, name=row.name, held=mine, held_by_relatives=(), on=row.from_on)
        mine.append(seat)
        check_size(party.kind, sizes[party.pk], on=row.from_on)
        sizes[party.pk] += 1
    made = Appointment.objects.bulk_create(
        [_appointment(row, by, parties[row.party]) for row in rows], batch_size=500
    )
    with_backup = [one for one, row in zip(made, rows, strict=True) if row.backup is not None]
    for one, row in zip(made, rows, strict=True):
        one.backup_id = made[row.backup].pk if row.backup is not None else None
    Appointment.objects.bulk_update(with_backup, ["backup"], batch_size=500)
    record_many([(_made(one, at), [one]) for one in made], by=by)
    bump(queries.NAME)
    return made


def _held_by(users: Sequence[int]) -> dict[int, list[Seat]]:
    held: dict[int, list[Seat]] = {}
    for one in Appointment.objects.filter(user_id__in=users, to_on=None).select_related("party"):
        held.setdefault(one.user_id or 0, []).append(as_seat(one))
    return held


@write_atomic
def end_appointment(*, by: Actor, at: datetime, appointment_id: int, on: date) -> Appointment:
    """
    Give an appointment its last day; its open work passes to B, else to the head, in this act.

    :raises NotAllowed: unless the hat may appoint
    :raises NoSuchThing: if there is no such appointment
    :raises AlreadyEnded: if it ended before that day
    :raises Invalid: if the day lies before its first one
    """
    may(by, Permission.APPOINT)
    found = locked_appointment(by, appointment_id)
    may_at(by, Permission.APPOINT, found.party.place_id)
    if found.to_on is not None and found.to_on <= on:
        raise AlreadyEnded
    check_span(found.from_on, on, field="on")
    cover = cover_for(found, on)
    found.to_on = on
    found.save(update_fields=["to_on"])
    ended = AppointmentEnded(
        at=at, appointment_id=found.pk, party_id=found.party_id, user_id=found.user_id
    )
    moved = CoverMoved(
        at=at,
        appointment_id=found.pk,
        party_id=found.party_id,
        to_appointment_id=cover,
        reason="ended",
    )
    record_many([(ended, [found]), (moved, [])], by=by)
    bump(queries.NAME)
    return found


@write_atomic
def set_backup(
    *, by: Actor, at: datetime, appointment_id: int, backup_id: int | None
) -> Appointment:
    """
    Say who stands in for an appointee (A/B), None for nobody.

    :raises NotAllowed: unless the hat keeps the roster of this territory
    :raises NoSuchThing: if there is no such appointment
    :raises AlreadyEnded: if one of the two is over
    :raises Invalid: if they are the same
    """
    found = locked_appointment(by, appointment_id)
    may_at(by, Permission.ROSTER, found.party.place_id)
    today = queries.law_day(at)
    backup = locked_appointment(by, backup_id) if backup_id is not None else None
    for one in (found, backup):
        if one is not None and one.to_on is not None and one.to_on < today:
            raise AlreadyEnded
    if backup_id == appointment_id:
        raise Invalid(field="backup", reason=gettext_noop("Nobody can stand in for themselves."))
    found.backup_id = backup_id
    found.save(update_fields=["backup"])
    event = BackupSet(at=at, appointment_id=found.pk, backup_id=backup_id)
    record(event, by=by, rows=[found])
    bump(queries.NAME)
    return found
