"""The paper one takes along: it checks itself, offline, and shows every change."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from linli.fabric.keyring import keyring
from linli.files import queries as files
from linli.ledger import queries
from linli.verify.domain import check_file

from .conftest import AT, pay

pytestmark = pytest.mark.django_db
UNTIL = AT + timedelta(days=1)


@pytest.fixture
def made(book):
    pay(book.anna, book.bert, 300)
    pay(book.bert, book.anna, 120)
    book.anna.refresh_from_db()
    statement = queries.statement(book.anna, since=AT, until=UNTIL)
    return statement, queries.signed_statement(statement, book.anna, made_at=UNTIL)


def check(text, **words):
    content = text if isinstance(text, bytes) else text.encode()
    return check_file(io.BytesIO(content), **words)


def kinds(verdict):
    return [(fault.kind, fault.position) for fault in verdict.faults]


def test_a_statement_checks_itself(made):
    statement, text = made
    verdict = check(text, keys={keyring().public_key.hex()})
    assert verdict.passed
    assert verdict.rows == 3
    held = verdict.statement
    assert [(one["amount"], one["balance"]) for one in held["entries"]] == [
        (1_000, 1_000),
        (-300, 700),
        (120, 820),
    ]
    assert (held["opening"], held["closing"]) == (0, 820) == (statement.opening, statement.closing)
    assert held["owner"] == {"kind": "above", "id": None, "part": "anna"}


def test_every_change_is_seen(made):
    _, text = made
    held = json.loads(text)
    for change in (
        lambda one: one.update(account=5),
        lambda one: one.update(opening=1, closing=821),
        lambda one: one["unit"].update(code="work"),
        lambda one: one["entries"][1].update(kind="gift"),
        lambda one: one["entries"].pop(),
    ):
        altered = json.loads(text)
        change(altered["statement"])
        assert ("statement_altered", None) in kinds(check(json.dumps(altered)))
    held["statement"]["entries"][1]["amount"] = -299
    found = kinds(check(json.dumps(held)))
    assert found == [("statement_altered", None), ("statement_sum", 2)]


def test_a_statement_of_another_house_is_named(made):
    verdict = check(made[1], keys={"00" * 32})
    assert kinds(verdict) == [("foreign_key", None)]


@pytest.mark.parametrize(
    "text", ["{}", "{", '{"statement": {"format": "x"}}', '{"statement": 5}', "%PDF-1.7 nothing"]
)
def test_what_is_no_statement_is_said_to_be_none(text):
    assert kinds(check(text)) == [("not_a_statement", None)]


def test_what_is_too_large_is_not_read(made):
    assert kinds(check(made[1], most_bytes=100)) == [("too_large", None)]


def test_the_paper_carries_the_same_statement(book, made):
    statement, text = made
    paper = queries.statement_paper(text, statement, book.anna)
    assert [row[3:] for row in paper.blocks[1].rows] == [
        ("+10.00", "10.00"),
        ("−3.00", "7.00"),
        ("+1.20", "8.20"),
    ]
    pdf = queries.statement_pdf(text, statement, book.anna)
    assert (pdf is None) == (not files.can_print())
    if pdf is not None:
        verdict = check(pdf, keys={keyring().public_key.hex()})
        assert verdict.passed
        assert verdict.statement == json.loads(text)["statement"]


def test_the_command_writes_both_and_the_check_takes_both(book, made, tmp_path, capsys):
    call_command("statement", str(book.anna.pk), folder=tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert f"statement-{book.anna.pk}.json" in names
    capsys.readouterr()
    for name in sorted(names):
        call_command("verify", str(tmp_path / name))
        assert "PASSED" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no account 5"):
        call_command("statement", "5", folder=tmp_path)


def test_anybody_may_check_one_on_the_page(made):
    file = io.BytesIO(made[1].encode())
    file.name = "statement.json"
    answer = Client().post("/verify/", {"package": file})
    assert answer.status_code == 200
    assert "对账单" in answer.content.decode()
    altered = io.BytesIO(made[1].replace('"opening":0', '"opening":1').encode())
    altered.name = "statement.json"
    answer = Client().post("/verify/", {"package": altered})
    assert "签名后被改过" in answer.content.decode()
