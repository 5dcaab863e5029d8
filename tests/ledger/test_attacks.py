"""The book attacked with raw SQL by the owner of the tables, on the engine in use: all refused."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.ledger import actions
from linli.ledger.domain import MOST_AMOUNT, Stage
from linli.ledger.events import LimitsSet
from linli.ledger.models import Account, Outcome, Transfer

from .conftest import AT, BY, new_key, open_one, pay, put_aside
from .lines import open_line

kept = import_module("linli.ledger.migrations.0002_keep_the_book")
pytestmark = pytest.mark.django_db
TABLES = (Account, Transfer, Outcome)
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE"  # else foreign keys wait for the commit


def state():
    return [list(table.objects.order_by("id").values()) for table in TABLES]


SET_LIMITS = "UPDATE ledger_account SET floor = %s, ceiling = %s WHERE id = %s"


@write_atomic
def tell_limits(*, by, at, account, floor, ceiling):
    """Put the line of new limits on the record, and let them be as they are."""
    record(LimitsSet(at=at, account_id=account, floor=floor, ceiling=ceiling), by=by)


def attack(statement, *values, match=None):
    """Try a statement; it must be refused and leave everything as it was."""
    before = state()
    with pytest.raises(DatabaseError, match=match):
        run(statement, values)
    assert state() == before


def run(statement, values):
    with transaction.atomic(), connection.cursor() as cursor:
        for one, held in ((CHECK_NOW, ()), (statement, values), (CHECK_NOW, ())):
            if one != CHECK_NOW or _postgresql():
                cursor.execute(one, held)


def _postgresql():
    return connection.vendor == "postgresql"


def insert(**columns):
    """Return an INSERT of a transfer and its values."""
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO ledger_transfer ({names}) VALUES ({marks})", *columns.values()


def row(book, **changed):
    return {
        "district": 1,
        "payer_id": book.anna.pk,
        "payee_id": book.bert.pk,
        "amount": 100,
        "unit_id": book.anna.unit_id,
        "kind": "raw",
        "act": 1,
        "key": new_key(),
        "at": AT,
        **changed,
    }


def test_a_good_row_moves_both_sides_even_from_raw_sql(book):
    """So that the attacks below fail for what they try, and not for their form."""
    with connection.cursor() as cursor:
        statement, *values = insert(**row(book))
        cursor.execute(statement, values)
    book.anna.refresh_from_db()
    book.bert.refresh_from_db()
    assert (book.anna.posted_out, book.bert.posted_in) == (100, 100)


# A bad row -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"amount": 1_001}, "account_floor"),
        ({"amount": 0}, "transfer_amount"),
        ({"amount": -5}, "transfer_amount"),
        ({"amount": 10**12 + 1}, "transfer_amount|account_floor"),
        ({"district": 2}, "no such account"),
        ({"payee_id": 10**9}, "no such account|foreign key"),
        ({"expires_at": AT}, "ends later"),
    ],
)
def test_a_bad_transfer_is_refused(book, changed, match):
    statement, *values = insert(**row(book, **changed))
    attack(statement, *values, match=match)


def test_no_single_booking_fills_the_counts_of_an_account(book):
    """Four million of the largest fit into 64 bits, on accounts without any limit."""
    sea = open_one("sea", floor=None)
    largest = {"payer_id": book.outside.pk, "payee_id": sea.pk, "amount": MOST_AMOUNT}
    assert kept.MOST_COUNT // MOST_AMOUNT == 4_000_000
    statement, *values = insert(**row(book, **largest))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    statement, *values = insert(**row(book, **largest | {"amount": MOST_AMOUNT + 1, "key": "more"}))
    attack(statement, *values, match="transfer_amount")
    sea.refresh_from_db()
    assert sea.posted_in == MOST_AMOUNT


def test_the_ceiling_is_kept_by_the_database(book):
    pay(book.outside, book.bert, 4_950)
    statement, *values = insert(**row(book, amount=51))
    attack(statement, *values, match="account_ceiling")


@pytest.mark.parametrize("floor", [-1, 1, None])
@pytest.mark.parametrize("stage", list(Stage))
def test_the_floor_of_a_budget_line_is_kept_by_the_database(book, stage, floor):
    account = open_line(book).accounts_by_stage()[stage]
    tell_limits(by=BY, at=AT, account=account, floor=floor, ceiling=None)
    lower = "UPDATE ledger_account SET floor = %s WHERE id = %s"
    attack(lower, floor, account, match="the floor of a budget line is 0")


def test_no_stage_of_a_line_is_opened_with_another_floor(book):
    line = open_line(book)
    opened = (
        "INSERT INTO ledger_account (district, unit_id, line_id, stage, above, purpose, floor, "
        "opened_at, posted_in, posted_out, held, last_transfer, last_outcome) "
        "SELECT 2, unit_id, line_id, stage, above, purpose, -1, opened_at, 0, 0, 0, 0, 0 "
        "FROM ledger_account WHERE id = %s"
    )
    attack(opened, line.accounts_by_stage()[Stage.PAID], match="the floor of a budget line is 0")


def test_one_account_cannot_be_both_sides(book):
    statement, *values = insert(**row(book, payee_id=book.anna.pk))
    attack(statement, *values)


def test_two_units_do_not_mix(book):
    minutes = open_one("minutes", unit="work")
    statement, *values = insert(**row(book, payee_id=minutes.pk))
    attack(statement, *values, match="no such account")
    statement, *values = insert(**row(book, unit_id=minutes.unit_id))
    attack(statement, *values, match="no such account")


def test_a_replay_is_refused(book):
    done = pay(book.anna, book.bert, 10)
    statement, *values = insert(**row(book, key=done.key))
    attack(statement, *values, match="transfer_once|is there already")


def test_a_set_aside_amount_cannot_be_spent(book):
    put_aside(book.anna, book.bert, 950)
    statement, *values = insert(**row(book, amount=51))
    attack(statement, *values, match="account_floor")


def test_a_closed_account_moves_no_more(book):
    actions.close_account(by=BY, at=AT, account=book.bert.pk)
    statement, *values = insert(**row(book))
    attack(statement, *values, match="a closed account")


def test_a_correction_that_does_not_fit_is_refused(book):
    done = pay(book.anna, book.bert, 300)
    other = open_one("other", floor=None)
    back = {"payer_id": book.bert.pk, "payee_id": book.anna.pk, "corrects_id": done.pk}
    for changed, match in [
        ({**back, "amount": 301}, "taken back|account_floor"),
        ({**back, "payee_id": other.pk}, "two sides"),
        ({"corrects_id": done.pk}, "two sides"),
        ({**back, "corrects_id": 10**9}, "two sides|foreign key"),
    ]:
        statement, *values = insert(**row(book, **changed))
        attack(statement, *values, match=match)
    pay(book.outside, book.bert, 100)
    actions.correct_transfer(by=BY, at=AT, transfer=done.pk, key=new_key(), amount=200)
    statement, *values = insert(**row(book, **back, amount=101))
    attack(statement, *values, match="taken back")


# A bad outcome ---------------------------------------------------------------

SETTLE = (
    "INSERT INTO ledger_outcome (district, transfer_id, kind, amount, act, at) "
    "VALUES (%s, %s, %s, %s, 1, %s)"
)


def test_a_bad_outcome_is_refused(book):
    hold, plain = put_aside(book.anna, book.bert, 100), pay(book.anna, book.bert, 10)
    late, early = hold.expires_at, AT
    for values in [
        (1, plain.pk, "posted", 10, early),
        (1, 10**9, "posted", 10, early),
        (2, hold.pk, "posted", 10, early),
        (1, hold.pk, "posted", 101, early),
        (1, hold.pk, "posted", 0, early),
        (1, hold.pk, "posted", 10, late),
        (1, hold.pk, "voided", 10, early),
        (1, hold.pk, "expired", 0, early),
        (1, hold.pk, "lost", 0, early),
    ]:
        attack(SETTLE, *values, match="ledger: |outcome_kind|foreign key")
    actions.post_hold(by=BY, at=AT, transfer=hold.pk, amount=60)
    attack(SETTLE, 1, hold.pk, "voided", 0, early, match="outcome_once|is there already")


# Altered rows ----------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "posted_in = posted_in + 1",
        "posted_in = 0",
        "held = held + 1",
        "posted_in = posted_in + 100, posted_out = posted_out + 100",
        "last_transfer = last_transfer + 1",
        "last_transfer = 0",
        "last_outcome = 5",
        "posted_in = posted_in + 7, last_transfer = last_transfer + 1",
        "posted_in = 0, posted_out = 0, last_transfer = 0",
        "floor = -500, posted_out = posted_out + 500",
    ],
)
def test_no_count_is_changed_by_hand(book, change):
    attack(
        f"UPDATE ledger_account SET {change} WHERE id = {book.anna.pk}",
        match="only a new|by the act",
    )


def test_a_transfer_that_moved_an_account_does_not_move_it_again(book):
    done = pay(book.anna, book.bert, 10)
    for change in (
        f"posted_out = posted_out + 10, last_transfer = {done.pk}",
        f"posted_out = posted_out - 10, last_transfer = {done.pk - 1}",
    ):
        attack(f"UPDATE ledger_account SET {change} WHERE id = {book.anna.pk}", match="only a new")


@pytest.mark.parametrize(
    "change", ["district = 2", "unit_id = unit_id + 1", "above = 'x'", "purpose = 'x'", "id = 77"]
)
def test_whose_an_account_is_never_changes(book, change):
    attack(f"UPDATE ledger_account SET {change} WHERE id = {book.anna.pk}", match="whose")


def test_limits_are_kept_when_they_change(book):
    for floor, ceiling, match in ((1_001, None, "account_floor"), (0, 999, "account_ceiling")):
        tell_limits(by=BY, at=AT, account=book.anna.pk, floor=floor, ceiling=ceiling)
        attack(SET_LIMITS, floor, ceiling, book.anna.pk, match=match)


def test_limits_change_only_to_what_their_newest_line_on_the_record_says(book):
    stage = open_line(book).accounts_by_stage()[Stage.PAID]
    wide = ((-1, None), (None, None), (0, 5_000), (-10, 4_999), (-9, 5_000))
    for limits in (*wide, (-10, 5_000)):
        attack(SET_LIMITS, *limits, book.anna.pk, match="by the act")
    for account, floor, ceiling in ((book.anna.pk, -10, 5_000), (stage, 0, 10**9)):
        tell_limits(by=BY, at=AT, account=account, floor=floor, ceiling=ceiling)
    for limits in wide:
        attack(SET_LIMITS, *limits, book.anna.pk, match="by the act")
    attack(SET_LIMITS, -10, 5_000, book.bert.pk, match="by the act")
    attack(SET_LIMITS, 0, 10**9, stage, match="by the act")
    run(SET_LIMITS, (-10, 5_000, book.anna.pk))
    actions.set_limits(by=BY, at=AT, account=book.anna.pk, floor=0, ceiling=None)
    attack(SET_LIMITS, -10, 5_000, book.anna.pk, match="by the act")


COLUMNS = [
    (table, field.column) for table in (Transfer, Outcome) for field in table._meta.concrete_fields
]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda value: str(value)[-30:])
def test_no_column_of_a_booking_is_changed(book, table, column):
    hold = put_aside(book.anna, book.bert, 100)
    actions.post_hold(by=BY, at=AT, transfer=hold.pk)
    if column != "id":
        attack(f"UPDATE {table._meta.db_table} SET {column} = NULL", match="never changed|NOT NULL")
    attack(f"UPDATE {table._meta.db_table} SET {column} = {column}", match="never changed")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.db_table)
def test_nothing_is_deleted_or_emptied(book, table):
    hold = put_aside(book.anna, book.bert, 100)
    actions.post_hold(by=BY, at=AT, transfer=hold.pk)
    name = table._meta.db_table
    attack(f"DELETE FROM {name}", match="never changed or deleted")
    if _postgresql():
        attack(f"TRUNCATE {name} CASCADE", match="never changed or deleted")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.db_table)
def test_nothing_is_replaced(book, table):
    """SQLite's REPLACE deletes without firing DELETE triggers; PostgreSQL's upsert is an UPDATE."""
    hold = put_aside(book.anna, book.bert, 100)
    actions.post_hold(by=BY, at=AT, transfer=hold.pk)
    name = table._meta.db_table
    fields = [field.column for field in table._meta.concrete_fields]
    if _postgresql():
        names = ", ".join(fields)
        attack(
            f"INSERT INTO {name} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {name} "
            f"ON CONFLICT (id) DO UPDATE SET id = {name}.id + 1000",
            match="ledger: ",
        )
        return
    for left in ("id", "key", "transfer_id"):
        names = ", ".join(column for column in fields if column != left)
        attack(f"INSERT OR REPLACE INTO {name} ({names}) SELECT {names} FROM {name}")


@pytest.mark.parametrize(
    "counted", ["posted_in", "posted_out", "held", "last_transfer", "last_outcome"]
)
def test_an_account_is_opened_empty(book, counted):
    names = "district, unit_id, stage, above, purpose, opened_at, posted_in, posted_out, held, "
    names += "last_transfer, last_outcome"
    values = names.replace("opened_at", f"'{AT:%Y-%m-%d %H:%M:%S}'")
    for name in ("posted_in", "posted_out", "held", "last_transfer", "last_outcome"):
        values = values.replace(name, "5" if name == counted else "0")
    attack(
        f"INSERT INTO ledger_account ({names}) SELECT {values} FROM ledger_account "
        f"WHERE id = {book.anna.pk}",
        match="opened empty",
    )


def test_an_account_belongs_to_exactly_one(book):
    names = "district, unit_id, stage, above, purpose, opened_at, posted_in, posted_out, held, "
    names += "last_transfer, last_outcome"
    for above, person in (("''", "NULL"), ("'x'", "1")):
        attack(
            f"INSERT INTO ledger_account ({names}, person_id) "
            f"VALUES (1, {book.anna.unit_id}, '', {above}, 'p', '{AT:%Y-%m-%d %H:%M:%S}', "
            f"0, 0, 0, 0, 0, {person})",
            match="one.s only",
        )


# Budget lines ----------------------------------------------------------------


def test_the_database_lets_no_stage_be_skipped(book):
    line, other = open_line(book, "A"), open_line(book, "B")
    ids, others = line.accounts_by_stage(), other.accounts_by_stage()
    ways = [
        (ids[Stage.APPROPRIATED], ids[Stage.COMMITTED]),
        (ids[Stage.APPROPRIATED], ids[Stage.PAID]),
        (ids[Stage.APPROPRIATED], others[Stage.RESERVED]),
        (ids[Stage.APPROPRIATED], others[Stage.APPROPRIATED]),
        (book.anna.pk, ids[Stage.PAID]),
    ]
    for payer, payee in ways:
        statement, *values = insert(**row(book, payer_id=payer, payee_id=payee))
        attack(statement, *values, match="stage to stage")
    held = {"payer_id": ids[Stage.APPROPRIATED], "payee_id": ids[Stage.RESERVED]}
    statement, *values = insert(**row(book, **held, expires_at=AT.replace(year=2027)))
    attack(statement, *values, match="stage to stage")
