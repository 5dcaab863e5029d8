"""Definitions, the words of headings, forms, and what was sent on them."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from linli.fabric.blanks import Bound

from .domain import LEVELS

PERIODS = ("week", "month", "quarter", "half_year", "year")


class Indicator(Bound):
    """
    A named definition (指标口径), dated. ``cell`` is canonical JSON: ``of``, ``where``, ``total``.

    ``where`` is written in the expression language; ``by`` splits the number by an attribute.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    pack = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    name = models.JSONField()
    definition = models.JSONField()
    cell = models.TextField()
    by = models.CharField(max_length=40, blank=True, default="")
    example = models.BooleanField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        db_table = "reports_indicator"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code", "starts_on"], name="indicator_begins_once"
            ),
            models.UniqueConstraint(
                fields=["district", "code"],
                condition=Q(ends_on=None),
                name="indicator_in_force_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} from {self.starts_on}"


class Term(Bound):
    """One way headings put something (表头用语), dated; ``meaning`` is canonical JSON."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    pack = models.CharField(max_length=40)
    words = models.CharField(max_length=60)
    meaning = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        db_table = "reports_term"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "words", "starts_on"], name="term_begins_once"
            ),
            models.UniqueConstraint(
                fields=["district", "words"], condition=Q(ends_on=None), name="term_in_force_once"
            ),
        ]

    def __str__(self) -> str:
        return self.words


class Form(Bound):
    """
    A form some office asks for (报表), as it came: the Excel file, and what each place in it means.

    ``layout`` is canonical JSON, one entry for each number asked for. ``exact``: its duty line
    grants numbers below five; otherwise they are hidden. ``due_days`` run from the period's end.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    asked_by = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    duty_line = models.ForeignKey(
        "catalogue.DutyLine", on_delete=models.PROTECT, null=True, related_name="+"
    )
    level = models.CharField(max_length=9)
    period = models.CharField(max_length=9)
    due_days = models.PositiveSmallIntegerField()
    exact = models.BooleanField()
    workbook = models.BinaryField()
    layout = models.TextField()
    asked = models.PositiveIntegerField()
    matched = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        db_table = "reports_form"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], condition=Q(ends_on=None), name="form_in_force_once"
            ),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="form_level"),
            models.CheckConstraint(condition=Q(period__in=PERIODS), name="form_period"),
            models.CheckConstraint(
                condition=Q(matched__lte=models.F("asked")), name="form_matches_what_it_asks"
            ),
            models.CheckConstraint(
                condition=Q(exact=False) | Q(duty_line__isnull=False), name="form_exact_by_duty"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Edition(Bound):
    """
    One form for one place and one period (一期报表).

    ``as_of`` is the last day of the period. Sending fixes ``known_at`` and ``numbers``, canonical
    JSON, null where nothing could be told; what is corrected afterwards does not change them.
    ``stale`` says of each on how many facts too old it rests, ``exact`` whether numbers below five
    went out; null where that was not kept yet.
    A community sends back what its duty list does not bear: at ``back_at``, by ``basis``, the law
    and article.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="editions")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=4, default="open")
    known_at = models.DateTimeField(null=True)
    appointment = models.BigIntegerField(null=True)
    numbers = models.TextField(blank=True, default="")
    stale = models.JSONField(null=True)
    exact = models.BooleanField(null=True)
    back_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=120, null=True)  # noqa: DJ001  # rows before it bind none

    class Meta:
        db_table = "reports_edition"
        indexes = [
            models.Index(
                fields=["district", "place", "due_on", "id"],
                name="edition_to_send",
                condition=Q(state="open"),
            ),
            models.Index(fields=["district", "place", "-as_of", "id"], name="edition_of_place"),
            models.Index(
                fields=["district", "-back_at"], name="edition_back", condition=Q(state="back")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "form", "place", "as_of"], name="edition_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(state="open", known_at=None, numbers="")
                | (Q(state="sent", known_at__isnull=False) & ~Q(numbers=""))
                | Q(state="back", known_at=None, numbers=""),
                name="edition_sent_is_fixed",
            ),
            models.CheckConstraint(
                condition=Q(state="back", back_at__isnull=False, basis__isnull=False, basis__gt="")
                | (~Q(state="back") & Q(back_at=None, basis=None)),
                name="edition_back_cites",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} for {self.place_id} as of {self.as_of}"
