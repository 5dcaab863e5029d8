"""What happens at the door: signing in, changing hats, tokens, the demo mark."""

from collections.abc import Mapping
from datetime import datetime

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed, gettext_noop
from linli.fabric.writing import write_atomic
from linli.identity import actions as identity
from linli.identity.domain import Permission as Identity
from linli.journal.actions import record
from linli.parties import queries
from linli.parties.domain import (
    IDENTITY_PAPERS,
    LOST_REASONS,
    FirstPassword,
    Permission,
    SignsInAsStaff,
    SignsInNowhere,
    check_not_own,
)
from linli.parties.events import (
    EmailKept,
    HatSwitched,
    MarkedDemo,
    PasskeyAdded,
    PasswordChanged,
    PasswordRenewed,
    ResidentReadmitted,
    SecondFactorReset,
    SignedIn,
    SignedOut,
    TokenGiven,
    TokenRevoked,
)
from linli.parties.models import Appointment
from linli.parties.queries.passkeys import passkey_added
from linli.people import queries as people
from linli.people.domain import Permission as People
from linli.people.domain import PersonEnded

from .locking import locked_appointment, may


@write_atomic
def note_sign_in(*, by: Actor, at: datetime) -> None:
    """
    Put on the record that the actor signed in.

    :raises NoSuchThing: if nobody did
    """
    if by.user is None:
        raise NoSuchThing
    record(SignedIn(at=at, user_id=by.user), by=by)


@write_atomic
def note_sign_out(*, by: Actor, at: datetime) -> None:
    """
    Put on the record that the actor signed out.

    :raises NoSuchThing: if nobody did
    """
    if by.user is None:
        raise NoSuchThing
    record(SignedOut(at=at, user_id=by.user), by=by)


@write_atomic
def change_password(*, by: Actor, at: datetime, hashed: str) -> None:
    """
    Put a password of the actor's own choice in the place of the one until now.

    It ends what the former opened or gave: every other sign-in, every token.

    :param hashed: what ``make_password`` returned; the door has asked for the old one
    :raises NoSuchThing: if nobody is signed in
    """
    user = identity.change_password(by=by, hashed=hashed)
    record(PasswordChanged(at=at, user_id=user.pk), by=by, rows=[user])
    _revoke_tokens(by, at, user.pk)


@write_atomic
def keep_email(*, by: Actor, at: datetime, email: str) -> None:
    """
    Write to the actor at this address too, whenever they are told something; empty, no more.

    :raises NoSuchThing: if nobody is signed in
    :raises Invalid: if it is no address
    """
    user = identity.keep_email(by=by, email=email.strip())
    record(EmailKept(at=at, user_id=user.pk, kept=bool(user.email)), by=by, rows=[user])


@write_atomic
def note_passkey(*, by: Actor, at: datetime, credential: Mapping[str, object]) -> None:
    """
    Put on the record that the actor added a passkey, which the library has written.

    :param credential: what the device sent
    :raises NoSuchThing: if the actor has none such
    """
    found = passkey_added(by.user or 0, credential)
    if found is None or by.user is None:
        raise NoSuchThing
    event = PasskeyAdded(at=at, passkey_id=found[0], user_id=by.user, digest=found[1])
    record(event, by=by)


@write_atomic
def switch_hat(*, by: Actor, at: datetime, appointment_id: int) -> Appointment:
    """
    Put on another of one's own hats. The edge keeps the choice in the session.

    :raises NoSuchThing: if the actor does not hold that appointment today
    """
    held = queries.appointments_of(by.user or 0, on=queries.law_day(at))
    found = next((one for one in held if one.pk == appointment_id), None)
    if found is None or by.user is None:
        raise NoSuchThing
    event = HatSwitched(
        at=at,
        user_id=by.user,
        from_appointment_id=by.appointment,
        to_appointment_id=found.pk,
    )
    record(event, by=by)
    return found


@write_atomic
def give_token(*, by: Actor, at: datetime, appointment_id: int, expires_at: datetime) -> str:
    """
    Return a bearer token for an appointment; it is shown this once.

    One's own appointment needs no permission.

    :raises NotAllowed: for somebody else's appointment, unless the hat gives tokens
    :raises NoSuchThing: if nobody signs in under the appointment
    :raises Invalid: if it would not end within a year
    """
    found = locked_appointment(by, appointment_id)
    if by.user is None or found.user_id != by.user:
        may(by, Permission.TOKENS)
    if found.user_id is None:
        raise NoSuchThing
    row, token = identity.give_token(
        by=by,
        at=at,
        user_id=found.user_id,
        appointment_id=found.pk,
        expires_at=expires_at,
    )
    event = TokenGiven(at=at, token_id=row.pk, user_id=found.user_id, appointment_id=found.pk)
    record(event, by=by, rows=[row])
    return token


@write_atomic
def revoke_token(*, by: Actor, at: datetime, token_id: int) -> None:
    """
    Take a token back.

    :raises NotAllowed: unless it is one's own or the hat gives tokens
    :raises NoSuchThing: if there is none
    """
    row = identity.revoke_token(by=by, at=at, token_id=token_id)
    if by.user is None or row.user_id != by.user:
        may(by, Permission.TOKENS)
    record(TokenRevoked(at=at, token_id=row.pk), by=by, rows=[row])


def _revoke_tokens(by: Actor, at: datetime, user_id: int) -> None:
    for row in identity.revoke_tokens(by=by, at=at, user_id=user_id):
        record(TokenRevoked(at=at, token_id=row.pk), by=by, rows=[row])


@write_atomic
def reset_second_factor(*, by: Actor, at: datetime, appointment_id: int) -> int:
    """
    Take away the code generator, passkeys and spare codes of one who lost them; sign them out.

    Their next sign-in leads to setting up a new one. Return how many were taken away.

    :raises NotAllowed: unless the hat adds users; nobody does it for themselves
    :raises NoSuchThing: if nobody signs in under the appointment
    """
    found = locked_appointment(by, appointment_id)
    if by.kind != "system":
        by.must(Identity.ADD_USERS)
    if found.user_id is None:
        raise NoSuchThing
    if found.user_id == by.user:
        raise NotAllowed
    factors = identity.reset_factors(by=by, user_id=found.user_id)
    record(SecondFactorReset(at=at, user_id=found.user_id, factors=factors), by=by)
    return factors


@write_atomic
def renew_password(*, by: Actor, at: datetime, appointment_id: int) -> FirstPassword:
    """
    Give one who forgot it another first password, shown this once; sign them out everywhere.

    Their tokens end, their second factor stays: who hands the password over cannot sign in with it.

    :raises NotAllowed: unless the hat adds users; nobody does it for themselves
    :raises NoSuchThing: if nobody signs in under the appointment
    """
    found = locked_appointment(by, appointment_id)
    if by.kind != "system":
        by.must(Identity.ADD_USERS)
    if found.user_id is None:
        raise NoSuchThing
    if found.user_id == by.user:
        raise NotAllowed
    user, password = identity.renew_password(by=by, user_id=found.user_id)
    office = by.party or found.party_id
    record(PasswordRenewed(at=at, user_id=user.pk, party_id=office), by=by, rows=[user])
    _revoke_tokens(by, at, user.pk)
    return FirstPassword(user.username, password)


@write_atomic
def readmit_resident(
    *, by: Actor, at: datetime, person: int, reason: str, shown: str
) -> FirstPassword:
    """
    Give a resident at the window another first password, shown this once; sign them out everywhere.

    Whoever gives it has seen who they are. It stands here because only this storey knows whether
    the login is one of the staff's too.

    :param reason: one of ``LOST_REASONS``
    :param shown: the paper they showed, one of ``IDENTITY_PAPERS``
    :raises NotAllowed: without ``people.register``; nobody does it for themselves
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises Invalid: if reason or paper is not on the list
    :raises OwnMatter: for a near relative
    :raises SignsInNowhere: if they have no login
    :raises SignsInAsStaff: if the login holds an appointment, or will
    """
    by.must(People.REGISTER_PEOPLE)
    if people.person_for(by, person).ended_on is not None:
        raise PersonEnded
    for field, given, known in (
        ("reason", reason, LOST_REASONS),
        ("shown", shown, IDENTITY_PAPERS),
    ):
        if given not in known:
            raise Invalid(field=field, reason=gettext_noop("Choose one from the list."))
    login = people.login_of(person)
    if login is None:
        raise SignsInNowhere
    if login == by.user:
        raise NotAllowed
    if queries.seats_of(user_id=login, person=None, on=queries.law_day(at)):
        raise SignsInAsStaff
    if by.person is not None:
        near = people.relatives_of(by.person)
        check_not_own(by.person, concerned=people.every_record([person]), relatives=near)
    user, password = identity.renew_password(by=by, user_id=login)
    event = ResidentReadmitted(
        at=at, person_id=person, user_id=login, party_id=by.office(), reason=reason, shown=shown
    )
    record(event, by=by, rows=[user])
    _revoke_tokens(by, at, login)
    return FirstPassword(user.username, password)


@write_atomic
def mark_demo(*, by: Actor, at: datetime) -> None:
    """
    Mark this database as a demo, for good.

    :raises NotAllowed: unless the house itself does it
    """
    if by.kind != "system":
        by.must(Permission.FOUND)
    mark = identity.mark_demo(by=by, at=at)
    if mark.marked_at == at:
        record(MarkedDemo(at=at, mark_id=mark.pk), by=by, rows=[mark])
