"""Questions about the law in force and the working calendar. Cached until a row changes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext

from linli.basics import gettext_noop
from linli.fabric import versions

from .domain import (
    NATION,
    Calendar,
    CalendarYear,
    NoRuleThen,
    Rule,
    last_day,
    read_value,
    rule_in_force,
)
from .models import CalendarYearRow, RuleRow

VERSION = "rulebook"
# The notice for a year comes in the November before; from then on its absence is worth a word.
WARN_FROM_MONTH = 11


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """A year counted by the fallback. ``urgent`` once that year has begun or the next one nears."""

    year: int
    urgent: bool
    message: str = gettext_noop(
        "The days off of %(year)s are not entered. Until they are, Monday to Friday are counted as "
        "working days, without the fixed public holidays. Deadlines around Spring Festival, "
        "Qingming, Dragon Boat and Mid-Autumn may be wrong. Enter the State Council's notice."
    )


def calendar(district: int | None = None) -> Calendar:
    """Return the working calendar of a district, this installation's where none is named."""
    return _calendar(settings.DISTRICT if district is None else district)


def rules(district: int | None = None) -> tuple[Rule, ...]:
    """Return every dated row, in order of key, jurisdiction and beginning."""
    return _rules(settings.DISTRICT if district is None else district)


def find_rule(
    key: str, *, on: date, jurisdiction: str = NATION, district: int | None = None
) -> Rule | None:
    """Return the rule in force on a day in a jurisdiction (division code), None where none was."""
    held = _rules_by_key(settings.DISTRICT if district is None else district)
    return rule_in_force(held.get(key, ()), key, on, jurisdiction)


def rule(key: str, *, on: date, jurisdiction: str = NATION, district: int | None = None) -> Rule:
    """
    Return the rule in force on a day in a jurisdiction.

    :raises NoRuleThen: if no row of the key held then
    """
    found = find_rule(key, on=on, jurisdiction=jurisdiction, district=district)
    if found is None:
        raise NoRuleThen(key=key, on=on)
    return found


def calendar_warnings(today: date, district: int | None = None) -> list[CalendarWarning]:
    """
    Return this year and the next where their notice is missing; for next year from November on.

    Deadlines already reach into next year then, and every one of them is counted by a guess.
    """
    last = today.year + (today.month >= WARN_FROM_MONTH)
    missing = calendar(district).missing(today.year, last)
    return [
        CalendarWarning(year, urgent=year == today.year or today.month == 12) for year in missing
    ]


def is_guessed(last: datetime, district: int | None = None) -> bool:
    """Whether a period that ends then was counted by the fallback: the notice of its year is missing."""
    return not calendar(district).year(last_day(last).year).published


def by_guess(words: str, last: datetime) -> str:
    """Return the words of a deadline, with “about” where it was counted by the fallback."""
    return gettext("about %(moment)s") % {"moment": words} if is_guessed(last) else words


@versions.cached(VERSION)
def _calendar(district: int) -> Calendar:
    return Calendar(
        {
            row.year: CalendarYear(
                year=row.year,
                published=row.published,
                off=frozenset(map(date.fromisoformat, row.off)),
                work=frozenset(map(date.fromisoformat, row.work)),
                notice=row.notice,
            )
            for row in CalendarYearRow.objects.filter(district=district)
        }
    )


@versions.cached(VERSION)
def _rules(district: int) -> tuple[Rule, ...]:
    rows = RuleRow.objects.filter(district=district).order_by("key", "jurisdiction", "valid_from")
    return tuple(rule_of(row) for row in rows)


@versions.cached(VERSION)
def _rules_by_key(district: int) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for one in _rules(district):
        found.setdefault(one.key, []).append(one)
    return {key: tuple(rows) for key, rows in found.items()}


def rule_of(row: RuleRow) -> Rule:
    """Return the value a row holds."""
    return Rule(
        key=row.key,
        value=read_value(row.value),
        operator=row.operator,
        unit=row.unit,
        of=row.of,
        jurisdiction=row.jurisdiction,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        law=row.law,
        article=row.article,
        overridable=row.overridable,
        verified=row.verified,
    )
