"""The window: who comes when, with which number."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.cases.domain import ComesBy, Turn
from linli.fabric.blanks import Bound
from linli.fabric.fields import SealedField


class QueueDay(models.Model):
    """The last number given at one window on one day; whoever gives one locks this row."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    district = models.BigIntegerField(editable=False)
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    last_ticket = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "case_queue_day"
        constraints = [
            models.UniqueConstraint(fields=["district", "party", "day"], name="queue_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} at {self.party_id}"


class Booking(Bound):
    """
    One turn at a window: a time that was booked, or a number drawn by one who walked in.

    ``seat`` of ``seats`` at ``starts_at`` is had by one at most: the database says so.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "open", "phone": "sealed"}

    number = models.CharField(max_length=12)
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)
    comes_by = models.CharField(max_length=10)
    day = models.DateField()
    ticket = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(null=True)
    seat = models.PositiveSmallIntegerField(null=True)
    seats = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, default=str(Turn.WAITING))
    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60, blank=True, default="")
    phone = SealedField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    code_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    appointment = models.BigIntegerField(null=True)

    class Meta:
        db_table = "case_booking"
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="booking_number"),
            models.UniqueConstraint(
                fields=["district", "party", "day", "ticket"], name="booking_ticket"
            ),
            models.UniqueConstraint(
                fields=["district", "party", "starts_at", "seat"],
                condition=Q(starts_at__isnull=False) & ~Q(state="cancelled"),
                name="booking_one_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(comes_by="booked", starts_at__isnull=False, seat__lt=F("seats"))
                | Q(comes_by="walk_in", starts_at=None, seat=None, seats=None),
                name="booking_has_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(comes_by__in=[str(one) for one in ComesBy]), name="booking_comes_by"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(one) for one in Turn]), name="booking_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "id"], name="booking_user", condition=Q(user__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} at {self.party_id}"
