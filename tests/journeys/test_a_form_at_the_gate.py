"""
Form 469 as the file it is: the department brings its Excel form to the gate, the facts answer it, the
community sends it with one press and works no minute for it. A bad file gets one clear sentence, and
nothing of it is kept, at either door.
"""

import html
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config import chores
from linli.gate.models import Request, Task, Worked
from linli.identity.models import User
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance
from linli.ledger.models import Account
from linli.people import actions as people
from linli.reports.domain import read_workbook
from linli.reports.models import Edition, Form
from linli.visits.models import Question
from tests.gate.conftest import BUDGET, GIVEN_FEN, furnished
from tests.kept import kept
from tests.reports.conftest import drawn
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON

from .test_through_the_gate import load_words

ASKED = ["社区", "常住人口", "80岁以上老人", "独居老人"]
FORM = drawn([ASKED, ["", "", "", ""]])
FULL = drawn([ASKED, ["青桐", "12", "12", "0"]])
NOT_A_FORM = "这个文件不能当表格读。请存成不带密码的 .xlsx，再选一次。"
NOTHING_TO_FILL = "这张表里没找到要填数的空格。请给要填的格子画上边框。"
TOO_LARGE = "这个文件太大，不像一张表。请去掉不属于这张表的内容。"
BORN = date(1940, 1, 1)
MOST = 1_000_000
PASSING = {"django_session", "identity_session", "usersessions_usersession"}  # of signing in


def zipped(**files: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return into.getvalue()


BAD = {
    "no workbook at all": (b"not a form", NOT_A_FORM),
    "half of one": (FORM[: len(FORM) // 2], NOT_A_FORM),
    "an archive of something else": (zipped(letter="早上好"), NOT_A_FORM),
    "a workbook without its sheet": (zipped(**{"xl/workbook.xml": "<a"}), NOT_A_FORM),
    "nothing left to fill in": (FULL, NOTHING_TO_FILL),
    "far too large": (b"PK" + b"0" * MOST, TOO_LARGE),
}


@pytest.fixture
def clock(monkeypatch):
    held = [NOON]
    monkeypatch.setattr("django.utils.timezone.now", lambda: held[0])
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return held


@pytest.fixture
def world(db, clock):
    return kept("a form at the gate", _settle)


def _settle():
    made = furnished()
    load_words()
    for number in range(12):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON,
            name=f"李某{number}",
            home=made.place(DOOR),
            facts={"birth_on": BORN, "lives_alone": number < 5},
        )
    return made


def browser(desk: str) -> Client:
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(User.objects.get(username=desk))
    return made


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:400]
    return html.unescape(answer.content.decode())


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("469.xlsx", content)


def rows_of_all() -> dict[str, int]:
    """Return how many rows each table holds, but for what signing in leaves."""
    tables = {model._meta.db_table: model for model in apps.get_models()}
    return {
        name: model._default_manager.count()
        for name, model in tables.items()
        if name not in PASSING
    }


def test_form_469_comes_back_filled_in_and_costs_no_minute(world, clock) -> None:
    office = browser("civil")

    # At the gate: all of it is there already. Nothing is kept yet.
    before = rows_of_all()
    read = office.post("/tasks/ask/form/", {"workbook": file(FORM)})
    assert "3" in re.findall(r"<h1>([^<]*)</h1>", text(read))[-1]
    assert text(read).count('href="/tasks/ask/?cell=') == 3
    assert rows_of_all() == before

    # Regularly, then: each month, by itself.
    [kept] = re.findall(r'name="kept" value="([^"]*)"', text(read))
    asked = {"name": "老年人情况表", "code": "469", "level": "community", "period": "month"}
    asked |= {"days": "20", "kept": kept}
    assert office.post("/reports/forms/new/", {**asked, "do": "take"}).status_code == 302
    clock[0] = NOON + timedelta(days=16)  # November is over
    chores.open_editions(clock[0])
    form = Form.objects.get()
    assert (form.code, form.asked, form.matched) == ("469", 3, 3)
    edition = Edition.objects.get(place=world.place(GREEN), as_of=date(2026, 11, 30))
    assert not Question.objects.exists()  # nobody is asked anything

    # The community presses once, and the office has its own file back, filled in.
    office, worker = browser("civil"), browser("committee")  # two weeks signed them out
    assert worker.post(f"/reports/{edition.pk}/send/").status_code == 302
    [sheet] = read_workbook(office.get(f"/reports/{edition.pk}/file/").content)
    assert [sheet.texts.get((2, column)) for column in (2, 3, 4)] == ["12", "12", "5"]

    # And it cost no community a minute, and nobody a fen.
    assert [table.objects.count() for table in (Request, Task, Worked)] == [0, 0, 0]
    assert not Account.objects.filter(purpose__startswith="gate.").exists()
    line = ledger.line_by_code(BUDGET, district=1)
    assert ledger.line_balance(line.pk, district=1) == LineBalance(GIVEN_FEN)


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("door", ["/tasks/ask/form/", "/reports/forms/new/"])
def test_a_bad_file_gets_one_clear_sentence_and_nothing_of_it_is_kept(world, door, kind) -> None:
    content, said = BAD[kind]
    office = browser("civil")
    office.get(door)
    before = rows_of_all()
    asked = {"name": "表", "code": "469", "level": "community", "period": "month", "days": "5"}

    for do in ("read", "take"):
        answer = office.post(door, {**asked, "do": do, "workbook": file(content)})
        assert said in text(answer, 422)

    assert rows_of_all() == before


def test_a_good_file_after_a_bad_one_is_taken_in_whole(world) -> None:
    office = browser("civil")
    asked = {"name": "表", "code": "469", "level": "community", "period": "month", "days": "5"}
    bad, good = file(FORM[:-200]), file(FORM)
    assert (
        office.post("/reports/forms/new/", {**asked, "do": "take", "workbook": bad}).status_code
        == 422
    )
    assert not Form.objects.exists()

    assert (
        office.post("/reports/forms/new/", {**asked, "do": "take", "workbook": good}).status_code
        == 302
    )

    form = Form.objects.get()
    assert (form.code, form.asked, form.matched, bytes(form.workbook)) == ("469", 3, 3, FORM)
