"""
A department at the gate: form 469 answers itself, work without money comes back with the clause, the
same with money is admitted, done and paid, an emergency lapses, and what was taken back never passes.
"""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from config import chores
from linli.gate import queries
from linli.gate.models import Request, Task
from linli.identity.models import User
from linli.ledger import queries as ledger
from linli.people import actions as people
from linli.reports.actions import load_definitions, read_definitions
from tests.gate.conftest import BUDGET, LAW, furnish
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW, build_world

COMMON = settings.BASE_DIR / "packs" / "common"
CLAUSE = "第四十三条第二款"


@pytest.fixture
def clock(monkeypatch):
    """The hour it is; a journey moves it on."""
    held = [NOON]
    monkeypatch.setattr("django.utils.timezone.now", lambda: held[0])
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return held


@pytest.fixture
def world(db, clock):
    made = furnish(build_world())
    indicators, terms = read_definitions(COMMON)
    load_definitions(
        by=HOUSE_ITSELF,
        pack="common",
        indicators=indicators,
        terms=terms,
        begins=date(2026, 1, 1),
        at=NOON,
    )
    for number in range(6):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON,
            name=f"某{number}",
            home=made.place(DOOR),
            facts={"sex": "male"},
        )
    return made


def browser(desk: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(username=desk))
    return client


def asked(world, **changes) -> Request:
    """The housing bureau fills in the form, hands it in, and the street signs if it comes to that."""
    housing = browser("housing")
    plan = {
        "kind": "work",
        "title": "查看老楼外墙",
        "words": "每个社区看一遍，拍照。",
        "purpose": "排除外墙脱落的危险",
        "basis": LAW,
        "duty_line": "home_safety",
        "community": [world.place(GREEN), world.place(WILLOW)],
        "from_on": "2026-11-16",
        "to_on": "2026-11-30",
        "minutes": "30",
        "evidence": "照片",
    } | changes
    assert housing.post("/tasks/new/", plan).status_code == 302
    row = Request.objects.latest("id")
    assert housing.post(f"/tasks/r/{row.number}/do/submit/").status_code == 302
    row.refresh_from_db()
    if row.state == "submitted":
        assert browser("street").post(f"/tasks/r/{row.number}/do/cosign/").status_code == 302
    return row


def decided(row: Request) -> str:
    """The district decides; return the page the department then reads."""
    browser("district").post(f"/tasks/r/{row.number}/do/admit/")
    row.refresh_from_db()
    return browser("housing").get(f"/tasks/r/{row.number}/").content.decode()


def test_a_department_at_the_gate(world, clock) -> None:
    # 1. Form 469: the facts answer, and no community does anything.
    housing = browser("housing")
    page = housing.get("/tasks/ask/", {"q": "男性居民人数"}).content.decode()
    assert "社区 0 分钟" in page
    taken = housing.post("/tasks/ask/take/", {"q": "男性居民人数", "purpose": "安排体检"})
    assert taken.status_code == 302
    assert not Task.objects.exists()

    # 2. Work without money comes back with the clause.
    page = decided(asked(world))
    assert "没有写经费项" in page
    assert CLAUSE in page
    assert not Task.objects.exists()

    # 3. What was taken back does not come as far as the street.
    row = asked(world, duty_line="market_checks", budget_line=BUDGET)
    assert row.state == "returned"
    page = housing.get(f"/tasks/r/{row.number}/").content.decode()
    assert "已收回" in page
    assert "第四十三条" in page

    # 4. The money is brought: admitted, done, paid.
    row = asked(world, budget_line=BUDGET)
    assert "准入" in decided(row)
    committee = browser("committee")
    work = f"/tasks/t/{row.tasks.get(community=world.place(GREEN)).pk}/do/"
    booked = {"minutes": "28", "effort": "door", "worked_on": "2026-11-16"}
    for act, body in (("begin", {}), ("book", booked), ("finish", {"shown": "照片 3 张"})):
        assert committee.post(f"{work}{act}/", body).status_code == 302
    assert housing.post(f"{work}pay/").status_code == 302
    line = ledger.line_by_code(BUDGET, district=1)
    assert ledger.line_balance(line.pk, district=1).paid == 30 * 70

    # 5. An emergency is let through by a named officer, and lapses.
    row = asked(world, duty_line="help")
    declared = {"words": "台风今晚到"}
    path = f"/tasks/r/{row.number}/do/declare/"
    assert browser("district").post(path, declared).status_code == 302
    assert queries.live_tasks(clock[0], district=1).filter(request=row).count() == 2
    clock[0] += timedelta(hours=72)
    assert queries.live_tasks(clock[0], district=1).filter(request=row).count() == 0
    chores.lapse_requests(clock[0])
    row.refresh_from_db()
    assert row.state == "expired"

    # 6. A community refuses what came past the gate, and the bill says all of it.
    refusal = {"asked_by": world.at("city").party, "words": "当天核对商铺"}
    assert committee.post("/tasks/refuse/", refusal).status_code == 302
    [bureau, city] = queries.bill(date(2026, 11, 1), district=1).lines
    assert (bureau.requests, bureau.answered, bureau.returned) == (5, 1, 2)
    assert (bureau.unfunded, bureau.emergencies, bureau.paid_fen) == (60, 1, 2_100)
    assert (city.party, city.refused) == (world.at("city").party, 1)
    assert "100.0 %" in Client().get("/burden/?month=2026-11").content.decode()
