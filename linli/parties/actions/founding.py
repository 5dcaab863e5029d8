"""Bringing in a district's units and staff, as often as the list is sent: what stands stays."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from linli.basics import Actor, Invalid, gettext_noop
from linli.fabric.writing import write_atomic
from linli.identity import actions as identity
from linli.identity import queries as identity_queries
from linli.identity.events import UserAdmitted
from linli.journal.actions import record_many
from linli.parties.domain import (
    AppointmentRow,
    FirstPassword,
    NoSuchUser,
    Opened,
    PartyRow,
    Permission,
    SeatRow,
)
from linli.parties.models import Appointment, Party, Post

from .appointments import end_appointment, load_appointments, make_appointment, set_backup
from .locking import may
from .parties import change_party, load_parties, set_framework

if TYPE_CHECKING:
    from linli.identity.models import User

Key = tuple[str, int, str]  # login, else name; party; role


@write_atomic
def add_users(
    *, by: Actor, at: datetime, usernames: Sequence[str], password: str | None
) -> "list[User]":
    """
    Let many sign in with a password they know; each has a line of their own.

    :raises NotAllowed: unless the hat may add users; the house itself may
    :raises NameTaken: if one of the names is in use, or given twice
    :raises Invalid: if one is too long
    """
    users = identity.add_users(by=by, usernames=usernames, password=password)
    _note(by, at, users)
    return users


def _admit(by: Actor, at: datetime, hashes: Mapping[str, str]) -> "list[User]":
    users = identity.admit_users(by=by, hashes=list(hashes.items()))
    _note(by, at, users)
    return users


def _note(by: Actor, at: datetime, users: "Sequence[User]") -> None:
    record_many(
        [
            (UserAdmitted(at=at, user_id=user.pk, first=user.must_change_password), [user])
            for user in users
        ],
        by=by,
    )


@write_atomic
def open_offices(
    *,
    by: Actor,
    at: datetime,
    posts: Mapping[str, Mapping[str, str]],
    parties: Sequence[PartyRow],
    seats: Sequence[SeatRow],
    hashes: Mapping[str, str],
) -> Opened:
    """
    Bring in posts, units, sign-ins and seats, all or nothing; what stands already is left alone.

    A unit is known by its code, a seat by who, where and in which role. Another name or telephone
    changes a unit, another B or a last day changes a seat.

    :param posts: code such as P1 or +1 → name; they are set up once, where the district has none
    :param hashes: login → hash of the first password, of those who do not sign in yet
    :raises NotAllowed: unless the hat may found, appoint and add users
    :raises NameTaken: if a login with a hash is in use
    :raises NoSuchUser: if a login is neither in use nor among the hashes
    :raises CodeTaken, NoLegalPerson, MayNotServeBoth, ArbiterStandsApart: as the acts this consists of
    :raises BodyFull, AuditorNeedsEnd, Invalid: likewise
    """
    may(by, Permission.FOUND)
    may(by, Permission.APPOINT)
    posts_new = _set_posts(by, at, posts)
    parties_new, parties_changed = _bring_parties(by, at, parties)
    if hashes:
        _admit(by, at, hashes)
    seats_new, seats_changed = _bring_seats(by, at, seats)
    return Opened(
        parties_new=parties_new,
        parties_changed=parties_changed,
        users_new=len(hashes),
        seats_new=seats_new,
        seats_changed=seats_changed,
        posts_new=posts_new,
    )


@write_atomic
def seat_newcomer(*, by: Actor, at: datetime, row: AppointmentRow, username: str) -> FirstPassword:
    """
    Let somebody sign in and appoint them; the first password is shown this once.

    :param row: the appointment; its user is the one added
    :raises NotAllowed: unless the hat may add users and appoint here
    :raises NameTaken: if the login is in use
    :raises Refused: as ``make_appointment``
    """
    password = identity.new_password()
    (user,) = _admit(by, at, {username: make_password(password)})
    make_appointment(by=by, at=at, row=replace(row, user=user.pk))
    return FirstPassword(username, password)


def _set_posts(by: Actor, at: datetime, posts: Mapping[str, Mapping[str, str]]) -> int:
    if not posts or Post.objects.filter(district=by.district).exists():
        return 0
    flexible = sum(code.startswith("+") for code in posts)
    core = len(posts) - flexible
    code = f"{core}+{flexible}"
    set_framework(
        by=by,
        at=at,
        code=code,
        name={"zh-Hans": f"“{code}”岗位", "en": f"“{code}” posts"},
        core=core,
        flexible=flexible,
        post_names={post: name for post, name in posts.items() if name},
    )
    return len(posts)


def _bring_parties(by: Actor, at: datetime, rows: Sequence[PartyRow]) -> tuple[int, int]:
    """Return how many are new and how many were changed."""
    there = {one.code: one for one in Party.objects.filter(district=by.district)}
    new = [row for row in rows if row.code not in there]
    if new:
        load_parties(by=by, at=at, rows=new)
    changed = 0
    for row in rows:
        stands = there.get(row.code)
        if stands is None:
            continue
        name = {**stands.name, **row.name}
        phone = row.phone or stands.phone
        if (name, phone) != (stands.name, stands.phone):
            change_party(by=by, at=at, party_id=stands.pk, name=name, phone=phone)
            changed += 1
    return len(new), changed


def _bring_seats(by: Actor, at: datetime, rows: Sequence[SeatRow]) -> tuple[int, int]:
    """Return how many are new and how many were changed."""
    parties = dict(Party.objects.filter(district=by.district).values_list("code", "id"))
    all_posts = Post.objects.filter(district=by.district).order_by("-framework_id")
    posts = dict(all_posts.values_list("code", "id"))  # the first framework counts
    users = _users(by, rows)
    latest = _latest(by)
    wanted: dict[Key, SeatRow] = {}
    for row in rows:
        if row.party not in parties:
            raise Invalid(field="party", reason=gettext_noop("This unit is not known."))
        if row.post and row.post not in posts:
            raise Invalid(field="post", reason=gettext_noop("This post is not known."))
        wanted[row.who, parties[row.party], row.role] = row
    there = {
        key: one
        for key, one in latest.items()
        if key in wanted and (one.to_on is None or wanted[key].from_on <= one.to_on)
    }
    new = {key: row for key, row in wanted.items() if key not in there}
    made = load_appointments(
        by=by,
        at=at,
        rows=[
            AppointmentRow(
                user=users.get(row.login),
                party=parties[row.party],
                role=row.role,
                name=row.name,
                from_on=row.from_on,
                to_on=row.to_on,
                post=posts.get(row.post),
            )
            for row in new.values()
        ],
    )
    seated = latest | dict(zip(new, made, strict=True))
    changed = {key for key, one in there.items() if _ended(by, at, wanted[key], one)}
    changed |= {key for key, row in wanted.items() if _covered(by, at, key, row, seated)}
    return len(new), len(changed - new.keys())


def _users(by: Actor, rows: Sequence[SeatRow]) -> dict[str, int]:
    found: dict[str, int] = {}
    for login in {row.login for row in rows if row.login}:
        user = identity_queries.user_named(login)
        if user is None or user.district != by.district:
            raise NoSuchUser(login)
        found[login] = user.pk
    return found


def _latest(by: Actor) -> dict[Key, Appointment]:
    """Return the newest seat of each who, in each party and role, whether it stands or ended."""
    rows = Appointment.objects.filter(district=by.district).select_related("user")
    return {
        (one.user.username if one.user else one.name, one.party_id, one.role): one
        for one in rows.order_by("from_on", "id")
    }


def _ended(by: Actor, at: datetime, row: SeatRow, one: Appointment) -> bool:
    """End a seat for which the list has a last day now; return whether there was one to set."""
    if row.to_on is None or one.to_on is not None:
        return False
    end_appointment(by=by, at=at, appointment_id=one.pk, on=row.to_on)
    return True


def _covered(
    by: Actor, at: datetime, key: Key, row: SeatRow, seated: Mapping[Key, Appointment]
) -> bool:
    """Set B where the list names one; B's seat in the same party goes before one elsewhere."""
    if not row.backup or seated[key].to_on is not None:
        return False
    of_backup = [
        (other[1] != key[1], one.pk)
        for other, one in seated.items()
        if other[0] == row.backup and one.to_on is None
    ]
    if not of_backup:
        raise NoSuchUser(row.backup)
    backup = min(of_backup)[1]
    if seated[key].backup_id == backup:
        return False
    set_backup(by=by, at=at, appointment_id=seated[key].pk, backup_id=backup)
    return True
