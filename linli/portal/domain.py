"""What residents read: plain words for every state, end and happening, and the shape of a clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from linli.basics import Refused, gettext_noop

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON = 80  # per cent of the time gone
MOST_PHOTOS = 4
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class TooManyPhotos(Refused):
    """A few pictures say it all."""

    status = 422
    message = gettext_noop("Send %(most)s files at most at a time. More can follow afterwards.")

    def __init__(self) -> None:
        super().__init__()
        self.most = MOST_PHOTOS


@dataclass(frozen=True, slots=True)
class State:
    """How one state is shown: the kind of chip, its icon, two or three words, and a sentence."""

    chip: str
    icon: str
    words: str
    sentence: str


STATES: Mapping[str, State] = {
    "offered": State(
        "", "accept", gettext_noop("Received"), gettext_noop("It is with the office that owns it.")
    ),
    "working": State(
        "act", "visit", gettext_noop("Being done"), gettext_noop("Somebody is at work on it.")
    ),
    "asking": State(
        "need",
        "soon",
        gettext_noop("Waits for a paper of yours"),
        gettext_noop("Something is missing that only you have. The clock stands still meanwhile."),
    ),
    "paused": State(
        "wait",
        "pause",
        gettext_noop("The clock stands still"),
        gettext_noop("There is a listed reason; it stands in the list below."),
    ),
    "answered": State(
        "need",
        "soon",
        gettext_noop("Waits for your word"),
        gettext_noop("The office has answered. It is over only when you say so."),
    ),
    "ended": State("", "done", gettext_noop("Over"), gettext_noop("This matter is over.")),
}

ENDS: Mapping[str, str] = {
    "solved": gettext_noop("Solved"),
    "explained": gettext_noop("Explained: it cannot be given"),
    "not_ours": gettext_noop("Not for us to decide"),
    "merged": gettext_noop("Joined with another report"),
    "withdrawn": gettext_noop("You took it back"),
}
# What the resident is asked once an office has answered in one of these ways.
QUESTIONS: Mapping[str, str] = {
    "solved": gettext_noop("We were told it is done. What do you say?"),
    "explained": gettext_noop("This is our answer. Is the matter settled for you?"),
    "not_ours": gettext_noop("This is not for us to decide, and here is why. Is that settled?"),
}

CHANNELS: Mapping[str, str] = {
    "portal": gettext_noop("You, on this site."),
    "window": gettext_noop("You, at the window."),
    "phone": gettext_noop("You, by telephone."),
    "paper": gettext_noop("You, on paper."),
    "proxy": gettext_noop("Somebody on your behalf."),
    "door_code": gettext_noop("You, from the code at the door."),
    "api": gettext_noop("You, through another service."),
    "import": gettext_noop("Taken over from the earlier system."),
}

REASONS: Mapping[str, str] = {
    "papers": gettext_noop("something is missing that only you have"),
    "expert": gettext_noop("an expert has to examine it"),
    "weather": gettext_noop("the weather does not allow it"),
    "other_case": gettext_noop("another decision has to come first"),
}

SOURCES: Mapping[str, str] = {
    "identity_document": gettext_noop("from your identity document"),
    "told_by_person": gettext_noop("you told us"),
    "household_register": gettext_noop("from the household register"),
    "visit": gettext_noop("noted at a visit"),
    "department": gettext_noop("from the department in charge"),
}
SOURCE_UNKNOWN = gettext_noop("on record with us")


@dataclass(frozen=True, slots=True)
class Telling:
    """How one kind of happening is told: its icon, its place on the trail, its sentences."""

    icon: str
    kind: str
    words: str
    detail: str = ""


TELLINGS: Mapping[str, Telling] = {
    "CaseOpened": Telling("accept", "", gettext_noop("Received, number given"), "%(channel)s"),
    "ConsultationAnswered": Telling(
        "done", "", gettext_noop("Answered on the spot"), "%(channel)s"
    ),
    "StepAccepted": Telling("visit", "", gettext_noop("%(party)s took it up"), "%(step)s"),
    "StepDone": Telling("done", "", gettext_noop("%(party)s: this part is done"), "%(step)s"),
    "StepHandedOver": Telling(
        "handover",
        "hand",
        gettext_noop("%(from_party)s handed it to %(to_party)s"),
        gettext_noop("The work changed hands; who answers to you stays the same."),
    ),
    "StepReturned": Telling(
        "return",
        "hand",
        gettext_noop("%(party)s gave it back"),
        gettext_noop("Clause: %(clause)s. Somebody neutral decides; your number and clock stay."),
    ),
    "ReturnRuled": Telling(
        "scale",
        "hand",
        gettext_noop("It was decided: %(to_party)s does it"),
        gettext_noop("Clause: %(clause)s."),
    ),
    "StepUndone": Telling("return", "", gettext_noop("%(party)s took its last move back")),
    "PartyInvited": Telling("people", "", gettext_noop("%(party)s was asked to help")),
    "CaseAnswered.solved": Telling(
        "question",
        "now",
        gettext_noop("%(party)s says it is done"),
        gettext_noop("You have the last word."),
    ),
    "CaseAnswered.explained": Telling(
        "question",
        "now",
        gettext_noop("%(party)s explained why not"),
        gettext_noop("You have the last word."),
    ),
    "CaseAnswered.not_ours": Telling(
        "question",
        "now",
        gettext_noop("%(party)s says this is not for us to decide"),
        gettext_noop("You have the last word."),
    ),
    "CaseEnded.confirmed": Telling("check", "", gettext_noop("You said it is settled")),
    "CaseEnded.withdrawn": Telling("cross", "", gettext_noop("You took it back")),
    "CaseEnded": Telling(
        "done",
        "",
        gettext_noop("Over, without a word from you"),
        gettext_noop("It is counted as “no answer”, never as satisfied."),
    ),
    "CaseReopened": Telling(
        "reopen",
        "hand",
        gettext_noop("You said: not solved. Opened again"),
        gettext_noop("Back with %(party)s; the same people answer for it."),
    ),
    "CaseJoined": Telling(
        "people",
        "",
        gettext_noop("A neighbour said “me too”"),
        gettext_noop("They hear of every step as you do."),
    ),
    "CasesMerged": Telling(
        "merge",
        "hand",
        gettext_noop("Joined with another report of the same matter"),
        gettext_noop("Your number and your receipt stay good."),
    ),
    "MergeUndone": Telling(
        "merge", "hand", gettext_noop("Taken apart again: two matters after all")
    ),
    "PapersAsked": Telling(
        "form",
        "now",
        gettext_noop("You were asked for: %(papers)s"),
        gettext_noop("That is all of it. The clock stands still; we look again on %(review)s."),
    ),
    "PapersBrought": Telling("attach", "", gettext_noop("Files were added: %(count)s")),
    "CasePaused": Telling(
        "pause",
        "wait",
        gettext_noop("The clock stands still: %(reason)s"),
        gettext_noop("We look at it again on %(review)s."),
    ),
    "CaseResumed": Telling(
        "clock", "", gettext_noop("The clock runs again"), gettext_noop("Until %(due)s.")
    ),
    "DeadlineExtended": Telling(
        "calendar", "", gettext_noop("More time was granted, once"), gettext_noop("Until %(due)s.")
    ),
    "CaseRerouted": Telling(
        "right",
        "hand",
        gettext_noop("Filed under the right item: %(item)s"),
        gettext_noop("Number and clock stay."),
    ),
    "WorkPassedOn": Telling(
        "handover",
        "hand",
        gettext_noop("Somebody else looks after it now: %(to_name)s"),
        gettext_noop("The office, the number and the clock stay."),
    ),
    "CaseSupervised": Telling("eye", "", gettext_noop("%(party)s urges it on")),
    "ClockTurned.amber": Telling("soon", "", gettext_noop("Most of the time is gone")),
    "ClockTurned.red": Telling(
        "overdue",
        "",
        gettext_noop("The time is over and it is not done"),
        gettext_noop("The office above was told by the clock itself."),
    ),
    "ClockTurned.escalated": Telling(
        "overdue",
        "",
        gettext_noop("Still not done; the district was told"),
    ),
}
OTHER = Telling("info", "", gettext_noop("Something was noted"))


def telling(kind: str, data: Mapping[str, object]) -> Telling:
    """Return how a happening of this kind, with this data, is told."""
    variant = ""
    if kind == "CaseAnswered":
        variant = str(data.get("end", ""))
    elif kind == "ClockTurned":
        variant = str(data.get("mark", ""))
    elif kind == "CaseEnded":
        variant = "confirmed" if data.get("confirmed") else str(data.get("end", ""))
    return TELLINGS.get(f"{kind}.{variant}") or TELLINGS.get(kind, OTHER)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in the units people say."""

    days: int
    hours: int
    minutes: int


def span_of(length: timedelta) -> Span:
    """Return a length of time, whichever its sign, in days, hours and minutes."""
    minutes = int(abs(length).total_seconds()) // 60
    return Span(minutes // 1440, minutes // 60 % 24, minutes % 60)


@dataclass(frozen=True, slots=True)
class Dial:
    """
    A clock as it is drawn: ``run`` and ``end`` are per cent of the line.

    ``kind`` is empty, ``soon``, ``late`` or ``done``. Overdue, the run passes the end mark.
    """

    kind: str
    run: int
    end: int
    left: Span


def dial(*, opened_at: datetime, due_at: datetime, at: datetime, stopped: bool) -> Dial:
    """Return the clock of a matter at a moment."""
    whole = max((due_at - opened_at).total_seconds(), 1)
    gone = max((at - opened_at).total_seconds(), 0)
    left = span_of(due_at - at)
    if stopped:
        return Dial("done", min(int(gone * 100 / whole), 100), 100, left)
    if gone > whole:
        return Dial("late", 100, max(int(whole * 100 / gone), 30), left)
    run = int(gone * 100 / whole)
    return Dial("soon" if run >= SOON else "", run, 100, left)


def day_words(at: datetime, language: str, *, year: bool = False) -> str:
    """Return the day in Shanghai as residents read it."""
    here = at.astimezone(SHANGHAI)
    if language.startswith("en"):
        return f"{here.day} {MONTHS[here.month - 1]}" + (f" {here.year}" if year else "")
    return (f"{here.year} 年 " if year else "") + f"{here.month} 月 {here.day} 日"


def moment_words(at: datetime, language: str, *, year: bool = False) -> str:
    """Return day and time in Shanghai as residents read them."""
    joint = ", " if language.startswith("en") else " "
    here = at.astimezone(SHANGHAI)
    if here.time() == time():  # 24:00 belongs to the day that ends
        return day_words(at - timedelta(microseconds=1), language, year=year) + joint + "24:00"
    return day_words(at, language, year=year) + joint + here.strftime("%H:%M")
