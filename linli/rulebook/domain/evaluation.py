"""The interpreter for one person: yes, no, or not to be told yet (Kleene's three values)."""

from collections.abc import Iterable, Mapping
from datetime import date

from .expressions import (
    NO,
    YES,
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
    dates_meant,
    fact_of,
)

Facts = Mapping[str, object]


def evaluate(expression: Expression, facts: Facts, *, on: date) -> bool | None:
    """
    Return True, False, or None where the facts do not suffice.

    :param facts: attribute → bool, int, code or date; absent or None is unknown
    :param on: the day on which ages are taken
    """
    match expression:
        case And(parts):
            return every(evaluate(part, facts, on=on) for part in parts)
        case Or(parts):
            return some(evaluate(part, facts, on=on) for part in parts)
        case Not(part):
            return opposite(evaluate(part, facts, on=on))
        case _:
            return holds(expression, facts, on=on)


def holds(condition: Condition, facts: Facts, *, on: date) -> bool | None:
    """Return whether one condition holds, None where its fact is unknown."""
    value = facts.get(fact_of(condition))
    if isinstance(condition, Known):
        return value is not None
    if value is None:
        return None
    match condition:
        case InSet(_, codes):
            return coded(value) in codes
        case Interval(_, least, most):
            return _between(value, least, most)
        case DateInterval(_, first, last):
            return _between(value, first, last)
        case YearsSince():
            return _between(value, *dates_meant(condition, on))


def coded(value: object) -> object:
    """Return a bool as the code it stands for; anything else as it is."""
    return (YES if value else NO) if isinstance(value, bool) else value


def every(verdicts: Iterable[bool | None]) -> bool | None:
    """Kleene's and: one no decides."""
    found = set(verdicts)
    return False if False in found else None if None in found else True


def some(verdicts: Iterable[bool | None]) -> bool | None:
    """Kleene's or: one yes decides."""
    found = set(verdicts)
    return True if True in found else None if None in found else False


def opposite(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def _between(value: object, least: int | date | None, most: int | date | None) -> bool:
    """:raises TypeError: if the fact is not of the kind its dictionary declares"""
    return (least is None or least <= value) and (  # type: ignore[operator]
        most is None or value <= most  # type: ignore[operator]
    )
