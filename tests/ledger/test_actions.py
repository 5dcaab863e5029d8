"""What each deed changes and writes down; for each refusal, that nothing changed."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.journal.models import Line
from linli.ledger import actions, domain, queries
from linli.ledger.domain import Owner, UnitData, UnitKind
from linli.ledger.models import Account, Outcome, Transfer, Unit
from linli.people.models import Person

from .conftest import AT, BY, HOUR, counts, load_units, new_key, open_one, pay, put_aside

pytestmark = pytest.mark.django_db
NOBODY = Actor(kind="staff", district=1, user=1)


def state():
    """Return all that a refusal must leave alone."""
    tables = (Account, Transfer, Outcome, Line)
    return [list(table.objects.order_by("id").values()) for table in tables]


def refused(refusal, deed, **words):
    before = state()
    with pytest.raises(refusal):
        deed(by=words.pop("by", BY), at=words.pop("at", AT), **words)
    assert state() == before


def last_line():
    line = Line.objects.latest("id")
    body = json.loads(line.body)
    return line.kind, body["event"], [(table, pk) for table, pk, _ in body["rows"]]


def move(book, **changed):
    words = {"payer": book.anna.pk, "payee": book.bert.pk, "amount": 300, "kind": "test"}
    return {**words, "key": new_key(), **changed}


# Transfers -------------------------------------------------------------------


def test_a_transfer_moves_both_accounts_and_leaves_one_line(book):
    lines = Line.objects.count()
    made = actions.post_transfer(by=BY, at=AT, **move(book))
    assert (counts(book.anna), counts(book.bert)) == ((1_000, 300, 0), (300, 0, 0))
    assert Line.objects.count() == lines + 1
    kind, event, rows = last_line()
    assert kind == "TransferPosted"
    assert event == {
        "transfer_id": made.pk,
        "payer_id": book.anna.pk,
        "payee_id": book.bert.pk,
        "amount": 300,
        "unit_id": book.anna.unit_id,
        "kind": "test",
    }
    assert rows == [("ledger_transfer", made.pk)]
    assert made.act == Line.objects.latest("id").act_id


@pytest.mark.parametrize(
    ("refusal", "changed"),
    [
        (domain.NotEnough, {"amount": 1_001}),
        (domain.NothingToMove, {"amount": 0}),
        (domain.NothingToMove, {"amount": -300}),
        (domain.TooLarge, {"amount": 10**12 + 1}),
        (NoSuchThing, {"payee": 10**9}),
    ],
)
def test_a_refused_transfer_changes_nothing(book, refusal, changed):
    refused(refusal, actions.post_transfer, **move(book, **changed))


def test_the_ceiling_is_kept(book):
    pay(book.outside, book.bert, 4_900)
    refused(domain.TooMuch, actions.post_transfer, **move(book, amount=101))
    pay(book.anna, book.bert, 100)
    assert counts(book.bert) == (5_000, 0, 0)


def test_both_sides_must_differ(book):
    refused(domain.SameAccount, actions.post_transfer, **move(book, payee=book.anna.pk))


def test_minutes_are_not_money(book):
    minutes = open_one("minutes", unit="work")
    refused(domain.OtherUnit, actions.post_transfer, **move(book, payee=minutes.pk))


def test_a_key_books_once(book):
    pay(book.anna, book.bert, 10, key="again")
    before = state()
    with pytest.raises(domain.AlreadyPosted):
        pay(book.anna, book.bert, 10, key="again")
    assert counts(book.anna) == (1_000, 10, 0)
    assert len(state()[1]) == len(before[1])


def test_another_district_is_not_there(book):
    elsewhere = replace(BY, district=2)
    refused(NoSuchThing, actions.post_transfer, by=elsewhere, **move(book))


def test_many_are_booked_in_order_or_not_at_all(book):
    chain = [
        actions.Booking(book.anna.pk, book.bert.pk, 1_000, "test", new_key()),
        actions.Booking(book.bert.pk, book.anna.pk, 400, "test", new_key()),
        actions.Booking(book.anna.pk, book.bert.pk, 400, "test", new_key()),
    ]
    lines = Line.objects.count()
    made = actions.post_transfers(by=BY, at=AT, bookings=chain)
    assert [one.amount for one in made] == [1_000, 400, 400]
    assert (counts(book.anna), counts(book.bert)) == ((1_400, 1_400, 0), (1_400, 400, 0))
    assert Line.objects.count() == lines + 3
    assert actions.post_transfers(by=BY, at=AT, bookings=[]) == []
    fresh = [replace(one, key=new_key()) for one in chain]
    refused(domain.NotEnough, actions.post_transfers, bookings=fresh)


def test_a_key_within_many_books_once(book):
    twice = actions.Booking(book.anna.pk, book.bert.pk, 1, "test", "twice")
    actions.post_transfers(by=BY, at=AT, bookings=[twice])
    with pytest.raises(domain.AlreadyPosted):
        actions.post_transfers(by=BY, at=AT, bookings=[twice])


# Corrections -----------------------------------------------------------------


def test_a_correction_turns_the_sides_round_and_names_what_it_corrects(book):
    wrong = pay(book.anna, book.bert, 300)
    part = actions.correct_transfer(by=BY, at=AT, transfer=wrong.pk, key=new_key(), amount=100)
    assert (part.payer_id, part.payee_id, part.corrects_id) == (
        book.bert.pk,
        book.anna.pk,
        wrong.pk,
    )
    assert last_line()[:2] == (
        "TransferCorrected",
        {"transfer_id": part.pk, "corrects_id": wrong.pk, "amount": 100},
    )
    rest = actions.correct_transfer(by=BY, at=AT, transfer=wrong.pk, key=new_key())
    assert rest.amount == 200
    assert (counts(book.anna), counts(book.bert)) == ((1_300, 300, 0), (300, 300, 0))


def test_a_correction_is_refused_without_right_or_ground(book):
    wrong = pay(book.anna, book.bert, 300)
    words = {"transfer": wrong.pk, "key": new_key()}
    refused(NotAllowed, actions.correct_transfer, by=NOBODY, **words)
    refused(domain.TooMuchCorrected, actions.correct_transfer, **words, amount=301)
    part = actions.correct_transfer(by=BY, at=AT, transfer=wrong.pk, key=new_key(), amount=300)
    refused(domain.NothingToMove, actions.correct_transfer, **words)
    refused(NoSuchThing, actions.correct_transfer, transfer=part.pk, key=new_key())
    refused(NoSuchThing, actions.correct_transfer, transfer=10**9, key=new_key())


def test_what_was_spent_cannot_be_taken_back(book):
    wrong = pay(book.anna, book.bert, 300)
    pay(book.bert, book.outside, 250)
    refused(domain.NotEnough, actions.correct_transfer, transfer=wrong.pk, key=new_key())


# Holds -----------------------------------------------------------------------


def test_a_hold_sets_aside_and_posts_a_part(book):
    hold = put_aside(book.anna, book.bert, 700)
    assert (counts(book.anna), counts(book.bert)) == ((1_000, 0, 700), (0, 0, 0))
    assert last_line()[0] == "HoldPlaced"
    refused(domain.NotEnough, actions.post_transfer, **move(book, amount=301))
    outcome = actions.post_hold(by=BY, at=AT, transfer=hold.pk, amount=500)
    assert (counts(book.anna), counts(book.bert)) == ((1_000, 500, 0), (500, 0, 0))
    assert last_line() == (
        "HoldPosted",
        {"transfer_id": hold.pk, "amount": 500},
        [("ledger_outcome", outcome.pk)],
    )
    refused(domain.HoldSettled, actions.post_hold, transfer=hold.pk)
    refused(domain.HoldSettled, actions.void_hold, transfer=hold.pk)


def test_a_voided_hold_frees_all(book):
    hold = put_aside(book.anna, book.bert, 700)
    actions.void_hold(by=BY, at=AT, transfer=hold.pk)
    assert counts(book.anna) == (1_000, 0, 0)
    assert last_line()[:2] == ("HoldVoided", {"transfer_id": hold.pk})
    refused(domain.HoldSettled, actions.post_hold, transfer=hold.pk)


@pytest.mark.parametrize(
    ("refusal", "changed"),
    [
        (domain.HoldEndsTooEarly, {"expires_at": AT}),
        (domain.NotEnough, {"amount": 1_001}),
        (domain.NothingToMove, {"amount": 0}),
    ],
)
def test_a_refused_hold_changes_nothing(book, refusal, changed):
    words = move(book, **{"expires_at": AT + HOUR, **changed})
    refused(refusal, actions.place_hold, **words)


def test_a_hold_is_not_posted_above_itself_above_a_ceiling_or_too_late(book):
    hold = put_aside(book.anna, book.bert, 700)
    refused(domain.NotEnough, actions.post_hold, transfer=hold.pk, amount=1_001)
    refused(domain.HoldLapsed, actions.post_hold, transfer=hold.pk, at=AT + HOUR)
    refused(NoSuchThing, actions.post_hold, transfer=hold.pk - 1)
    pay(book.outside, book.bert, 4_500)
    refused(domain.TooMuch, actions.post_hold, transfer=hold.pk)


def test_a_hold_that_is_over_counts_as_free_before_it_is_struck_off(book):
    put_aside(book.anna, book.bert, 700)
    later = AT + HOUR
    found = queries.balance(book.anna.pk, district=1, at=later)
    assert (found.held, found.lapsed, found.available) == (700, 700, 1_000)
    pay(book.anna, book.bert, 1_000, at=later)
    assert counts(book.anna) == (1_000, 1_000, 0)
    assert Outcome.objects.get().kind == "expired"


def test_the_chore_strikes_off_what_is_over_and_nothing_else(book):
    over = put_aside(book.anna, book.bert, 100)
    put_aside(book.anna, book.bert, 200, until=AT + 2 * HOUR)
    assert actions.expire_holds(by=BY, at=AT + HOUR - timedelta(seconds=1)) == 0
    assert actions.expire_holds(by=BY, at=AT + HOUR) == 1
    assert counts(book.anna) == (1_000, 0, 200)
    assert last_line()[:2] == ("HoldExpired", {"transfer_id": over.pk})
    assert actions.expire_holds(by=BY, at=AT + HOUR) == 0


def test_the_worker_does_the_chore(book, settings):
    from config.chores import expire_holds  # noqa: PLC0415

    put_aside(book.anna, book.bert, 100)
    expire_holds(AT + HOUR)
    assert "config.chores.expire_holds" in settings.CHORES
    assert counts(book.anna) == (1_000, 0, 0)


def test_a_posted_hold_can_be_corrected_up_to_what_was_posted(book):
    hold = put_aside(book.anna, book.bert, 700)
    refused(domain.NothingToMove, actions.correct_transfer, transfer=hold.pk, key=new_key())
    actions.post_hold(by=BY, at=AT, transfer=hold.pk, amount=500)
    words = {"transfer": hold.pk, "key": new_key()}
    refused(domain.TooMuchCorrected, actions.correct_transfer, **words, amount=501)
    actions.correct_transfer(by=BY, at=AT, **words)
    assert (counts(book.anna), counts(book.bert)) == ((1_500, 500, 0), (500, 500, 0))


# Accounts and units ----------------------------------------------------------


def test_an_owner_has_one_account_for_each_purpose(book):
    person = Person.objects.create(district=1, name="周敏", registered_at=AT)
    words = {"by": BY, "at": AT, "unit": "volunteer", "owner": Owner.person(person.pk)}
    first = actions.open_account(**words)
    assert last_line() == (
        "AccountOpened",
        {"account_id": first.pk, "unit_id": first.unit_id, "floor": 0, "ceiling": None},
        [("ledger_account", first.pk)],
    )
    assert actions.open_account(**words) == first
    other = actions.open_account(**words, purpose="savings")
    assert other != first
    assert (first.person_id, first.party_id, first.above) == (person.pk, None, "")


def test_an_account_needs_a_unit_in_use_and_limits_that_fit(book):
    words = {"owner": Owner.above("test"), "unit": "cny"}
    refused(domain.UnitNotInUse, actions.open_account, **{**words, "unit": "gold"})
    refused(domain.LimitsCross, actions.open_account, **words, floor=1)
    refused(domain.LimitsCross, actions.open_account, **words, floor=None, ceiling=-1)


def test_nothing_moves_in_a_unit_that_has_ended(book):
    on = date(2026, 11, 16)
    ended = UnitData("cny", UnitKind.MONEY, {"zh-Hans": "币", "en": "coin"}, 2, on, on)
    assert actions.load_units(by=BY, at=AT, units=[ended]) == 1
    refused(domain.UnitNotInUse, actions.post_transfer, **move(book))


def test_units_are_loaded_once(book, capsys):
    call_command("load_units")
    assert capsys.readouterr().out == "0 units changed\n"
    codes = ["cny", "volunteer", "voucher.meal", "work"]
    assert list(Unit.objects.order_by("code").values_list("code", flat=True)) == codes
    refused(NotAllowed, actions.load_units, by=NOBODY, units=[])
    load_units()
    assert Unit.objects.count() == 4


def test_limits_are_set_by_those_who_keep_accounts(book):
    actions.set_limits(by=BY, at=AT, account=book.anna.pk, floor=-500, ceiling=2_000)
    pay(book.anna, book.bert, 1_500)
    words = {"account": book.anna.pk, "floor": 0, "ceiling": None}
    refused(domain.LimitsCross, actions.set_limits, **words)
    refused(NotAllowed, actions.set_limits, by=NOBODY, **words)
    refused(NoSuchThing, actions.set_limits, **{**words, "account": 10**9})


def test_only_an_empty_account_is_closed_and_then_moves_no_more(book):
    refused(domain.NotEmpty, actions.close_account, account=book.anna.pk)
    refused(NotAllowed, actions.close_account, by=NOBODY, account=book.bert.pk)
    actions.close_account(by=BY, at=AT, account=book.bert.pk)
    assert last_line()[0] == "AccountClosed"
    refused(domain.AccountClosed, actions.close_account, account=book.bert.pk)
    refused(domain.AccountClosed, actions.post_transfer, **move(book))
