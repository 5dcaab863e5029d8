"""Dated law and the calendar, one copy per district. Public throughout: nothing here is personal."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound

from .domain.rules import OPERATORS


class RuleRow(Bound):
    """One dated rule, as ``domain.Rule`` reads it. The last day, ``valid_to``, counts in."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    key = models.CharField(max_length=60)
    value = models.CharField(max_length=20, help_text="20, 1/2 or 5..9")
    operator = models.CharField(max_length=10)
    unit = models.CharField(max_length=20)
    of = models.CharField(max_length=60, blank=True)
    jurisdiction = models.CharField(max_length=12, default="CN")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    law = models.CharField(max_length=80)
    article = models.CharField(max_length=30, blank=True)
    overridable = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)

    class Meta:
        db_table = "rulebook_rule"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "key", "jurisdiction", "valid_from"],
                name="rule_once_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="rule_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(operator__in=OPERATORS), name="rule_operator_known"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.operator} {self.value}"


class CalendarYearRow(Bound):
    """One year's notice. ``off`` and ``work`` are lists of ISO dates in order."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    year = models.PositiveSmallIntegerField()
    published = models.BooleanField()
    off = models.JSONField(default=list)
    work = models.JSONField(default=list)
    notice = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "rulebook_calendar_year"
        constraints = [
            models.UniqueConstraint(fields=["district", "year"], name="calendar_year_once"),
            models.CheckConstraint(
                condition=Q(year__gte=1949, year__lte=2200), name="calendar_year_in_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)
