"""
Many writers on the same accounts, each on a real connection, on the engine in use.

On SQLite the database of the quick run lies in memory and has one connection: its copy in a file
takes its place in every thread, triggers and all.
"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest
from django.db import connection, connections

from linli.basics import Refused
from linli.journal.models import Line
from linli.ledger import actions, queries
from linli.ledger.models import Account, Outcome, Transfer

from .conftest import AT, BY, make_book, new_key, open_one, pay, put_aside

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8
_number = count(1)


class Yard:
    """Where threads write: the test's server, or a file that is a copy of the test's memory."""

    def __init__(self, folder):
        self.file = None
        if connection.vendor == "sqlite":
            self.file = folder / "copy.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self.file)])

    @contextmanager
    def entered(self):
        """Give this thread a connection of its own."""
        if self.file is not None:
            wanted = {**connections.settings["default"], "NAME": str(self.file)}
            wanted["OPTIONS"] = connections.settings["default"]["OPTIONS"]
            connections["default"] = type(connections["default"])(wanted, "default")
        try:
            yield
        finally:
            connections["default"].close()

    def run(self, *deeds):
        """Do the deeds at one moment; return what each returned, or the name of its refusal."""
        gate = threading.Barrier(len(deeds))

        def one(deed):
            with self.entered():
                gate.wait(timeout=30)
                return deed()

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(one, deeds))

    def see(self, question):
        """Ask where the threads wrote."""
        return self.run(question)[0]


@pytest.fixture
def yard(transactional_db, tmp_path):
    def make():
        return Yard(tmp_path)

    return make


def tries(times, deed):
    """Return a deed that tries so often and counts what was done and what was refused."""

    def run():
        done, refused = 0, {}
        for _ in range(times):
            try:
                deed()
                done += 1
            except Refused as refusal:
                name = type(refusal).__name__
                refused[name] = refused.get(name, 0) + 1
        return done, refused

    return run


def totals():
    rows = Account.objects.order_by("id")
    return {row.pk: (row.posted_in - row.posted_out, row.held) for row in rows}


def test_a_purse_is_never_spent_twice(yard):
    book = make_book()  # anna holds 1,000
    where = yard()
    spend = tries(20, lambda: pay(book.anna, book.bert, 10, key=f"s{next(_number)}"))

    results = where.run(*[spend] * WRITERS)

    assert sum(done for done, _ in results) == 100
    assert sum(refused.get("NotEnough", 0) for _, refused in results) == WRITERS * 20 - 100
    assert {name for _, refused in results for name in refused} == {"NotEnough"}
    after = where.see(totals)
    assert (after[book.anna.pk], after[book.bert.pk]) == ((0, 0), (1_000, 0))
    assert where.see(lambda: list(queries.verify_ledger())) == []
    assert where.see(Transfer.objects.count) == 101
    assert where.see(Line.objects.filter(kind="TransferPosted").count) == 101


def test_transfers_in_opposite_directions_do_not_wait_for_each_other(yard):
    book = make_book()
    pay(book.outside, book.bert, 1_000)
    where = yard()
    there = tries(25, lambda: pay(book.anna, book.bert, 1, key=f"o{next(_number)}"))
    back = tries(25, lambda: pay(book.bert, book.anna, 1, key=f"o{next(_number)}"))

    results = where.run(*[there, back] * (WRITERS // 2))

    assert results == [(25, {})] * WRITERS
    after = where.see(totals)
    assert (after[book.anna.pk], after[book.bert.pk]) == ((1_000, 0), (1_000, 0))
    assert where.see(lambda: list(queries.verify_ledger())) == []


def test_any_pairs_of_a_few_accounts_keep_all_limits(yard):
    book = make_book()
    purses = [open_one(f"purse {n}", ceiling=400) for n in range(5)]
    for purse in purses:
        pay(book.outside, purse, 200)
    where = yard()

    def wander():
        chance = random.Random(next(_number))  # noqa: S311
        payer, payee = chance.sample(purses, 2)
        return tries(
            15, lambda: pay(payer, payee, chance.randint(1, 120), key=f"w{next(_number)}")
        )()

    results = where.run(*[wander] * WRITERS)

    assert {name for _, refused in results for name in refused} <= {"NotEnough", "TooMuch"}
    after = where.see(totals)
    held = [after[purse.pk][0] for purse in purses]
    assert sum(held) == 1_000
    assert all(0 <= one <= 400 for one in held)
    assert where.see(lambda: list(queries.verify_ledger())) == []


def test_one_key_books_once_however_many_try(yard):
    book = make_book()
    where = yard()
    same = tries(3, lambda: pay(book.anna, book.bert, 10, key="the same"))

    results = where.run(*[same] * WRITERS)

    assert sum(done for done, _ in results) == 1
    assert {name for _, refused in results for name in refused} == {"AlreadyPosted"}
    assert where.see(totals)[book.bert.pk] == (10, 0)


def test_a_hold_is_settled_once_however_many_try(yard):
    book = make_book()
    hold = put_aside(book.anna, book.bert, 500)
    where = yard()
    deeds = [
        tries(1, lambda: actions.post_hold(by=BY, at=AT, transfer=hold.pk)),
        tries(1, lambda: actions.void_hold(by=BY, at=AT, transfer=hold.pk)),
        tries(1, lambda: actions.expire_holds(by=BY, at=hold.expires_at) or _nothing()),
    ]

    results = where.run(*(deeds * 3))

    assert sum(done for done, _ in results) == 1
    outcome = where.see(lambda: list(Outcome.objects.values_list("kind", "amount")))
    assert outcome in ([("posted", 500)], [("voided", 0)], [("expired", 0)])
    assert where.see(totals)[book.anna.pk] == (1_000 - outcome[0][1], 0)
    assert where.see(lambda: list(queries.verify_ledger())) == []


def _nothing():
    raise Refused


def test_many_at_once_and_one_by_one_do_not_wait_for_each_other(yard):
    book = make_book()
    pay(book.outside, book.bert, 1_000)
    where = yard()

    def bulk():
        ring = [(book.bert, book.anna), (book.anna, book.bert), (book.bert, book.outside)]
        return actions.post_transfers(
            by=BY,
            at=AT,
            bookings=[
                actions.Booking(payer.pk, payee.pk, 1, "test", f"{new_key()}-{next(_number)}")
                for payer, payee in ring
            ],
        )

    single = tries(10, lambda: pay(book.anna, book.bert, 1, key=f"m{next(_number)}"))
    results = where.run(*[tries(10, bulk), single] * (WRITERS // 2))

    assert results == [(10, {})] * WRITERS
    assert where.see(lambda: list(queries.verify_ledger())) == []
