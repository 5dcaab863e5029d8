"""A whole case as an import or a demo gives it: what was said, and everything that came after."""

from collections.abc import Iterator, Mapping
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
class Part:
    """What came of a sub-case: the version it pins, its number if it has one, and its deeds."""

    version_id: int
    timed: bool = True
    number: str = ""
    code: str = ""
    after: tuple[Happened, ...] = ()
    parts: Mapping[str, "Part"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """
    One case from its first word to its end, or to where it stands now.

    ``timed`` is false where no version of the item was in force on the day: the case has no clock
    and is never late. With ``answer`` it was a question answered on the spot. With ``recorded_at``
    it comes from another system: its lines carry the moment of the import and the importer's name.
    ``user_id`` is the account of a resident who reported it themselves. ``parts`` tells, by the code
    of its step, what came of each sub-case; one is opened when its step is offered.
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
    parts: Mapping[str, Part] = field(default_factory=dict)

    def whole(self) -> Iterator["Life"]:
        """Yield this life and those of its sub-cases; when they open is not known here."""
        yield self
        for step in self.parts:
            yield from self.part(step, self.opened_at).whole()

    def part(self, step: str, at: datetime) -> "Life":
        """
        Return the life of the sub-case that a step stands for: the same words, at the same place.

        :raises KeyError: if nothing is told of it
        """
        part = self.parts[step]
        return Life(
            version_id=part.version_id,
            words=self.words,
            channel=self.channel,
            opened_at=at,
            recorded_at=self.recorded_at,
            timed=part.timed,
            number=part.number,
            code=part.code,
            place_id=self.place_id,
            community_id=self.community_id,
            place_words=self.place_words,
            subject_id=self.subject_id,
            after=part.after,
            parts=part.parts,
        )
