"""What the money pages show, in words: nothing here is written, every figure carries its unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.fabric.jinja import LAW_TIME, local_text
from linli.fabric.keyset import Order, Page, page_of
from linli.journal import queries as journal
from linli.ledger.domain import STAGE_WORDS, Entry, LineBalance, PaidFor, Permission, Stage, shown
from linli.ledger.models import Account, BudgetLine, Transfer
from linli.parties import queries as parties

from .above import paid_for
from .accounts import accounts_for, budget_lines_for, lapsed, line_of, outcome_of, units
from .checks import trial_balance
from .history import balance_as_of, history
from .words import kind_words, owner_words, state_words, unit_words

BY_ID = Order("id", "id", down=False)
BY_CODE = Order("code", "code", down=False)
NEWEST = Order("newest", "id", down=True)
PAGE = 50


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in a list: what stands on it, and what may still leave it."""

    id: int
    whose: str
    purpose: str
    balance: str
    unit: str
    closed: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One budget line in a list, its amounts as written, from the first stage to the last."""

    id: int
    code: str
    name: str
    owner: str
    amounts: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class StagePart:
    """One stage of a line: what stands there now, and all that ever came this far."""

    words: str
    account: int
    now: str
    reached: str


@dataclass(frozen=True, slots=True)
class LinePage:
    id: int
    name: str
    code: str
    owner: str
    unit: str
    from_on: date
    to_on: date
    stages: tuple[StagePart, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of an account; the amount carries its sign."""

    id: int
    at: datetime
    kind: str
    other: str
    amount: str
    state: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    id: int
    whose: str
    unit: str
    balance: str
    aside: str
    on: date
    entries: tuple[EntryRow, ...]
    next: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class TransferPage:
    """One booking: both sides, why, and the line of the record that binds it."""

    id: int
    amount: str
    unit: str
    kind: str
    at: datetime
    payer: str
    payee: str
    payer_id: int | None
    payee_id: int | None
    state: str
    corrects: int | None
    corrected_by: tuple[int, ...]
    reference: str
    paid_for: PaidFor | None
    lines: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One unit over all accounts: what came must be what went."""

    unit: str
    accounts: int
    came: str
    went: str
    aside: str
    balanced: bool


def accounts_page(actor: Actor, *, after: str = "", limit: int = PAGE) -> Page[AccountRow]:
    """Return a page of the accounts an actor may look into; those of budget lines stand there."""
    actor.must(Permission.SEE)
    page = page_of(
        accounts_for(actor).filter(line=None), order=BY_ID, filters={}, after=after, limit=limit
    )
    return Page([_account_row(row) for row in page.rows], page.next, page.previous)


def _account_row(row: Account) -> AccountRow:
    return AccountRow(
        id=row.pk,
        whose=owner_words(row),
        purpose="" if row.purpose == "main" else kind_words(row.purpose),
        balance=shown(row.posted_in - row.posted_out, row.unit.places),
        unit=unit_words(row.unit),
        closed=row.closed_at is not None,
    )


def lines_page(actor: Actor, *, after: str = "", limit: int = PAGE) -> Page[LineRow]:
    """Return a page of the budget lines an actor may look into, each with its four amounts."""
    actor.must(Permission.SEE)
    page = page_of(
        budget_lines_for(actor).select_related("owner"),
        order=BY_CODE,
        filters={},
        after=after,
        limit=limit,
    )
    standing = _standing([line.pk for line in page.rows])
    rows = [
        LineRow(
            id=line.pk,
            code=line.code,
            name=local_text(line.name),
            owner=parties.party_words(line.owner),
            amounts=tuple(shown(value, line.unit.places) for value in _reached(standing[line.pk])),
            unit=unit_words(line.unit),
        )
        for line in page.rows
    ]
    return Page(rows, page.next, page.previous)


def _standing(ids: Sequence[int]) -> dict[int, LineBalance]:
    rows: dict[int, dict[Stage, Account]] = {pk: {} for pk in ids}
    for account in Account.objects.filter(line__in=ids):
        rows[account.line_id or 0][Stage(account.stage)] = account
    return {pk: line_of(held) for pk, held in rows.items()}


def _reached(line: LineBalance) -> tuple[int, int, int, int]:
    """Return how much ever came to each stage and did not go back."""
    return line.total, line.reserved_total, line.committed_total, line.paid


def line_page(actor: Actor, line_id: int, *, at: datetime) -> LinePage:
    """
    Return one budget line from what was given to it to what was paid.

    :raises NoSuchThing: if there is none, or it is not theirs to see
    """
    actor.must(Permission.SEE)
    line: BudgetLine | None = (
        budget_lines_for(actor).select_related("owner").filter(pk=line_id).first()
    )
    if line is None:
        raise NoSuchThing
    accounts = {Stage(row.stage): row for row in Account.objects.filter(line=line)}
    held = line_of(accounts)
    return LinePage(
        id=line.pk,
        name=local_text(line.name),
        code=line.code,
        owner=parties.party_words(line.owner),
        unit=unit_words(line.unit),
        from_on=line.from_on,
        to_on=line.to_on,
        stages=tuple(
            StagePart(
                words=gettext(STAGE_WORDS[stage]),
                account=accounts[stage].pk,
                now=shown(held.at(stage), line.unit.places),
                reached=shown(reached, line.unit.places),
            )
            for stage, reached in zip(Stage, _reached(held), strict=True)
        ),
        at=at,
    )


def end_of(day: date) -> datetime:
    """Return the moment a day ends in China."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LAW_TIME)


def account_page(
    actor: Actor, row: Account, *, on: date, at: datetime, after: str = ""
) -> AccountPage:
    """Return an account as it stood at the end of a day, with what was booked until then."""
    actor.must(Permission.SEE)
    until = end_of(on)
    entries, following = history(row, after=after, limit=PAGE, until=until)
    places = row.unit.places
    aside = row.held - lapsed(row, at) if row.held and until > at else 0
    return AccountPage(
        id=row.pk,
        whose=owner_words(row),
        unit=unit_words(row.unit),
        balance=shown(balance_as_of(row, until), places),
        aside=shown(aside, places) if aside else "",
        on=on,
        entries=tuple(_entry_rows(entries, places)),
        next=following,
        line=row.line_id,
    )


def _entry_rows(entries: Sequence[Entry], places: int) -> Iterable[EntryRow]:
    others = Account.objects.select_related("line").in_bulk([entry.other_id for entry in entries])
    for entry in entries:
        yield EntryRow(
            id=entry.transfer_id,
            at=entry.at,
            kind=kind_words(entry.kind),
            other=owner_words(others[entry.other_id]),
            amount=signed(entry.amount, places),
            state="" if entry.state == "posted" else state_words(entry.state),
        )


def signed(amount: int, places: int) -> str:
    """Return an amount with its sign, as statements have it."""
    return f"{'+' if amount > 0 else ''}{shown(amount, places)}"


def transfers_for(actor: Actor) -> QuerySet[Transfer]:
    """Return the bookings that touch an account the actor may look into."""
    seen = accounts_for(actor).order_by().values("id")
    return Transfer.objects.filter(
        Q(payer__in=seen) | Q(payee__in=seen), district=actor.district
    ).select_related("unit")


def transfers_page(actor: Actor, *, after: str, limit: int) -> Page[Transfer]:
    """Return a page of the bookings an actor may see, the newest first."""
    actor.must(Permission.SEE)
    return page_of(transfers_for(actor), order=NEWEST, filters={}, after=after, limit=limit)


def transfer_page(actor: Actor, transfer_id: int) -> TransferPage:
    """
    Return one booking with both its sides and its line on the record.

    :raises NoSuchThing: if there is none, or neither side is theirs to see
    """
    actor.must(Permission.SEE)
    row = transfers_for(actor).filter(pk=transfer_id).select_related("payer", "payee").first()
    if row is None:
        raise NoSuchThing
    seen = set(
        accounts_for(actor).filter(pk__in=[row.payer_id, row.payee_id]).values_list("id", flat=True)
    )
    return TransferPage(
        id=row.pk,
        amount=shown(row.amount, row.unit.places),
        unit=unit_words(row.unit),
        kind=kind_words(row.kind),
        at=row.at,
        payer=owner_words(row.payer),
        payee=owner_words(row.payee),
        payer_id=row.payer_id if row.payer_id in seen else None,
        payee_id=row.payee_id if row.payee_id in seen else None,
        state=state_words(_state(row)),
        corrects=row.corrects_id,
        corrected_by=tuple(row.corrections.order_by("id").values_list("id", flat=True)),
        reference=row.key,
        paid_for=paid_for(actor, row.key),
        lines=_lines(row),
    )


def _lines(row: Transfer) -> tuple[tuple[int, int | None], ...]:
    """Return the lines of the act that booked it, and their seals; a step's stand with its budget line."""
    line = row.payer.line_id or row.payee.line_id
    subject = ("budget_line", line) if line is not None else ("transfer", row.pk)
    found = journal.timeline(*subject).filter(act_id=row.act)
    marks = [f'"transfer_id":{row.pk},', f'"transfer_id":{row.pk}}}']
    return tuple((one.pk, one.batch) for one in found if any(mark in one.body for mark in marks))


def _state(row: Transfer) -> str:
    if row.expires_at is None:
        return "posted"
    outcome = outcome_of(row)
    return outcome.kind if outcome else "held"


def trial_page(actor: Actor) -> list[TrialRow]:
    """
    Return the trial balance, unit by unit.

    :raises NotAllowed: unless the hat may audit the book
    """
    actor.must(Permission.AUDIT)
    names = {unit.code: unit_words(unit) for unit in units(district=actor.district)}
    return [
        TrialRow(
            unit=names[one.unit],
            accounts=one.accounts,
            came=shown(one.came, one.places),
            went=shown(one.went, one.places),
            aside=shown(one.held, one.places),
            balanced=one.balanced,
        )
        for one in trial_balance(district=actor.district)
    ]
