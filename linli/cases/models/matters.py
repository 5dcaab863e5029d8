"""
Cases, their steps, who reported them, and the lists and index drawn from them.

Bound tables are proved by the journal; ``Docket`` and the search table are drawn from them and
checked against them by ``linli verify``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.cases.domain import AWARD_ENDS, Channel, End, Mark, PauseReason, Role, Status, StepState
from linli.fabric.blanks import Bound
from linli.fabric.fields import SealedField


def one_of(
    column: str, values: type[Status | End | StepState | Channel | Role | Mark | PauseReason]
) -> Q:
    """Return the condition that a column holds one of the listed words."""
    return Q(**{f"{column}__in": [str(value) for value in values]})


class Case(Bound):
    """
    One matter: one number, one clock, one accountable owner at every instant.

    ``due_at`` is null only where no rule was in force (imports from before a rule: never late).
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {
        "words": "open",
        "answer": "open",
        "place_words": "open",
    }

    number = models.CharField(max_length=12)
    version = models.ForeignKey("catalogue.ItemVersion", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    words = models.TextField()
    answers = models.JSONField(default=dict)
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    place_words = models.CharField(max_length=200, blank=True, default="")
    community_id = models.BigIntegerField(null=True)
    subject = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    sensitive = models.BooleanField(default=False)

    status = models.CharField(max_length=10)
    end = models.CharField(max_length=10, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    owner = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    owner_appointment = models.BigIntegerField(null=True)
    parent_step = models.ForeignKey(
        "Step", null=True, on_delete=models.PROTECT, related_name="subcases"
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    opened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    first_due_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    extended = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    reopened_at = models.DateTimeField(null=True)
    mark = models.CharField(max_length=10, blank=True, default="")
    next_mark_at = models.DateTimeField(null=True)
    # The first response has a clock of its own: what it showed last, and when it rings next.
    first_mark = models.CharField(max_length=10, null=True)  # noqa: DJ001  # decision 0021
    first_next_mark_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    # An import's own name for the row it came from; null is no key, and nulls never collide.
    external_key = models.CharField(max_length=80, null=True)  # noqa: DJ001

    class Meta:
        db_table = "case_case"
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="case_number"),
            models.UniqueConstraint(fields=["district", "external_key"], name="case_external_key"),
            models.CheckConstraint(condition=one_of("status", Status), name="case_status"),
            models.CheckConstraint(
                condition=Q(status__in=["answered", "ended"], end__in=[str(e) for e in End])
                | (~Q(status__in=["answered", "ended"]) & Q(end="")),
                name="case_end_when_over",
            ),
            models.CheckConstraint(condition=one_of("channel", Channel), name="case_channel"),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="case_rating"
            ),
            models.CheckConstraint(
                condition=Q(first_mark=None) | one_of("first_mark", Mark), name="case_first_mark"
            ),
            models.CheckConstraint(
                condition=Q(first_next_mark_at=None) | Q(responded_at=None),
                name="case_first_clock_stops",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="case_not_into_itself"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_mark_at"], name="case_marks", condition=Q(next_mark_at__isnull=False)
            ),
            models.Index(
                fields=["first_next_mark_at"],
                name="case_first_marks",
                condition=Q(first_next_mark_at__isnull=False),
            ),
            models.Index(
                fields=["district", "community_id", "item", "opened_at"],
                name="case_near",
                condition=~Q(status="ended"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def clock_began_at(self) -> datetime:
        """When the clock of the whole began: with the opening, and anew with each reopening."""
        return self.reopened_at or self.opened_at


class Report(Bound):
    """One person's saying of a matter: the first report, or a “me too”. Each has its own receipt."""

    PERSONAL: ClassVar[Mapping[str, str]] = {
        "name": "open",
        "phone": "sealed",
        "phone_index": "sealed",
        "words": "open",
        "behalf_words": "open",
    }

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    first = models.BooleanField(default=True)
    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60, blank=True, default="")
    phone = SealedField(null=True)
    phone_index = models.BinaryField(max_length=32, null=True)
    words = models.TextField(blank=True, default="")
    behalf_words = models.CharField(max_length=200, blank=True, default="")
    taken_by = models.BigIntegerField(null=True)
    hidden = models.BooleanField(default=False)
    code_hash = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10, default="zh-hans")
    reported_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # they took it back; others may stand by theirs

    class Meta:
        db_table = "case_report"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case"], condition=Q(first=True), name="report_first_once"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "id"], name="report_user", condition=Q(user__isnull=False))
        ]

    def __str__(self) -> str:
        return f"report {self.pk} of {self.case_id}"


class Step(Bound):
    """One step of a case at one office; ``after`` names the steps it waits for."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"note": "open", "answers": "open"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=60)
    name = models.JSONField()
    performer = models.CharField(max_length=60)
    after = models.JSONField(default=list)
    assist = models.JSONField(default=list)  # ids of the parties that assist
    subcase_item = models.CharField(max_length=60, blank=True, default="")
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    appointment = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    origin = models.CharField(max_length=10, default="resident")
    mandate = models.ForeignKey(
        "catalogue.Mandate", null=True, on_delete=models.PROTECT, related_name="+"
    )
    hops = models.PositiveSmallIntegerField(default=0)
    offered_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=30, blank=True, default="")
    note = models.TextField(blank=True, default="")
    answers = models.JSONField(default=dict)
    mark = models.CharField(max_length=10, blank=True, default="")
    next_mark_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "case_step"
        constraints = [
            models.UniqueConstraint(fields=["district", "case", "code"], name="step_code"),
            models.CheckConstraint(condition=one_of("state", StepState), name="step_state"),
            models.CheckConstraint(
                condition=Q(origin="resident")
                | Q(origin__in=["admitted", "emergency"], mandate__isnull=False),
                name="step_through_the_gate",
            ),
            models.CheckConstraint(condition=Q(hops__lte=2), name="step_two_hops"),
        ]
        indexes = [
            models.Index(
                fields=["next_mark_at"], name="step_marks", condition=Q(next_mark_at__isnull=False)
            ),
            models.Index(
                fields=["party", "due_at"],
                name="step_in_hand",
                condition=Q(state__in=["offered", "accepted", "returned"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.case_id}"

    def leave_over(self, at: datetime) -> bool:
        """Whether the leave it came with has ended: it is not to be worked on, but handed on."""
        if self.mandate is None:
            return False
        ends = (self.mandate.valid_to, self.mandate.revoked_at)
        return any(end is not None and end <= at for end in ends)


class StepMove(Bound):
    """One change of hands or state of a step. Append-only; the step points at nothing, it is the sum."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"note": "open"}

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="moves")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    from_party = models.BigIntegerField()
    to_party = models.BigIntegerField()
    clause = models.CharField(max_length=60, blank=True, default="")
    note = models.TextField(blank=True, default="")
    hop = models.PositiveSmallIntegerField(default=0)
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "case_step_move"
        indexes = [models.Index(fields=["case", "id"], name="move_case")]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state} of {self.step_id}"


class Ruling(Bound):
    """
    One decision on one return; it becomes a precedent for the same item and clause.

    Over without a decision (taken back, or the case ended or changed its item first) it has a
    ``ruled_at`` and no ``upheld``, and is no precedent.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"reason": "open"}

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="rulings")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rulings")
    item = models.CharField(max_length=60)
    clause = models.CharField(max_length=60)
    returned_by = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()
    arbiter_party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    upheld = models.BooleanField(null=True)
    to_party = models.ForeignKey(
        "parties.Party", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, default="")
    ruled_by = models.BigIntegerField(null=True)
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_ruling"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "step"], condition=Q(ruled_at=None), name="ruling_one_open"
            ),
            models.CheckConstraint(
                condition=Q(upheld=None, to_party=None)
                | Q(ruled_at__isnull=False, upheld__isnull=False, to_party__isnull=False),
                name="ruling_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "arbiter_party", "ruled_at"], name="ruling_queue"),
            models.Index(
                fields=["district", "item", "clause", "ruled_at"], name="ruling_precedent"
            ),
        ]

    def __str__(self) -> str:
        return f"ruling {self.pk}"


class Pause(Bound):
    """One stretch of time a clock stood still, with its listed reason and its day of review."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"words": "open"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=12)
    words = models.TextField(blank=True, default="")
    papers = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    review_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_pause"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case"], condition=Q(ended_at=None), name="pause_one_open"
            ),
            models.CheckConstraint(condition=one_of("reason", PauseReason), name="pause_reason"),
        ]
        indexes = [
            models.Index(fields=["review_at"], name="pause_review", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.reason} of {self.case_id}"


class Extension(Bound):
    """The end of a clock was moved (延期): from when to when, and the reason the resident is given."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"words": "open"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    words = models.TextField()
    was_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    granted_at = models.DateTimeField()

    class Meta:
        db_table = "case_extension"
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("was_due_at")), name="extension_gives_time"
            )
        ]

    def __str__(self) -> str:
        return f"extension {self.pk} of {self.case_id}"


class Attachment(Bound):
    """A file that belongs to a case, and who brought it."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+")
    paper = models.CharField(max_length=60, blank=True, default="")
    brought_by = models.CharField(max_length=10)
    attached_at = models.DateTimeField()

    class Meta:
        db_table = "case_attachment"

    def __str__(self) -> str:
        return f"file {self.file_id} of {self.case_id}"


class Award(Bound):
    """
    What a decision gave (享有): who has which benefit from when up to when, that day not counted.

    Without a case it was there before us and came with a roll of those who have it (名册).
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="awards")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=10, null=True)  # noqa: DJ001  # none while it holds
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_award"
        indexes = [models.Index(fields=["district", "item", "person"], name="award_item")]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="award_forward"
            ),
            models.UniqueConstraint(
                fields=["district", "person", "item"],
                condition=Q(to_on=None),
                name="award_held_once",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None, end_reason=None, ended_at=None)
                | Q(
                    to_on__isnull=False,
                    end_reason__isnull=False,
                    end_reason__in=[str(code) for code in AWARD_ENDS],
                    ended_at__isnull=False,
                ),
                name="award_ended_by_an_act",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} for {self.person_id}"


class Docket(models.Model):
    """One row for each party concerned with a case: every list and every right reads only this."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    district = models.BigIntegerField()
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="dockets")
    role = models.CharField(max_length=10)
    open = models.BooleanField()
    status = models.CharField(max_length=10)
    item = models.CharField(max_length=60)
    community_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        db_table = "case_docket"
        constraints = [
            models.UniqueConstraint(fields=["district", "party", "case"], name="docket_party_case"),
            models.CheckConstraint(condition=one_of("role", Role), name="docket_role"),
        ]
        indexes = [
            models.Index(fields=["party", "-opened_at", "-id"], name="docket_opened"),
            models.Index(
                fields=["party", "due_at", "id"], name="docket_due", condition=Q(open=True)
            ),
            models.Index(fields=["party", "number", "id"], name="docket_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} at {self.party_id}"
