"""What happens at doors. Ids, codes and counts; what was said stands in the facts below."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecorded(Event):
    """``changed`` and ``confirmed`` count facts and topics, ``conflicts`` what a person must decide."""

    SUBJECT: ClassVar[str] = "visit"

    visit_id: int
    outcome: str
    minutes: int
    changed: int
    confirmed: int
    conflicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsLoaded(Event):
    """Cards of the past came in many at once; ``visit_id`` is the first."""

    SUBJECT: ClassVar[str] = "visit"

    visit_id: int
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictDecided(Event):
    """``choice`` is ``mine``, the value that came second, or ``theirs``, the one that stands."""

    SUBJECT: ClassVar[str] = "conflict"

    conflict_id: int
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPrinted(Event):
    SUBJECT: ClassVar[str] = "sheet"

    sheet_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsAsked(Event):
    """One form asks ``asked`` new questions; ``joined`` stood open already and serve it too."""

    SUBJECT: ClassVar[str] = "community"

    community_id: int
    form: str
    asked: int
    joined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsWithdrawn(Event):
    SUBJECT: ClassVar[str] = "community"

    community_id: int
    form: str
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsAnswered(Event):
    """The facts a form asked for are there; somebody said them elsewhere."""

    SUBJECT: ClassVar[str] = "person"

    person_id: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictsCleared(Event):
    """The person was erased, and with them what two workers had written differently."""

    SUBJECT: ClassVar[str] = "person"

    person_id: int
    cleared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsAsked(Event):
    """Admitted work sends workers to ``asked`` doors of a community."""

    SUBJECT: ClassVar[str] = "community"

    community_id: int
    form: str
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsWithdrawn(Event):
    SUBJECT: ClassVar[str] = "community"

    community_id: int
    form: str
    withdrawn: int
