"""Budget lines: each stage a transfer, none skipped, and what a refusal says."""

import json

import pytest

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.journal.models import Line as JournalLine
from linli.ledger import actions, domain, queries
from linli.ledger.domain import Stage
from linli.ledger.models import Account, Transfer

from .conftest import AT, BY, YEAR, counts, new_key
from .lines import open_line, party

pytestmark = pytest.mark.django_db
NOBODY = Actor(kind="staff", district=1, user=1)


@pytest.fixture
def line(book):
    return open_line(book)


@pytest.mark.parametrize("floor", [-1, 1, None])
@pytest.mark.parametrize("stage", list(Stage))
def test_no_stage_of_a_line_may_fall_below_nothing_or_keep_anything_back(line, stage, floor):
    account = line.accounts_by_stage()[stage]
    said = refused(domain.LineFloor, _limits, line, 0, account=account, floor=floor, ceiling=20_000)
    assert said == domain.LineFloor.message
    row = Account.objects.get(pk=account)
    assert (row.floor, row.ceiling) == (0, None)


@pytest.mark.parametrize("ceiling", [0, 20_000])
@pytest.mark.parametrize("stage", list(Stage))
def test_no_stage_of_a_line_is_capped_so_that_what_is_owed_can_be_paid(line, stage, ceiling):
    account = line.accounts_by_stage()[stage]
    said = refused(domain.LineCeiling, _limits, line, 0, account=account, floor=0, ceiling=ceiling)
    assert said == domain.LineCeiling.message
    _limits(by=BY, at=AT, account=account, floor=0, ceiling=None)
    row = Account.objects.get(pk=account)
    assert (row.floor, row.ceiling) == (0, None)


def _limits(*, by, at, account, floor, ceiling, **_):
    return actions.set_limits(by=by, at=at, account=account, floor=floor, ceiling=ceiling)


def step(deed, line, amount, **words):
    return deed(by=words.pop("by", BY), at=AT, line=line.pk, amount=amount, key=new_key(), **words)


def refused(refusal, deed, line, amount, **words):
    before = line.balance(), Transfer.objects.count(), JournalLine.objects.count()
    with pytest.raises(refusal) as found:
        step(deed, line, amount, **words)
    assert (line.balance(), Transfer.objects.count(), JournalLine.objects.count()) == before
    return found.value.message % vars(found.value)


def test_a_line_is_opened_with_four_empty_accounts(book):
    words = {"code": "B", "name": {"zh-Hans": "乙", "en": "B"}, "owner": party().pk, **YEAR}
    made = actions.open_budget_line(by=BY, at=AT, **words)
    body = json.loads(JournalLine.objects.latest("id").body)
    assert body["event"]["budget_line_id"] == made.pk
    assert [table for table, _, _ in body["rows"]] == [
        "ledger_budget_line",
        *["ledger_account"] * 4,
    ]
    assert list(Account.objects.filter(line=made).order_by("id").values_list("stage", "floor")) == [
        ("appropriated", 0),
        ("reserved", 0),
        ("committed", 0),
        ("paid", 0),
    ]
    assert queries.line_by_code("B", district=1) == made
    with pytest.raises(NoSuchThing):
        queries.line_by_code("C", district=1)
    with pytest.raises(NotAllowed):
        actions.open_budget_line(by=NOBODY, at=AT, **{**words, "code": "C"})
    with pytest.raises(domain.UnitNotInUse):
        actions.open_budget_line(by=BY, at=AT, **{**words, "code": "C"}, unit="gold")


def test_money_goes_from_stage_to_stage(line):
    step(actions.reserve_budget, line, 6_000)
    step(actions.commit_budget, line, 5_000)
    step(actions.pay_budget, line, 3_000)
    assert line.balance() == (4_000, 1_000, 2_000, 3_000)
    body = json.loads(JournalLine.objects.latest("id").body)
    assert {**body["event"], "transfer_id": 0} == {
        "budget_line_id": line.pk,
        "transfer_id": 0,
        "source": "committed",
        "target": "paid",
        "amount": 3_000,
    }
    assert Transfer.objects.latest("id").kind == "paid"
    step(actions.release_budget, line, 2_000, stage=Stage.COMMITTED)
    step(actions.release_budget, line, 3_000)
    assert line.balance() == (7_000, 0, 0, 3_000)
    assert list(queries.verify_ledger()) == []


def test_no_stage_gives_more_than_it_has(line):
    said = refused(domain.NotOnLine, actions.reserve_budget, line, 10_001)
    assert said == (
        "This budget line has only 100.00 yuan free to use: 0.01 less than the 100.01 asked for."
    )
    step(actions.reserve_budget, line, 500)
    refused(domain.NotOnLine, actions.commit_budget, line, 501)
    refused(domain.NotOnLine, actions.pay_budget, line, 1)
    refused(domain.NotOnLine, actions.release_budget, line, 1, stage=Stage.COMMITTED)
    refused(domain.NothingToMove, actions.reserve_budget, line, 0)
    refused(domain.NoSuchWay, actions.release_budget, line, 1, stage=Stage.PAID)


def test_money_is_given_and_taken_back_by_those_who_keep_budgets(book, line):
    before = counts(book.outside)
    step(actions.return_budget, line, 4_000, target=book.outside.pk)
    assert line.balance() == (6_000, 0, 0, 0)
    assert counts(book.outside) == (before[0] + 4_000, before[1], 0)
    refused(domain.NotEnough, actions.return_budget, line, 6_001, target=book.outside.pk)
    refused(NotAllowed, actions.return_budget, line, 1, target=book.outside.pk, by=NOBODY)
    refused(NotAllowed, actions.appropriate_budget, line, 1, source=book.outside.pk, by=NOBODY)
    refused(domain.NotEnough, actions.appropriate_budget, line, 9_999, source=book.anna.pk)


def test_one_line_pays_not_for_another(book, line):
    other = open_line(book, "B")
    source = other.accounts_by_stage()[Stage.APPROPRIATED]
    refused(domain.NoSuchWay, actions.appropriate_budget, line, 1, source=source)
    refused(domain.NoSuchWay, actions.return_budget, line, 1, target=source)


def test_a_payment_is_corrected_back_to_committed(line):
    step(actions.reserve_budget, line, 500)
    step(actions.commit_budget, line, 500)
    paid = step(actions.pay_budget, line, 500)
    actions.correct_transfer(by=BY, at=AT, transfer=paid.pk, key=new_key(), amount=200)
    assert line.balance() == (9_500, 0, 200, 300)


def test_an_unknown_line_is_not_there(book):
    for deed in (actions.reserve_budget, actions.commit_budget, actions.pay_budget):
        with pytest.raises(NoSuchThing):
            deed(by=BY, at=AT, line=10**9, amount=1, key=new_key())
    with pytest.raises(NoSuchThing):
        queries.line_balance(10**9, district=1)
