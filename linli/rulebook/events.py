"""What the rulebook announces."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntered(Event):
    """A dated row of law was added."""

    SUBJECT: ClassVar[str] = "rule"

    rule_id: int
    key: str
    value: str
    operator: str
    jurisdiction: str
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAmended(Event):
    """A row was corrected: its value before and after, and how many other columns changed."""

    SUBJECT: ClassVar[str] = "rule"

    rule_id: int
    key: str
    value_before: str
    value_after: str
    other_columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYearLoaded(Event):
    """A year's days off and make-up days were entered or corrected."""

    SUBJECT: ClassVar[str] = "calendar_year"

    calendar_year_id: int
    year: int
    published: bool
    days_off: int
    days_worked: int
