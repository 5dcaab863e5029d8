"""A batch moves each account once; the database adds up anew what it did, and the limits hold."""

import random

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.basics import Refused
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.ledger import actions, queries
from linli.ledger.domain import AccountClosed, NotEnough, OtherUnit, SameAccount, Stage, TooMuch
from linli.ledger.models import Account, Outcome, Transfer

from .conftest import AT, BY, counts, new_key, open_one, pay, put_aside
from .lines import open_line

pytestmark = pytest.mark.django_db
COLUMNS = "district, payer_id, payee_id, amount, unit_id, kind, act, key, at, corrects_id"


def booking(payer, payee, amount):
    return actions.Booking(payer.pk, payee.pk, amount, "test", new_key())


def batch(*wanted):
    return actions.post_transfers(by=BY, at=AT, bookings=[booking(*one) for one in wanted])


def raw(book, *sides, unit=None):
    """Insert several rows by one statement, around every act: payer, payee, amount[, corrects]."""
    rows = [
        (
            1,
            payer,
            payee,
            amount,
            unit or book.anna.unit_id,
            "raw",
            1,
            new_key(),
            AT,
            *more,
            *[None],
        )
        for payer, payee, amount, *more in sides
    ]
    values = [value for row in rows for value in row[:10]]
    marks = ", ".join(["(" + ", ".join(["%s"] * 10) + ")"] * len(rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO ledger_transfer ({COLUMNS}) VALUES {marks}", values)


def refused(book, *sides, match, **more):
    before = [list(table.objects.order_by("id").values()) for table in (Account, Transfer, Outcome)]
    with pytest.raises(DatabaseError, match=match):
        raw(book, *sides, **more)
    after = [list(table.objects.order_by("id").values()) for table in (Account, Transfer, Outcome)]
    assert after == before


def test_a_batch_moves_what_each_booking_of_it_says_and_binds_every_row(book):
    made = batch(
        (book.anna, book.bert, 300), (book.bert, book.anna, 120), (book.anna, book.bert, 7)
    )
    assert (counts(book.anna), counts(book.bert)) == ((1_120, 307, 0), (307, 120, 0))
    newest = Account.objects.filter(pk__in=[book.anna.pk, book.bert.pk])
    assert {row.last_transfer for row in newest} == {made[-1].pk}
    for row in made:
        line = Line.objects.get(kind="TransferPosted", subject_id=row.pk)
        assert digest(bytes(row.salt), Transfer.objects.get(pk=row.pk).canonical_row()) in line.body
    assert list(queries.verify_ledger()) == []


def test_a_booking_of_a_batch_spends_what_one_before_it_brought_and_no_more(book):
    poor = open_one("poor")
    batch((book.anna, poor, 50), (poor, book.bert, 50))
    assert counts(poor) == (50, 50, 0)
    lines = Line.objects.count()
    for wanted, refusal in [
        ([(book.anna, poor, 50), (poor, book.bert, 51)], NotEnough),
        ([(book.anna, book.bert, 900), (book.outside, book.bert, 4_051)], TooMuch),
        ([(book.anna, book.bert, 1), (book.anna, book.anna, 1)], SameAccount),
        ([(book.anna, open_one("work", unit="work"), 1)], OtherUnit),
    ]:
        before = Transfer.objects.count(), counts(book.anna), counts(poor)
        with pytest.raises(refusal):
            batch(*wanted)
        assert (Transfer.objects.count(), counts(book.anna), counts(poor)) == before
    assert Line.objects.count() == lines + 1  # the account of minutes that was opened


def test_a_closed_account_is_no_side_of_a_batch(book):
    closed = open_one("closed")
    actions.close_account(by=BY, at=AT, account=closed.pk)
    with pytest.raises(AccountClosed):
        batch((book.anna, book.bert, 1), (book.anna, closed, 1))
    refused(
        book,
        (book.anna.pk, book.bert.pk, 1),
        (book.anna.pk, closed.pk, 1),
        match="a closed account",
    )


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 3), st.integers(1, 600).map(lambda amount: amount * 3)
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_batch_is_allowed_and_ends_as_its_bookings_one_by_one(purses, wanted):
    ends = [tried(way, purses, wanted) for way in (one_by_one, at_once)]
    assert ends[0] == ends[1]


def one_by_one(wanted):
    for payer, payee, amount in wanted:
        pay(payer, payee, amount)


def at_once(wanted):
    batch(*wanted)


def tried(way, purses, wanted):
    """Return what all accounts hold after it, or None for a refusal; nothing stays."""
    with transaction.atomic():
        try:
            way([(purses[payer], purses[payee], amount) for payer, payee, amount in wanted])
            end = [counts(purse) for purse in purses]
        except Refused:
            end = None
        transaction.set_rollback(True)
    return end


@pytest.fixture
def purses(book):
    put_aside(book.anna, book.bert, 100)
    return [book.anna, book.bert, book.outside, open_one("third", ceiling=900)]


# Several rows in one raw statement -------------------------------------------


def test_good_rows_move_both_sides_even_from_raw_sql(book):
    """So that the attacks below fail for what they try, and not for their form."""
    raw(book, (book.anna.pk, book.bert.pk, 10), (book.bert.pk, book.anna.pk, 4))
    assert (counts(book.anna), counts(book.bert)) == ((1_004, 10, 0), (10, 4, 0))
    assert list(queries.verify_ledger()) == []


def test_one_bad_row_spoils_the_statement(book):
    good = (book.anna.pk, book.bert.pk, 10)
    minutes, other = open_one("minutes", unit="work"), open_one("other", floor=None)
    done = pay(book.anna, book.bert, 30)
    pay(book.outside, book.bert, 100)
    for bad, match in [
        ((book.anna.pk, book.bert.pk, 961), "account_floor"),
        ((book.outside.pk, book.bert.pk, 4_871), "account_ceiling"),
        ((book.anna.pk, book.anna.pk, 1), "transfer_two_accounts|two_accounts"),
        ((book.anna.pk, book.bert.pk, -1), "transfer_amount"),
        ((book.anna.pk, 10**9, 1), "no such account"),
        ((book.anna.pk, minutes.pk, 1), "no such account"),
        ((book.bert.pk, other.pk, 5, done.pk), "two sides"),
        ((book.bert.pk, book.anna.pk, 31, done.pk), "taken back"),
    ]:
        refused(book, good, bad, match=match)
        refused(book, bad, good, match=match)


def test_two_corrections_in_one_statement_take_back_no_more_than_was_booked(book):
    done = pay(book.anna, book.bert, 30)
    pay(book.outside, book.bert, 100)
    back = (book.bert.pk, book.anna.pk, 20, done.pk)
    refused(book, back, back, match="taken back")


def test_no_stage_is_skipped_in_a_statement_of_several_rows(book):
    first, second = (
        open_line(book, "A").accounts_by_stage(),
        open_line(book, "B").accounts_by_stage(),
    )
    good = (first[Stage.APPROPRIATED], first[Stage.RESERVED], 5)
    for payer, payee in [
        (first[Stage.APPROPRIATED], first[Stage.PAID]),
        (first[Stage.APPROPRIATED], second[Stage.RESERVED]),
        (book.anna.pk, first[Stage.COMMITTED]),
    ]:
        refused(book, good, (payer, payee, 1), match="stage to stage")
    raw(book, good, (first[Stage.RESERVED], first[Stage.COMMITTED], 3))
    assert list(queries.verify_ledger()) == []


@pytest.mark.parametrize("said", ["1", "0", "-1", "9223372036854775807", ""])
def test_whoever_says_where_the_keeper_is_to_look_moves_nothing(book, said):
    """``ledger.first`` is a hint of the moving function to the keeper on PostgreSQL, and no more."""
    if connection.vendor != "postgresql":
        said = None
    raw(book, (book.anna.pk, book.bert.pk, 10), (book.bert.pk, book.anna.pk, 4))
    newest = Transfer.objects.latest("id").pk
    for change in (
        "posted_in = posted_in + 10, last_transfer = last_transfer + 1",
        f"posted_in = posted_in + 4, last_transfer = {newest}",
        f"posted_in = posted_in + 4, posted_out = posted_out + 10, last_transfer = {newest}",
        "posted_in = posted_in + 4",
    ):
        before = list(Account.objects.order_by("id").values())
        with pytest.raises(DatabaseError, match="only a new"):
            moved_by_hand(f"{change} WHERE id = {book.anna.pk}", said=said)
        assert list(Account.objects.order_by("id").values()) == before


def moved_by_hand(change, *, said):
    with transaction.atomic(), connection.cursor() as cursor:
        if said is not None:
            cursor.execute("SELECT set_config('ledger.first', %s, true)", [said])
        cursor.execute(f"UPDATE ledger_account SET {change}")


def test_a_thousand_random_bookings_in_batches_add_up(book):
    chance = random.Random(27)  # noqa: S311  # a test
    purses = [book.outside, *(open_one(f"p{number}", floor=None) for number in range(12))]
    for _ in range(10):
        batch(*((*chance.sample(purses, 2), chance.randint(1, 500)) for _ in range(100)))
    assert Transfer.objects.count() == 1_001
    assert list(queries.verify_ledger()) == []
