"""What people say about their own data: requests, consent, who is near, what holds afterwards."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound

from .register import Person


class RightsRequest(Bound):
    """
    What a person asked of us about their own data (个人信息保护法 45–47), with a clock.

    ``user`` is the sign-in the answer goes to, of whoever asked: it outlives an erasure.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"details": "open", "reasons": "open"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    details = models.CharField(max_length=1000, blank=True, default="")
    state = models.CharField(max_length=9)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    reasons = models.CharField(max_length=1000, blank=True, default="")
    appointment = models.BigIntegerField(null=True)
    user = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_rights_request"
        indexes = [
            models.Index(
                fields=["district", "due_at", "id"],
                name="rights_open",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["user", "id"], name="rights_user", condition=Q(user__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person", "kind"],
                condition=Q(state="open"),
                name="rights_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["correction", "export", "erasure"]), name="rights_kind"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | Q(state__in=["granted", "withdrawn"], decided_at__isnull=False)
                | (Q(state="refused", decided_at__isnull=False) & ~Q(reasons="")),
                name="rights_refused_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"


class Consent(Bound):
    """Consent to one purpose (个人信息保护法 13–15); a child's is ``given_by`` the guardian (31)."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"given_by": "open"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    given_by = models.BigIntegerField()
    appointment = models.BigIntegerField(null=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_once_a_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.person_id}"


class Kin(Bound):
    """``relative`` is a near relative of ``person``, as papers showed at the window."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"kinship": "open"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    relative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kinship = models.CharField(max_length=12)
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "people_kin"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person", "relative"], name="kin_once_a_pair"
            ),
            models.CheckConstraint(condition=~Q(person=F("relative")), name="kin_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.relative_id} is {self.kinship} of {self.person_id}"


class Arrangement(Bound):
    """Somebody's word that near relatives are not to ask after their death (个人信息保护法 49)."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_arrangement"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person"],
                condition=Q(withdrawn_at=None),
                name="arrangement_once",
            ),
        ]

    def __str__(self) -> str:
        return f"arrangement of {self.person_id}"
