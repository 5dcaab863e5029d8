"""What staff did with a reporter's identity: looked at it for a reason, or acted in their name."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from linli.cases.domain import ForAct, Proof
from linli.fabric.blanks import Bound

from .matters import Case, Report


class ContactOpening(Bound):
    """One look at a reporter's name and telephone. The reporter can read who, when and why."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"reason": "open"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="openings")
    appointment = models.BigIntegerField()
    hat = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "case_contact_opening"

    def __str__(self) -> str:
        return f"report {self.report_id} opened by {self.appointment}"


class ForReporter(Bound):
    """One act a clerk did in a reporter's name: which, how they were made sure of, and why."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"statement": "open", "reason": "open"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10)
    proof = models.CharField(max_length=10)
    statement = models.CharField(max_length=500, blank=True, default="")
    reason = models.CharField(max_length=500)
    channel = models.CharField(max_length=10)
    appointment = models.BigIntegerField()
    acted_at = models.DateTimeField()

    class Meta:
        db_table = "case_for_reporter"
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=[str(one) for one in ForAct]), name="for_reporter_act"
            ),
            models.CheckConstraint(
                condition=Q(proof=str(Proof.CODE))
                | (Q(proof=str(Proof.IDENTITY)) & ~Q(statement="")),
                name="for_reporter_proof",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["window", "phone"]), name="for_reporter_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} for report {self.report_id}"
