"""Parties, the posts in them, who is appointed, who is away and when they are open."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound

from .domain import Kind, Role, Sector


class Party(Bound):
    """
    An office, a hat of a community, an organisation or a body of residents.

    ``code`` reads ``<place code>.<kind or office>``. ``place`` is the territory it answers for.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    office = models.CharField(max_length=30, default="")
    sector = models.CharField(max_length=12)
    for_profit = models.BooleanField(default=False)
    legal_person = models.BooleanField(default=False)
    name = models.JSONField()
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    phone = models.CharField(max_length=30, default="")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        db_table = "parties_party"
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="party_code"),
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in Kind]), name="party_kind"
            ),
            models.CheckConstraint(
                condition=Q(sector__in=[str(sector) for sector in Sector]), name="party_sector"
            ),
            models.CheckConstraint(
                condition=Q(for_profit=False) | Q(sector=str(Sector.ORGANISATION)),
                name="party_profit",
            ),
            models.CheckConstraint(
                condition=Q(legal_person=False)
                | ~Q(kind__in=["station", "party_org", "oversight"]),
                name="party_legal_person",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="party_span"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PostFramework(Bound):
    """A framework of posts, such as "7+1": so many core posts and so many flexible ones."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=30)
    name = models.JSONField()

    class Meta:
        db_table = "parties_postframework"
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="framework_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Post(Bound):
    """One post of a framework. Its name is the operator's; until named it shows its code."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    framework = models.ForeignKey(PostFramework, on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    flexible = models.BooleanField(default=False)
    name = models.JSONField(null=True)

    class Meta:
        db_table = "parties_post"
        constraints = [
            models.UniqueConstraint(fields=["district", "framework", "code"], name="post_code"),
            models.UniqueConstraint(
                fields=["district", "framework", "position"], name="post_position"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Appointment(Bound):
    """
    Somebody's seat in a party, from the first to the last day, both included.

    ``name`` is shown to residents: who serves the public does so by name. ``person`` is the id in
    ``people``, known only where that matters for the rules on relatives.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "open"}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.BigIntegerField(null=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20)
    hat = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    backup = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        db_table = "parties_appointment"
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[str(role) for role in Role]), name="appointment_role"
            ),
            models.CheckConstraint(
                condition=Q(hat__in=[str(kind) for kind in Kind]), name="appointment_hat"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="appointment_span"
            ),
            models.CheckConstraint(
                condition=~Q(role=str(Role.AUDITOR)) | Q(to_on__isnull=False),
                name="appointment_auditor_ends",
            ),
            models.CheckConstraint(
                condition=Q(backup=None) | ~Q(backup=F("id")), name="appointment_not_own_backup"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Leave(Bound):
    """Days on which an appointee is away, both ends included. ``begun_at`` is set by the sweep."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"from_on": "open", "to_on": "open"}

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="leaves")
    from_on = models.DateField()
    to_on = models.DateField()
    begun_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parties_leave"
        indexes = [
            models.Index(fields=["from_on"], name="leave_to_begin", condition=Q(begun_at=None))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "appointment", "from_on"], name="leave_once"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="leave_span"),
        ]

    def __str__(self) -> str:
        return f"leave {self.pk}"


class DutyShift(Bound):
    """One shift of a duty roster; while it lasts its appointee takes what comes in."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "parties_dutyshift"
        indexes = [models.Index(fields=["party", "starts_at"], name="shift_party")]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "appointment", "starts_at"], name="shift_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_span"),
        ]

    def __str__(self) -> str:
        return f"shift {self.pk}"


class Closing(Bound):
    """Days on which a party is shut although its week says otherwise, both ends included."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parties_closing"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "party", "from_on"],
                condition=Q(voided_at=None),
                name="closing_once",
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="closing_span"),
        ]

    def __str__(self) -> str:
        return f"closed {self.from_on} to {self.to_on}"


class OpeningHours(Bound):
    """
    One span of a weekday (Monday 0) in minutes of the day, in force from a day.

    ``until_on`` is the first day on which it no longer holds.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    opens_minute = models.PositiveSmallIntegerField()
    closes_minute = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        db_table = "parties_openinghours"
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday"),
            models.CheckConstraint(
                condition=Q(closes_minute__gt=F("opens_minute"), closes_minute__lte=1440),
                name="hours_span",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="hours_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens_minute}-{self.closes_minute}"
