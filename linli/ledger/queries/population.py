"""Budget lines as columns, of any day as known at any moment (decision 19)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np
from django.db.models import Sum

from linli.basics import Actor
from linli.fabric.numbers import ordinal, place_in, read_numbers
from linli.ledger.domain import LineBalance, Stage
from linli.ledger.models import Account, BudgetLine, Outcome, Transfer, Unit
from linli.parties.domain import Kind as PartyKind
from linli.places import queries as places
from linli.rulebook.domain import (
    BOOL_CODES,
    SHANGHAI,
    AttributeType,
    Column,
    Kind,
    Population,
    Things,
)

from .accounts import budget_lines_for

OWNERS = tuple(str(one) for one in PartyKind)
AMOUNTS = ("budgeted", "reserved", "committed", "paid")


def column_types() -> Mapping[str, AttributeType]:
    """
    Return the column dictionary of budget lines. Amounts are whole, in the smallest part of the unit.

    They are nested, as on the screen of a line: what was paid was committed and reserved before.
    """
    number, day = AttributeType(Kind.INT), AttributeType(Kind.DATE)
    return {
        "unit": AttributeType(Kind.CODE),
        "owner": AttributeType(Kind.CODE, frozenset(OWNERS)),
        "running": AttributeType(Kind.BOOL),
        "begins_on": day,
        "ends_on": day,
        **dict.fromkeys(AMOUNTS, number),
    }


def population(
    as_of: date,
    known_at: datetime,
    *,
    district: int,
    communities: Collection[int] | None = None,
) -> Things:
    """
    Return every budget line opened by the end of a day, with what had reached each stage by then.

    A line lies in the community of the party that holds it; those of streets lie nowhere.

    :param communities: only these; None is the whole district
    """
    after = datetime.combine(as_of + timedelta(days=1), time(), SHANGHAI)
    before = min(known_at + timedelta(microseconds=1), after)
    opened = BudgetLine.objects.filter(district=district, opened_at__lt=before)
    units = dict(Unit.objects.filter(district=district).values_list("pk", "code"))
    ids, unit, owner, place, first, last = read_numbers(
        [
            *("line.id", "line.unit_id", place_in("party.kind", OWNERS), "party.place_id"),
            *(ordinal("line.from_on"), ordinal("line.to_on")),
        ],
        "FROM ledger_budget_line line JOIN parties_party party ON party.id = line.owner_id "
        "WHERE line.district = %s ORDER BY line.id",
        [district],
    )
    community = places.communities_of(district, place)
    here = np.isin(ids, list(opened.values_list("pk", flat=True)))
    if communities is not None:
        here &= np.isin(community, list(communities))
    ids, unit, owner, community, first, last = (
        one[here] for one in (ids, unit, owner, community, first, last)
    )
    codes = tuple(sorted(units.values()))
    number = {pk: codes.index(code) for pk, code in units.items()}
    day, all_ = as_of.toordinal(), np.ones(len(ids), dtype=np.bool_)
    reached = _reached(ids.tolist(), before, district)
    columns = {
        "unit": Column(
            np.array([number[one] for one in unit.tolist()], dtype=np.int64), all_, codes
        ),
        "owner": Column(owner, all_, OWNERS),
        "running": Column(((first <= day) & (day <= last)).astype(np.int64), all_, BOOL_CODES),
        "begins_on": Column(first, all_),
        "ends_on": Column(last, all_),
        **{
            name: Column(np.array([one[at] for one in reached], dtype=np.int64), all_)
            for at, name in enumerate(AMOUNTS)
        },
    }
    return Things(ids, community, Population(len(ids), columns))


def _reached(lines: list[int], before: datetime, district: int) -> list[tuple[int, int, int, int]]:
    """Return how much had come to each stage of each line before a moment and not gone back."""
    standing: dict[int, dict[str, int]] = {one: {} for one in lines}
    accounts: dict[int, tuple[int, str]] = {}
    rows = Account.objects.filter(district=district, line__in=lines)
    for pk, line, stage, came, went in rows.values_list(
        "pk", "line_id", "stage", "posted_in", "posted_out"
    ):
        accounts[pk] = (line or 0, stage)
        standing[line or 0][stage] = came - went
    for account, amount in _since(list(accounts), before, district).items():
        line, stage = accounts[account]
        standing[line][stage] -= amount
    found = [
        LineBalance(**{str(one): standing[line].get(one, 0) for one in Stage}) for line in lines
    ]
    return [(one.total, one.reserved_total, one.committed_total, one.paid) for one in found]


def _since(accounts: list[int], moment: datetime, district: int) -> dict[int, int]:
    """Return account → what came to it since a moment, less what went."""
    found = dict.fromkeys(accounts, 0)
    direct = Transfer.objects.filter(district=district, expires_at=None, at__gte=moment)
    held = Outcome.objects.filter(district=district, kind="posted", at__gte=moment)
    for side, sign in (("payee", 1), ("payer", -1)):
        for rows, column in ((direct, side), (held, f"transfer__{side}")):
            mine = rows.filter(**{f"{column}__in": accounts}).values(column)
            for account, amount in mine.annotate(total=Sum("amount")).values_list(column, "total"):
                found[account] += sign * amount
    return found


class CountedLine(NamedTuple):
    """A budget line on the list behind a number. ``opens``: the actor may look into it."""

    id: int
    name: Mapping[str, str]
    owner: Mapping[str, str]
    opens: bool


def counted_lines(by: Actor, ids: Collection[int]) -> list[CountedLine]:
    """Return some budget lines, in order of id. Two queries."""
    rows = BudgetLine.objects.filter(district=by.district, pk__in=ids).order_by("id")
    mine = set(budget_lines_for(by).filter(pk__in=ids).values_list("pk", flat=True))
    found = rows.values_list("pk", "name", "owner__name")
    return [CountedLine(pk, name, owner, pk in mine) for pk, name, owner in found]
