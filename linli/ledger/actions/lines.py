"""Budget lines: given, reserved, committed, paid. Each step is a transfer between two accounts."""

from collections.abc import Mapping
from datetime import date, datetime

from linli.basics import Actor
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.ledger import queries
from linli.ledger.domain import (
    OUTSIDE,
    CodeTaken,
    NoSuchWay,
    Owner,
    Permission,
    Stage,
    check_amount,
    check_span,
    check_step,
    check_transfer,
    check_way,
)
from linli.ledger.events import BudgetLineOpened, BudgetStepped
from linli.ledger.models import Account, BudgetLine, Transfer
from linli.rulebook.domain import local_date

from ._book import check_pair, locked, new_transfer, spendable, write
from ._given import checked


@write_atomic
@checked
def open_budget_line(
    *,
    by: Actor,
    at: datetime,
    code: str,
    name: Mapping[str, str],
    owner: int,
    from_on: date,
    to_on: date,
    unit: str = "cny",
) -> BudgetLine:
    """
    Open a line of a party's budget with an empty account for each stage.

    :param owner: the party that answers for the line
    :raises NotAllowed: unless the hat may keep budgets; the house itself may
    :raises UnitNotInUse: if the unit is unknown or not in use
    :raises NoSuchThing: if there is no such party
    :raises LineEndsTooEarly: if it would end before it begins
    :raises CodeTaken: if a line of the district has the code
    """
    _must(by)
    check_span(from_on, to_on)
    queries.must_be_there(Owner.party(owner), district=by.district)
    if queries.code_taken(code, district=by.district):
        raise CodeTaken
    counted_in = queries.unit_in_use(unit, on=local_date(at), district=by.district)
    line = BudgetLine.objects.create(
        district=by.district,
        code=code,
        name=dict(name),
        owner_id=owner,
        unit=counted_in,
        from_on=from_on,
        to_on=to_on,
        opened_at=at,
    )
    accounts = [
        Account(
            district=by.district,
            unit_id=line.unit_id,
            line=line,
            stage=str(stage),
            purpose=str(stage),
            floor=0,
            opened_at=at,
        )
        for stage in Stage
    ]
    Account.objects.bulk_create(accounts)
    record(
        BudgetLineOpened(at=at, budget_line_id=line.pk, owner_id=owner, unit_id=line.unit_id),
        by=by,
        rows=[line, *accounts],
    )
    return line


@write_atomic
@checked
def appropriate_budget(
    *, by: Actor, at: datetime, line: int, source: int, amount: int, key: str
) -> Transfer:
    """
    Give money to a line from an account outside of all lines (预算下达).

    :raises NotAllowed: unless the hat may keep budgets; the house itself may
    :raises NoSuchThing: if line or account is not there
    :raises NoSuchWay: if the source belongs to a line
    :raises NotEnough: if the source would fall below its floor
    :raises AlreadyPosted: if the key was used before
    """
    _must(by)
    target = queries.stage_account(line, Stage.APPROPRIATED, district=by.district)
    return _cross(by, at, line=line, payer=source, payee=target, amount=amount, key=key)


@write_atomic
@checked
def return_budget(
    *, by: Actor, at: datetime, line: int, target: int, amount: int, key: str
) -> Transfer:
    """
    Give free money of a line back to an account outside of all lines (收回).

    :raises NotAllowed: unless the hat may keep budgets; the house itself may
    :raises NoSuchThing: if line or account is not there
    :raises NoSuchWay: if the target belongs to a line
    :raises NotEnough: if less than that is free
    :raises AlreadyPosted: if the key was used before
    """
    _must(by)
    source = queries.stage_account(line, Stage.APPROPRIATED, district=by.district)
    return _cross(by, at, line=line, payer=source, payee=target, amount=amount, key=key)


@write_atomic
@checked
def reserve_budget(*, by: Actor, at: datetime, line: int, amount: int, key: str) -> Transfer:
    """
    Reserve free money of a line for what is asked for (申请占用).

    :raises NoSuchThing: if there is no such line
    :raises NotOnLine: if less than that is free
    :raises AlreadyPosted: if the key was used before
    """
    return _step(by, at, line, (Stage.APPROPRIATED, Stage.RESERVED), amount=amount, key=key)


@write_atomic
@checked
def commit_budget(*, by: Actor, at: datetime, line: int, amount: int, key: str) -> Transfer:
    """
    Commit reserved money to what was admitted or signed (承诺支出).

    :raises NoSuchThing: if there is no such line
    :raises NotOnLine: if less than that is reserved
    :raises AlreadyPosted: if the key was used before
    """
    return _step(by, at, line, (Stage.RESERVED, Stage.COMMITTED), amount=amount, key=key)


@write_atomic
@checked
def pay_budget(*, by: Actor, at: datetime, line: int, amount: int, key: str) -> Transfer:
    """
    Pay committed money, on evidence (支付).

    :raises NoSuchThing: if there is no such line
    :raises NotOnLine: if less than that is committed
    :raises AlreadyPosted: if the key was used before
    """
    return _step(by, at, line, (Stage.COMMITTED, Stage.PAID), amount=amount, key=key)


@write_atomic
@checked
def release_budget(
    *, by: Actor, at: datetime, line: int, amount: int, key: str, stage: Stage = Stage.RESERVED
) -> Transfer:
    """
    Let money one stage back: reserved money is free again, committed money is reserved again.

    :raises NoSuchThing: if there is no such line
    :raises NoSuchWay: if the stage has none before it that money may return to
    :raises NotOnLine: if less than that stands at the stage
    :raises AlreadyPosted: if the key was used before
    """
    before = {Stage.RESERVED: Stage.APPROPRIATED, Stage.COMMITTED: Stage.RESERVED}.get(stage)
    if before is None:
        raise NoSuchWay
    return _step(by, at, line, (stage, before), amount=amount, key=key)


def _must(by: Actor) -> None:
    if by.kind != "system":
        by.must(Permission.BUDGET)


def _step(
    by: Actor, at: datetime, line: int, way: tuple[Stage, Stage], *, amount: int, key: str
) -> Transfer:
    source, target = way
    check_amount(amount)
    check_way(source, target, same_line=True)
    ids = queries.stage_accounts(line, district=by.district)
    accounts = locked([ids[source], ids[target]], district=by.district)
    payer, payee = accounts[ids[source]], accounts[ids[target]]
    unit = check_pair(payer, payee, at=at)
    standing = queries.line_of({source: payer, target: payee})
    check_step(standing, source, target, amount=amount, unit=unit)
    transfer = write(new_transfer(payer, payee, amount=amount, kind=str(target), key=key, at=at))
    return _stepped(by, line, transfer, source, target)


def _cross(
    by: Actor, at: datetime, *, line: int, payer: int, payee: int, amount: int, key: str
) -> Transfer:
    accounts = locked([payer, payee], district=by.district)
    source, target = accounts[payer], accounts[payee]
    check_way(source.stage, target.stage, same_line=False)
    unit = check_pair(source, target, at=at)
    balance = spendable(by, source, amount=amount, at=at)
    check_transfer(balance, target.balance(), amount=amount, unit=unit)
    kind = "returned" if target.stage == OUTSIDE else "appropriated"
    transfer = write(new_transfer(source, target, amount=amount, kind=kind, key=key, at=at))
    return _stepped(by, line, transfer, source.stage, target.stage)


def _stepped(by: Actor, line: int, transfer: Transfer, source: str, target: str) -> Transfer:
    event = BudgetStepped(
        at=transfer.at,
        budget_line_id=line,
        transfer_id=transfer.pk,
        source=str(source),
        target=str(target),
        amount=transfer.amount,
    )
    record(event, by=by, rows=[transfer])
    return transfer
