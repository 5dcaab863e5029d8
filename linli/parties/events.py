"""What parties announces."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFounded(Event):
    """A party exists from now on."""

    SUBJECT: ClassVar[str] = "party"
    party_id: int
    kind: str
    place_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChanged(Event):
    """Name or telephone of a party changed."""

    SUBJECT: ClassVar[str] = "party"
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyClosed(Event):
    """A party takes on nothing more."""

    SUBJECT: ClassVar[str] = "party"
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursSet(Event):
    """A party's weekly opening hours were set."""

    SUBJECT: ClassVar[str] = "party"
    party_id: int
    spans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSet(Event):
    """Another stands in for an appointee from now on (A/B), or nobody."""

    SUBJECT: ClassVar[str] = "appointment"

    appointment_id: int
    backup_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysClosed(Event):
    """A party is shut on some days."""

    SUBJECT: ClassVar[str] = "party"

    party_id: int
    closing_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysReopened(Event):
    """A closing was taken back."""

    SUBJECT: ClassVar[str] = "party"

    party_id: int
    closing_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReset(Event):
    """Somebody who lost the phone must set up the second factor anew."""

    SUBJECT: ClassVar[str] = "user"

    user_id: int
    factors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAdded(Event):
    """Somebody signs in with a passkey from now on; ``digest`` is over the row of the library."""

    SUBJECT: ClassVar[str] = "passkey"

    passkey_id: int
    user_id: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRenewed(Event):
    """
    Somebody was given another first password and signed out everywhere.

    ``party_id`` gave it; where the house did, it is that of the appointment.
    """

    SUBJECT: ClassVar[str] = "user"

    user_id: int
    party_id: int | None = None  # absent from lines of earlier releases


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentReadmitted(Event):
    """
    A resident was given another first password at the window and signed out everywhere.

    ``reason`` is one of ``domain.LOST_REASONS``, ``shown`` one of ``domain.IDENTITY_PAPERS``.
    """

    SUBJECT: ClassVar[str] = "person"

    person_id: int
    user_id: int
    party_id: int
    reason: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """Somebody chose a password of their own; a first one is over with it."""

    SUBJECT: ClassVar[str] = "user"

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailKept(Event):
    """Somebody gave the address at which they are written to as well, or took it away."""

    SUBJECT: ClassVar[str] = "user"

    user_id: int
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterSet(Event):
    """Duty shifts of a party were entered."""

    SUBJECT: ClassVar[str] = "party"
    party_id: int
    shifts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFrameworkSet(Event):
    """A framework of posts such as "7+1" was set."""

    SUBJECT: ClassVar[str] = "framework"
    framework_id: int
    core: int
    flexible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMade(Event):
    """Somebody was appointed to a party."""

    SUBJECT: ClassVar[str] = "appointment"
    appointment_id: int
    party_id: int
    user_id: int | None
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEnded(Event):
    """An appointment has a last day now."""

    SUBJECT: ClassVar[str] = "appointment"
    appointment_id: int
    party_id: int
    user_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLinked(Event):
    """Whose seat it is stands on the register: own and near relatives' matters are kept from them."""

    SUBJECT: ClassVar[str] = "appointment"
    appointment_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatUnlinked(Event):
    """A seat and a record were linked by mistake, and are no longer."""

    SUBJECT: ClassVar[str] = "appointment"
    appointment_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTaken(Event):
    """A leave was entered."""

    SUBJECT: ClassVar[str] = "appointment"
    appointment_id: int
    leave_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverMoved(Event):
    """
    Open work of an appointment passes to another, or to the party alone where nobody is there.

    ``reason`` is ``ended`` or ``leave``. Whoever keeps open steps moves them on this event.
    """

    SUBJECT: ClassVar[str] = "appointment"
    appointment_id: int
    party_id: int
    to_appointment_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in."""

    SUBJECT: ClassVar[str] = "user"
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    """Somebody signed out."""

    SUBJECT: ClassVar[str] = "user"
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HatSwitched(Event):
    """Somebody wears another hat from now on."""

    SUBJECT: ClassVar[str] = "user"
    user_id: int
    from_appointment_id: int | None
    to_appointment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGiven(Event):
    """A bearer token was made for an appointment."""

    SUBJECT: ClassVar[str] = "token"
    token_id: int
    user_id: int
    appointment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    """A bearer token opens nothing any more."""

    SUBJECT: ClassVar[str] = "token"
    token_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDemo(Event):
    """The database was marked: it holds invented people only."""

    SUBJECT: ClassVar[str] = "mark"
    mark_id: int
