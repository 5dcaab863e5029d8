"""
The book attacked by the role that serves, over a connection of its own: it may book, and no more.

The owner's rights move the counts, inside two functions that only triggers call.
"""

import os

import psycopg
import pytest
from django.db import connection

from linli.fabric import grants
from linli.ledger import actions, queries
from tests.safety.test_runtime_role import as_owner, options

from .conftest import AT, BY, counts, make_book, new_key, pay, put_aside
from .test_attacks import SET_LIMITS, tell_limits

ROLE = f"linli_books_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
PERMISSION = "permission denied|must be owner|only as triggers"
BAD = "account_floor|account_ceiling|transfer_once|no such account|outcome_once|ledger: "
TRANSFER = (
    "INSERT INTO ledger_transfer (district, payer_id, payee_id, amount, unit_id, kind, act, key, at) "
    "SELECT district, {payer}, {payee}, {amount}, unit_id, 'raw', 1, {key}, now() "
    "FROM ledger_account WHERE id = {payer}"
)


@pytest.fixture(scope="module")
def role(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), as_owner() as owner:
        owner.execute(f"CREATE ROLE {ROLE} LOGIN")
        try:
            for statement in grants.statements(ROLE):
                owner.execute(statement)
            yield ROLE
        finally:
            owner.execute(f"DROP OWNED BY {ROLE}")
            owner.execute(f"DROP ROLE {ROLE}")
            owner.execute("GRANT ALL ON SCHEMA public TO PUBLIC")


@pytest.fixture
def served(role, transactional_db):
    book = make_book()
    hold = put_aside(book.anna, book.bert, 100)
    with psycopg.connect(**options(user=role), autocommit=True) as held:
        yield held, book, hold


def test_the_rights_are_select_insert_and_the_limits(role, db):
    rights = {nature.table: nature.rights() for nature in grants.natures()}
    settable = '"floor", "ceiling", "closed_at", "salt"'
    assert rights["ledger_account"] == f"SELECT, INSERT, UPDATE ({settable})"
    assert rights["ledger_transfer"] == "SELECT, INSERT"
    assert rights["ledger_outcome"] == "SELECT, INSERT"


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE ledger_account SET posted_in = posted_in + 1 WHERE id = {anna}",
        "UPDATE ledger_account SET held = 0 WHERE id = {anna}",
        "UPDATE ledger_account SET last_transfer = 0 WHERE id = {anna}",
        "UPDATE ledger_account SET above = 'mine' WHERE id = {anna}",
        "DELETE FROM ledger_account WHERE id = {anna}",
        "UPDATE ledger_transfer SET amount = 1",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer CASCADE",
        "UPDATE ledger_outcome SET amount = 1",
        "DELETE FROM ledger_outcome",
        "ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_keeps",
        "DROP TRIGGER ledger_move ON ledger_transfer",
        "DROP TRIGGER ledger_move_many ON ledger_transfer",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_move_many",
        "ALTER TABLE ledger_account DROP CONSTRAINT account_floor",
        "SELECT ledger_move()",
        "SELECT ledger_settle()",
        "SELECT ledger_move_many()",
        "CREATE OR REPLACE FUNCTION ledger_keep_account() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        "CREATE TRIGGER mine AFTER INSERT ON ledger_account FOR EACH ROW "
        "EXECUTE FUNCTION ledger_move()",
        "CREATE TEMPORARY TABLE ledger_account (id bigint)",
    ],
)
def test_what_is_not_a_booking_is_not_permitted(served, attack):
    held, book, _ = served
    with pytest.raises(psycopg.Error, match=PERMISSION):
        held.execute(attack.format(anna=book.anna.pk))
    assert counts(book.anna) == (1_000, 0, 100)
    assert list(queries.verify_ledger()) == []


@pytest.mark.parametrize(
    ("amount", "payee", "key"),
    [
        (901, "bert", "'new'"),  # 100 of 1,000 are set aside
        (100, "bert", "(SELECT key FROM ledger_transfer LIMIT 1)"),
        (100, "anna", "'new'"),
        (-100, "bert", "'new'"),
    ],
)
def test_a_bad_booking_is_refused(served, amount, payee, key):
    held, book, _ = served
    attack = TRANSFER.format(
        payer=book.anna.pk, payee=getattr(book, payee).pk, amount=amount, key=key
    )
    with pytest.raises(psycopg.Error, match=f"{BAD}|transfer_amount|transfer_two_accounts"):
        held.execute(attack)
    assert counts(book.anna) == (1_000, 0, 100)


def test_no_limit_is_changed_past_the_act_nor_to_what_does_not_fit(served):
    held, book, _ = served
    anna = book.anna.pk
    for change in ("floor = -1", "floor = NULL", "ceiling = 10000", "floor = 0, ceiling = 5000"):
        with pytest.raises(psycopg.Error, match="by the act"):
            held.execute(f"UPDATE ledger_account SET {change} WHERE id = {anna}")
    for limits, match in (((901, None), "account_floor"), ((0, 999), "account_ceiling")):
        tell_limits(by=BY, at=AT, account=anna, floor=limits[0], ceiling=limits[1])
        with pytest.raises(psycopg.Error, match=match):
            held.execute(SET_LIMITS, (*limits, anna))
    with pytest.raises(psycopg.Error, match="a closed account"):
        held.execute(f"UPDATE ledger_account SET closed_at = now() WHERE id = {anna}")
    tell_limits(by=BY, at=AT, account=anna, floor=-5, ceiling=None)
    held.execute(SET_LIMITS, (-5, None, anna))
    book.anna.refresh_from_db()
    assert (book.anna.floor, book.anna.ceiling, counts(book.anna)) == (-5, None, (1_000, 0, 100))


def test_a_hold_cannot_be_settled_twice_or_beyond_itself(served):
    held, book, hold = served
    settle = (
        "INSERT INTO ledger_outcome (district, transfer_id, kind, amount, act, at) "
        f"VALUES (1, {hold.pk}, '{{kind}}', {{amount}}, 1, '2026-11-16 04:00+00')"
    )
    with pytest.raises(psycopg.Error, match="not so much"):
        held.execute(settle.format(kind="posted", amount=101))
    held.execute(settle.format(kind="posted", amount=40))
    with pytest.raises(psycopg.Error, match="outcome_once"):
        held.execute(settle.format(kind="voided", amount=0))
    assert (counts(book.anna), counts(book.bert)) == ((1_000, 40, 0), (40, 0, 0))


def test_the_role_cannot_hide_a_table_behind_its_own_name(served):
    """Were the functions to look a name up in the caller's path, they would move other rows."""
    held, book, _ = served
    held.execute("SET search_path = pg_temp, public")
    held.execute(TRANSFER.format(payer=book.anna.pk, payee=book.bert.pk, amount=5, key="'own'"))
    assert counts(book.anna) == (1_000, 5, 100)


def test_the_house_does_all_of_it_as_that_role(role, db):
    """Every deed of the book, with the rights of the role only; then the whole check."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {role}")
    book = make_book()
    done = pay(book.anna, book.bert, 200)
    actions.correct_transfer(by=BY, at=AT, transfer=done.pk, key=new_key(), amount=50)
    actions.post_hold(by=BY, at=AT, transfer=put_aside(book.anna, book.bert, 100).pk)
    actions.void_hold(by=BY, at=AT, transfer=put_aside(book.anna, book.bert, 100).pk)
    actions.set_limits(by=BY, at=AT, account=book.anna.pk, floor=-10, ceiling=None)
    one = actions.Booking(book.anna.pk, book.bert.pk, 10, "test", new_key())
    actions.post_transfers(by=BY, at=AT, bookings=[one])
    assert counts(book.anna) == (1_050, 310, 0)
    assert list(queries.verify_ledger()) == []
