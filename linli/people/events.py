"""What happens to people's records. Attributes are named; their values never stand here."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRegistered(Event):
    SUBJECT: ClassVar[str] = "household"

    household_id: int
    home_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleLoaded(Event):
    """
    A baseline import: ``source_id`` is the one row its facts come from.

    ``purposes`` are those stated for it; lines of version 1 have none.
    """

    SUBJECT: ClassVar[str] = "source"
    VERSION: ClassVar[int] = 2

    source_id: int
    people: int
    households: int
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChanged(Event):
    """``reason`` is one of ``domain.CHANGE_REASONS``; lines of version 1 have none."""

    SUBJECT: ClassVar[str] = "person"
    VERSION: ClassVar[int] = 2

    person_id: int
    attribute: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsConfirmed(Event):
    """``topic`` is a topic of the dictionary, or ``only_`` and one of its facts."""

    SUBJECT: ClassVar[str] = "person"

    person_id: int
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesLoaded(Event):
    """Notes of “no change” came in many at once; ``confirmation_id`` is the first."""

    SUBJECT: ClassVar[str] = "confirmation"

    confirmation_id: int
    notes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoved(Event):
    """``reason`` is one of ``domain.CHANGE_REASONS``; lines of version 1 have none."""

    SUBJECT: ClassVar[str] = "person"
    VERSION: ClassVar[int] = 2

    person_id: int
    from_id: int | None
    to_id: int | None
    community_id: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnded(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLinked(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityFollowed(Event):
    """A place moved to another community, and those who live there with it."""

    SUBJECT: ClassVar[str] = "place"

    place_id: int
    people: int
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleMerged(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    gone_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    gone_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RightAsked(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    request_id: int
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightDecided(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    request_id: int
    right: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Event):
    """The record is anonymised; every storey above clears what names the person."""

    SUBJECT: ClassVar[str] = "person"

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    consent_id: int
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """From now on nobody opens the record for this purpose."""

    SUBJECT: ClassVar[str] = "person"

    person_id: int
    consent_id: int
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KinNoted(Event):
    SUBJECT: ClassVar[str] = "person"

    person_id: int
    relative_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterwardsArranged(Event):
    """Whether near relatives may ask for the data after the person's death."""

    SUBJECT: ClassVar[str] = "person"

    person_id: int
    relatives_may: bool
