"""What comes in at the machine's door about cases, and what goes out: the published schema."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

LONG = 4_000
Words = dict[str, str]  # by language


class CaseIn(Schema):
    """A report. ``place`` is an id of the place tree; ``phone`` is kept sealed."""

    item: str = Field(max_length=60)
    words: str = Field(min_length=1, max_length=LONG)
    place: int | None = Field(None, ge=1, le=2**62)
    place_words: str = Field("", max_length=200)
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    hidden: bool = False
    answers: dict[str, Any] = Field(default_factory=dict)


class ActIn(Schema):
    """
    What an act may need; each act names in its refusal what is missing.

    ``step`` and ``ruling`` may be left out where only one is in the hands of the token's office.
    """

    step: int | None = Field(None, ge=1, le=2**62)
    words: str = Field("", max_length=LONG)
    clause: str = Field("", max_length=60)
    outcome: str = Field("", max_length=30)
    party: int | None = Field(None, ge=1, le=2**62)
    end: Literal["solved", "explained", "not_ours"] | None = None
    until: datetime | None = None
    reason: Literal["expert", "weather", "other_case"] | None = None
    papers: list[str] = Field(default_factory=list, max_length=30)
    item: str = Field("", max_length=60)
    into: str = Field("", max_length=20)
    ruling: int | None = Field(None, ge=1, le=2**62)
    upheld: bool | None = None
    lead: bool = False


class ListIn(Schema):
    """Filters of the list. ``after`` is the cursor the page before gave; ``open`` is all but the last two."""

    limit: int = Field(20, ge=1, le=100)
    after: str = Field("", max_length=600)
    status: Literal["", "open", "offered", "working", "asking", "paused", "answered", "ended"] = ""
    item: str = Field("", max_length=60)
    q: str = Field(
        "",
        max_length=100,
        description="Words that must all be there, or a number in any of its written forms; a single "
        "Chinese sign alone is refused (422).",
    )
    order: Literal["opened", "due", "number"] = Field(
        "opened",
        description="`due` lists open cases only, the most urgent first: what is answered or ended "
        "has no day it is due, and is refused (422) with that order. The others list all. A number "
        "finds its case in every order.",
    )


class Out(Schema):
    """Nothing is answered that is not published."""

    model_config = ConfigDict(extra="forbid")


class OwnerOut(Out):
    """The office that answers for a case, at every instant one."""

    party: int
    code: str
    name: Words
    phone: str


class ClockOut(Out):
    """
    The two ends of a case's time; null where no rule was in force.

    ``mark`` and ``first_mark`` are the last that rang of each; empty where none did.
    """

    due_at: datetime | None
    first_due_at: datetime | None
    mark: str
    first_mark: str


class CaseRowOut(Out):
    """One case as a list shows it."""

    number: str
    spoken: str
    item: str
    status: str
    end: str | None
    words: str
    channel: str
    place: int | None
    place_words: str
    community: int | None
    opened_at: datetime
    due_at: datetime | None
    clock: ClockOut
    owner: OwnerOut
    reopened: int


class CaseRowsOut(Out):
    """A page; ``next`` is the cursor of the one after it."""

    items: list[CaseRowOut]
    next: str | None


class CaseOpenedOut(CaseRowOut):
    """A case just opened; ``code`` are the six signs of the receipt, said this once."""

    code: str


class CaseStepOut(Out):
    """One step and the office it is with."""

    id: int
    code: str
    name: Words
    state: str
    party: int
    party_name: Words
    due_at: datetime | None
    hops: int


class CaseEntryOut(Out):
    """One line of the journal; ``data`` holds what kind of thing happened needs."""

    kind: str
    at: datetime
    hat: str
    data: dict[str, Any]


class CaseOut(CaseRowOut):
    """One case whole; the newest entry of the timeline is the first."""

    item_name: Words
    answer: str | None
    community_words: str | None
    clauses: list[str]
    steps: list[CaseStepOut]
    timeline: list[CaseEntryOut]


class ReportOut(Out):
    """One who reported a case; name and number are opened for a reason."""

    report: int
    first: bool
    hidden: bool
    reported_at: datetime
    withdrawn_at: datetime | None


class ReportsOut(Out):
    """All who reported a case."""

    items: list[ReportOut]


class ContactOut(Out):
    """A name and a telephone, opened and kept nowhere."""

    report: int
    name: str
    phone: str


class FileOut(Out):
    """One file of a case; ``report`` is that of whoever gave it, null if an office did."""

    id: int
    name: str
    media_type: str
    size_bytes: int
    at: datetime
    report: int | None
    by_office: bool
    personal: bool
    erased: bool


class FilesOut(Out):
    """All files of a case."""

    items: list[FileOut]


class ForOut(Out):
    """Where a case stands after an act in a reporter's name."""

    number: str
    status: str
    end: str | None


class TimeOut(Out):
    """A time that can be booked, and how many seats are left."""

    starts_at: datetime
    left: int


class TimesOut(Out):
    """The days that have a time, and the times of the day asked for."""

    days: list[date]
    times: list[TimeOut]


class TurnOut(Out):
    """One turn at a window: the number called out, and where it stands."""

    number: str
    ticket: str
    party: int
    item: str
    comes_by: str
    day: date
    starts_at: datetime | None
    state: str
    made_at: datetime


class TurnsOut(Out):
    """A page of turns; ``next`` is the cursor of the one after it."""

    items: list[TurnOut]
    next: str | None


class BookedOut(TurnOut):
    """A turn just booked; ``code`` are the six signs that give it back, said this once."""

    code: str
