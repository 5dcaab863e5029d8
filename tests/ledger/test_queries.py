"""Balances, history by pages, statements as of any moment, the trial balance, the whole check."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection

from linli.basics import Actor, Invalid, NoSuchThing
from linli.ledger import actions, queries
from linli.ledger.domain import Owner, Permission
from linli.ledger.models import Account
from linli.people.models import Person
from tests.conftest import triggers_off

from .conftest import AT, BY, HOUR, new_key, open_one, pay, put_aside
from .lines import open_line, party

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def live(book, *, deeds=60):
    """Let a while pass on the book: bookings, holds, corrections, one an hour."""
    chance, at, holds = random.Random(7), AT, []  # noqa: S311
    pay(book.outside, book.bert, 2_000)
    for _ in range(deeds):
        at += HOUR
        payer, payee = chance.sample([book.anna, book.bert], 2)
        what = chance.choice(["pay", "pay", "hold", "post", "void", "correct"])
        amount = chance.randint(1, 40)
        if what == "hold":
            holds.append(put_aside(payer, payee, amount, at=at, until=at + 30 * DAY))
        elif what in {"post", "void"} and holds:
            deed = actions.post_hold if what == "post" else actions.void_hold
            deed(by=BY, at=at, transfer=holds.pop(0).pk)
        elif what == "correct":
            wrong = pay(payer, payee, amount, at=at)
            actions.correct_transfer(by=BY, at=at, transfer=wrong.pk, key=new_key(), amount=1)
        else:
            pay(payer, payee, amount, at=at)
    return at


def test_a_balance_is_read_and_not_summed_up(book, django_assert_num_queries):
    pay(book.anna, book.bert, 300)
    with django_assert_num_queries(1):
        found = queries.balance(book.anna.pk, district=1, at=AT)
    assert (found.posted, found.available) == (700, 700)
    with pytest.raises(NoSuchThing):
        queries.balance(book.anna.pk, district=2, at=AT)


def test_history_is_paged_by_key_from_the_newest(book, django_assert_max_num_queries):
    put_aside(book.anna, book.bert, 5, at=live(book))
    whole, end = queries.history(book.anna, limit=1_000)
    assert end is None
    assert [entry.at for entry in whole] == sorted((entry.at for entry in whole), reverse=True)
    seen, after = [], ""
    while after is not None:
        with django_assert_max_num_queries(3):  # two sides, and how their holds ended
            page, after = queries.history(book.anna, after=after, limit=7)
        assert len(page) <= 7
        seen += page
    assert seen == whole
    assert {entry.state for entry in whole} == {"posted", "held", "voided"}
    standing = sum(entry.amount for entry in whole if entry.state == "posted")
    book.anna.refresh_from_db()
    assert standing == book.anna.balance().posted


def test_a_cursor_of_another_account_is_refused(book):
    live(book, deeds=20)
    _, after = queries.history(book.anna, limit=2)
    with pytest.raises(Invalid):
        queries.history(book.bert, after=after, limit=2)
    with pytest.raises(Invalid):
        queries.history(book.anna, after=after + "x", limit=2)


def test_a_statement_of_any_time_adds_up_and_joins_the_next(book):
    end = live(book)
    moments = [AT, AT + 7 * HOUR, AT + 20 * HOUR, AT + 41 * HOUR, end + HOUR]
    made = [
        queries.statement(Account.objects.get(pk=book.anna.pk), since=since, until=until)
        for since, until in pairwise(moments)
    ]
    assert all(one.adds_up() for one in made)
    assert [one.closing for one in made[:-1]] == [one.opening for one in made[1:]]
    assert made[0].opening == 0
    book.anna.refresh_from_db()
    assert made[-1].closing == book.anna.balance().posted
    whole = queries.statement(book.anna, since=AT, until=end + HOUR)
    assert sum(map(len, (one.entries for one in made))) == len(whole.entries)


def test_what_is_booked_while_a_statement_is_made_breaks_no_sum(book):
    read = Account.objects.get(pk=book.anna.pk)
    pay(book.anna, book.bert, 300)
    assert read.posted_out == 0
    for since, opening in ((AT, 0), (AT + HOUR, 700)):
        made = queries.statement(read, since=since, until=AT + DAY)
        assert (made.opening, made.closing) == (opening, 700)
        assert made.adds_up()


def test_a_hold_counts_from_the_moment_it_is_posted(book):
    hold = put_aside(book.anna, book.bert, 300, until=AT + DAY)
    actions.post_hold(by=BY, at=AT + 2 * HOUR, transfer=hold.pk, amount=200)
    book.anna.refresh_from_db()
    assert queries.balance_as_of(book.anna, AT + 2 * HOUR) == 1_000
    assert queries.balance_as_of(book.anna, AT + 3 * HOUR) == 800
    [entry] = queries.statement(book.anna, since=AT + HOUR, until=AT + DAY).entries
    assert (entry.at, entry.amount) == (AT + 2 * HOUR, -200)


def test_the_trial_balance_has_what_came_equal_what_went(book):
    live(book)
    minutes = [open_one(name, unit="work", floor=None) for name in ("from", "to")]
    pay(*minutes, 90)
    found = {one.unit: one for one in queries.trial_balance(district=1)}
    assert all(one.balanced for one in found.values())
    assert (found["work"].came, found["work"].accounts) == (90, 2)
    assert found["cny"].came == sum(Account.objects.values_list("posted_in", flat=True)) - 90
    assert (found["volunteer"].accounts, found["volunteer"].came) == (0, 0)


# Who may look ----------------------------------------------------------------


def test_who_sees_which_account(book):
    person = Person.objects.create(district=1, name="周敏", registered_at=AT)
    office = party()
    open_line(book)
    mine = actions.open_account(by=BY, at=AT, unit="work", owner=Owner.person(person.pk))
    ours = actions.open_account(by=BY, at=AT, unit="work", owner=Owner.party(office.pk))
    theirs = actions.open_account(by=BY, at=AT, unit="work", owner=Owner.place(office.place_id))
    seeing = frozenset({Permission.SEE})

    def seen(**words):
        actor = Actor(kind="staff", district=1, **words)
        return set(queries.accounts_for(actor).values_list("pk", flat=True))

    lines = set(Account.objects.filter(line__isnull=False).values_list("pk", flat=True))
    assert seen() == set()
    assert seen(person=person.pk) == {mine.pk}
    assert seen(party=office.pk) == set()
    assert seen(party=office.pk, permissions=seeing) == {ours.pk, *lines}
    assert seen(communities=frozenset({office.place_id}), permissions=seeing) == {theirs.pk}
    assert seen(permissions=seeing | {Permission.AUDIT}) == {ours.pk, theirs.pk, *lines}
    with pytest.raises(NoSuchThing):
        queries.account_for(Actor(kind="staff", district=1), mine.pk)


def test_who_sees_which_budget_line(book):
    open_line(book)
    seeing = frozenset({Permission.SEE})

    def seen(**words):
        actor = Actor(kind="staff", district=1, **words)
        return [line.code for line in queries.budget_lines_for(actor)]

    assert seen(party=party().pk) == []
    assert seen(party=party().pk, permissions=seeing) == ["A"]
    assert seen(party=party().pk + 1, permissions=seeing) == []
    assert seen(permissions=seeing | {Permission.AUDIT}) == ["A"]


# The whole check -------------------------------------------------------------


def faults():
    return [(fault.where, fault.what) for fault in queries.verify_ledger()]


def test_a_book_that_was_lived_with_adds_up(book):
    live(book)
    open_line(book)
    assert faults() == []


def corrupt(statement):
    """Do behind the triggers' back what they refuse."""
    with triggers_off(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(statement)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize("column", ["posted_in", "posted_out", "held", "last_transfer"])
def test_a_count_changed_behind_its_back_is_named(book, column):
    live(book, deeds=10)
    corrupt(f"UPDATE ledger_account SET {column} = {column} + 1 WHERE id = {book.outside.pk}")
    [(where, what)] = faults()
    assert where == f"ledger_account {book.outside.pk}"
    assert "its transfers make" in what


def test_a_transfer_changed_or_taken_out_is_named_at_both_accounts(book):
    done = pay(book.anna, book.bert, 10)
    both = {f"ledger_account {book.anna.pk}", f"ledger_account {book.bert.pk}"}
    corrupt(f"UPDATE ledger_transfer SET amount = 11 WHERE id = {done.pk}")
    assert {where for where, _ in faults()} == both
    corrupt(f"DELETE FROM ledger_transfer WHERE id = {done.pk}")
    assert {where for where, _ in faults()} == both


def test_a_correction_beyond_its_booking_is_named(book):
    done = pay(book.anna, book.bert, 10)
    actions.correct_transfer(by=BY, at=AT, transfer=done.pk, key=new_key())
    corrupt(f"UPDATE ledger_transfer SET amount = 9 WHERE id = {done.pk}")
    assert (f"ledger_transfer {done.pk}", "more of it was taken back than was booked") in faults()


def test_an_outcome_out_of_its_time_is_named(book):
    hold = put_aside(book.anna, book.bert, 10)
    made = actions.post_hold(by=BY, at=AT, transfer=hold.pk)
    corrupt(f"UPDATE ledger_outcome SET kind = 'expired', amount = 0 WHERE id = {made.pk}")
    assert (f"ledger_outcome {made.pk}", "settles no hold, or not in its time") in faults()


def test_a_transfer_of_another_unit_is_named(book):
    done = pay(book.anna, book.bert, 10)
    minutes = open_one("minutes", unit="work")
    corrupt(f"UPDATE ledger_transfer SET unit_id = {minutes.unit_id} WHERE id = {done.pk}")
    where = f"ledger_transfer {done.pk}"
    assert (where, "has not two accounts of its district and unit") in faults()
