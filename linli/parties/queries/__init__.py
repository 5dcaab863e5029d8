"""
Who answers for what, and who does it today. Nearly all of it is read from a directory in memory.

The directory holds the parties, appointments and leaves of a district; it is read again when the
version row moves. What it returns is shared by all requests of a process: read it, never change it.
"""

import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext

from linli.basics import Actor, NoSuchThing
from linli.fabric.versions import cached
from linli.parties.domain import (
    CENTER,
    COMMUNITY_KINDS,
    HAT_WORDS,
    Candidate,
    Kind,
    NobodyAnswers,
    StaffWords,
    UnitEnded,
    choose_holder,
    read_performer,
)
from linli.parties.models import (
    Appointment,
    DutyShift,
    Leave,
    Party,
    Post,
)
from linli.people import queries as people
from linli.places import queries as places

from .founding import name_of_login, party_rows, post_codes, seat_rows
from .opening import NAME, closings_of, hours_change_on, hours_on, roster_of, weekly_hours
from .population import column_types, population

if TYPE_CHECKING:
    from linli.identity.models import User

__all__ = [
    "LAW_TIME",
    "NAME",
    "Directory",
    "actor_for",
    "anonymous",
    "appointees_of",
    "appointment",
    "appointments_of",
    "candidates_of",
    "closings_of",
    "colleagues_of",
    "column_types",
    "directory",
    "hat_words",
    "holder_of",
    "holders_of_role",
    "hours_change_on",
    "hours_on",
    "is_away",
    "law_day",
    "name_of_login",
    "oversight_of",
    "parties_at",
    "party",
    "party_by_code",
    "party_rows",
    "party_words",
    "phone_of",
    "population",
    "post_codes",
    "roles",
    "roster_of",
    "seat_rows",
    "seats_of",
    "staff_words",
    "standing",
    "taking_on",
    "unit_for",
    "weekly_hours",
]

LAW_TIME = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Directory:
    """All parties, appointments and leaves of a district by the keys they are asked for."""

    parties: Mapping[int, Party]
    codes: Mapping[str, Party]
    units: Mapping[tuple[int, str, str], tuple[Party, ...]]
    appointments: Mapping[int, Appointment]
    of_user: Mapping[int, tuple[Appointment, ...]]
    of_party: Mapping[int, tuple[Appointment, ...]]
    leaves: Mapping[int, tuple[Leave, ...]]
    with_roster: frozenset[int]
    ranks: Mapping[int, int]


@cached(NAME)
def directory(district: int) -> Directory:
    """Return the directory of a district."""
    parties = list(Party.objects.filter(district=district).order_by("id"))
    appointments = list(Appointment.objects.filter(district=district).order_by("id"))
    units: dict[tuple[int, str, str], list[Party]] = defaultdict(list)
    of_user: dict[int, list[Appointment]] = defaultdict(list)
    of_party: dict[int, list[Appointment]] = defaultdict(list)
    leaves: dict[int, list[Leave]] = defaultdict(list)
    for party in parties:
        units[party.place_id, party.kind, party.office].append(party)
    for appointment in appointments:
        of_party[appointment.party_id].append(appointment)
        if appointment.user_id is not None:
            of_user[appointment.user_id].append(appointment)
    for leave in Leave.objects.filter(district=district).order_by("id"):
        leaves[leave.appointment_id].append(leave)
    rosters = DutyShift.objects.filter(district=district).values_list("party_id", flat=True)
    return Directory(
        parties={party.pk: party for party in parties},
        codes={party.code: party for party in parties},
        units={key: tuple(found) for key, found in units.items()},
        appointments={one.pk: one for one in appointments},
        of_user={user: tuple(found) for user, found in of_user.items()},
        of_party={party: tuple(found) for party, found in of_party.items()},
        leaves={one: tuple(found) for one, found in leaves.items()},
        with_roster=frozenset(rosters.distinct()),
        ranks=dict(Post.objects.filter(district=district).values_list("id", "position")),
    )


def _here() -> Directory:
    return directory(settings.DISTRICT)


def party(party_id: int) -> Party:
    """
    Return one party.

    :raises NoSuchThing: if there is none
    """
    found = _here().parties.get(party_id)
    if found is None:
        raise NoSuchThing
    return found


def taking_on(party_id: int) -> Party:
    """
    Return a party that may be given work.

    :raises NoSuchThing: if there is none
    :raises UnitEnded: if it has been closed
    """
    found = party(party_id)
    if found.to_on is not None:
        raise UnitEnded(party_words(found))
    return found


def standing(party_id: int) -> Party:
    """
    Return who answers for what a party answered for: itself, else the first above it that stands.

    :raises NoSuchThing: if there is no such party
    :raises NobodyAnswers: if the district has no party at all
    """
    here: Party | None = party(party_id)
    place, seen = party(party_id).place_id, set[int]()
    while here is not None and here.pk not in seen:
        if here.to_on is None:
            return here
        seen.add(here.pk)
        here = party(here.parent_id) if here.parent_id is not None else None
    return unit_for(f"street.{CENTER}", place)


def party_by_code(code: str) -> Party:
    """
    Return the party with this code.

    :raises NoSuchThing: if there is none
    """
    found = _here().codes.get(code)
    if found is None:
        raise NoSuchThing
    return found


def parties_at(place_id: int, *, on: date) -> list[Party]:
    """Return the parties that answer for exactly this place on a day, by id."""
    return [
        one for one in _here().parties.values() if one.place_id == place_id and _in_force(one, on)
    ]


def party_words(found: Party, language: str | None = None) -> str:
    """Return a party's name in the language given, or in that of the request."""
    tag = "en" if (language or get_language() or "").startswith("en") else "zh-Hans"
    return str(found.name.get(tag) or found.name["zh-Hans"])


def _in_force(one: Party | Appointment, on: date) -> bool:
    return one.from_on <= on and (one.to_on is None or on <= one.to_on)


def _unit(place: int | None, kind: str, office: str = "") -> Party | None:
    if place is None:
        return None
    found = _here().units.get((place, kind, office), ())
    return next((one for one in found if one.to_on is None), None)


def unit_for(performer: str, place_id: int | None) -> Party:
    """
    Return the party a performer such as ``street.civil`` means for a matter at a place.

    Where a community or street lacks it, the street's center answers, then the district's.

    :raises Invalid: if the performer is not in the vocabulary
    :raises NobodyAnswers: if the district has no party at all
    """
    level, office = read_performer(performer)
    tree = places.tree(settings.DISTRICT)
    community, street = _where(place_id)
    district = tree.roots()[0].id if tree.roots() else None
    found: Party | None = None
    if level == "community":
        found = _unit(community, COMMUNITY_KINDS[office])
    elif level == "organisation":
        found = _organisation(office, (community, street, district))
    elif level == "street":
        found = _unit(street, Kind.OFFICE, office)
    else:
        found = _unit(district, Kind.OFFICE, office)
    if level != "district":
        found = found or _unit(street, Kind.OFFICE, CENTER)
    found = found or _unit(district, Kind.OFFICE, CENTER) or _any_office(district)
    if found is None:
        raise NobodyAnswers
    return found


def _where(place_id: int | None) -> tuple[int | None, int | None]:
    """Return community and street of a place; a single door is not in the tree, so it costs a query."""
    tree = places.tree(settings.DISTRICT)
    if place_id is not None and place_id not in tree:
        place_id = places.community_of(settings.DISTRICT, place_id)
    if place_id is None or place_id not in tree:
        return None, None
    return tree.community_of(place_id), tree.street_of(place_id)


def _organisation(office: str, nearest_first: Sequence[int | None]) -> Party | None:
    for place in nearest_first:
        for kind in (Kind.ORGANISATION, Kind.AUTONOMOUS_BODY):
            found = _unit(place, kind, office)
            if found is not None:
                return found
    return None


def _any_office(district: int | None) -> Party | None:
    offices = (
        one
        for one in _here().parties.values()
        if one.place_id == district and one.kind == Kind.OFFICE and one.to_on is None
    )
    return next(offices, None)


def oversight_of(found: Party) -> tuple[Party, Party]:
    """
    Return who watches over a party: the street's center and the district's.

    A party of the district itself is watched over by the district's center in both places.
    """
    return unit_for("street.center", found.place_id), unit_for("district.center", found.place_id)


def law_day(at: datetime) -> date:
    """Return the day a moment falls on where the law counts (Asia/Shanghai)."""
    return at.astimezone(LAW_TIME).date()


def is_away(appointment_id: int, on: date) -> bool:
    """Return whether the appointee is on leave that day."""
    leaves = _here().leaves.get(appointment_id, ())
    return any(leave.from_on <= on <= leave.to_on for leave in leaves)


def candidates_of(party_id: int, on: date) -> list[Candidate]:
    """Return those appointed to a party on a day as values of the rule that chooses among them."""
    found = _here()
    return [
        Candidate(
            id=one.pk,
            role=one.role,
            rank=found.ranks.get(one.post_id or 0, 99),
            backup=one.backup_id,
            away=is_away(one.pk, on),
        )
        for one in found.of_party.get(party_id, ())
        if _in_force(one, on)
    ]


def holder_of(party_id: int, at: datetime) -> Appointment:
    """
    Return who holds a party's work at a moment: duty, else A, else B, else the head.

    A party without anybody is held by the one above it. One query where the party has a roster.

    :raises NobodyAnswers: if nobody is appointed there or above
    """
    found, on, seen = _here(), law_day(at), set[int]()
    here: int | None = party_id
    while here is not None and here not in seen:
        seen.add(here)
        chosen = choose_holder(candidates_of(here, on), on_duty=_on_duty(here, at))
        if chosen is not None:
            return found.appointments[chosen]
        here = found.parties[here].parent_id if here in found.parties else None
    raise NobodyAnswers


def _on_duty(party_id: int, at: datetime) -> int | None:
    if party_id not in _here().with_roster:
        return None
    shifts = DutyShift.objects.filter(party_id=party_id, starts_at__lte=at, ends_at__gt=at)
    return shifts.order_by("id").values_list("appointment_id", flat=True).first()


def appointment(appointment_id: int) -> Appointment:
    """
    Return one appointment, past ones too.

    :raises NoSuchThing: if there is none
    """
    found = _here().appointments.get(appointment_id)
    if found is None:
        raise NoSuchThing
    return found


def appointments_of(user_id: int, *, on: date) -> list[Appointment]:
    """Return the hats a user may wear on a day, in the order they were given."""
    return [one for one in _here().of_user.get(user_id, ()) if _in_force(one, on)]


def appointees_of(party_id: int, *, on: date) -> list[Appointment]:
    """Return who is appointed to a party on a day."""
    return [one for one in _here().of_party.get(party_id, ()) if _in_force(one, on)]


def holders_of_role(role: str, *, on: date) -> list[Appointment]:
    """Return the appointments with a sign-in that carry a role on a day, by id."""
    return [
        one
        for one in _here().appointments.values()
        if one.role == role and one.user_id is not None and _in_force(one, on)
    ]


def colleagues_of(user_id: int, *, on: date) -> list[Appointment]:
    """Return one appointment of each other user who shares a party with this one."""
    shared = {one.party_id for one in appointments_of(user_id, on=on)}
    seen: dict[int, Appointment] = {}
    for party_id in sorted(shared):
        for one in appointees_of(party_id, on=on):
            if one.user_id is not None and one.user_id != user_id:
                seen.setdefault(one.user_id, one)
    return list(seen.values())


def hat_words(hat: str) -> str:
    """Return the hat in the language of the request."""
    return gettext(HAT_WORDS.get(hat, hat))


def staff_words(appointment_id: int) -> StaffWords:
    """
    Return how a member of staff is shown: name, hat, party, telephone.

    :raises NoSuchThing: if there is no such appointment
    """
    one = appointment(appointment_id)
    unit = party(one.party_id)
    return StaffWords(
        name=one.name, hat=hat_words(one.hat), party=party_words(unit), phone=unit.phone
    )


@functools.cache
def roles() -> Mapping[str, frozenset[str]]:
    """Return the installation's one table of roles and permissions."""
    table: Mapping[str, frozenset[str]] = import_string(settings.AUTHORITY)
    return table


def anonymous() -> Actor:
    """Return the actor for somebody who has not signed in. No query."""
    return Actor(kind="resident", district=settings.DISTRICT, permissions=roles()["resident"])


def actor_for(user: "User", appointment_id: int | None, *, on: date) -> Actor:
    """
    Return who acts: under the hat asked for, else the first one held, else as a resident.

    With warm caches one query, for the versions; a resident's costs one more, for the person.
    """
    held = appointments_of(user.pk, on=on)
    worn = next((one for one in held if one.pk == appointment_id), held[0] if held else None)
    if worn is None:
        known = people.person_of_user(user.district, user.pk)
        return Actor(
            kind="resident",
            district=user.district,
            user=user.pk,
            person=known.pk if known else None,
            permissions=roles()["resident"],
        )
    unit = party(worn.party_id)
    tree = places.tree(user.district)
    reach = tree.communities_under(unit.place_id) if unit.place_id in tree else frozenset()
    return Actor(
        kind="staff",
        district=user.district,
        user=user.pk,
        person=worn.person,
        appointment=worn.pk,
        hat=worn.hat,
        party=unit.pk,
        communities=reach,
        permissions=roles()[worn.role],
    )


def seats_of(
    *, user_id: int | None, person: int | None, near: Sequence[int] = (), on: date
) -> list[Appointment]:
    """
    Return what a user, a person or any of several people holds on a day or later.

    A seat is a person's on whichever of their records it stands, for records are merged and parted.
    """
    named = [*near, person] if person is not None else near
    who = Q(person__in={*named, *people.every_record(named)})
    if user_id is not None:
        who |= Q(user_id=user_id)
    rows = Appointment.objects.filter(who).filter(Q(to_on=None) | Q(to_on__gte=on))
    return list(rows.select_related("party").order_by("id"))


def phone_of(community_id: int | None) -> Party | None:
    """Return the party a resident can ring: the community's station, else a center above it."""
    try:
        return unit_for("community.station", community_id)
    except NobodyAnswers:
        return None
