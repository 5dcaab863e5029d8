"""Leave, the duty roster, and who takes over."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q

from linli.basics import Actor, Event, Invalid, NoSuchThing, gettext_noop
from linli.fabric.blanks import Bound
from linli.fabric.versions import bump
from linli.fabric.writing import write_atomic
from linli.journal.actions import record, record_many
from linli.parties import queries
from linli.parties.domain import Candidate, LeaveOverlaps, Permission, check_span, choose_cover
from linli.parties.events import CoverMoved, LeaveTaken, RosterSet
from linli.parties.models import Appointment, DutyShift, Leave

from .locking import locked_appointment, locked_party, may, may_at


def cover_for(one: Appointment, on: date) -> int | None:
    """Return who takes over from ``one``: B, else the head, else anybody there, else above."""
    others = queries.candidates_of(one.party_id, on)
    leaver = Candidate(id=one.pk, role=one.role, backup=one.backup_id)
    parent = queries.party(one.party_id).parent_id
    above = queries.candidates_of(parent, on) if parent is not None else []
    outside = []  # B may sit in another party of the same house
    if one.backup_id is not None and one.backup_id not in {other.id for other in others}:
        backup = queries.appointment(one.backup_id)
        outside = [
            other for other in queries.candidates_of(backup.party_id, on) if other.id == backup.pk
        ]
    return choose_cover(leaver, [*others, *outside], heads_above=above)


@write_atomic
def take_leave(
    *, by: Actor, at: datetime, appointment_id: int, from_on: date, to_on: date
) -> Leave:
    """
    Enter a leave; when it begins the open work passes to B, else to the head.

    One's own leave needs no permission. A leave from today on begins in this act, a later one
    when ``begin_leaves`` finds it due.

    :raises NotAllowed: for somebody else's leave, unless the hat keeps the roster
    :raises NoSuchThing: if there is no such appointment
    :raises Invalid: if it ends before it begins
    :raises LeaveOverlaps: if a leave covers one of the days
    """
    found = locked_appointment(by, appointment_id)
    if by.user is None or found.user_id != by.user:
        may_at(by, Permission.ROSTER, found.party.place_id)
    check_span(from_on, to_on)
    others = Leave.objects.filter(appointment=found, from_on__lte=to_on, to_on__gte=from_on)
    if others.exists():
        raise LeaveOverlaps
    today = queries.law_day(at)
    leave = Leave.objects.create(
        district=by.district,
        appointment=found,
        from_on=from_on,
        to_on=to_on,
        begun_at=at if from_on <= today else None,
    )
    entries: list[tuple[Event, Sequence[Bound]]] = [
        (LeaveTaken(at=at, appointment_id=found.pk, leave_id=leave.pk), [leave])
    ]
    if from_on <= today <= to_on:
        entries.append((_on_leave(found, today, at), []))
    record_many(entries, by=by)
    bump(queries.NAME)
    return leave


def _on_leave(one: Appointment, on: date, at: datetime) -> CoverMoved:
    return CoverMoved(
        at=at,
        appointment_id=one.pk,
        party_id=one.party_id,
        to_appointment_id=cover_for(one, on),
        reason="leave",
    )


@write_atomic
def begin_leaves(*, by: Actor, at: datetime) -> int:
    """
    Begin the leaves whose first day has come and return how many; the worker asks every ten seconds.

    :raises NotAllowed: unless the hat keeps the roster; the house itself may
    """
    may(by, Permission.ROSTER)
    today = queries.law_day(at)
    due = list(
        Leave.objects.select_for_update(of=("self",))
        .filter(district=by.district, begun_at=None, from_on__lte=today)
        .select_related("appointment")
        .order_by("id")[:500]
    )
    for leave in due:
        leave.begun_at = at
        leave.save(update_fields=["begun_at"])
    record_many([(_on_leave(leave.appointment, today, at), [leave]) for leave in due], by=by)
    if due:
        bump(queries.NAME)
    return len(due)


@write_atomic
def set_roster(
    *,
    by: Actor,
    at: datetime,
    party_id: int,
    shifts: Sequence[tuple[int, datetime, datetime]],
) -> list[DutyShift]:
    """
    Add shifts to a party's roster: appointment, start, end.

    :raises NotAllowed: unless the hat keeps the roster
    :raises NoSuchThing: if the party does not exist or an appointment is not the party's
    :raises Invalid: if a shift ends before it starts, or one person stands in two at a time
    """
    may(by, Permission.ROSTER)
    found = locked_party(by, party_id)
    may_at(by, Permission.ROSTER, found.place_id)
    own = set(Appointment.objects.filter(party=found).values_list("id", flat=True))
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    for appointment_id, starts_at, ends_at in shifts:
        if appointment_id not in own:
            raise NoSuchThing
        _check_shift(appointment_id, starts_at, ends_at, taken)
        taken.setdefault(appointment_id, []).append((starts_at, ends_at))
    made = DutyShift.objects.bulk_create(
        [
            DutyShift(
                district=by.district,
                party=found,
                appointment_id=appointment_id,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            for appointment_id, starts_at, ends_at in shifts
        ],
        batch_size=500,
    )
    record(RosterSet(at=at, party_id=found.pk, shifts=len(made)), by=by, rows=made)
    bump(queries.NAME)
    return made


def _check_shift(
    appointment_id: int,
    starts_at: datetime,
    ends_at: datetime,
    taken: Mapping[int, Sequence[tuple[datetime, datetime]]],
) -> None:
    if ends_at <= starts_at:
        raise Invalid(field="shifts", reason=gettext_noop("A shift ends after it starts."))
    overlap = Q(appointment_id=appointment_id, starts_at__lt=ends_at, ends_at__gt=starts_at)
    twice = any(start < ends_at and end > starts_at for start, end in taken.get(appointment_id, ()))
    if twice or DutyShift.objects.filter(overlap).exists():
        raise Invalid(
            field="shifts", reason=gettext_noop("One person cannot stand in two shifts at a time.")
        )
