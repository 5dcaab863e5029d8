"""The record, its seals, what is still to be told to others, and who read whom is told elsewhere."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Line(models.Model):
    """
    One act of one storey: what happened, under which hat, and the digest of every row it wrote.

    Append-only, kept so by triggers; only sealing sets ``batch``, ``position`` and ``leaf``, once.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    district = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    act_id = models.BigIntegerField()
    version = models.PositiveSmallIntegerField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    appointment = models.BigIntegerField(null=True)
    hat = models.CharField(max_length=60)
    at = models.DateTimeField()
    body = models.TextField()
    batch = models.BigIntegerField(null=True)
    position = models.PositiveIntegerField(null=True)
    leaf = models.BinaryField(max_length=32, null=True)

    class Meta:
        db_table = "journal_line"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="line_subject"),
            models.Index(fields=["id"], name="line_unsealed", condition=Q(batch=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(batch=None, position=None, leaf=None)
                | Q(batch__isnull=False, position__isnull=False, leaf__isnull=False),
                name="line_sealed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Seal(models.Model):
    """The signed root of one batch, chained to the one before. Append-only."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    number = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    count = models.PositiveIntegerField()
    alg = models.CharField(max_length=30)
    key_id = models.CharField(max_length=16)
    public_key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "journal_seal"
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="seal_numbered_from_one"),
            models.CheckConstraint(condition=~Q(root=F("previous")), name="seal_moves_the_root"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"


class Pending(models.Model):
    """A line whose reactions have not all run. Deleted when they have; ``gave_up_at`` needs a person."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    line = models.OneToOneField(Line, on_delete=models.PROTECT, db_constraint=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    gave_up_at = models.DateTimeField(null=True)
    complaint = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "journal_pending"
        indexes = [
            models.Index(fields=["next_at"], name="pending_next", condition=Q(gave_up_at=None))
        ]

    def __str__(self) -> str:
        return f"pending {self.line_id}"


class Effect(models.Model):
    """That one reaction to one line is done; the unique key makes a second run do nothing."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    line = models.ForeignKey(Line, on_delete=models.PROTECT, db_constraint=False)
    reaction = models.CharField(max_length=80)

    class Meta:
        db_table = "journal_effect"
        constraints = [
            models.UniqueConstraint(fields=["line", "reaction"], name="effect_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} of {self.line_id}"
