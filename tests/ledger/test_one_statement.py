"""One statement books what the rules allow and nothing else, and leaves what the long way leaves."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.basics import Refused
from linli.fabric import writing
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.ledger import actions, queries
from linli.ledger.actions import _at_once, transfers
from linli.ledger.models import Account, Transfer

from .conftest import AT, BY, new_key, open_one, pay, put_aside

LONG = transfers.post_transfer.__wrapped__
NEVER = {"id", "act", "key", "salt"}


def said(transfer):
    """Return everything of a booking and of its line that is not drawn anew each time."""
    line = Line.objects.get(kind="TransferPosted", subject_id=transfer.pk)
    row = Transfer.objects.get(pk=transfer.pk)
    body = json.loads(line.body)
    [[table, pk, bound]] = body["rows"]
    assert (table, pk) == ("ledger_transfer", row.pk)
    assert bound == digest(bytes(row.salt), row.canonical_row())
    assert body["event"].pop("transfer_id") == row.pk
    assert line.act_id == row.act
    columns = {
        name: getattr(line, name)
        for name in ("district", "kind", "subject_kind", "version", "actor_kind", "hat", "at")
    }
    held = {name: value for name, value in row.canonical_row().items() if name not in NEVER}
    return columns, body["event"], held


def test_one_statement_leaves_what_the_long_way_leaves(book):
    words = {"by": BY, "at": AT, "payer": book.anna.pk, "payee": book.bert.pk, "kind": "test"}
    long = LONG(**words, amount=7, key=new_key())
    quick = _at_once._book_within(**words, amount=7, key=new_key())
    assert said(quick) == said(long)
    assert list(queries.verify_ledger()) == []


@given(
    amount=st.integers(-5, 1_400), ways=st.sampled_from(["a>b", "b>a", "a>a", "a>w", "o>a", "c>a"])
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_statement_books_exactly_what_the_rules_allow(yard, amount, ways):
    payer, payee = (yard[name] for name in ways.split(">"))
    words = {"by": BY, "at": AT, "payer": payer, "payee": payee, "kind": "test", "amount": amount}
    before = Account.objects.count(), Transfer.objects.count(), Line.objects.count()
    quick = tried(_at_once._book_within, **words)
    long = tried(LONG, **words)
    assert quick == long
    assert (Account.objects.count(), Transfer.objects.count(), Line.objects.count()) == before


def tried(action, **words):
    """Return whether an act would book, and undo it."""
    with writing.transaction.atomic():
        try:
            booked = action(**words, key=new_key()) is not None
        except Refused:
            booked = False
        writing.transaction.set_rollback(True)
    return booked


@pytest.fixture
def yard(book):
    put_aside(book.anna, book.bert, 100)
    closed = open_one("closed")
    actions.close_account(by=BY, at=AT, account=closed.pk)
    return {
        "a": book.anna.pk,
        "b": book.bert.pk,
        "o": book.outside.pk,
        "w": open_one("work", unit="work", floor=None).pk,
        "c": closed.pk,
    }


def test_a_key_that_holds_a_mark_goes_the_long_way(book):
    made = pay(book.anna, book.bert, 5, key=f"x{_at_once.ITS_ID}")
    assert said(made)[1]["amount"] == 5
