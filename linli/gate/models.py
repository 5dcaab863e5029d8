"""
Requests for work or numbers, who signed them, the tasks they became, and what was refused.

A task cannot be written without a mandate, nor a request be admitted without its reservation, or
under a line that was taken back: the database refuses both.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound

from .domain import Effort, Kind, Lane, State, TaskState

LIVE = [str(State.ADMITTED), str(State.ACTIVE)]


def one_of(column: str, words: type[StrEnum]) -> Q:
    """Return the condition that a column holds one of the listed words."""
    return Q(**{f"{column}__in": [str(word) for word in words]})


class Request(Bound):
    """
    What an office asks of communities: work, or facts nobody has yet (a question).

    ``communities`` are ids; ``minutes`` what one of them spends; ``amount_fen`` what all cost.
    ``line`` is the code items use; ``line_kind`` the worst that a community's list said of it when
    it was submitted. ``cell`` is canonical JSON of whom a question is about, or whose doors work
    goes to; null where the work is nobody's door. The three sums are nested: what was paid was
    committed, and so on. ``reasons`` are the findings of the last decision. Appointments are of who
    submitted, decided, declared.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"words": "open"}

    number = models.CharField(max_length=12)
    kind = models.CharField(max_length=4)
    lane = models.CharField(max_length=9, default=str(Lane.ORDINARY))
    state = models.CharField(max_length=12)
    asked_by = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    words = models.TextField()
    purpose = models.CharField(max_length=300)
    basis = models.CharField(max_length=120)
    line = models.CharField(max_length=60, blank=True, default="")
    line_kind = models.CharField(max_length=12, blank=True, default="")
    communities = models.JSONField()
    from_on = models.DateField()
    to_on = models.DateField()
    minutes = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField(default=0)
    evidence = models.CharField(max_length=200)
    with_names = models.BooleanField(default=False)
    cell = models.TextField(null=True)  # noqa: DJ001  # null leaves older digests as they are
    # ``unknown``, and ``Worked.visit``, are written no more (decision 24). They stay: the digests of the
    # rows that hold one are over it, and `linli verify` would call each of them altered.
    unknown = models.PositiveIntegerField(null=True)
    budget_line = models.ForeignKey(
        "ledger.BudgetLine", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reserved_fen = models.BigIntegerField(default=0)
    committed_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.BigIntegerField(null=True)
    decide_by_on = models.DateField(null=True)
    escalated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    declared_by = models.BigIntegerField(null=True)
    declared_words = models.CharField(max_length=300, blank=True, default="")
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reasons = models.JSONField(default=list)

    class Meta:
        db_table = "gate_request"
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="request_number"),
            models.CheckConstraint(condition=one_of("kind", Kind), name="request_kind"),
            models.CheckConstraint(condition=one_of("lane", Lane), name="request_lane"),
            models.CheckConstraint(condition=one_of("state", State), name="request_state"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="request_span"),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0)
                & Q(committed_fen__gte=F("paid_fen"))
                & Q(reserved_fen__gte=F("committed_fen"))
                & Q(amount_fen__gte=F("reserved_fen")),
                name="request_money_nested",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE)
                | Q(
                    line_kind__in=["basic", "cooperate"],
                    valid_from__isnull=False,
                    valid_to__isnull=False,
                ),
                name="request_never_taken_back",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE)
                | Q(lane="emergency", declared_by__isnull=False)
                | Q(lane="ordinary", reserved_fen=F("amount_fen"), budget_line__isnull=False),
                name="request_funded",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "asked_by", "-id"], name="request_of_office"),
            models.Index(fields=["valid_to"], name="request_to_lapse", condition=Q(state__in=LIVE)),
        ]

    def __str__(self) -> str:
        return self.number


class Cosignature(Bound):
    """A street's name under a request for its communities; another hand than the asker's."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="cosignatures")
    street = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    appointment = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "gate_cosignature"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "request", "street"], name="cosignature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"street {self.street_id} for {self.request_id}"


class Task(Bound):
    """
    An admitted request at one community. It carries the mandate it stands on, always.

    Where it is done at doors it has no hand of its own: ``asked`` questions or doors were put on
    the visit list under the mandate ``put_under``, and ``met`` of them are answered or visited.
    ``facts``: how many of them one person is asked at most.
    ``unasked``: how many questions to people who came later the minutes paid for had no room for.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"shown": "open"}

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="tasks")
    community = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey("catalogue.Mandate", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8)
    amount_fen = models.BigIntegerField()
    committed_fen = models.BigIntegerField(default=0)
    worked = models.PositiveIntegerField(default=0)
    shown = models.TextField(blank=True, default="")
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    pay_by_on = models.DateField(null=True)
    paid_at = models.DateTimeField(null=True)
    paid_late = models.BooleanField(default=False)
    put_under = models.BigIntegerField(null=True)
    asked = models.PositiveIntegerField(null=True)
    met = models.PositiveIntegerField(null=True)
    facts = models.PositiveSmallIntegerField(null=True)
    unasked = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "gate_task"
        constraints = [
            models.UniqueConstraint(fields=["district", "request", "community"], name="task_once"),
            models.CheckConstraint(condition=one_of("state", TaskState), name="task_state"),
            models.CheckConstraint(
                condition=Q(committed_fen__gte=0) & Q(amount_fen__gte=F("committed_fen")),
                name="task_money",
            ),
            models.CheckConstraint(
                condition=Q(paid_at=None) | Q(state="done", committed_fen__gt=0),
                name="task_paid_when_done",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(shown=""), name="task_done_is_shown"
            ),
            models.CheckConstraint(
                condition=Q(asked=None, met=None) | Q(asked__gte=F("met")),
                name="task_meets_what_it_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="task_of_community"),
            models.Index(
                fields=["pay_by_on"],
                name="task_to_pay",
                condition=Q(pay_by_on__isnull=False, paid_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"task {self.pk} of {self.request_id}"


class TaskFile(Bound):
    """A picture or a PDF that shows a task was done. The database keeps it as it was shown."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField()

    class Meta:
        db_table = "gate_task_file"
        constraints = [
            models.UniqueConstraint(fields=["district", "file"], name="file_shows_one_task"),
        ]

    def __str__(self) -> str:
        return f"file {self.file_id} of {self.task_id}"


class TaskQuestion(Bound):
    """A question on the visit list that a task wants answered; others may want it too."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="questions")
    question = models.ForeignKey("visits.Question", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "gate_task_question"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "task", "question"], name="task_asks_it_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} for {self.task_id}"


class Worked(Bound):
    """
    Minutes a community spent on a task, by what they went into; booked in the ledger too.

    Somebody books them by hand; of what is done at doors the house does, once, at the end. ``undone``
    is the booking in the ledger that took them back.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="minutes")
    effort = models.CharField(max_length=7)
    minutes = models.PositiveIntegerField()
    worked_on = models.DateField()
    transfer = models.ForeignKey("ledger.Transfer", on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey("visits.Visit", null=True, on_delete=models.PROTECT, related_name="+")
    undone = models.ForeignKey(
        "ledger.Transfer", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "gate_worked"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "task", "visit"], name="worked_once_a_visit"
            ),
            models.CheckConstraint(condition=one_of("effort", Effort), name="worked_effort"),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 10_000)), name="worked_some_minutes"
            ),
        ]
        indexes = [models.Index(fields=["district", "worked_on"], name="worked_month")]

    def __str__(self) -> str:
        return f"{self.minutes} of {self.task_id}"


class Refusal(Bound):
    """
    What a community refused because it came past the gate (未经准入，社区有权拒绝).

    ``asked_by`` is the office that came with it, ``asked_words`` who it said it was where no office
    of the house did. ``basis`` is the law and article the refusal rests on.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"words": "open", "asked_words": "open"}

    community = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        "parties.Party", null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_words = models.CharField(max_length=120, blank=True, default="")
    words = models.TextField()
    line = models.CharField(max_length=60, blank=True, default="")
    basis = models.CharField(max_length=120)
    appointment = models.BigIntegerField(null=True)
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "gate_refusal"
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="refusal_cites"),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) | ~Q(asked_words=""), name="refusal_of_somebody"
            ),
        ]
        indexes = [models.Index(fields=["district", "-id"], name="refusal_newest")]

    def __str__(self) -> str:
        return f"refusal {self.pk}"


class TakenNumbers(Bound):
    """
    Numbers an office took from the facts: what was counted, when, and what it was told.

    ``cell`` and ``numbers`` are canonical JSON: community id → number, null where it is too small.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="numbers")
    cell = models.TextField()
    as_of = models.DateField()
    numbers = models.TextField()

    class Meta:
        db_table = "gate_taken_numbers"
        constraints = [
            models.UniqueConstraint(fields=["district", "request"], name="numbers_of_request"),
        ]

    def __str__(self) -> str:
        return f"numbers of {self.request_id}"
