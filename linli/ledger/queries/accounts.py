"""Accounts, what stands on them, units and budget lines. A balance is read, never summed up."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from linli.basics import Actor, NoSuchThing
from linli.ledger.domain import (
    MAIN,
    Balance,
    LineBalance,
    Owner,
    OwnerKind,
    Permission,
    Stage,
    UnitNotInUse,
    check_unit,
)
from linli.ledger.models import Account, BudgetLine, Outcome, Transfer, Unit
from linli.people import queries as people


def units(*, district: int) -> list[Unit]:
    """Return every unit, in use or not, by code."""
    return list(Unit.objects.filter(district=district).order_by("code"))


def unit_in_use(code: str, *, on: date, district: int) -> Unit:
    """
    Return one unit.

    :raises UnitNotInUse: if it is unknown, or not in use on that day
    """
    found = Unit.objects.filter(district=district, code=code).first()
    if found is None:
        raise UnitNotInUse(code=code, day=on)
    check_unit(found.data(), code=code, on=on)
    return found


def accounts_for(actor: Actor) -> QuerySet[Account]:
    """
    Return the accounts an actor may look into, oldest first.

    Everybody: one's own, and those of records merged into one's own. Who may see the ledger: those of the own office and its budget lines, and
    of the places it reaches. Who may audit it: the whole district's, persons' left out. What
    belongs to a table above is shown by that storey, under its rules.
    """
    mine = Q(pk=None)
    if actor.person is not None:
        mine = Q(person__in=people.records_of(actor.person))
    if Permission.AUDIT in actor.permissions:
        mine |= Q(person=None, above="")
    elif Permission.SEE in actor.permissions:
        mine |= Q(place__in=actor.communities)
        if actor.party is not None:
            mine |= Q(party=actor.party) | Q(line__owner=actor.party)
    rows = Account.objects.filter(mine, district=actor.district)
    return rows.select_related("unit", "line").order_by("id")


def account_for(actor: Actor, account_id: int) -> Account:
    """
    Return one account an actor may look into.

    :raises NoSuchThing: if there is none, or it is not theirs to see
    """
    found = accounts_for(actor).filter(pk=account_id).first()
    if found is None:
        raise NoSuchThing
    return found


def account(account_id: int, *, district: int) -> Account:
    """
    Return one account; the storey that asks answers for who may see it.

    :raises NoSuchThing: if there is none in this district
    """
    rows = Account.objects.select_related("unit", "line")
    found = rows.filter(district=district, pk=account_id).first()
    if found is None:
        raise NoSuchThing
    return found


def must_be_there(owner: Owner, *, district: int) -> None:
    """
    Return quietly if there is such a person, party or place.

    :raises NoSuchThing: if there is none in this district
    """
    whose = Account._meta.get_field(str(owner.kind)).related_model
    if not whose._base_manager.filter(district=district, pk=owner.id).exists():  # type: ignore[union-attr]
        raise NoSuchThing


def account_of(owner: Owner, *, unit: str, purpose: str = MAIN, district: int) -> Account | None:
    """Return the account of an owner below in a unit (its code) for a purpose, if there is one."""
    if owner.kind == OwnerKind.ABOVE:
        return None
    return Account.objects.filter(
        **{f"{owner.kind}_id": owner.id, "unit__code": unit},
        purpose=purpose,
        district=district,
    ).first()


def accounts_of_person(person: int, *, district: int) -> list[Account]:
    """
    Return the accounts of a person, oldest first: those of the record that stands and of all merged
    into it. They stay apart, each with its own bookings, so that parting the records parts them too.
    """
    records = people.records_of(people.standing_record(person))
    rows = Account.objects.filter(district=district, person__in=records)
    return list(rows.select_related("unit").order_by("id"))


def balance(account_id: int, *, district: int, at: datetime) -> Balance:
    """
    Return what an account holds at this moment, in two rows read.

    :raises NoSuchThing: if there is none in this district
    """
    row = account(account_id, district=district)
    return row.balance(lapsed=lapsed(row, at) if row.held else 0)


def lapsed(row: Account, at: datetime) -> int:
    """Return how much of what is set aside on an account is over, though not yet struck off."""
    over = Transfer.objects.filter(payer=row, expires_at__lte=at, outcomes=None)
    total: int = over.aggregate(total=Sum("amount", default=0))["total"]
    return total


def hold(transfer_id: int, *, district: int) -> Transfer:
    """
    Return one hold.

    :raises NoSuchThing: if there is none
    """
    found = Transfer.objects.filter(
        district=district, pk=transfer_id, expires_at__isnull=False
    ).first()
    if found is None:
        raise NoSuchThing
    return found


def outcome_of(transfer: Transfer) -> Outcome | None:
    """Return how a hold ended, if it has."""
    return Outcome.objects.filter(transfer=transfer).first()


def correctable(transfer_id: int, *, district: int) -> Transfer:
    """
    Return a booking that can be taken back.

    :raises NoSuchThing: if there is none, or it is a correction itself
    """
    found = Transfer.objects.filter(district=district, pk=transfer_id, corrects=None).first()
    if found is None:
        raise NoSuchThing
    return found


def booked_and_back(transfer: Transfer) -> tuple[int, int]:
    """Return how much of a transfer was booked, and how much of that was taken back since."""
    booked = transfer.amount
    if transfer.expires_at is not None:
        outcome = outcome_of(transfer)
        booked = outcome.amount if outcome else 0
    back: int = transfer.corrections.aggregate(total=Sum("amount", default=0))["total"]
    return booked, back


def budget_lines_for(actor: Actor) -> QuerySet[BudgetLine]:
    """Return the budget lines an actor may look into: the own office's, or all for an audit."""
    rows = BudgetLine.objects.filter(district=actor.district).select_related("unit")
    if Permission.AUDIT not in actor.permissions:
        may_see = Permission.SEE in actor.permissions
        rows = rows.filter(owner=actor.party) if may_see else rows.none()
    return rows.order_by("code")


def line_by_code(code: str, *, district: int) -> BudgetLine:
    """
    Return one budget line.

    :raises NoSuchThing: if there is none
    """
    found = BudgetLine.objects.filter(district=district, code=code).first()
    if found is None:
        raise NoSuchThing
    return found


def code_taken(code: str, *, district: int) -> bool:
    """Whether a budget line has this code."""
    return BudgetLine.objects.filter(district=district, code=code).exists()


def line_balance(line_id: int, *, district: int) -> LineBalance:
    """
    Return what stands at each stage of a line now, in four rows read.

    :raises NoSuchThing: if there is no such line
    """
    rows = Account.objects.filter(district=district, line=line_id)
    found = line_of({Stage(row.stage): row for row in rows})
    if not rows:
        raise NoSuchThing
    return found


def line_of(rows: Mapping[Stage, Account]) -> LineBalance:
    """Return the balance of a line from its accounts."""
    return LineBalance(
        **{stage.value: row.posted_in - row.posted_out for stage, row in rows.items()}
    )


def stage_accounts(line_id: int, *, district: int) -> dict[Stage, int]:
    """
    Return the account of each stage of a line.

    :raises NoSuchThing: if there is no such line
    """
    rows = Account.objects.filter(district=district, line=line_id).values_list("stage", "id")
    found = {Stage(stage): pk for stage, pk in rows}
    if not found:
        raise NoSuchThing
    return found


def stage_account(line_id: int, stage: Stage, *, district: int) -> int:
    """
    Return the account of one stage of a line.

    :raises NoSuchThing: if there is no such line
    """
    return stage_accounts(line_id, district=district)[stage]
