"""What a service item is: one frozen value, read from a pack and pinned by every case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from linli.rulebook.domain import AttributeType, Expression, Kind, Period

Text = Mapping[str, str]  # language → words; zh-Hans is always there

COMMUNITY_HATS = ("station", "committee", "party", "oversight")
HANDED_TO = ("street", "district", "organisation")
MOST_FIELDS = 7  # a step asks at most this many


class Sector(StrEnum):
    """The three actors (3大参与主体). Exactly one answers for an item."""

    GOVERNMENT = "government"
    COMMUNITY = "community"
    ORGANISATION = "organisation"


class Structure(StrEnum):
    """The three carrying structures (3服务架构)."""

    STATION = "station"
    COMMITTEE = "committee"
    ORGANISATION = "organisation"


class Supply(StrEnum):
    PUBLIC = "public"
    SELF_GOVERNANCE = "self_governance"
    PUBLIC_BENEFIT = "public_benefit"
    COMMERCIAL = "commercial"


class Idea(StrEnum):
    """The three ideas (3理念): people's livelihood first, three actors together, class by class."""

    LIVELIHOOD = "livelihood"
    ACTORS = "actors"
    CLASSES = "classes"


class Stage(StrEnum):
    """How far the item has come: 社区化, 协作化, 社会化, 一体化. The mapping is ours."""

    COMMUNITY = "community"
    JOINT = "joint"
    SOCIAL = "social"
    INTEGRATED = "integrated"


class Errand(StrEnum):
    """What the resident wants of it; it decides which screen opens."""

    APPLY = "apply"
    REPORT = "report"
    ASK = "ask"  # answered and closed on the spot, without a full case
    BOOK = "book"
    JOIN = "join"
    PROPOSE = "propose"
    HELP = "help"


class PlaceAsked(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class StepKind(StrEnum):
    ACCEPT = "accept"
    CHECK = "check"
    VISIT = "visit"
    CONSULT = "consult"
    DECIDE = "decide"
    PUBLISH = "publish"
    WORK = "work"
    MEDIATE = "mediate"
    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    SUBCASE = "subcase"


class DutyKind(StrEnum):
    """The duty list (履职清单). A community acts only on the first two."""

    BASIC = "basic"
    COOPERATE = "cooperate"
    TAKEN_BACK = "taken_back"
    NEGATIVE = "negative"


OPEN_DUTIES = frozenset({DutyKind.BASIC, DutyKind.COOPERATE})


class FeeKind(StrEnum):
    FREE = "free"
    LOW = "low"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule stands: a law of the pack's list, and its article as people cite it."""

    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Fee:
    """What it costs. Without an amount the operator has not set one; amounts are whole fen."""

    kind: FeeKind = FeeKind.FREE
    amount_fen: int | None = None
    per: Text = field(default_factory=dict)
    basis: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDefinition:
    """
    One thing that may be asked, and why.

    With ``fact`` it is not asked while that attribute is known, and the answer goes to the facts.
    ``schema`` is the JSON Schema of the answer; choices stand in it as ``oneOf`` const and title.
    ``choices`` are the same in both languages, by code.
    """

    code: str
    label: Text
    why: Text
    schema: Mapping[str, Any]
    fact: str = ""
    required: bool = True
    choices: Mapping[str, Text] = field(default_factory=dict)

    def attribute(self) -> AttributeType | None:
        """Return how an eligibility rule may look at the answer, None where it may not."""
        return _attribute_of(self.schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDefinition:
    """A paper to bring, unless the fact ``replaced_by`` is known (国务院令716 art.7)."""

    code: str
    name: Text
    replaced_by: str = ""
    needed_when: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDefinition:
    """
    One piece of the work.

    ``performer`` is ``community.<hat>``, ``street.<office>``, ``district.<department>`` or
    ``organisation.<kind>``. A step of a community names the line of the duty list it stands on;
    its ``origin`` is then ``resident``: the item version itself gives it the step.
    """

    code: str
    name: Text
    performer: str
    kind: StepKind
    after: tuple[str, ...] = ()
    within: Period | None = None
    assist: tuple[str, ...] = ()
    duty_line: str = ""
    fields: tuple[FieldDefinition, ...] = ()
    item: str = ""  # of a sub-case
    within_basis: tuple[Basis, ...] = ()  # without one the time limit is ours: 示例

    @property
    def origin(self) -> str:
        """``resident`` where the item gives the community this step; empty for others' steps."""
        return "resident" if self.by_community else ""

    @property
    def by_community(self) -> bool:
        return self.performer.startswith("community.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Facts and answers that the pack's author says come to ``answer``."""

    answer: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition:
    """
    One X: everything needed to offer it, take it in, carry it out and end it.

    ``accountable`` is the performer who answers for the whole case. ``example`` marks content
    that is ours: its basis and amounts are empty until the operator fills them. ``award`` says that
    a positive decision gives the person something that goes on: an allowance or a recognition.
    """

    code: str
    name: Text
    summary: Text
    sector: Sector
    structure: Structure
    supply_type: Supply
    ideas: tuple[Idea, ...]
    stage: Stage
    errand: Errand
    accountable: str
    steps: tuple[StepDefinition, ...]
    level: str
    first_response: Period
    whole: Period
    providers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    purpose: str = "item"
    eligibility: Expression | None = None
    unless_met: Text = field(default_factory=dict)
    fields: tuple[FieldDefinition, ...] = ()
    papers: tuple[PaperDefinition, ...] = ()
    fee: Fee = Fee()
    standard: Text = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    channels: tuple[str, ...] = ()
    hours: str = "station"
    capacity: int | None = None
    whole_basis: tuple[Basis, ...] = ()
    capacity_basis: tuple[Basis, ...] = ()
    duty_line: str = ""
    place: PlaceAsked = PlaceAsked.OPTIONAL
    joinable: bool = False
    sensitive: bool = False
    award: bool = False
    example: bool = False
    clauses: tuple[str, ...] = ()
    reply_templates: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def step(self, code: str) -> StepDefinition:
        """:raises KeyError: if there is no such step"""
        for step in self.steps:
            if step.code == code:
                return step
        raise KeyError(code)

    @property
    def illustrative(self) -> tuple[str, ...]:
        """
        Name the figures that are ours (示例): those for which no law was named.

        ``whole`` and ``capacity`` of the item, ``fee`` where it is not free, ``<step>.within``.
        """
        found = [] if self.whole_basis else ["whole"]
        if self.capacity is not None and not self.capacity_basis:
            found.append("capacity")
        if self.fee.kind is not FeeKind.FREE and not self.fee.basis:
            found.append("fee")
        timed = [step for step in self.steps if step.within and not step.within_basis]
        return (*found, *(f"{step.code}.within" for step in timed))

    def all_fields(self) -> tuple[FieldDefinition, ...]:
        """Every field, those asked at the start first."""
        return self.fields + tuple(one for step in self.steps for one in step.fields)


def _attribute_of(schema: Mapping[str, Any]) -> AttributeType | None:
    if "oneOf" in schema:
        codes = frozenset(str(choice["const"]) for choice in schema["oneOf"])
        return AttributeType(Kind.CODE, codes=codes)
    kinds = {
        ("boolean", ""): Kind.BOOL,
        ("integer", ""): Kind.INT,
        ("string", "date"): Kind.DATE,
    }
    kind = kinds.get((str(schema.get("type")), str(schema.get("format", ""))))
    return None if kind is None else AttributeType(kind)
