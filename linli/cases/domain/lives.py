"""A whole case as an import or a demo gives it: what was said, and everything that came after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .clocks import PauseReason
from .flow import Channel, End


class Deed(StrEnum):
    """What happens to a loaded case, by the same rules as to a living one."""

    ACCEPT = "accept"
    FINISH = "finish"
    HAND_OVER = "hand_over"
    RETURN = "return"
    RULE = "rule"
    ANSWER = "answer"
    END = "end"
    PAUSE = "pause"
    ASK = "ask"
    RESUME = "resume"
    EXTEND = "extend"
    SUPERVISE = "supervise"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    JOIN = "join"
    MERGE = "merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """
    One deed at its moment; ``step`` is the code of the step it was done to.

    ``performer`` names whom a hand-over or an upheld return goes to, as steps name theirs. ``until``
    is the day of review of a pause, or the end an extension moves the clock to. ``name``, ``phone``
    and ``code`` are those of somebody who says “me too”; ``into`` is the number of an earlier case.
    """

    deed: Deed
    at: datetime
    step: str = ""
    performer: str = ""
    clause: str = ""
    upheld: bool = False
    words: str = ""
    end: End = End.EXPLAINED
    confirmed: bool | None = None
    rating: int | None = None
    until: datetime | None = None
    reason: PauseReason | None = None
    papers: tuple[str, ...] = ()
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    code: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """
    One case from its first word to its end, or to where it stands now.

    ``timed`` is false where no version of the item was in force on the day: the case has no clock
    and is never late. With ``answer`` it was a question answered on the spot. With ``recorded_at``
    it comes from another system: its lines carry the moment of the import and the importer's name.
    ``user_id`` is the account of a resident who reported it themselves.
    """

    version_id: int
    words: str
    channel: Channel
    opened_at: datetime
    recorded_at: datetime | None = None
    timed: bool = True
    number: str = ""
    code: str = ""
    external_key: str | None = None
    place_id: int | None = None
    community_id: int | None = None
    place_words: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    subject_id: int | None = None
    user_id: int | None = None
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    hidden: bool = False
    language: str = "zh-hans"
    answer: str = ""
    after: tuple[Happened, ...] = ()
