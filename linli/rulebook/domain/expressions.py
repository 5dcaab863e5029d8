"""
The one expression language: who is meant, as a typed tree over named attributes.

There are no loops and no arithmetic between attributes, so that an expression can be compared,
compiled and explained. Three interpreters read the same tree: ``evaluation`` (one person),
``explanation`` (why) and ``columns`` (a whole population); property tests keep them equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

YES, NO = "yes", "no"


class Kind(StrEnum):
    """What values an attribute has. A bool is the code ``yes`` or ``no``."""

    BOOL = "bool"
    INT = "int"
    CODE = "code"
    DATE = "date"
    YEARS = "years"  # whole years since the date attribute ``of``: age from the birth date


@dataclass(frozen=True, slots=True)
class AttributeType:
    """
    What may be asked of an attribute.

    ``codes`` empty leaves the list open. ``purposes`` None means it is not personal and any
    purpose may use it; otherwise only those named may (个人信息保护法 6).
    """

    kind: Kind
    codes: frozenset[str] = frozenset()
    of: str = ""
    purposes: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if (self.kind is Kind.YEARS) != bool(self.of):
            raise ValueError("years are counted from a date, and only they are")


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Expression"


@dataclass(frozen=True, slots=True)
class InSet:
    """The attribute is one of the codes."""

    name: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Interval:
    """The whole number lies between both ends, which count in; None leaves an end open."""

    name: str
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class DateInterval:
    """The date lies between both ends, which count in; None leaves an end open."""

    name: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class YearsSince:
    """As many whole years have passed since the date ``of``; ``name`` is what people call it."""

    name: str
    of: str
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """We hold a value, whichever it is. Never unknown itself."""

    name: str


Condition = InSet | Interval | DateInterval | YearsSince | Known
Expression = And | Or | Not | Condition


def conditions(expression: Expression) -> Iterator[Condition]:
    """Yield every condition of the tree, from left to right."""
    match expression:
        case And(parts) | Or(parts):
            for part in parts:
                yield from conditions(part)
        case Not(part):
            yield from conditions(part)
        case _:
            yield expression


def fact_of(condition: Condition) -> str:
    """Return the attribute a condition looks up: the birth date, where it speaks of age."""
    return condition.of if isinstance(condition, YearsSince) else condition.name


def attributes(expression: Expression) -> frozenset[str]:
    """Return every attribute the expression looks up."""
    return frozenset(fact_of(condition) for condition in conditions(expression))


def dates_meant(condition: YearsSince, on: date) -> tuple[date | None, date | None]:
    """
    Return the first and the last date from which so many years have passed ``on`` that day.

    Who was born on 29 February comes of age on 28 February where the year has no 29th (民法典 202).
    """
    first = None if condition.most is None else latest_start(on, condition.most + 1) + _ONE_DAY
    last = None if condition.least is None else latest_start(on, condition.least)
    return first, last


def latest_start(on: date, years: int) -> date:
    """Return the latest date from which ``years`` whole years have passed on a day."""
    year = on.year - years
    if (on.month, on.day) == (2, 28) and not _is_leap(on.year) and _is_leap(year):
        return date(year, 2, 29)
    if (on.month, on.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return on.replace(year=year)


def anniversary(start: date, years: int) -> date:
    """Return the day on which ``years`` whole years have passed since ``start``."""
    year = start.year + years
    if (start.month, start.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return start.replace(year=year)


_ONE_DAY = timedelta(days=1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
