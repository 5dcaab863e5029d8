"""Entering law and calendars. Loading the same twice changes nothing and leaves no line."""

from collections.abc import Sequence
from datetime import datetime

from linli.basics import Actor
from linli.fabric import versions
from linli.fabric.writing import write_atomic
from linli.journal.actions import record

from .domain import CalendarYear, Permission, Rule, check_rows, check_year, written
from .events import CalendarYearLoaded, RuleAmended, RuleEntered
from .models import CalendarYearRow, RuleRow
from .queries import VERSION, rule_of

_COLUMNS = ("operator", "unit", "of", "valid_to", "law", "article", "overridable", "verified")


@write_atomic
def load_rules(*, by: Actor, rules: Sequence[Rule], at: datetime) -> int:
    """
    Enter the rows that are new and correct those that differ; return how many changed.

    A row is known by key, jurisdiction and beginning. Rows the file does not name stay.

    :raises NotAllowed: unless the hat may keep the rulebook
    :raises BadRule: if a row cannot be
    :raises RulesOverlap: if afterwards two rows of one key would hold at once
    """
    _check_may_keep(by)
    # All rows are locked: two corrections at once could otherwise make rows overlap.
    held = {
        (row.key, row.jurisdiction, row.valid_from): row
        for row in RuleRow.objects.select_for_update().filter(district=by.district).order_by("pk")
    }
    after = {place: rule_of(row) for place, row in held.items()}
    after |= {(rule.key, rule.jurisdiction, rule.valid_from): rule for rule in rules}
    check_rows([*after.values()])
    changed = 0
    for rule in rules:
        row = held.get((rule.key, rule.jurisdiction, rule.valid_from))
        if row is None:
            _enter(rule, by=by, at=at)
        elif rule_of(row) != rule:
            _amend(row, rule, by=by, at=at)
        else:
            continue
        changed += 1
    if changed:
        versions.bump(VERSION)
    return changed


@write_atomic
def load_calendar_year(*, by: Actor, year: CalendarYear, at: datetime) -> bool:
    """
    Enter or correct one year's days off and make-up days; return whether anything changed.

    :raises NotAllowed: unless the hat may keep the rulebook
    :raises BadCalendar: if it is no year we keep, or a day is another year's, or off and worked
    """
    _check_may_keep(by)
    check_year(year)
    found = CalendarYearRow.objects.select_for_update().filter(district=by.district, year=year.year)
    row = found.first() or CalendarYearRow(district=by.district, year=year.year)
    columns = {
        "published": year.published,
        "off": [day.isoformat() for day in sorted(year.off)],
        "work": [day.isoformat() for day in sorted(year.work)],
        "notice": year.notice,
    }
    if row.pk and all(getattr(row, name) == value for name, value in columns.items()):
        return False
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    record(
        CalendarYearLoaded(
            at=at,
            calendar_year_id=row.pk,
            year=year.year,
            published=year.published,
            days_off=len(year.off),
            days_worked=len(year.work),
        ),
        by=by,
        rows=[row],
    )
    versions.bump(VERSION)
    return True


def _enter(rule: Rule, *, by: Actor, at: datetime) -> None:
    row = RuleRow.objects.create(
        district=by.district,
        key=rule.key,
        value=written(rule.value),
        jurisdiction=rule.jurisdiction,
        valid_from=rule.valid_from,
        **{name: getattr(rule, name) for name in _COLUMNS},
    )
    event = RuleEntered(
        at=at,
        rule_id=row.pk,
        key=row.key,
        value=row.value,
        operator=row.operator,
        jurisdiction=row.jurisdiction,
        valid_from=row.valid_from,
    )
    record(event, by=by, rows=[row])


def _amend(row: RuleRow, rule: Rule, *, by: Actor, at: datetime) -> None:
    before, row.value = row.value, written(rule.value)
    others = [name for name in _COLUMNS if getattr(row, name) != getattr(rule, name)]
    for name in others:
        setattr(row, name, getattr(rule, name))
    row.save()
    event = RuleAmended(
        at=at,
        rule_id=row.pk,
        key=row.key,
        value_before=before,
        value_after=row.value,
        other_columns=len(others),
    )
    record(event, by=by, rows=[row])


def _check_may_keep(by: Actor) -> None:
    if by.kind != "system":
        by.must(Permission.KEEP_RULEBOOK)
