"""The screens: each role's errand from first to last, as a browser goes through it."""

import io
import json
import re
from dataclasses import replace

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from linli.gate import actions
from linli.gate.models import Refusal, Request, Task
from linli.identity.models import User
from linli.parties import queries as parties
from tests.world import GREEN, NOON, WILLOW

from .conftest import LAW, TODAY, admitted, submitted, wanted, worker
from .test_actions import failed

pytestmark = pytest.mark.django_db
LAST = "2026-11-26"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def browser(desk: str, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=desk))
    return client


def plan(world, **changes) -> dict[str, object]:
    return {
        "kind": "work",
        "title": "查看老楼外墙",
        "words": "每个社区看一遍",
        "purpose": "安全",
        "basis": LAW,
        "duty_line": "home_safety",
        "community": [world.place(GREEN), world.place(WILLOW)],
        "from_on": TODAY.isoformat(),
        "to_on": LAST,
        "minutes": "30",
        "evidence": "照片",
        "budget_line": "housing.2026",
    } | changes


def test_from_asking_to_being_paid(world) -> None:
    housing, street, district = browser("housing"), browser("street"), browser("district")
    asked = housing.get("/tasks/new/").content.decode()
    assert re.findall(r'<option value="housing.2026"[^>]*>([^<]*)<', asked) == [
        "住房安全（示例） · 2026 年 1 月 1 日 – 2026 年 12 月 31 日"
    ]
    answer = housing.post("/tasks/new/", plan(world))
    assert answer.status_code == 302
    row = Request.objects.get()
    page = f"/tasks/r/{row.number}/"
    assert "闸门的意见" in housing.get(answer["Location"]).content.decode()
    assert housing.post(f"{page}do/submit/").status_code == 302
    assert street.get("/tasks/").content.decode().count(row.number) >= 1
    assert street.post(f"{page}do/cosign/").status_code == 302
    assert district.get("/tasks/").status_code == 200
    assert district.post(f"{page}do/admit/").status_code == 302

    committee = browser("committee")
    mine = Task.objects.get(community=world.place(GREEN))
    assert "查看老楼外墙" in committee.get("/tasks/").content.decode()
    work = f"/tasks/t/{mine.pk}/do/"
    assert committee.post(f"{work}begin/").status_code == 302
    booked = {"minutes": "25", "effort": "door", "worked_on": TODAY.isoformat()}
    assert committee.post(f"{work}book/", booked).status_code == 302
    assert committee.post(f"{work}finish/", {"shown": "照片 3 张"}).status_code == 302
    assert "照片 3 张" in housing.get("/tasks/").content.decode()
    assert housing.post(f"{work}pay/").status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.worked, mine.paid_late) == ("done", 25, False)
    bill = browser("station").get("/burden/").content.decode()
    assert "100.0 %" in bill
    assert "21.00" in bill


def test_what_is_missing_is_said_and_what_was_typed_stays(world) -> None:
    answer = browser("housing").post("/tasks/new/", plan(world, minutes="很多"))

    assert answer.status_code == 422
    assert "每个社区看一遍" in answer.content.decode()
    for sent, first in (({}, "title"), (plan(world, purpose=" ", from_on=""), "purpose")):
        answer = browser("housing").post("/tasks/new/", sent)
        assert answer.status_code == 422
        assert re.findall(r'class="error" id="(\w+)-e"', answer.content.decode()) == [first]
    assert not Request.objects.exists()


def test_a_refusal_is_said_on_the_page(world) -> None:
    row = submitted(world)
    answer = browser("district").post(f"/tasks/r/{row.number}/do/admit/")

    assert answer.status_code == 409
    assert row.title in answer.content.decode()


def test_the_emergency_names_who_declared_it(world) -> None:
    row = submitted(world, budget_line="")
    client = browser("district")
    answer = client.post(f"/tasks/r/{row.number}/do/declare/", {"words": "台风今晚到"})
    assert answer.status_code == 302
    row.refresh_from_db()
    page = client.get(f"/tasks/r/{row.number}/").content.decode()
    assert "周敏" in page
    assert "台风今晚到" in page
    assert "周敏" in Client().get("/burden/").content.decode()
    assert "还没复核" in page
    other = replace(world.at("district"), user=999, appointment=world.at("city").appointment)
    actions.admit_request(by=other, request=row.pk, at=NOON)  # without money it does not pass
    page = client.get(f"/tasks/r/{row.number}/").content.decode()
    assert ("复核没有通过" in page, "还没复核" in page) == (True, False)
    told = re.sub("<[^>]+>", " ", Client().get(f"/burden/r/{row.number}/").content.decode())
    for role, seat in (("紧急放行人", row.declared_by), ("复核人", other.appointment)):
        assert re.search(rf"{role}\s+{parties.staff_words(seat).name}\s", told)


def test_a_community_refuses_at_its_own_screen(world) -> None:
    client = browser("committee")
    assert client.get("/tasks/refuse/").status_code == 200
    city = world.at("city").party
    assert client.post("/tasks/refuse/", {"asked_by": city, "words": ""}).status_code == 422
    assert client.post("/tasks/refuse/", {"asked_by": city, "words": "当天要表"}).status_code == 302
    assert Refusal.objects.get().asked_by_id == city


def test_who_may_not_is_told_so(world) -> None:
    admitted(world)
    assert browser("committee").get("/tasks/new/").status_code == 403
    assert browser("housing").get("/tasks/refuse/").status_code == 403
    assert browser("arbiter").get("/tasks/").status_code == 403
    assert Client().get("/tasks/").status_code == 302


def test_the_bill_is_open_to_all_and_names_no_person(world) -> None:
    row = admitted(world)
    mine = row.tasks.get(community=world.place(GREEN))
    actions.begin_task(by=worker(world), task=mine.pk, at=NOON)
    anybody = Client(headers={"accept-language": "en"})
    page = anybody.get("/burden/?month=2026-11").content.decode()
    assert "Housing bureau" in page
    told = json.loads(anybody.get("/burden/bill.json?month=2026-11").content)
    assert told["offices"][0]["office"] == "990101.housing"
    assert told["offices"][0]["minutes"] == 60
    file = io.BytesIO(anybody.get("/burden/bill.xlsx?month=2026-11").content)
    values = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()[1]
    assert values[:5] == ["Housing bureau", 1, 0, 0, 60]
    assert anybody.get("/burden/?month=2026-10").status_code == 200
    assert anybody.get("/burden/?month=nonsense").status_code == 200
    for where in ("/burden/", "/burden/minutes/", "/burden/bill.json", "/burden/bill.xlsx"):
        assert anybody.get(f"{where}?month=0001-01").status_code == 200  # no moment is before it


def test_a_draft_is_shown_to_its_office_only(world) -> None:
    row = actions.draft_request(by=world.at("housing"), wanted=wanted(world), at=NOON)
    assert browser("housing").get(f"/tasks/r/{row.number}/").status_code == 200
    assert browser("civil").get(f"/tasks/r/{row.number}/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_number_that_is_not_understood_is_said_so(world, language) -> None:
    answer = browser("housing", language).get("/tasks/ask/", {"q": "幸福感指数"})

    assert answer.status_code == 200
    assert "幸福感指数" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "again"), [({"duty_line": "market_checks"}, False), ({"basis": "领导要求"}, True)]
)
def test_whoever_can_mend_a_request_is_told_how_and_nobody_else(world, changes, again) -> None:
    row = submitted(world, **changes)
    html = browser("housing").get(f"/tasks/r/{row.number}/").content.decode()

    assert row.state == "returned"
    assert ("改一改，附上经费再来" in html) is again


def test_a_law_nobody_knows_is_told_to_whoever_asks_and_lets_nothing_in(world, monkeypatch) -> None:
    monkeypatch.setattr("linli.catalogue.queries.law_on_record", lambda *_, **__: "unknown_law")
    row = submitted(world, basis="《王法》第九条")
    html = browser("housing").get(f"/tasks/r/{row.number}/").content.decode()
    assert "在施行的法律清单里没有“王法”" in html

    actions.cosign_request(by=world.at("street"), request=row.pk, at=NOON)
    done = actions.admit_request(by=world.at("district"), request=row.pk, at=NOON)

    assert (done.state, failed(done)) == ("returned", ["unknown_law"])
