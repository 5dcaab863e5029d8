"""The paper one takes along: it checks itself, offline, and shows every change."""

import io
import json
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client

from linli.fabric.jinja import LAW_TIME
from linli.fabric.keyring import keyring
from linli.files import queries as files
from linli.journal.domain import canonical
from linli.ledger import queries
from linli.verify.domain import Told, check_file, told
from linli.verify.queries import words_of

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
    assert max(len(word) for line in paper.foot[1:] for word in line.split()) == 8  # lines can end
    assert paper.foot[2].replace(" ", "").endswith(json.loads(text)["signature"])
    pdf = queries.statement_pdf(text, statement, book.anna)
    assert (pdf is None) == (not files.can_print())
    if pdf is not None:
        verdict = check(pdf, keys={keyring().public_key.hex()})
        assert verdict.passed
        assert verdict.statement == json.loads(text)["statement"]


def signed_again(pdf):
    """Return a PDF with a fresh last line by another key than the house's."""
    value = {"format": "linli-statement-pdf-1", "sha256": sha256(pdf).hexdigest()}
    mark = Ed25519PrivateKey.generate().sign(canonical(value).encode()).hex()
    return pdf + f"%linli-statement-pdf-1 {mark}\n".encode()


def test_what_the_page_shows_cannot_be_changed_though_the_data_inside_is_whole(book, made):
    statement, text = made
    pdf = queries.statement_pdf(text, statement, book.anna)
    if pdf is None:
        assert not files.can_print()
        return
    pages, mark = pdf[: pdf.rindex(b"%linli")], pdf[pdf.rindex(b"%linli") :]
    assert pages.endswith(b"%%EOF\n")  # any reader of PDF takes the last line as a comment
    drawn = pages.index(b"stream") + 20
    flipped = pages[:drawn] + bytes([pages[drawn] ^ 1]) + pages[drawn + 1 :]
    overlaid = pages + b"9 0 obj\n<<>>\nendobj\n%%EOF\n"  # an update as PDF tools append it
    for forged, kind in (
        (flipped + mark, "paper_altered"),
        (overlaid + mark, "paper_altered"),
        (signed_again(pages), "paper_altered"),
        (pages + b"% \n" + mark, "paper_altered"),
        (pages, "paper_unsigned"),
        (flipped, "paper_unsigned"),
        (pdf + overlaid[len(pages) :], "paper_unsigned"),
        (pages + mark.upper(), "paper_unsigned"),
    ):
        verdict = check(forged)
        assert kinds(verdict) == [(kind, None)]
        assert verdict.statement == json.loads(text)["statement"]  # still told, to be compared
        assert words_of(verdict.faults[0]).startswith("这份 PDF ")


def test_a_statement_holds_nothing_that_another_reader_could_show_instead(made):
    held = json.loads(made[1])
    for forged in (
        json.dumps({**held, "also": "%PDF-1.7"}),
        made[1].replace('{"signature"', '{"signature":"%PDF-1.7","signature"', 1),
        made[1].replace('"opening":0', '"opening":5,"opening":0'),
    ):
        assert kinds(check(forged)) == [("statement_altered", None)]


def test_what_it_tells_of_itself_is_never_more_than_plain_signs(made):
    held = json.loads(made[1])["statement"]
    assert told(held) == Told(
        account=str(held["account"]),
        since=AT,
        until=UNTIL,
        opening="0.00",
        closing="8.20",
        unit={"en": "Yuan", "zh-Hans": "人民币"},
    )
    nothing = Told("—", None, None, "—", "—", {})
    for value in (None, [], {"a": 1}, "\x1b[2J", "", 1.5):
        assert told(dict.fromkeys(held, value)) == nothing
    assert told({"since": "0001-01-01T00:00:00+14:00", "opening": 10**40}) == nothing
    assert told({"closing": -1_234_567, "unit": {"places": 2}}).closing == "−12,345.67"


def test_the_command_writes_both_and_the_check_takes_both(book, made, tmp_path, capsys):
    call_command("statement", str(book.anna.pk), folder=tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert f"statement-{book.anna.pk}.json" in names
    capsys.readouterr()
    for name in sorted(names):
        call_command("verify", str(tmp_path / name))
        said = capsys.readouterr().out
        assert "PASSED" in said
        assert f"account {book.anna.pk}, from " in said
        assert "balance before 0.00, balance after 8.20 Yuan" in said
    with pytest.raises(CommandError, match="no account 5"):
        call_command("statement", "5", folder=tmp_path)


def test_the_command_signs_nothing_that_is_still_to_come(book, made, tmp_path, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: UNTIL)
    ask = partial(call_command, "statement", str(book.anna.pk), folder=tmp_path)
    file = tmp_path / f"statement-{book.anna.pk}.json"
    for days, until, closing in (
        ({}, UNTIL, 820),
        ({"until": "9999-12-31"}, UNTIL, 820),
        ({"until": "2026-11-15"}, datetime(2026, 11, 16, tzinfo=LAW_TIME), 0),
        ({"since": "2026-11-17"}, UNTIL, 820),
    ):
        ask(**{name: date.fromisoformat(day) for name, day in days.items()})
        held = json.loads(file.read_text())["statement"]
        assert (datetime.fromisoformat(held["until"]), held["closing"]) == (until, closing)
        assert held["since"] <= held["until"]
    file.unlink()
    for since, until in ((date(2026, 11, 18), None), (date(2026, 11, 16), date(2026, 11, 14))):
        with pytest.raises(CommandError, match="lies after the last"):
            ask(since=since, until=until)
    assert not file.exists()


def test_anybody_may_check_one_on_the_page(made):
    file = io.BytesIO(made[1].encode())
    file.name = "statement.json"
    answer = Client().post("/verify/", {"package": file})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "对账单" in page
    for words in ("2026 年 11 月 16 日 12:00", "期末余额", "8.20 人民币", "请和您手里的纸对一对"):
        assert words in page
    altered = io.BytesIO(made[1].replace('"opening":0', '"opening":1').encode())
    altered.name = "statement.json"
    answer = Client().post("/verify/", {"package": altered})
    assert "签名后被改过" in answer.content.decode()
