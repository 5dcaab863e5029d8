"""
The checks of the gate, in their order: lawful? listed? new? paid for? is there time?

Plain values in, findings out. All five are said, so that nobody has to come five times; the first
that fails is why a request is returned. What was taken back, or is negative, never passes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from linli.basics import gettext_noop
from linli.catalogue.domain import DutyKind, read_citation


class Check(StrEnum):
    """The five checks, and an officer's own words beside them."""

    LAWFUL = "lawful"
    LISTED = "listed"
    ONCE = "once"
    FUNDED = "funded"
    TIME = "time"
    OFFICER = "officer"


CHECK_WORDS = {
    Check.LAWFUL: gettext_noop("Lawful?"),
    Check.LISTED: gettext_noop("Listed?"),
    Check.ONCE: gettext_noop("New?"),
    Check.FUNDED: gettext_noop("Paid for?"),
    Check.TIME: gettext_noop("Time?"),
    Check.OFFICER: gettext_noop("The officer"),
}
COMMITTEE_LAW = "城市居民委员会组织法"
PRIVACY_LAW = "个人信息保护法"
# Where each failure stands, as (law, article). The list itself is cited with the line's own basis.
CITED: Mapping[str, tuple[str, str]] = {
    "no_basis": (COMMITTEE_LAW, "第四十三条第二款"),
    "unknown_law": (COMMITTEE_LAW, "第四十三条第二款"),
    "unknown_article": (COMMITTEE_LAW, "第四十三条第二款"),
    "no_purpose": (PRIVACY_LAW, "第六条"),
    "no_names": (PRIVACY_LAW, "第三十四条"),
    "known": (PRIVACY_LAW, "第六条"),
    "no_line": (COMMITTEE_LAW, "第四十三条第二款"),
    "taken_back": (COMMITTEE_LAW, "第四十三条第二款"),
    "negative": (COMMITTEE_LAW, "第四十三条第二款"),
    "no_money_named": (COMMITTEE_LAW, "第四十三条第二款"),
    "line_over": (COMMITTEE_LAW, "第四十三条第二款"),
    "no_money": (COMMITTEE_LAW, "第四十三条第二款"),
}
NOT_ON_RECORD = frozenset({"unknown_law", "unknown_article"})
REASONS: Mapping[str, str] = {
    "lawful": gettext_noop("Yes. It rests on %(basis)s."),
    "no_basis": gettext_noop("No. No law and article is named that lets you ask this."),
    "unknown_law": gettext_noop("No. The list of laws in force has no “%(law)s”. Write its name as it is published, or have the district enter it."),
    "unknown_article": gettext_noop("No. “%(law)s” has no %(article)s. Look it up and write the right one."),
    "no_purpose": gettext_noop("No. Facts about people are given only for a stated purpose."),
    "no_names": gettext_noop("No. This line of the duty list does not let names leave a community."),
    "listed": gettext_noop("Yes. Line %(line)s: %(kind)s."),
    "no_line": gettext_noop("No. The duty list of %(place)s has no line %(line)s."),
    "taken_back": gettext_noop("No. Line %(line)s was taken back: the department does it itself."),
    "negative": gettext_noop("No. Line %(line)s is on the list of what no community may do."),
    "once": gettext_noop("Yes. Nothing like it is running."),
    "unknown": gettext_noop("Yes. Only those are asked of whom the facts cannot tell it."),
    "known": gettext_noop("No. The facts answer this already: take the number, for 0 minutes."),
    "twice": gettext_noop("No. Request %(number)s asks the same, of the same communities, until %(until)s."),
    "funded": gettext_noop("Yes. %(yuan)s yuan for %(minutes)s minutes are free on the budget line."),
    "no_money_named": gettext_noop("No. %(minutes)s minutes come to %(yuan)s yuan; no budget line is named."),
    "line_over": gettext_noop("No. The budget line holds from %(from)s to %(to)s. Name one that holds now."),
    "no_money": gettext_noop("No. %(minutes)s minutes come to %(yuan)s yuan; %(free)s yuan are free."),
    "time": gettext_noop("Yes. Every community has the minutes in that month."),
    "over": gettext_noop("No. Its last day is over: ask again, for days to come."),
    "no_time": gettext_noop("No. %(place)s has %(left)s minutes left in that month."),
    "said": gettext_noop("No. %(words)s"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """What the duty list of one community says of the line that is named; ``kind`` None: nothing."""

    community: int
    kind: DutyKind | None
    basis: tuple[str, ...] = ()
    names: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """Another request under way under the same line."""

    number: str
    communities: frozenset[int]
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as the checks see it."""

    code: str
    lines: tuple[Line, ...]
    basis: str
    purpose: str
    with_names: bool
    communities: frozenset[int]
    from_on: date
    to_on: date
    minutes: int
    amount_fen: int
    record: str = ""  # what the lists of laws say against the basis: a reason, or nothing
    question: bool = False  # facts are asked of people, not work


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """
    How things stand on a day: running requests, free money (None: no line named) and the days its line
    holds, minutes left by community; ``known``: whether the facts tell of everybody what is asked. It
    is looked at when it is decided: before, whoever asks again and again would learn of whom they do
    not (decision 24).
    """

    running: Sequence[Running] = ()
    on: date = date.min
    free_fen: int | None = None
    line_days: tuple[date, date] = (date.min, date.max)
    left: Mapping[int, int] = field(default_factory=dict)
    known: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, why, and the values its sentence needs (ids and codes)."""

    check: Check
    passed: bool
    reason: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    basis: tuple[str, ...] = ()  # “law article”, as the duty list writes it

    def data(self) -> dict[str, object]:
        """Return it as it is kept with the decision."""
        return {
            "check": self.check.value,
            "passed": self.passed,
            "reason": self.reason,
            "values": dict(self.values),
            "basis": list(self.basis),
        }


def check_request(asked: Asked, situation: Situation) -> tuple[Finding, ...]:
    """Return the five findings, in their order."""
    return (
        _lawful(asked),
        _listed(asked),
        _once(asked, situation),
        _funded(asked, situation),
        _time(asked, situation),
    )


def sent_back(words: str) -> Finding:
    """Return why an officer sends a request back, whatever the checks say."""
    return Finding(Check.OFFICER, False, "said", {"words": words})


def passes(findings: Sequence[Finding]) -> bool:
    return all(one.passed for one in findings)


def never(findings: Sequence[Finding]) -> bool:
    """
    Return whether no money and no emergency opens the gate: not lawful, taken back, negative.

    A law that is not listed here may still be one: an emergency need not wait for its entry.
    """
    return any(
        not one.passed
        and one.check in (Check.LAWFUL, Check.LISTED)
        and one.reason not in NOT_ON_RECORD
        for one in findings
    )


def _failed(check: Check, reason: str, **values: int | str) -> Finding:
    law = CITED.get(reason)
    return Finding(check, False, reason, values, (" ".join(law),) if law else ())


def _lawful(asked: Asked) -> Finding:
    cited = read_citation(asked.basis)
    if cited is None:
        return _failed(Check.LAWFUL, "no_basis")
    if asked.record:
        return _failed(Check.LAWFUL, asked.record, law=cited[0], article=cited[1])
    if not asked.purpose.strip():
        return _failed(Check.LAWFUL, "no_purpose")
    if asked.with_names and not all(one.names for one in asked.lines):
        return _failed(Check.LAWFUL, "no_names")
    return Finding(Check.LAWFUL, True, "lawful", {"basis": asked.basis})


def _listed(asked: Asked) -> Finding:
    """The worst line counts: one community whose list says no is enough."""
    for one in asked.lines:
        if one.kind is None:
            return _failed(Check.LISTED, "no_line", line=asked.code, place=one.community)
    for kind in (DutyKind.NEGATIVE, DutyKind.TAKEN_BACK):
        found = next((one for one in asked.lines if one.kind is kind), None)
        if found is not None:
            cited = found.basis or (" ".join(CITED[kind.value]),)
            return Finding(Check.LISTED, False, kind.value, {"line": asked.code}, cited)
    assists = any(one.kind is DutyKind.COOPERATE for one in asked.lines)
    kind = DutyKind.COOPERATE if assists else DutyKind.BASIC
    return Finding(Check.LISTED, True, "listed", {"line": asked.code, "kind": kind.value})


def _once(asked: Asked, situation: Situation) -> Finding:
    """Minimal (个人信息保护法 6): what is known already is not asked of anybody."""
    if situation.known:
        return _failed(Check.ONCE, "known")
    for one in situation.running:
        overlaps = one.from_on <= asked.to_on and asked.from_on <= one.to_on
        if overlaps and one.communities & asked.communities:
            return _failed(Check.ONCE, "twice", number=one.number, until=one.to_on.isoformat())
    return Finding(Check.ONCE, True, "unknown" if asked.question else "once")


def _funded(asked: Asked, situation: Situation) -> Finding:
    free_fen, (first, last) = situation.free_fen, situation.line_days
    values = {"minutes": asked.minutes * len(asked.communities), "fen": asked.amount_fen}
    if free_fen is None:
        return _failed(Check.FUNDED, "no_money_named", **values)
    if not first <= situation.on <= last:
        days = {"from": first.isoformat(), "to": last.isoformat()}
        return _failed(Check.FUNDED, "line_over", **days)
    if free_fen < asked.amount_fen:
        return _failed(Check.FUNDED, "no_money", free_fen=free_fen, **values)
    return Finding(Check.FUNDED, True, "funded", values)


def _time(asked: Asked, situation: Situation) -> Finding:
    if asked.to_on < situation.on:
        return _failed(Check.TIME, "over")
    for community in sorted(asked.communities):
        left = situation.left.get(community, 0)
        if left < asked.minutes:
            return _failed(Check.TIME, "no_time", place=community, left=max(left, 0))
    return Finding(Check.TIME, True, "time")


# What the rulebook sets; until it does, these examples (示例) hold.
@dataclass(frozen=True, slots=True)
class Terms:
    """Working days for the decision and the payment; a community's minutes a month; fen a minute."""

    decision_days: int = 15
    payment_days: int = 10
    month_minutes: int = 2400
    minute_fen: int = 70


TERM_KEYS: Mapping[str, str] = {
    "decision_days": "gate.decision",
    "payment_days": "gate.payment",
    "month_minutes": "gate.month_minutes",
    "minute_fen": "gate.minute_fen",
}


def amount_of(minutes: int, communities: int, terms: Terms) -> int:
    """Return what a request costs, in fen (费随事转)."""
    return minutes * communities * terms.minute_fen
