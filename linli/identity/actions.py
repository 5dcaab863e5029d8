"""
Deeds of the doorkeeper. Identity lies below the journal, so these write rows and no lines.

Where an act belongs on the record (tokens, sign-ins, the demo mark), ``parties.actions`` calls
the deed here and records it together with the hat that is concerned.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import identify_hasher, is_password_usable, make_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed, gettext_noop
from linli.fabric.blanks import fitting
from linli.fabric.bulk import insert_few
from linli.fabric.composed import composed, slot
from linli.fabric.fields import Sealed
from linli.fabric.versions import DEMO_LOADED, bump
from linli.fabric.writing import write_atomic

from .domain import (
    TOKEN_PREFIX,
    KeyUsedAgain,
    NameTaken,
    Permission,
    check_lifetime,
    check_login,
    token_hash,
)
from .models import ApiToken, DemoMark, KeptAnswer, User
from .queries import DEMO

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none looks like another


@write_atomic
def add_users(*, by: Actor, usernames: Sequence[str], password: str | None) -> list[User]:
    """
    Let many sign in with a password they know (hashed once, so that a demo loads in time). Without
    one only a passkey or a later password opens the door.

    :raises NotAllowed: unless the hat may add users; the house itself may
    :raises NameTaken: if one of the names is in use, or given twice
    :raises Invalid: if one is too long
    """
    hashed = make_password(password)
    return _added(by, [(name, hashed) for name in usernames], first=False)


@write_atomic
def admit_users(*, by: Actor, hashes: Sequence[tuple[str, str]]) -> list[User]:
    """
    Let many sign in, each with a first password they must change. Hashing takes a tenth of a second,
    so it is done before this act, which other writers wait for.

    :param hashes: login and what ``make_password`` returned
    :raises NotAllowed: unless the hat may add users; the house itself may
    :raises NameTaken: if one of the names is in use, or given twice
    :raises Invalid: if one is too long
    :raises ValueError: for what is no hash; this is a bug
    """
    return _added(by, hashes, first=True)


def _added(by: Actor, hashes: Sequence[tuple[str, str]], *, first: bool) -> list[User]:
    if by.kind != "system":
        by.must(Permission.ADD_USERS)
    names = [name for name, _ in hashes]
    there = User.objects.filter(username__in=names).values_list("username", flat=True)
    for name, times in Counter([*names, *there]).items():
        if times > 1:
            raise NameTaken(name)
    for hashed in {hashed for _, hashed in hashes}:
        if is_password_usable(hashed):
            identify_hasher(hashed)
    given = {"district": by.district, "must_change_password": first}
    return User.objects.bulk_create(
        [fitting(User(username=name, password=hashed, **given)) for name, hashed in hashes],
        batch_size=500,
    )


def new_password() -> str:
    """Return three groups of four signs: 59 bits, and nothing to mistake when read from paper."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


@write_atomic
def admit_resident(*, by: Actor, username: str) -> tuple[User, str]:
    """
    Let a resident sign in; return the new user and the first password, shown once and kept nowhere.

    They must change it before anything else. ``people.actions`` checks who may, and puts it on the record.

    :raises NameTaken: if somebody signs in under the name, whoever it is
    :raises Invalid: if the login cannot be one
    """
    check_login(username)
    if User.objects.filter(username=username).exists():
        raise NameTaken(username)
    password = new_password()
    user = User(username=username, password=make_password(password), district=by.district)
    user.must_change_password = True
    user.save(force_insert=True)
    return user, password


@write_atomic
def renew_password(*, by: Actor, user_id: int) -> tuple[User, str]:
    """
    Give a user another first password and end all their sessions; return user and password.

    ``parties.actions`` checks who may, and puts it on the record.

    :raises NoSuchThing: if the district has no such user
    """
    user = User.objects.select_for_update().filter(district=by.district, pk=user_id).first()
    if user is None:
        raise NoSuchThing
    password = new_password()
    user.password, user.must_change_password = make_password(password), True
    user.save(update_fields=["password", "must_change_password"])
    _end_sessions(user)
    return user, password


@write_atomic
def change_password(*, by: Actor, hashed: str) -> User:
    """
    Let the actor sign in with a password of their own choice, and end all their sessions.

    The library begins the one at hand anew. ``parties.actions`` puts the change on the record.

    :param hashed: what ``make_password`` returned
    :raises NoSuchThing: if nobody is signed in
    :raises ValueError: for what is no hash; this is a bug
    """
    identify_hasher(hashed)
    rows = User.objects.select_for_update().filter(district=by.district, pk=by.user or 0)
    user = rows.first()
    if user is None:
        raise NoSuchThing
    user.password, user.must_change_password = hashed, False
    user.save(update_fields=["password", "must_change_password"])
    _end_sessions(user)
    return user


@write_atomic
def keep_email(*, by: Actor, email: str) -> User:
    """
    Keep the address at which the actor wants to be written to as well; empty, none is kept.

    ``parties.actions`` puts it on the record.

    :raises NoSuchThing: if nobody is signed in
    :raises Invalid: if it is no address
    """
    user = User.objects.select_for_update().filter(district=by.district, pk=by.user or 0).first()
    if user is None:
        raise NoSuchThing
    try:
        User._meta.get_field("email").run_validators(email)
    except ValidationError as wrong:
        reason = gettext_noop("Write an address such as name@example.cn, or leave it empty.")
        raise Invalid(field="email", reason=reason) from wrong
    user.email = email
    user.save(update_fields=["email"])
    return user


@write_atomic
def forget_emails(*, by: Actor, user_ids: Collection[int]) -> list[User]:
    """Clear the addresses of users whose record is erased; return those who had one."""
    users = User.objects.select_for_update().filter(district=by.district, pk__in=user_ids)
    found = list(users.exclude(email="").order_by("id"))
    for user in found:
        user.email = ""
        user.save(update_fields=["email"])
    return found


def _end_sessions(user: User) -> None:
    for row in UserSession.objects.filter(user=user):
        row.end()


@write_atomic
def give_token(
    *, by: Actor, at: datetime, user_id: int, appointment_id: int, expires_at: datetime
) -> tuple[ApiToken, str]:
    """
    Return a new token row and the token itself, which is shown once and never kept.

    :raises Invalid: if it would not end within a year
    """
    check_lifetime(at=at, expires_at=expires_at)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        district=by.district,
        token_hash=token_hash(token),
        user_id=user_id,
        appointment=appointment_id,
        given_at=at,
        expires_at=expires_at,
    )
    return row, token


@write_atomic
def revoke_token(*, by: Actor, at: datetime, token_id: int) -> ApiToken:
    """
    Take a token back; one already taken back stays as it is.

    :raises NoSuchThing: if the district has no such token
    """
    row = ApiToken.objects.select_for_update().filter(district=by.district, pk=token_id).first()
    if row is None:
        raise NoSuchThing
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
    return row


@write_atomic
def revoke_tokens(*, by: Actor, at: datetime, user_id: int) -> list[ApiToken]:
    """Take back every token of a user that still opens something; return their rows."""
    rows = ApiToken.objects.select_for_update().filter(district=by.district, user_id=user_id)
    live = list(rows.filter(revoked_at=None, expires_at__gt=at).order_by("id"))
    for row in live:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
    return live


@write_atomic
def note_token_use(*, by: Actor, token_id: int, on: date) -> bool:
    """Keep the day a token was last used; return whether that was news."""
    rows = ApiToken.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=on))
    return bool(rows.filter(district=by.district, pk=token_id).update(last_used_on=on))


@write_atomic
def mark_demo(*, by: Actor, at: datetime) -> DemoMark:
    """Mark this database as a demo; a mark that stands is returned."""
    mark, new = DemoMark.objects.get_or_create(district=by.district, defaults={"marked_at": at})
    if new:
        bump(DEMO)
    return mark


@write_atomic
def finish_demo(*, by: Actor) -> None:
    """Note that the demo was built to its end; until then its loader begins anew."""
    del by
    bump(DEMO_LOADED)


@write_atomic
def end_session(*, by: Actor, session_id: int) -> None:
    """
    Sign out one of one's own sessions, on whatever machine it is.

    :raises NoSuchThing: if the actor has no such session
    """
    row = UserSession.objects.filter(user_id=by.user, pk=session_id).first()
    if row is None:
        raise NoSuchThing
    row.end()


@write_atomic
def reset_factors(*, by: Actor, user_id: int) -> int:
    """
    Take every second factor of a user away and end all their sessions; return how many there were.

    ``parties.actions`` checks who may, and puts it on the record.

    :raises NoSuchThing: if the district has no such user
    """
    user = User.objects.select_for_update().filter(district=by.district, pk=user_id).first()
    if user is None:
        raise NoSuchThing
    factors: int = Authenticator.objects.filter(user=user).delete()[0]
    _end_sessions(user)
    return factors


@write_atomic
def answer_once(
    *, by: Actor, key: str, asked: bytes, answer: Callable[[], str], at: datetime
) -> str:
    """
    Return ``answer()``, or what it was when the same request came before under the same key.

    The answer is kept in the transaction of the act it reports, so that neither is lost alone.

    :raises KeyUsedAgain: if the key came with another request
    :raises NotAllowed: if nobody's appointment is behind the request
    """
    if by.appointment is None:
        raise NotAllowed
    asked_hash = hashlib.sha256(asked).digest()
    mine = {"district": by.district, "appointment": by.appointment, "key": key}
    for before, kept in _kept.rows(mine):
        if bytes(before) != asked_hash:
            raise KeyUsedAgain
        said: str = kept.open()
        return said
    words = answer()
    insert_few(KeptAnswer(**mine, asked_hash=asked_hash, answer=Sealed.of(words), kept_at=at))
    return words


@composed
def _kept() -> QuerySet[KeptAnswer, Any]:
    key = {name: slot(KeptAnswer, name) for name in ("district", "appointment", "key")}
    return KeptAnswer.objects.filter(**key).values_list("asked_hash", "answer")


@write_atomic
def forget_answers(*, by: Actor, before: datetime) -> int:
    """Drop answers kept longer than anybody repeats a request."""
    return KeptAnswer.objects.filter(district=by.district, kept_at__lt=before).delete()[0]
