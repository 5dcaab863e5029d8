"""
An office takes in its Excel form; the community's week shows it answered; a number opens down to its
people; it is sent in one act and comes back as the same file. A bad file is refused in clear words.
"""

import html
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.fabric import versions
from linli.identity.models import User
from linli.people import actions as people
from linli.reports.actions import load_definitions, open_due_editions, read_definitions
from linli.reports.domain import read_workbook
from linli.reports.models import Edition, Form
from linli.rulebook.domain import local_date
from tests.reports.conftest import drawn
from tests.world import GREEN, HOUSE_ITSELF, World, build_world

PACK = Path(__file__).parents[2] / "packs" / "common"
FORM = drawn([["社区", "常住人口", "老年人", "空巢老人"], ["", "", "", ""]])


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    versions.forget_everything()
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    made, now = build_world(pack=None), timezone.now()
    indicators, terms = read_definitions(PACK)
    load_definitions(
        by=HOUSE_ITSELF,
        pack="common",
        indicators=indicators,
        terms=terms,
        begins=local_date(now),
        at=now,
    )
    for number in range(7):
        people.register_person(
            by=HOUSE_ITSELF,
            at=now,
            name=f"李某{number}",
            community=made.place(GREEN),
            facts={"birth_on": local_date(now).replace(year=1950, day=1)},
        )
    return made


def browser(desk: str) -> Client:
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(User.objects.get(username=desk))
    return made


def text(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def test_from_the_offices_file_to_the_file_sent_back(world: World) -> None:
    office, worker = browser("civil"), browser("committee")
    asked = {
        "name": "人口表",
        "code": "RK-9",
        "level": "community",
        "period": "month",
        "days": "20",
    }

    # 1. A file that is no form: one sentence, and nothing is kept.
    bad = SimpleUploadedFile("a.xlsx", b"not a form")
    answer = office.post("/reports/forms/new/", {**asked, "workbook": bad, "do": "read"})
    assert answer.status_code == 422
    assert "不能当表格读" in text(answer)
    assert not Form.objects.exists()

    # 2. The good one is read first: what is understood, and what is not and why.
    good = SimpleUploadedFile("a.xlsx", FORM)
    answer = office.post("/reports/forms/new/", {**asked, "workbook": good, "do": "read"})
    assert "3 种数里，2 种能自动答。" in text(answer)
    assert "不知道“空巢老人”指什么。" in text(answer)
    assert not Form.objects.exists()

    # 3. The office takes it in all the same.
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text(answer)))
    assert office.post("/reports/forms/new/", {**kept, "do": "take"}).status_code == 302
    open_due_editions(by=HOUSE_ITSELF, at=timezone.now())
    edition = Edition.objects.get(place=world.place(GREEN))

    # 4. The worker's week shows it, and the form in its own shape.
    assert f"/reports/{edition.pk}/" in text(worker.get("/reports/"))
    page = text(worker.get(f"/reports/{edition.pk}/"))
    assert f'<a href="/reports/{edition.pk}/numbers/0/">7</a>' in page

    # 5. A number opens down to its people, masked, and the count is the number.
    behind = text(worker.get(f"/reports/{edition.pk}/numbers/1/"))
    assert len(re.findall(r'href="/people/\d+/"', behind)) == 7
    assert "李某1" not in behind

    # 6. Sent in one act; the same file comes back with the numbers in it.
    assert worker.post(f"/reports/{edition.pk}/send/").status_code == 302
    [sheet] = read_workbook(office.get(f"/reports/{edition.pk}/file/").content)
    assert {place: sheet.texts.get((2, place)) for place in (2, 3, 4)} == {2: "7", 3: "7", 4: None}
