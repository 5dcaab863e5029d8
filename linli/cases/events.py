"""What the storey of cases announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Something that happened to a case."""

    SUBJECT: ClassVar[str] = "case"

    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(CaseEvent):
    item: str
    version_id: int
    channel: str
    place_id: int | None
    owner_id: int
    due_at: datetime | None
    offered: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationAnswered(CaseEvent):
    """A one-line question was answered on the spot; there is a case, but no flow."""

    item: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAccepted(CaseEvent):
    step_id: int
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone(CaseEvent):
    step_id: int
    party_id: int
    offered: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHandedOver(CaseEvent):
    step_id: int
    from_party_id: int
    to_party_id: int
    hop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReturned(CaseEvent):
    step_id: int
    party_id: int
    clause: str
    arbiter_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRuled(CaseEvent):
    step_id: int
    ruling_id: int
    clause: str
    upheld: bool
    to_party_id: int
    hop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUndone(CaseEvent):
    step_id: int
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInvited(CaseEvent):
    """A further office was asked to assist (会办)."""

    step_id: int
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswered(CaseEvent):
    end: str
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded(CaseEvent):
    end: str
    confirmed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(CaseEvent):
    party_id: int
    times: int
    offered: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJoined(CaseEvent):
    """Somebody said “me too”."""

    report_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesMerged(CaseEvent):
    into_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone(CaseEvent):
    from_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersAsked(CaseEvent):
    """What is missing was told once, all of it (一次告知)."""

    papers: tuple[str, ...]
    review_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersBrought(CaseEvent):
    file_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePaused(CaseEvent):
    reason: str
    review_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(CaseEvent):
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended(CaseEvent):
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRerouted(CaseEvent):
    """The item was wrong; number and clock stay."""

    item: str
    version_id: int
    owner_id: int
    offered: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSupervised(CaseEvent):
    """A higher office urges (督办)."""

    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTurned(CaseEvent):
    step_id: int | None
    mark: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPassedOn(CaseEvent):
    """Whoever had this case in hand left or is away; somebody of the office has it now."""

    from_appointment_id: int
    to_appointment_id: int | None
    step_ids: tuple[int, ...]
