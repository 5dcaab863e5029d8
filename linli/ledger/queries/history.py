"""What an account did: its history by pages, its balance and statement as of any moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from linli.basics import Invalid, gettext_noop
from linli.fabric.clock import END_OF_TIME
from linli.ledger.domain import Entry, Statement
from linli.ledger.models import Account, Outcome, Transfer

SALT = "ledger.history"
SIDES = ("payer", "payee")


def history(
    account: Account, *, after: str = "", limit: int = 50, until: datetime = END_OF_TIME
) -> tuple[list[Entry], str | None]:
    """
    Return a page of what an account did or set aside, the newest first, and the next cursor.

    Each side has its index, so that the thousandth page costs what the first does.

    :param until: what was booked from then on is left out, as it was not known before
    :raises Invalid: if the cursor was altered or belongs to another account
    """
    before = _read(after, account.pk) if after else None
    rows: list[Transfer] = []
    for side in SIDES:
        found = Transfer.objects.filter(**{side: account}, at__lt=until).order_by("-at", "-id")
        if before is not None:
            at, pk = before
            found = found.filter(Q(at__lt=at) | Q(at=at, id__lt=pk), at__lte=at)
        rows += found[: limit + 1]
    rows.sort(key=lambda row: (row.at, row.pk), reverse=True)
    shown = rows[:limit]
    outcomes = _outcomes((row.pk for row in shown if row.expires_at is not None), until)
    entries = [_entry(row, account.pk, outcomes.get(row.pk)) for row in shown]
    more = len(rows) > limit
    return entries, _write(account.pk, shown[-1]) if more else None


def _outcomes(holds: Iterable[int], until: datetime) -> dict[int, Outcome]:
    found = Outcome.objects.filter(transfer__in=list(holds), at__lt=until)
    return {one.transfer_id: one for one in found}


def _entry(row: Transfer, account_id: int, outcome: Outcome | None) -> Entry:
    state, amount = "posted", row.amount
    if row.expires_at is not None:
        state = outcome.kind if outcome else "held"
        amount = outcome.amount if outcome and outcome.amount else row.amount
    sign = -1 if row.payer_id == account_id else 1
    return Entry(
        transfer_id=row.pk,
        at=row.at,
        kind=row.kind,
        other_id=row.payee_id if sign < 0 else row.payer_id,
        amount=sign * amount,
        state=state,
        corrects_id=row.corrects_id,
    )


def _write(account_id: int, row: Transfer) -> str:
    return signing.dumps([account_id, row.at.isoformat(), row.pk], salt=SALT)


def _read(cursor: str, account_id: int) -> tuple[datetime, int]:
    sentence = gettext_noop(
        "This page link no longer fits the list. Start again from its first page."
    )
    try:
        held, at, pk = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError) as altered:
        raise Invalid(field="after", reason=sentence) from altered
    if held != account_id:
        raise Invalid(field="after", reason=sentence)
    return datetime.fromisoformat(at), pk


def balance_as_of(account: Account, at: datetime) -> int:
    """
    Return what stood on an account just before a moment: what is there now, less what came since.

    One statement: what is booked meanwhile is in both, or in neither.
    """
    direct = Transfer.objects.filter(expires_at=None, at__gte=at)
    posted = Outcome.objects.filter(kind="posted", at__gte=at)
    me = OuterRef("pk")
    came = _sum(direct.filter(payee=me)) + _sum(posted.filter(transfer__payee=me))
    went = _sum(direct.filter(payer=me)) + _sum(posted.filter(transfer__payer=me))
    rows = Account.objects.filter(pk=account.pk)
    stood: int = rows.values_list(F("posted_in") - F("posted_out") - came + went, flat=True).get()
    return stood


def _sum(rows: QuerySet[Any]) -> Coalesce:
    """Return what some bookings of one account come to, as a part of a statement."""
    total = rows.order_by().values(all=Value(1)).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), 0)


def _direct(account: Account, *, since: datetime, until: datetime) -> QuerySet[Transfer]:
    return Transfer.objects.filter(
        Q(payer=account) | Q(payee=account), expires_at=None, at__gte=since, at__lt=until
    )


def _posted(account: Account, *, since: datetime, until: datetime) -> QuerySet[Outcome]:
    return Outcome.objects.filter(
        Q(transfer__payer=account) | Q(transfer__payee=account),
        kind="posted",
        at__gte=since,
        at__lt=until,
    )


def statement(account: Account, *, since: datetime, until: datetime) -> Statement:
    """Return all that took effect on an account from ``since`` up to but without ``until``."""
    entries = [
        _entry(row, account.pk, None)
        for row in _direct(account, since=since, until=until).iterator(chunk_size=2_000)
    ]
    for outcome in _posted(account, since=since, until=until).select_related("transfer"):
        held = _entry(outcome.transfer, account.pk, outcome)
        entries.append(_at(held, outcome.at))
    entries.sort(key=lambda entry: (entry.at, entry.transfer_id))
    opening = balance_as_of(account, since)
    return Statement(
        account_id=account.pk,
        since=since,
        until=until,
        opening=opening,
        entries=tuple(entries),
        closing=opening + sum(entry.amount for entry in entries),
    )


def _at(entry: Entry, at: datetime) -> Entry:
    """Return the entry as of the moment its hold was posted."""
    return Entry(
        transfer_id=entry.transfer_id,
        at=at,
        kind=entry.kind,
        other_id=entry.other_id,
        amount=entry.amount,
        state="posted",
        corrects_id=entry.corrects_id,
    )
