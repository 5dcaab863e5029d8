"""What residents read: plain words for every state, end and happening, and the shape of a clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from linli.basics import Refused, gettext_noop

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_PHOTOS = 4
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class NothingChosen(Refused):
    """A turn at the window is for something."""

    message = gettext_noop("Choose what you come for.")
    status = 422


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

TURNS: Mapping[str, State] = {
    "waiting": State(
        "wait", "clock", gettext_noop("Waiting"), gettext_noop("You are called when it is time.")
    ),
    "called": State(
        "act", "accept", gettext_noop("Called"), gettext_noop("Come to the window now.")
    ),
    "served": State("", "done", gettext_noop("Served"), gettext_noop("This turn is over.")),
    "missed": State(
        "need",
        "cross",
        gettext_noop("You were called"),
        gettext_noop("Tell them at the window that you are here; they call you again today."),
    ),
    "cancelled": State(
        "", "cross", gettext_noop("Given back"), gettext_noop("Somebody else may have it now.")
    ),
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

SOURCES: Mapping[str, str] = {
    "identity_document": gettext_noop("from your identity document"),
    "told_by_person": gettext_noop("you told us"),
    "household_register": gettext_noop("from the household register"),
    "visit": gettext_noop("noted at a visit"),
    "department": gettext_noop("from the department in charge"),
}
SOURCE_UNKNOWN = gettext_noop("on record with us")


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


def dial(
    *, opened_at: datetime, due_at: datetime, at: datetime, soon: Fraction, stopped: bool
) -> Dial:
    """Return the clock of a matter at a moment; after the share ``soon`` of its time it is so shown."""
    whole = max((due_at - opened_at).total_seconds(), 1)
    gone = max((at - opened_at).total_seconds(), 0)
    left = span_of(due_at - at)
    if stopped:
        return Dial("done", min(int(gone * 100 / whole), 100), 100, left)
    if gone > whole:
        return Dial("late", 100, max(int(whole * 100 / gone), 30), left)
    run = int(gone * 100 / whole)
    return Dial("soon" if run >= soon * 100 else "", run, 100, left)


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
