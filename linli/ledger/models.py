"""
The double-entry book. The database itself keeps it: triggers move balances and refuse the rest.

A transfer is one row with two sides and never changes. The counts of an account follow from the
transfers, so that the journal binds the transfers, and ``linli verify`` counts anew.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound

from .domain import MOST_AMOUNT, Balance, UnitData, UnitKind


class Unit(Bound):
    """What is counted (``linli load-units``). ``places`` are the decimal places shown."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=30)
    kind = models.CharField(max_length=10)
    name = models.JSONField()
    places = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "ledger_unit"
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="unit_code"),
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in UnitKind]), name="unit_kind"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="unit_span"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def data(self) -> UnitData:
        """Return the unit as the rules take it."""
        return UnitData(
            code=self.code,
            kind=UnitKind(self.kind),
            name=self.name,
            places=self.places,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class BudgetLine(Bound):
    """One line of a party's budget, in one unit. What stands at each stage stands on its accounts."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=60)
    name = models.JSONField()
    owner = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_budget_line"
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="line_code"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="line_span"),
        ]

    def __str__(self) -> str:
        return self.code


class Account(Bound):
    """
    One account in one unit, whose it is, and between which limits it stays.

    It belongs to exactly one of: a person, a party, a place, a budget line (at a stage), or a table
    of a storey above, which points down at it and whose name stands in ``above``.

    Floor and ceiling are CHECKs; whose an account is, which never changes, the trigger on insertion
    checks: as a CHECK it would be looked at again with every booking, for a third of its cost.
    The counts are moved by the database when a transfer or an outcome is inserted, and by nothing
    else. ``held`` is set aside: it may not be spent, and has not left.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {
        "person": "open",
        "posted_in": "counted",
        "posted_out": "counted",
        "held": "counted",
    }
    SETTABLE = ("floor", "ceiling", "closed_at", "salt")
    LOOSE = frozenset({"posted_in", "posted_out", "held", "last_transfer", "last_outcome"})

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    party = models.ForeignKey(
        "parties.Party", null=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(
        BudgetLine, null=True, on_delete=models.PROTECT, related_name="accounts", db_index=False
    )
    stage = models.CharField(max_length=12, default="")
    above = models.CharField(max_length=60, default="")
    purpose = models.CharField(max_length=30)
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    posted_in = models.BigIntegerField(default=0)
    posted_out = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    last_transfer = models.BigIntegerField(default=0)
    last_outcome = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["district", whose, "unit", "purpose"],
                    condition=Q(**{f"{whose}__isnull": False}),
                    name=f"account_of_{whose}",
                )
                for whose in ("person", "party", "place")
            ),
            models.UniqueConstraint(
                fields=["district", "line", "stage"],
                condition=Q(line__isnull=False),
                name="account_of_line",
            ),
            models.CheckConstraint(
                condition=Q(floor=None)
                | Q(floor__lte=F("posted_in") - F("posted_out") - F("held")),
                name="account_floor",
            ),
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(ceiling__gte=F("posted_in") - F("posted_out")),
                name="account_ceiling",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="account_holding", condition=Q(held__gt=0)),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    def balance(self, *, lapsed: int = 0) -> Balance:
        """Return the account as the rules take it; ``lapsed`` is what of ``held`` is over."""
        return Balance(
            posted_in=self.posted_in,
            posted_out=self.posted_out,
            held=self.held,
            floor=self.floor,
            ceiling=self.ceiling,
            lapsed=lapsed,
        )


class Transfer(Bound):
    """
    ``amount`` from payer to payee: one row, two sides, never changed.

    With ``expires_at`` it is a hold: set aside until then, settled by its ``Outcome``. With
    ``corrects`` it takes back that booking, wholly or in part. ``key`` refuses a second time.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    # No foreign keys in the database: the trigger that moves both accounts finds them, or refuses,
    # and nobody can delete one. Three checks less at every commit.
    payer = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="transfers_out",
        db_index=False,
        db_constraint=False,
    )
    payee = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="transfers_in",
        db_index=False,
        db_constraint=False,
    )
    amount = models.BigIntegerField()
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=30)
    act = models.BigIntegerField()
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="corrections",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        db_table = "ledger_transfer"
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="transfer_once"),
            models.CheckConstraint(
                condition=Q(amount__range=(1, MOST_AMOUNT)), name="transfer_amount"
            ),
            models.CheckConstraint(condition=~Q(payer=F("payee")), name="transfer_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["payer", "at", "id"], name="transfer_payer"),
            models.Index(fields=["payee", "at", "id"], name="transfer_payee"),
            models.Index(
                fields=["payer", "expires_at"],
                name="transfer_holds",
                condition=Q(expires_at__isnull=False),
            ),
            models.Index(
                fields=["corrects"], name="transfer_corrects", condition=Q(corrects__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"transfer {self.pk}"


class Outcome(Bound):
    """How a hold ended: posted with so much of it, voided, or expired. Appended once, never changed."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    transfer = models.ForeignKey(
        Transfer,
        on_delete=models.PROTECT,
        related_name="outcomes",
        db_index=False,
        db_constraint=False,
    )
    kind = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    act = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_outcome"
        constraints = [
            models.UniqueConstraint(fields=["district", "transfer"], name="outcome_once"),
            models.CheckConstraint(
                condition=Q(kind="posted", amount__gt=0)
                | Q(kind__in=["voided", "expired"], amount=0),
                name="outcome_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.transfer_id}"
