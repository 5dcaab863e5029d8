"""Opening accounts, setting how far they may fall and rise, closing them."""

from datetime import datetime

from linli.basics import Actor
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.ledger import events, queries
from linli.ledger.domain import (
    MAIN,
    AccountClosed,
    NotEmpty,
    Owner,
    OwnerKind,
    Permission,
    check_limits,
)
from linli.ledger.models import Account
from linli.people import queries as people
from linli.rulebook.domain import local_date

from ._book import locked
from ._given import checked


@write_atomic
@checked
def open_account(
    *,
    by: Actor,
    at: datetime,
    unit: str,
    owner: Owner,
    purpose: str = MAIN,
    floor: int | None = 0,
    ceiling: int | None = None,
) -> Account:
    """
    Open an account; if the owner has one of that unit and purpose, return that.

    A record that was merged opens none: the account is that of the record which stands for it.

    Who may open one is decided by the storey whose errand it is.

    :param unit: its code
    :param floor: how far it may fall, 0 by default; None without limit, for what lies outside
    :param ceiling: how far it may rise; None without limit
    :raises UnitNotInUse: if the unit is unknown or not in use
    :raises NoSuchThing: if there is no such owner
    :raises LimitsCross: if nothing fits between the limits
    """
    if owner.kind == OwnerKind.PERSON and owner.id is not None:
        owner = Owner.person(people.standing_record(owner.id))
    counted_in = queries.unit_in_use(unit, on=local_date(at), district=by.district)
    account = Account(
        district=by.district,
        unit=counted_in,
        purpose=purpose,
        floor=floor,
        ceiling=ceiling,
        opened_at=at,
        above=owner.table,
    )
    check_limits(account.balance(), floor=floor, ceiling=ceiling, unit=counted_in.data())
    if owner.kind != OwnerKind.ABOVE:
        setattr(account, f"{owner.kind}_id", owner.id)
        held = queries.account_of(owner, unit=unit, purpose=purpose, district=by.district)
        if held is not None:
            return held
        queries.must_be_there(owner, district=by.district)
    account.save(force_insert=True)
    record(
        events.AccountOpened(
            at=at, account_id=account.pk, unit_id=account.unit_id, floor=floor, ceiling=ceiling
        ),
        by=by,
        rows=[account],
    )
    return account


@write_atomic
@checked
def set_limits(
    *, by: Actor, at: datetime, account: int, floor: int | None, ceiling: int | None
) -> Account:
    """
    Change how far an account may fall and rise.

    :raises NotAllowed: unless the hat may keep accounts
    :raises NoSuchThing: if there is no such account
    :raises LineFloor: if it is a stage of a budget line, whose floor stays 0
    :raises LineCeiling: if it is one, which is never capped
    :raises LimitsCross: if the account stands outside of the new limits
    """
    by.must(Permission.KEEP)
    row = locked([account], district=by.district)[account]
    check_limits(
        row.balance(),
        floor=floor,
        ceiling=ceiling,
        unit=row.unit.data(),
        of_line=row.line_id is not None,
    )
    row.floor, row.ceiling = floor, ceiling
    said = events.LimitsSet(at=at, account_id=account, floor=floor, ceiling=ceiling)
    # The line first: the database lets limits change only to what the record says.
    record(said, by=by, rows=[row])
    row.save(update_fields=["floor", "ceiling"])
    return row


@write_atomic
@checked
def close_account(*, by: Actor, at: datetime, account: int) -> Account:
    """
    Close an account that holds nothing. It stays readable and moves no more.

    :raises NotAllowed: unless the hat may keep accounts
    :raises NoSuchThing: if there is no such account
    :raises AccountClosed: if it is closed already
    :raises NotEmpty: if something is on it, or set aside
    """
    by.must(Permission.KEEP)
    row = locked([account], district=by.district)[account]
    if row.closed_at is not None:
        raise AccountClosed
    if row.posted_in != row.posted_out or row.held:
        raise NotEmpty
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    record(events.AccountClosed(at=at, account_id=account), by=by, rows=[row])
    return row
