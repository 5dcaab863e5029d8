"""The bill on the screen, in the workbook and as open data: the same figures, and each one opens."""

import io
import re

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from linli.gate import actions
from linli.gate.domain import Effort
from linli.gate.queries import burden
from tests.world import NOON, WILLOW, World

from .conftest import DAY, TODAY, admitted, reviewed, submitted, task, worker
from .test_screens import _now, browser  # noqa: F401  # today

pytestmark = pytest.mark.django_db
MONTH = TODAY.replace(day=1)
WHY = "No. =1+1, and the street does not agree"


@pytest.fixture
def asked(world) -> World:
    """One request is under way and asks for names, one went back, one was let through; one thing was refused."""
    row = admitted(world, duty_line="help", with_names=True)
    actions.begin_task(by=worker(world), task=task(row, world).pk, at=NOON)
    minutes = {"effort": Effort.FORM, "minutes": 12, "worked_on": TODAY}
    actions.book_minutes(by=worker(world), task=task(row, world).pk, at=NOON, **minutes)
    back = reviewed(world, communities=frozenset({world.place(WILLOW)}))
    by, words = world.at("district"), WHY.removeprefix("No. ")
    actions.return_request(by=by, request=back.pk, words=words, at=NOON)
    urgent = submitted(world, duty_line="own", budget_line="")
    actions.declare_emergency(by=by, request=urgent.pk, words="台风今晚到", at=NOON)
    city = world.at("city").party
    actions.refuse_past_the_gate(
        by=worker(world), asked_by=city, asked_words="", words="当天要表", at=NOON
    )
    return world


def anybody(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


def test_the_month_is_named_as_people_name_it(asked) -> None:
    for language, words in (("en", "November 2026"), ("zh-hans", "2026 年 11 月")):
        for page in ("/burden/?month=2026-11", "/burden/minutes/?month=2026-11"):
            head = anybody(language).get(page).content.decode().partition("<h1")[2]
            said = re.search(r'<p class="soft">([^<]*)', head)
            assert said is not None
            assert words in said[1]
            assert "2026-11" not in re.sub(r'"[^"]*"', "", head)


def test_screen_workbook_and_open_data_say_the_same(asked) -> None:
    client, where = anybody(), "?month=2026-11"
    told = client.get(f"/burden/bill.json{where}").json()
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"/burden/bill.xlsx{where}").content)
    )
    offices, requests, refused, spent = (
        book.get_sheet_by_index(one).to_python()[1:] for one in range(4)
    )

    housing, city = told["offices"]
    assert (housing["requests"], housing["minutes"], housing["unfunded"]) == (3, 150, 60)
    assert (housing["returned"], housing["emergencies"], city["refused"]) == (1, 1, 1)
    assert offices == [
        ["Housing bureau", 3, 0, 0, 150, 60, 1, 1, 0, 0, 42, 0],
        ["Urban management", 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    ]
    said = {"active": "under way", "returned": "returned"}
    rows = [
        [
            "Housing bureau",
            one["title"],
            one["number"],
            one["minutes"],
            said[one["state"]],
            one["returned_because"],
            one["let_through_by"],
        ]
        for one in told["requests"]
    ]
    assert requests == rows  # what looks like a formula stays words
    assert [one["minutes"] for one in told["requests"]] == [60, 30, 60]
    assert [one["failed"] for one in told["requests"]] == [[], ["said"], []]
    assert [one["returned_because"] for one in told["requests"]] == ["", WHY, ""]
    assert [one["let_through_by"] for one in told["requests"]] == ["周敏", "", ""]
    assert [one[:2] + one[3:] for one in refused] == [
        ["Urban management", "Qingtong committee", "2026-11-16"]
    ]
    assert "43" in refused[0][2]
    keys = ["asked_by", "refused_by", "basis", "refused_on"]
    assert [dict(zip(keys, one, strict=True)) for one in refused] == told["refused"]
    assert told["worked_minutes"] == {"form": 12}
    assert [one[1] for one in spent] == [0, 12, 0, 0]
    page = client.get(f"/burden/{where}").content.decode()
    assert [
        one for one in (WHY, "let through by 周敏", "Urban management") if one not in page
    ] == []


def test_each_figure_of_the_bill_opens_to_the_requests_it_counts(asked) -> None:
    page = anybody().get("/burden/?month=2026-11").content.decode()
    opened = {}
    for where, number in re.findall(r'href="(/burden/\?[^"]*#entries)">([\d,]+)<', page):
        listed = anybody().get(where.replace("&amp;", "&")).content.decode()
        rows = listed.partition('id="entries"')[2].partition("</section>")[0].count("/burden/r/")
        kind = re.search(r"kind=(\w+)", where)
        opened[kind[1] if kind else "", number] = rows
    assert opened == {
        ("", "150"): 3,
        ("", "3"): 3,
        ("unfunded", "60"): 1,
        ("returned", "1"): 1,
        ("emergencies", "1"): 1,
    }
    assert 'href="#refused"' in page


def test_a_payment_that_is_late_opens_to_its_request(world) -> None:
    row = admitted(world)
    mine, by = task(row, world), worker(world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    actions.finish_task(by=by, task=mine.pk, shown="照片", at=NOON)
    admitted(world, duty_line="help")
    last = TODAY + 14 * DAY
    late = [
        [one.request for one in burden.entry_rows(MONTH, kind="late", on=on, district=1)]
        for on in (last, last + DAY)
    ]
    assert late == [[], [row]]


def test_what_the_list_leaves_out_is_said(asked, monkeypatch) -> None:
    monkeypatch.setattr(burden, "MOST_ENTRIES", (2, 1))
    page = anybody().get("/burden/?month=2026-11").content.decode()
    assert "The newest 1 of 3. All of them stand in the Excel file." in page
    one = anybody().get("/burden/?month=2026-11&office=990101.housing&kind=returned")
    assert "The newest" not in one.content.decode()


def test_whoever_reads_a_request_reads_that_it_asks_for_names(asked) -> None:
    rows = burden.entry_rows(MONTH, on=TODAY, district=1)
    said = {one.request.line: one.row.number for one in rows}
    for line, number in said.items():
        pages = (
            browser("street", "en").get(f"/tasks/r/{number}/"),
            anybody().get(f"/burden/r/{number}/"),
        )
        for page in pages:
            named = "names are asked for" in page.content.decode()
            assert named is (line == "help")
