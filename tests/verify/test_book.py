"""The book of a package is added up anew from its transfers; an account that is wrong is named."""

import json

import pytest

from linli.ledger.models import Account, Outcome, Transfer
from linli.verify import domain
from linli.verify.domain.book import Book

from .test_package import changed, check, kinds, members, of, resigned, without, written

BALANCES, ACCOUNTS = "balances.jsonl", "rows/ledger_account.jsonl"
TRANSFERS, OUTCOMES = "rows/ledger_transfer.jsonl", "rows/ledger_outcome.jsonl"


@pytest.fixture
def package(lived) -> dict[str, bytes]:
    return members(written())


def at(name: str) -> tuple[int, int]:
    """Return the place and the id of an account, by whose it is."""
    row = Account.objects.get(above=name)
    return list(Account.objects.order_by("id").values_list("id", flat=True)).index(row.pk), row.pk


def note(parts, pk: int) -> str:
    [found] = [fault for fault in check(resigned(parts)).faults if fault.row == pk]
    assert (found.kind, found.table) == ("account_sum", "ledger_account")
    return found.note


def test_the_export_says_what_stands_on_every_account(package):
    held = {one["account"]: one for one in map(json.loads, package[BALANCES].splitlines())}
    assert len(held) == Account.objects.count() == 3
    _, anna = at("anna")
    assert held[anna] == {"account": anna, "posted_in": 1_050, "posted_out": 260, "held": 30}


@pytest.mark.parametrize(
    ("column", "stands"),
    [
        ("posted_in", "1051/260/30"),
        ("posted_out", "1050/261/30"),
        ("held", "1050/260/31"),
    ],
)
def test_a_count_one_too_high_is_named_with_what_its_transfers_make(package, column, stands):
    place, anna = at("anna")
    value = json.loads(package[BALANCES].splitlines()[place])[column] + 1
    forged = changed(package, BALANCES, place, **{column: value})
    assert note(forged, anna) == f"{stands} ≠ 1050/260/30"
    assert kinds(resigned(forged)) == {"account_sum"}


def test_a_forged_amount_names_the_row_and_both_accounts(package):
    row = Transfer.objects.get(key="given")
    place = list(Transfer.objects.order_by("id").values_list("id", flat=True)).index(row.pk)
    verdict = check(resigned(changed(package, TRANSFERS, place, amount=999)))
    wrong = {fault.row for fault in verdict.faults if fault.kind == "account_sum"}
    assert wrong == {at("outside")[1], at("anna")[1]}
    assert of(verdict, "row_altered").row == row.pk


def test_an_outcome_taken_out_leaves_its_hold_open_and_is_noticed(package):
    row = Outcome.objects.get(kind="posted")
    place = list(Outcome.objects.order_by("id").values_list("id", flat=True)).index(row.pk)
    verdict = check(resigned(without(package, OUTCOMES, place)))
    wrong = {fault.row: fault.note for fault in verdict.faults if fault.kind == "account_sum"}
    assert wrong == {
        at("anna")[1]: "1050/260/30 ≠ 1050/200/130",
        at("bert")[1]: "260/50/0 ≠ 200/50/0",
    }
    assert of(verdict, "row_missing").row == row.pk


def test_an_account_without_a_balance_is_named(package):
    place, anna = at("anna")
    assert note(without(package, BALANCES, place), anna) == "– ≠ 1050/260/30"


def test_a_package_with_accounts_and_no_balances_does_not_pass(package):
    parts = {name: content for name, content in package.items() if name != BALANCES}
    head = json.loads(parts["manifest.json"])
    del head["manifest"]["members"][BALANCES]
    parts["manifest.json"] = domain.package.canonical(head)
    assert of(check(resigned(parts)), "member_missing").member == BALANCES


def test_an_account_below_its_floor_or_above_its_ceiling_is_named():
    book = Book()
    book.row("ledger_account", {"id": 1, "floor": -4})
    book.row("ledger_account", {"id": 2, "ceiling": 4})
    book.row("ledger_account", {"id": 3, "floor": 0})
    book.row("ledger_transfer", {"id": 9, "payer_id": 1, "payee_id": 2, "amount": 5})
    assert list(book.outside()) == [1, 2]
    assert [pk for pk, _ in book.wrong()] == [1, 2, 3]


@pytest.mark.parametrize("floor", ["x", 1e999, [1]])
def test_a_limit_that_is_no_number_is_refused_while_its_row_is_read(floor):
    with pytest.raises((ValueError, OverflowError, TypeError)):
        Book().row("ledger_account", {"id": 1, "floor": floor})


def test_rows_count_the_same_in_any_order():
    rows = [
        ("ledger_outcome", {"transfer_id": 9, "amount": 3}),
        (
            "ledger_transfer",
            {"id": 9, "payer_id": 1, "payee_id": 2, "amount": 5, "expires_at": "x"},
        ),
        ("ledger_transfer", {"id": 8, "payer_id": 2, "payee_id": 1, "amount": 2}),
        ("ledger_account", {"id": 1}),
        ("ledger_account", {"id": 2}),
    ]
    for order in (rows, rows[::-1]):
        book = Book()
        book.balance({"account": 1, "posted_in": 2, "posted_out": 3, "held": 0})
        book.balance({"account": 2, "posted_in": 3, "posted_out": 2, "held": 0})
        for table, row in order:
            book.row(table, row)
        assert list(book.wrong()) == []
