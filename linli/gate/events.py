"""What the gate announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent(Event):
    """Something that happened to a request for work or numbers."""

    SUBJECT: ClassVar[str] = "request"

    request_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDrafted(RequestEvent):
    party_id: int
    asked: str  # data or work
    line: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSubmitted(RequestEvent):
    """An office asks in earnest; the days for the decision run."""

    decide_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCosigned(RequestEvent):
    """A street put its name to a request for its communities."""

    street_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAdmitted(RequestEvent):
    """Money is reserved, leave is granted, and the communities have the task."""

    mandates: tuple[int, ...]
    communities: tuple[int, ...]
    minutes: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReturned(RequestEvent):
    """
    It does not pass; the codes of the reasons, in the order of the checks.

    Of an emergency under way that is its review: it runs on to its lapse, and no further.
    """

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyDeclared(RequestEvent):
    """A named officer let something through before it was decided; it lapses by itself."""

    mandates: tuple[int, ...]
    lapses_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEscalated(RequestEvent):
    """The days for the decision are over and nothing was decided."""

    decide_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEnded(RequestEvent):
    """Its time ran out, or it was called off; what was not used of its money is free again."""

    state: str
    released_fen: int
    lapsed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersTaken(RequestEvent):
    """An office took numbers that the facts already answer; no community did anything."""

    party_id: int
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBegun(RequestEvent):
    task_id: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnVisitList(RequestEvent):
    """A community's questions, or the doors to go to, stand on the visit list from now on."""

    task_id: int
    mandate_id: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewcomersAsked(RequestEvent):
    """People came after a question was put on the list: so many more, and for so many no room."""

    task_id: int
    asked: int
    unasked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsCounted(RequestEvent):
    """
    Visits on record answered or met ``met`` of what a task asked.

    Minutes and money are booked with the line that ends the counting; before that both are 0.
    """

    task_id: int
    met: int
    minutes: int
    committed_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesTakenBack(RequestEvent):
    """Minutes were booked wrongly; the ledger holds both bookings."""

    task_id: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesBooked(RequestEvent):
    task_id: int
    effort: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(RequestEvent):
    """The evidence is there; the office that asked is to pay."""

    task_id: int
    pay_by: str
    file_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPaid(RequestEvent):
    task_id: int
    amount_fen: int
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRefused(Event):
    """A community refused what came past the gate; law and article stand in the row."""

    SUBJECT: ClassVar[str] = "refusal"

    refusal_id: int
    community_id: int
    party_id: int | None
