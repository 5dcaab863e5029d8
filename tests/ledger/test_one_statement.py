"""One statement books what the rules allow and nothing else, and leaves what the long way leaves."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.basics import Refused
from linli.fabric import writing
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.ledger import actions, queries
from linli.ledger.actions import _at_once, transfers
from linli.ledger.domain import AlreadyPosted, NotEnough
from linli.ledger.models import Account, Transfer

from .conftest import AT, BY, new_key, open_one, put_aside

LONG, LONG_MANY = transfers.post_transfer.__wrapped__, transfers.post_transfers.__wrapped__
QUICK = writing.write_atomic(_at_once.book)
QUICK_MANY = writing.write_atomic(_at_once.book_many)
PECULIAR = "".join(map(chr, range(1, 0x20))) + '"\\/%s%(key)s\x7f中\U00020000'
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
    quick = QUICK(**words, amount=7, key=new_key())
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
    quick = tried(QUICK, **words)
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
        "d": open_one("poor").pk,
        "v": open_one("more work", unit="work", ceiling=500).pk,
    }


@pytest.mark.parametrize("mark", [*list(PECULIAR), "%(key)s", "\\u0001", "its key", str(-(2**62))])
def test_no_key_or_kind_breaks_the_texts(book, mark):
    words = {"payer": book.anna.pk, "payee": book.bert.pk, "amount": 5, "kind": f"k{mark}"}
    assert said(QUICK(by=BY, at=AT, key=f"one{mark}", **words))[1]["kind"] == f"k{mark}"
    keys = [f"{number}{mark}" for number in range(3)]
    many = [actions.Booking(**words, key=key) for key in keys]
    made = actions.post_transfers(by=BY, at=AT, bookings=many)
    assert [said(one)[1]["kind"] for one in made] == [f"k{mark}"] * 3
    assert [Transfer.objects.get(pk=one.pk).key for one in made] == keys
    assert list(queries.verify_ledger()) == []


# Many ------------------------------------------------------------------------


def bookings(yard, wanted):
    return [
        actions.Booking(*(yard[name] for name in way.split(">")), amount, "test", new_key())
        for way, amount in wanted
    ]


def test_a_batch_in_one_statement_leaves_what_the_long_way_leaves(yard):
    wanted = [("a>b", 300), ("b>o", 120), ("o>a", 7)]
    long = LONG_MANY(by=BY, at=AT, bookings=bookings(yard, wanted))
    quick = QUICK_MANY(by=BY, at=AT, bookings=bookings(yard, wanted))
    assert [said(one) for one in quick] == [said(one) for one in long]
    assert [one.canonical_row() for one in quick] == [
        Transfer.objects.get(pk=one.pk).canonical_row() for one in quick
    ]
    assert [one.pk for one in quick] == sorted(one.pk for one in quick)
    assert len({bytes(one.salt) for one in quick}) == 3
    assert list(queries.verify_ledger()) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a>b", "b>a", "a>a", "a>w", "o>a", "o>b", "c>a", "w>v"]),
            st.integers(-1, 900),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_batch_in_one_statement_is_one_the_rules_allow(yard, wanted):
    """Not the other way round: what may be allowed only in its order, the long way looks at."""
    quick, long = (ended(way, yard, wanted) for way in (QUICK_MANY, LONG_MANY))
    assert quick in (None, long)


def ended(action, yard, wanted):
    """Return what all accounts hold after it, or None if nothing was booked; undo it."""
    with writing.transaction.atomic():
        before = Transfer.objects.count(), Line.objects.count()
        try:
            booked = action(by=BY, at=AT, bookings=bookings(yard, wanted))
        except Refused:
            booked = None
        if booked is None:
            assert (Transfer.objects.count(), Line.objects.count()) == before
        end = [(row.posted_in, row.posted_out, row.held) for row in Account.objects.order_by("id")]
        writing.transaction.set_rollback(True)
    return None if booked is None else end


def test_what_only_the_order_allows_goes_the_long_way(yard):
    """``d`` holds nothing: it gives what it was just brought."""
    wanted = [("a>d", 50), ("d>b", 50)]
    assert QUICK_MANY(by=BY, at=AT, bookings=bookings(yard, wanted)) is None
    assert len(actions.post_transfers(by=BY, at=AT, bookings=bookings(yard, wanted))) == 2
    with pytest.raises(NotEnough):
        actions.post_transfers(by=BY, at=AT, bookings=bookings(yard, reversed(wanted)))


def test_a_key_twice_in_a_batch_books_nothing_of_it(yard):
    [one, other] = bookings(yard, [("a>b", 5), ("a>b", 6)])
    before = Transfer.objects.count(), Line.objects.count()
    with pytest.raises(AlreadyPosted), writing.transaction.atomic():
        actions.post_transfers(by=BY, at=AT, bookings=[one, replace(other, key=one.key)])
    assert (Transfer.objects.count(), Line.objects.count()) == before
