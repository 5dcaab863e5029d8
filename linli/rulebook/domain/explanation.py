"""The interpreter that says why: which conditions decide, or which facts are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from linli.basics import gettext_noop

from .evaluation import Facts, every, holds, opposite, some
from .expressions import (
    And,
    Condition,
    DateInterval,
    Expression,
    InSet,
    Interval,
    Known,
    Not,
    Or,
    YearsSince,
    fact_of,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition that helped to decide, and whether it held."""

    condition: Condition
    held: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    A verdict with its grounds.

    With True or False, ``reasons`` alone decide: the other facts could be anything. With None,
    ``missing`` names the attributes which, once known, bring an answer.
    """

    verdict: bool | None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()


def explain(expression: Expression, facts: Facts, *, on: date) -> Explanation:
    """Return the verdict of ``evaluate`` with every reason for it, in the order they are written."""
    match expression:
        case And(parts):
            inner = [explain(part, facts, on=on) for part in parts]
            return _gathered(every(one.verdict for one in inner), inner)
        case Or(parts):
            inner = [explain(part, facts, on=on) for part in parts]
            return _gathered(some(one.verdict for one in inner), inner)
        case Not(part):
            found = explain(part, facts, on=on)
            return Explanation(opposite(found.verdict), found.reasons, found.missing)
        case _:
            held = holds(expression, facts, on=on)
            if held is None:
                return Explanation(None, missing=(fact_of(expression),))
            return Explanation(held, reasons=(Reason(expression, held),))


def _gathered(verdict: bool | None, inner: Sequence[Explanation]) -> Explanation:
    """Return the verdict of a whole with the grounds of those parts that share it."""
    sharing = [one for one in inner if one.verdict is verdict]
    return Explanation(
        verdict,
        reasons=_once(reason for one in sharing for reason in one.reasons),
        missing=_once(name for one in sharing for name in one.missing),
    )


def _once(things: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(things))


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    A sentence for people: a msgid, and what stands in it.

    ``name`` and ``codes`` are still codes; whoever shows the phrase puts their labels there.
    """

    msgid: str
    name: str
    codes: tuple[str, ...] = ()
    least: int | date | None = None
    most: int | date | None = None


_SPAN = {
    # (has a lower end, has an upper end): sentences for numbers and dates, and for years
    (True, True): (
        gettext_noop("%(name)s is from %(least)s to %(most)s"),
        gettext_noop("%(name)s is %(least)s to %(most)s years"),
    ),
    (True, False): (
        gettext_noop("%(name)s is %(least)s or more"),
        gettext_noop("%(name)s is %(least)s years or more"),
    ),
    (False, True): (
        gettext_noop("%(name)s is %(most)s or less"),
        gettext_noop("%(name)s is %(most)s years or less"),
    ),
    (False, False): (gettext_noop("%(name)s is on record"), gettext_noop("%(name)s is on record")),
}
_DATES = {
    (True, True): gettext_noop("%(name)s is from %(least)s to %(most)s"),
    (True, False): gettext_noop("%(name)s is on %(least)s or later"),
    (False, True): gettext_noop("%(name)s is on %(most)s or earlier"),
    (False, False): gettext_noop("%(name)s is on record"),
}


def phrase(condition: Condition) -> Phrase:
    """Return what a condition asks, as one sentence; whether it held is said beside it."""
    match condition:
        case InSet(name, codes):
            return Phrase(gettext_noop("%(name)s is %(codes)s"), name, tuple(sorted(codes)))
        case Interval(name, least, most):
            msgid = _SPAN[least is not None, most is not None][0]
            return Phrase(msgid, name, least=least, most=most)
        case YearsSince(name, _, least, most):
            msgid = _SPAN[least is not None, most is not None][1]
            return Phrase(msgid, name, least=least, most=most)
        case DateInterval(name, first, last):
            msgid = _DATES[first is not None, last is not None]
            return Phrase(msgid, name, least=first, most=last)
        case Known(name):
            return Phrase(gettext_noop("%(name)s is on record"), name)
