"""What is offered and since when, what a community may be given, and what it must not issue."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound

from .domain import DutyKind, MandateOrigin

ENDS_AFTER = Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))


class Item(Bound):
    """A service item by its code; what it is stands in its versions."""

    PERSONAL: ClassVar[dict[str, str]] = {}

    code = models.CharField(max_length=60)
    pack = models.CharField(max_length=60)

    class Meta:
        db_table = "catalogue_item"
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="item_code"),
        ]

    def __str__(self) -> str:
        return self.code


class ItemVersion(Bound):
    """
    One wording of an item, from a day up to but without ``valid_to``. Append-only.

    Only ``valid_to`` is set later, once, when the next version follows.
    """

    PERSONAL: ClassVar[dict[str, str]] = {}

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    definition = models.TextField()  # JSON as text: jsonb would put choices into another order
    content_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "catalogue_item_version"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "item", "number"], name="item_version_number"
            ),
            models.UniqueConstraint(
                fields=["district", "item"], condition=Q(valid_to=None), name="item_version_open"
            ),
            models.CheckConstraint(condition=ENDS_AFTER, name="item_version_span"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class PackList(Bound):
    """One list of a pack (levels, clauses, units, synonyms, templates …), dated."""

    PERSONAL: ClassVar[dict[str, str]] = {}

    pack = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    body = models.JSONField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "catalogue_pack_list"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "pack", "kind", "number"], name="pack_list_number"
            ),
            models.UniqueConstraint(
                fields=["district", "pack", "kind"],
                condition=Q(valid_to=None),
                name="pack_list_open",
            ),
            models.CheckConstraint(condition=ENDS_AFTER, name="pack_list_span"),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.kind} v{self.number}"


class DutyLine(Bound):
    """
    One line of the duty list (履职清单), dated.

    ``communities`` are the codes it reaches; none means all. ``expected_minutes`` is what one
    piece of the work takes, once somebody measured it.
    """

    PERSONAL: ClassVar[dict[str, str]] = {}

    pack = models.CharField(max_length=60)
    code = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(one.value, one.value) for one in DutyKind])
    name = models.JSONField()
    basis = models.JSONField()
    department = models.CharField(max_length=60)
    expected_minutes = models.PositiveIntegerField(null=True)
    communities = models.JSONField()
    example = models.BooleanField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    content_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "catalogue_duty_line"
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "number"], name="duty_line_number"),
            models.UniqueConstraint(
                fields=["district", "code"], condition=Q(valid_to=None), name="duty_line_open"
            ),
            models.CheckConstraint(condition=ENDS_AFTER, name="duty_line_span"),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in DutyKind]), name="duty_line_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class DutyTerms(Bound):
    """
    What belongs to a duty line beyond its row: written with it, in the same act, once.

    ``place`` is the street or community whose list it is, none for the whole district's; ``code``
    is what items call the line, the same in every list. ``evidence`` names what must be kept when
    the work is done. ``exact_counts`` and ``names`` say what a form under this line may show;
    ``minutes_example`` that its minutes are ours (示例). (A table whose rows are on the record
    gains no column: the digests of the rows before would not fit any more.)
    """

    PERSONAL: ClassVar[dict[str, str]] = {}

    line = models.ForeignKey(DutyLine, on_delete=models.PROTECT, related_name="terms")
    code = models.CharField(max_length=60)
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField()
    exact_counts = models.BooleanField()
    names = models.BooleanField()
    minutes_example = models.BooleanField()

    class Meta:
        db_table = "catalogue_duty_terms"
        constraints = [
            models.UniqueConstraint(fields=["district", "line"], name="duty_terms_of_line"),
        ]

    def __str__(self) -> str:
        return self.code


class NegativeCertificate(Bound):
    """One paper a community must not issue, dated."""

    PERSONAL: ClassVar[dict[str, str]] = {}

    pack = models.CharField(max_length=60)
    code = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    name = models.JSONField()
    words = models.JSONField()
    basis = models.CharField(max_length=200)
    instead = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    content_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "catalogue_negative_certificate"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code", "number"], name="certificate_number"
            ),
            models.UniqueConstraint(
                fields=["district", "code"], condition=Q(valid_to=None), name="certificate_open"
            ),
            models.CheckConstraint(condition=ENDS_AFTER, name="certificate_span"),
        ]

    def __str__(self) -> str:
        return self.code


class Mandate(Bound):
    """
    Leave for communities to do work no resident asked for: admitted through the gate, or urgent.

    It holds from ``valid_from`` up to ``valid_to``, unless revoked. Append-only but for
    ``revoked_at``. ``communities`` are ids; none means all.
    """

    PERSONAL: ClassVar[dict[str, str]] = {}

    duty_line = models.ForeignKey(DutyLine, on_delete=models.PROTECT, related_name="mandates")
    origin = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in MandateOrigin]
    )
    communities = models.JSONField()
    minutes = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "catalogue_mandate"
        indexes = [models.Index(fields=["district", "valid_to"], name="mandate_end")]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="mandate_ends"),
            models.CheckConstraint(
                condition=Q(origin__in=[one.value for one in MandateOrigin]),
                name="mandate_origin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.duty_line_id}"


class MandateTerms(Bound):
    """
    Who asked for the mandated work, what is to be shown for it, and who granted it.

    Written with the mandate. The money reserved for it is not here: the gate, above, points down
    at both the mandate and the reservation.
    """

    PERSONAL: ClassVar[dict[str, str]] = {}

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="terms")
    asked_by = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField()
    appointment = models.BigIntegerField(null=True)  # of who granted or declared it

    class Meta:
        db_table = "catalogue_mandate_terms"
        constraints = [
            models.UniqueConstraint(fields=["district", "mandate"], name="mandate_terms_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.asked_by_id}"
