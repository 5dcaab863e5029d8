"""
The visit card: what it says, and what of it may be written when somebody else wrote meanwhile.

A *version* of a fact is the number of its last change, 0 where it never changed. A card carries
the versions it was opened with; a fact whose version has moved since is never overwritten.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from linli.basics import Invalid, Refused, gettext_noop
from linli.people.domain import Fact, Value, check_phone, check_value

from .rounds import Reason

OUTCOME_WORDS: Mapping[str, str] = {
    "done": gettext_noop("Spoke with them"),
    "not_home": gettext_noop("Nobody home"),
    "refused": gettext_noop("They did not want to"),
}
OUTCOMES = tuple(OUTCOME_WORDS)
KINDS = ("round", "care", "question", "case")
_KIND_OF = {Reason.ELDER_ALONE: "care", Reason.OPEN_CASE: "case", Reason.QUESTION: "question"}
CHOICES = ("mine", "theirs")
MOST_MINUTES = 600
MOST_PHOTOS = 6
MOST_MEMBERS = 6  # people on one card; a form has at most 200 fields
FIRST_QUESTIONS = 7  # asked in one step; the rest come after them
KEY_LENGTH = 64
SHEET_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # of a code on paper, none like another
SHEET_LENGTH = 8

Versions = Mapping[tuple[int, str], int]
Values = Mapping[tuple[int, str], Value | None]


class Permission(StrEnum):
    VISIT = "visits.visit"
    ASK = "visits.ask"


class NobodyAnswered(Refused):
    """Where nobody was home or the door stayed shut, nothing was learnt."""

    message = gettext_noop(
        "You wrote that nobody was there or that they refused, and yet facts. Choose “done”, or "
        "leave the facts as they are."
    )
    status = 422


class SentAlready(Refused):
    """The key came before, with other content."""

    message = gettext_noop(
        "This card was received before, and what you wrote since is not in it. Open the card of "
        "this household again and enter the rest."
    )


class NotOnThisCard(Refused):
    """A fact was entered that the card did not show."""

    message = gettext_noop("This card did not show all that was entered. Open it again.")
    status = 422


class DecidedAlready(Refused):
    """Somebody decided the conflict."""

    message = gettext_noop("Somebody has decided this already.")


class ChangedAgain(Refused):
    """The value that stands is not the one the decision was made on."""

    message = gettext_noop("The fact has changed once more. Look at both values again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One value said at the door; None is "no longer known". ``seen``: the version the card showed."""

    person: int
    attribute: str
    value: Value | None = field(repr=False)
    seen: int
    reason: str = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """无变化 for one topic of a person: attribute → the version the card showed."""

    person: int
    topic: str
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCard:
    """What a worker brings back from a door. Exactly one of household and person."""

    key: str
    household: int | None = None
    person: int | None = None
    outcome: str
    visited_on: date
    minutes: int = 0
    reasons: tuple[str, ...] = ()
    paper: bool = False
    mandate: int | None = None
    stated: tuple[Stated, ...] = ()
    unchanged: tuple[Unchanged, ...] = ()

    @property
    def kind(self) -> str:
        """What the visit was for, by the heaviest of its reasons that says so."""
        return next((kind for reason, kind in _KIND_OF.items() if reason in self.reasons), "round")

    def text(self) -> str:
        """Return the content in one form, so that the same card is known again."""
        said = sorted(
            [one.person, one.attribute, plain(one.value), one.reason] for one in self.stated
        )
        same = sorted([one.person, one.topic] for one in self.unchanged)
        head = [self.household, self.person, self.outcome, str(self.visited_on), self.minutes]
        return json.dumps([head, said, same], ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One card of the past, as a load gives it: who made the visit, and when it was entered."""

    card: VisitCard
    appointment: int
    entered_at: datetime


def plain(value: Value | None) -> str | None:
    """Return a value as text that tells every two values apart."""
    return None if value is None else f"{type(value).__name__}:{value}"


def check_card(card: VisitCard, *, today: date) -> None:
    """
    :raises Invalid: if key, door, outcome, day or minutes cannot be
    :raises NobodyAnswered: if facts were learnt behind a shut door
    :raises NotOnThisCard: if one value is said twice
    """
    if not 0 < len(card.key) <= KEY_LENGTH or (card.household is None) == (card.person is None):
        raise Invalid(field="key", reason=gettext_noop("Open the card again."))
    if card.outcome not in OUTCOMES:
        raise Invalid(field="outcome", reason=gettext_noop("Say how it went."))
    if card.visited_on > today:
        raise Invalid(field="visited_on", reason=gettext_noop("This day has not come yet."))
    if not 0 <= card.minutes <= MOST_MINUTES:
        raise Invalid(field="minutes", reason=gettext_noop("Write 0 to 600 minutes."))
    if card.outcome != "done" and (card.stated or card.unchanged):
        raise NobodyAnswered
    places = [(one.person, one.attribute) for one in card.stated]
    if len(places) != len(set(places)):
        raise NotOnThisCard


def tidy_value(fact: Fact, value: Value | None) -> Value | None:
    """
    Return a value as it is kept.

    :raises WrongValue: if the fact cannot have it
    :raises Invalid: if a telephone number cannot be
    """
    if value is not None and fact.attribute == "phone":
        return check_phone(str(value))
    return check_value(fact, value)


@dataclass(frozen=True, slots=True)
class Sorted:
    """What becomes of a card: written, agreed already, noted as unchanged, or left to a person."""

    write: tuple[Stated, ...]
    agreed: tuple[Stated, ...]
    confirm: tuple[tuple[int, str], ...]
    clash: tuple[Stated, ...]


def sort_out(
    stated: Sequence[Stated],
    unchanged: Sequence[Unchanged],
    *,
    versions: Versions,
    current: Values,
    seen: Values,
) -> Sorted:
    """
    Return what may be written, now that the people are locked. Nothing said is left out.

    :param versions: of every fact the card speaks of, now
    :param current: the values that stand now
    :param seen: the values the card showed, of facts under 无变化 whose version has moved
    """
    write, agreed, clash = list[Stated](), list[Stated](), list[Stated]()
    for one in stated:
        place = (one.person, one.attribute)
        if same_value(current.get(place), one.value):
            agreed.append(one)
        elif versions.get(place, 0) == one.seen:
            write.append(one)
        else:
            clash.append(one)
    said = {(one.person, one.attribute) for one in stated}
    troubled = {(one.person, one.attribute) for one in clash}
    confirm = []
    for topic in unchanged:
        moved = [
            Stated(person=topic.person, attribute=name, value=seen.get(place), seen=version)
            for name, version in topic.seen.items()
            if (place := (topic.person, name)) not in said
            and versions.get(place, 0) != version
            and not same_value(current.get(place), seen.get(place))
        ]
        clash += moved
        if not moved and not troubled & {(topic.person, name) for name in topic.seen}:
            confirm.append((topic.person, topic.topic))
    return Sorted(tuple(write), tuple(agreed), tuple(confirm), tuple(clash))


def same_value(one: Value | None, other: Value | None) -> bool:
    """Whether two values are the same; ``True`` is not 1."""
    return one == other and type(one) is type(other)
