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
class AwardGiven(Event):
    """A decision gave somebody what goes on after the case."""

    SUBJECT: ClassVar[str] = "award"

    award_id: int
    case_id: int
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardEnded(Event):
    """``reason`` is one of ``domain.AwardEnd``."""

    SUBJECT: ClassVar[str] = "award"

    award_id: int
    item: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardsLoaded(Event):
    """A roll of those who have something already was brought in; ``award_id`` is the first."""

    SUBJECT: ClassVar[str] = "award"

    award_id: int
    item: str
    awards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAccepted(CaseEvent):
    step_id: int
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersKept(CaseEvent):
    """What was answered stands on the person's card now; ``left`` is what a person must look at."""

    party_id: int
    kept: tuple[str, ...]
    left: tuple[str, ...]


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
class ReturnClosed(CaseEvent):
    """A return was over before the arbiter ruled: the case ended, or follows another item."""

    step_id: int
    ruling_id: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUndone(CaseEvent):
    step_id: int
    party_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInvited(CaseEvent):
    """A further office was asked in (会办): to do a step of its own (``lead``), or to assist."""

    step_id: int
    party_id: int
    lead: bool = False
    from_party_id: int | None = None
    mandate_id: int | None = None


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
class ReportWithdrawn(CaseEvent):
    """One of those who reported it took their report back; the case goes on for the others."""

    report_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesMerged(CaseEvent):
    """``dropped`` are the steps that ended with it; lines of before do not say."""

    into_id: int
    dropped: tuple[int, ...] = ()


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
    report_id: int | None = None  # whose they are; lines of before do not say


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
    """
    ``mark`` is one of ``domain.Mark``; empty where the clock was only set anew and nothing rang.

    ``first``: it is the clock of the first response; else the case's, or that of the step named.
    """

    step_id: int | None
    first: bool = False
    mark: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPassedOn(CaseEvent):
    """Whoever had this case in hand left or is away; somebody of the office has it now."""

    from_appointment_id: int
    to_appointment_id: int | None
    step_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesAttached(CaseEvent):
    """Files joined the case and no clock was touched; by a reporter, or by an office (no report)."""

    file_ids: tuple[int, ...]
    report_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentOpened(CaseEvent):
    """Somebody of an office opened a personal file of one who is not on record."""

    attachment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentForgotten(CaseEvent):
    """A file that should not be here was erased for good."""

    attachment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactOpened(CaseEvent):
    """Somebody looked at a reporter's name and telephone; the reason stands in the row."""

    report_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneForReporter(CaseEvent):
    """A clerk did in a reporter's name what the next line says (``act``), shown by ``proof``."""

    report_id: int
    act: str
    proof: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterForgotten(Event):
    """Name, telephone and words of one who was erased went from what they reported and booked."""

    SUBJECT: ClassVar[str] = "person"

    person_id: int
    reports: int
    bookings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMade(Event):
    """Somebody booked a time at a window, or drew a number there."""

    SUBJECT: ClassVar[str] = "booking"

    booking_id: int
    party_id: int
    item: str
    comes_by: str
    ticket: int
    starts_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCalled(Event):
    SUBJECT: ClassVar[str] = "booking"

    booking_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingServed(Event):
    SUBJECT: ClassVar[str] = "booking"

    booking_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMissed(Event):
    """They were called and did not come."""

    SUBJECT: ClassVar[str] = "booking"

    booking_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCancelled(Event):
    """They gave the turn back; the seat is free."""

    SUBJECT: ClassVar[str] = "booking"

    booking_id: int
