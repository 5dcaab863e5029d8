"""Visits, what forms still want to know, and what two workers wrote differently."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound
from linli.fabric.fields import SealedField

from .domain import CHOICES, KINDS, OUTCOMES

THROUGH_THE_GATE = Q(origin="resident") | Q(
    origin__in=["admitted", "emergency"], mandate__isnull=False
)


class Visit(Bound):
    """
    One knock at a door (走访), of a household or of one person who belongs to none.

    ``visited_on`` is the day at the door, ``entered_at`` when it reached us: a paper may be older.
    ``key`` is drawn by the device once a card, so that a card sent twice is one visit; ``content``
    is the keyed hash of what came with it. ``reasons`` are why the door stood on the list.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"content": "sealed"}

    key = models.CharField(max_length=64)
    content = models.BinaryField(max_length=32)
    household = models.ForeignKey(
        "people.Household", on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    community_id = models.BigIntegerField(null=True)
    appointment = models.BigIntegerField()
    outcome = models.CharField(max_length=8)
    kind = models.CharField(max_length=8)
    reasons = models.JSONField()
    paper = models.BooleanField()
    visited_on = models.DateField()
    entered_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=10, default="resident")
    mandate = models.ForeignKey(
        "catalogue.Mandate", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "visits_visit"
        indexes = [
            models.Index(fields=["district", "community_id", "visited_on"], name="visit_community"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="visit_sent_once"),
            models.CheckConstraint(
                condition=Q(household__isnull=False, person=None)
                | Q(household=None, person__isnull=False),
                name="visit_of_one_door",
            ),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="visit_outcome"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="visit_kind"),
            models.CheckConstraint(condition=THROUGH_THE_GATE, name="visit_through_the_gate"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on {self.visited_on}"


class Photo(Bound):
    """A picture taken on a visit."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "visits_photo"

    def __str__(self) -> str:
        return f"photo of visit {self.visit_id}"


class Sheet(Bound):
    """
    A card on paper (纸质走访表). ``seen`` is person → attribute → version of the fact as printed.

    Its code is the key of the visit that is keyed in from it: one paper, one visit.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=12)
    household = models.ForeignKey(
        "people.Household", on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    seen = models.JSONField()
    appointment = models.BigIntegerField()
    printed_at = models.DateTimeField()

    class Meta:
        db_table = "visits_sheet"
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="sheet_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Question(Bound):
    """
    A fact that forms want and we do not have, or no longer trust. ``forms`` are their codes.

    It stands on a line of the duty list or on a mandate; otherwise it may not be asked. ``visit``
    is the one that answered it; null where somebody said it elsewhere. ``as_of`` is
    the earliest day a form asks about: the first word about what nobody knew holds from then on.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    attribute = models.CharField(max_length=40)
    forms = models.JSONField()
    community_id = models.BigIntegerField()
    duty_line = models.CharField(max_length=60, blank=True, default="")
    origin = models.CharField(max_length=10)
    mandate = models.ForeignKey(
        "catalogue.Mandate", on_delete=models.PROTECT, null=True, related_name="+"
    )
    as_of = models.DateField(null=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="answers")

    class Meta:
        db_table = "visits_question"
        indexes = [
            models.Index(
                fields=["district", "community_id", "person"],
                name="question_open",
                condition=Q(answered_at=None, withdrawn_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person", "attribute"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="question_never_twice",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(withdrawn_at=None), name="question_one_end"
            ),
            models.CheckConstraint(condition=THROUGH_THE_GATE, name="question_through_the_gate"),
            models.CheckConstraint(
                condition=Q(mandate__isnull=False) | ~Q(duty_line=""), name="question_has_a_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute} of {self.person_id}"


class Errand(Bound):
    """
    A door to be knocked at because admitted work says so (受托上门); none is without its mandate.

    ``form`` is the number under which it was admitted. ``visit`` is the card that evidences it.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    form = models.CharField(max_length=40)
    household = models.ForeignKey(
        "people.Household", on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    community_id = models.BigIntegerField()
    mandate = models.ForeignKey("catalogue.Mandate", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="errands")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "visits_errand"
        indexes = [
            models.Index(
                fields=["district", "community_id"],
                name="errand_open",
                condition=Q(visit=None, withdrawn_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "form", "household"], name="errand_once_a_household"
            ),
            models.UniqueConstraint(
                fields=["district", "form", "person"], name="errand_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False, person=None)
                | Q(household=None, person__isnull=False),
                name="errand_of_one_door",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} at {self.household_id or self.person_id}"


class Conflict(Bound):
    """
    A value of a visit that was not written, because the fact had changed since it was seen.

    The other value stands in the facts; this one is kept here, in one of four columns, all null
    where the visit said "no longer known". ``seen`` is the version the visit knew.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {
        "code": "counted",
        "number": "counted",
        "day": "counted",
        "sealed": "sealed",
    }

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    attribute = models.CharField(max_length=40)
    code = models.CharField(max_length=60, null=True)  # noqa: DJ001  # at most one of four
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    sealed = SealedField(null=True)
    seen = models.BigIntegerField()
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    appointment = models.BigIntegerField(null=True)
    choice = models.CharField(max_length=6, blank=True, default="")
    reason = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        db_table = "visits_conflict"
        indexes = [
            models.Index(
                fields=["district", "person"],
                name="conflict_open",
                condition=Q(decided_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "visit", "person", "attribute"], name="conflict_once_a_visit"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, choice="", reason="")
                | (Q(decided_at__isnull=False, choice__in=CHOICES) & ~Q(reason="")),
                name="conflict_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(decided_at__gte=F("opened_at")),
                name="conflict_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute} of {self.person_id}"
