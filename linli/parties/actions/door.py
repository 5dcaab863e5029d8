"""What happens at the door: signing in, changing hats, tokens, the demo mark."""

from datetime import datetime

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.fabric.writing import write_atomic
from linli.identity import actions as identity
from linli.identity.domain import Permission as Identity
from linli.journal.actions import record
from linli.parties import queries
from linli.parties.domain import FirstPassword, Permission
from linli.parties.events import (
    HatSwitched,
    MarkedDemo,
    PasswordRenewed,
    SecondFactorReset,
    SignedIn,
    SignedOut,
    TokenGiven,
    TokenRevoked,
)
from linli.parties.models import Appointment

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

    Their second factor stays: who hands the password over cannot sign in with it.

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
    login, password = identity.renew_password(by=by, user_id=found.user_id)
    record(PasswordRenewed(at=at, user_id=found.user_id), by=by)
    return FirstPassword(login, password)


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
