"""Two records of one person keep their accounts; the one that stands shows both, until they part."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from linli.basics import Actor, Refused
from linli.ledger import actions, queries
from linli.ledger.domain import Owner
from linli.ledger.models import Account, Transfer
from linli.people import actions as people
from tests.people.conftest import town as town  # noqa: PLC0414  # a fixture

from .conftest import AT, BY, counts, load_units, open_one, pay

UNTIL = AT + timedelta(days=1)


def opened(person):
    return actions.open_account(by=BY, at=AT, unit="volunteer", owner=Owner.person(person.pk))


@pytest.fixture
def two(town):
    """The record kept has 60 minutes, the one that goes 25."""
    load_units()
    kept, gone = town.person(), town.person("王晓明")
    outside = open_one("outside", unit="volunteer", floor=None)
    mine, other = opened(kept), opened(gone)
    pay(outside, mine, 60)
    pay(outside, other, 25)
    merge = people.merge_people(by=town.worker, at=AT, kept=kept.pk, gone=gone.pk)
    return kept, gone, mine, other, merge


def seen(person):
    actor = Actor(kind="resident", district=1, user=9, person=person.pk)
    return [account.pk for account in queries.accounts_for(actor)]


def test_the_record_that_stands_shows_both_accounts_and_every_booking(two, tmp_path, capsys):
    kept, gone, mine, other, _ = two
    assert seen(kept) == [mine.pk, other.pk]
    for record in (kept, gone):
        both = queries.accounts_of_person(record.pk, district=1)
        assert [account.pk for account in both] == [mine.pk, other.pk]
    made = [queries.statement(one, since=AT - timedelta(days=1), until=UNTIL) for one in both]
    assert [one.closing for one in made] == [60, 25]
    assert all(one.adds_up() for one in made)
    call_command("statement", person=kept.pk, folder=tmp_path)
    written = [line for line in capsys.readouterr().out.splitlines() if line.endswith(".json")]
    assert written == [str(tmp_path / f"statement-{one.pk}.json") for one in (mine, other)]


def test_nothing_moves_by_merging_or_parting(two, town):
    kept, gone, mine, other, merge = two
    before = Transfer.objects.count()
    people.undo_merge(by=town.worker, at=UNTIL, merge=merge.pk)
    assert (counts(mine), counts(other), Transfer.objects.count()) == (
        (60, 0, 0),
        (25, 0, 0),
        before,
    )
    assert (seen(kept), seen(gone)) == ([mine.pk], [other.pk])
    assert list(queries.verify_ledger()) == []


def test_what_is_opened_for_a_merged_record_is_the_account_of_the_one_that_stands(two, town):
    kept, gone, mine, other, merge = two
    assert opened(gone).pk == mine.pk
    third = town.person("王小民")
    people.merge_people(by=town.worker, at=AT, kept=third.pk, gone=kept.pk)
    account = opened(gone)
    assert account.person_id == third.pk
    assert Account.objects.filter(person__isnull=False).count() == 3
    assert seen(third) == [mine.pk, other.pk, account.pk]
    with pytest.raises(Refused):
        people.undo_merge(by=town.worker, at=UNTIL, merge=merge.pk)
    assert seen(third) == [mine.pk, other.pk, account.pk]
