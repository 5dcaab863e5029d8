"""Notices on their way, and replies that lie ready."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from linli.fabric.blanks import Bound
from linli.fabric.fields import SealedField

from .domain import TITLE_LENGTH, Channel, State


class Notice(Bound):
    """
    One message to one recipient by one way: a user on this site, or a sealed address outside it.

    ``subject_kind`` and ``subject_id`` name what it is about, as in journal lines.
    How often it was tried is not bound by the journal; that it was queued, sent or failed is.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"contact": "sealed", "title": "open", "body": "open"}
    LOOSE: ClassVar[frozenset[str]] = frozenset({"tries", "next_at", "complaint"})

    user = models.ForeignKey("identity.User", on_delete=models.PROTECT, null=True, related_name="+")
    contact = SealedField(null=True)
    event = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=TITLE_LENGTH)
    body = models.TextField()
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    channel = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Channel])
    state = models.CharField(max_length=10, choices=[(one.value, one.name) for one in State])
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    complaint = models.CharField(max_length=60, default="")

    class Meta:
        db_table = "notices_notice"
        indexes = [
            models.Index(fields=["user", "queued_at", "id"], name="notice_user"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(state="sent")),
            models.Index(fields=["next_at", "id"], name="notice_due", condition=Q(state="queued")),
            models.Index(
                fields=["district", "failed_at", "id"],
                name="notice_failed",
                condition=Q(state="failed"),
            ),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="notice_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="inapp", user__isnull=False, contact=None)
                | Q(channel__in=["email", "sms"], user=None, contact__isnull=False)
                | Q(channel__in=["email", "sms"], user=None, forgotten_at__isnull=False),
                name="notice_has_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="queued",
                    next_at__isnull=False,
                    sent_at=None,
                    failed_at=None,
                    read_at=None,
                )
                | Q(state="sent", sent_at__isnull=False, failed_at=None, read_at=None)
                | Q(state="failed", failed_at__isnull=False, sent_at=None, read_at=None)
                | Q(state="told", failed_at__isnull=False, sent_at=None, read_at=None)
                | Q(state="read", sent_at__isnull=False, read_at__isnull=False, failed_at=None),
                name="notice_state_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="told", told_at__isnull=False)
                | ~Q(state="told") & Q(told_at=None),
                name="notice_told_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None)
                | Q(contact=None, title="", body="", salt=None) & ~Q(state="queued"),
                name="notice_forgotten_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Reply(Bound):
    """
    A reply that lies ready for staff, from a pack. Empty ``item`` or ``outcome`` fits any.

    ``title`` and ``body`` are texts by language; ``example`` marks one nobody has approved yet.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=40)
    since = models.DateField()
    item = models.CharField(max_length=60, default="", blank=True)
    outcome = models.CharField(max_length=30, default="", blank=True)
    title = models.JSONField()
    body = models.JSONField()
    example = models.BooleanField(default=False)

    class Meta:
        db_table = "notices_reply"
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "since"], name="reply_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.code} since {self.since}"
