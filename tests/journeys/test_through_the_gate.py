"""
A department at the gate, over the real pages: the facts answer; work without money comes back with
the clause; the same with money is admitted, done and paid; an emergency lapses after 72 hours; what
was taken back never passes. After each step the book says what it should, to the fen and the minute.
"""

import html
import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from config import chores
from linli.catalogue.models import Mandate
from linli.gate import queries
from linli.gate.models import Refusal, Request, Task, Worked
from linli.identity.models import User
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance, Owner
from linli.people import actions as people
from linli.reports.actions import load_definitions, read_definitions
from tests.gate.conftest import BUDGET, GIVEN_FEN, LAW, furnished
from tests.kept import kept
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW

COMMON = settings.BASE_DIR / "packs" / "common"
CLAUSE = "第四十三条第二款"
MICROSECOND = timedelta(microseconds=1)
SHARE = 30 * 70  # fen: one community's 30 minutes
PRICE = 2 * SHARE


@pytest.fixture
def clock(monkeypatch):
    """The hour it is; a journey moves it on."""
    held = [NOON]
    monkeypatch.setattr("django.utils.timezone.now", lambda: held[0])
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return held


def load_words() -> None:
    """Load what the words of headings mean."""
    indicators, terms = read_definitions(COMMON)
    load_definitions(
        by=HOUSE_ITSELF,
        pack="common",
        indicators=indicators,
        terms=terms,
        begins=date(2026, 1, 1),
        at=NOON,
    )


@pytest.fixture
def world(db, clock):
    return kept("through the gate", _settle)


def _settle():
    made = furnished()
    load_words()
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


def page(answer, status: int = 200) -> str:
    """Return what a page says, without its tags."""
    assert answer.status_code == status, answer.content.decode()[:400]
    text = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", text)


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
        row.refresh_from_db()
    return row


def decided(row: Request) -> str:
    """The district decides; return the page the department then reads."""
    answer = browser("district").post(f"/tasks/r/{row.number}/do/admit/")
    assert answer.status_code == 302
    row.refresh_from_db()
    return page(browser("housing").get(f"/tasks/r/{row.number}/"))


def balance() -> LineBalance:
    line = ledger.line_by_code(BUDGET, district=1)
    return ledger.line_balance(line.pk, district=1)


def minutes_in_the_book(world) -> int:
    """Return the minutes communities gave the housing bureau, as the ledger has them."""
    owner = Owner.party(world.at("housing").party)
    account = ledger.account_of(owner, unit="work", purpose="gate.taken", district=1)
    return 0 if account is None else account.posted_in - account.posted_out


def bill_of(world, desk: str):
    """Return a department's line of November's bill."""
    lines = queries.bill(date(2026, 11, 1), on=date(2026, 11, 30), district=1).lines
    [found] = [one for one in lines if one.party == world.at(desk).party]
    return found


def nothing_at_communities() -> bool:
    return not (Task.objects.exists() or Mandate.objects.exists() or Worked.objects.exists())


def test_form_469_is_answered_from_the_facts_and_costs_no_minute(world) -> None:
    housing = browser("housing")

    shown = page(housing.get("/tasks/ask/", {"q": "男性居民人数"}))
    assert "社区 0 分钟" in shown
    assert "2 个社区的这个数，现在就能从底账里数" in shown  # the number itself, once it is taken
    wish = {"q": "男性居民人数", "purpose": "安排体检"}
    assert "凭哪部法律" in page(housing.post("/tasks/ask/take/", wish), 422)
    assert not Request.objects.exists()
    taken = housing.post("/tasks/ask/take/", wish | {"basis": LAW})

    assert taken.status_code == 302
    row = Request.objects.get()
    assert taken.url.startswith(f"/tasks/r/{row.number}/")
    assert "合计 6" in page(housing.get(taken.url))
    assert (row.kind, row.state, row.minutes, row.amount_fen) == ("data", "answered", 0, 0)
    assert row.numbers.get().numbers == (
        f'{{"{world.place(GREEN)}":6,"{world.place(WILLOW)}":0,"whole":6}}'
    )
    assert nothing_at_communities()
    assert (balance(), minutes_in_the_book(world)) == (LineBalance(GIVEN_FEN), 0)
    line = bill_of(world, "housing")
    assert (line.requests, line.data, line.answered, line.minutes) == (1, 1, 1, 0)
    [told] = Client().get("/burden/bill.json?month=2026-11").json()["offices"]
    assert (told["requests"], told["answered"], told["minutes"], told["paid_fen"]) == (1, 1, 0, 0)


def test_work_without_money_comes_back_with_the_clause(world) -> None:
    row = asked(world)
    assert row.state == "under_review"

    shown = decided(row)

    assert row.state == "returned"
    assert [one["check"] for one in row.reasons if not one["passed"]] == ["funded"]
    assert "没有写经费项" in shown
    assert CLAUSE in shown
    assert nothing_at_communities()
    assert (balance(), minutes_in_the_book(world)) == (LineBalance(GIVEN_FEN), 0)
    assert "/tasks/t/" not in browser("committee").get("/tasks/").content.decode()


def test_more_than_is_free_on_the_line_comes_back_too(world) -> None:
    row = asked(world, budget_line=BUDGET, minutes="720")  # 2 × 720 × 70 > 100,000

    decided(row)

    assert row.state == "returned"
    assert [one["check"] for one in row.reasons if not one["passed"]] == ["funded"]
    assert nothing_at_communities()
    assert balance() == LineBalance(GIVEN_FEN)


def test_what_was_taken_back_never_comes_as_far_as_the_street(world) -> None:
    row = asked(world, duty_line="market_checks", budget_line=BUDGET)

    shown = page(browser("housing").get(f"/tasks/r/{row.number}/"))

    assert (row.state, row.line_kind) == ("returned", "taken_back")
    assert "已经收回，由部门自己办" in shown
    assert "第四十三条" in shown
    declared = browser("district").post(f"/tasks/r/{row.number}/do/declare/", {"words": "急"})
    assert declared.status_code == 409
    assert nothing_at_communities()
    assert balance() == LineBalance(GIVEN_FEN)


def test_with_the_money_it_is_admitted_done_with_evidence_and_paid(world, clock) -> None:
    row = asked(world, budget_line=BUDGET)
    assert balance() == LineBalance(GIVEN_FEN)  # nothing moves before the decision

    assert "准入" in decided(row)
    assert (row.state, row.lane, row.reserved_fen) == ("admitted", "ordinary", PRICE)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, PRICE)
    green, willow = (row.tasks.get(community=world.place(one)) for one in (GREEN, WILLOW))
    assert {green.mandate.origin, willow.mandate.origin} == {"admitted"}

    committee, housing = browser("committee"), browser("housing")
    work = f"/tasks/t/{green.pk}/do/"
    assert committee.post(f"{work}begin/").status_code == 302
    assert balance() == LineBalance(GIVEN_FEN - PRICE, SHARE, SHARE)
    booked = {"minutes": "28", "effort": "door", "worked_on": "2026-11-16"}
    assert committee.post(f"{work}book/", booked).status_code == 302
    assert minutes_in_the_book(world) == 28

    assert housing.post(f"{work}pay/").status_code == 409  # nothing is shown yet
    assert "照片" in page(committee.post(f"{work}finish/", {"shown": " "}), 422)
    assert committee.post(f"{work}finish/", {"shown": "照片 3 张"}).status_code == 302
    assert housing.post(f"{work}pay/").status_code == 302
    assert balance() == LineBalance(GIVEN_FEN - PRICE, SHARE, 0, SHARE)
    assert housing.post(f"{work}pay/").status_code == 409  # once

    clock[0] += timedelta(days=15)  # Willow never began: its share is free again
    chores.lapse_requests(clock[0])
    row.refresh_from_db()
    green.refresh_from_db()
    willow.refresh_from_db()
    assert (row.state, green.state, willow.state) == ("expired", "done", "lapsed")
    assert balance() == LineBalance(GIVEN_FEN - SHARE, 0, 0, SHARE)
    line = bill_of(world, "housing")
    assert (line.minutes, line.unfunded, line.paid_fen, line.late) == (60, 0, SHARE, 0)
    assert (green.paid_late, minutes_in_the_book(world)) == (False, 28)


def test_an_emergency_passes_by_name_and_lapses_after_72_hours(world, clock) -> None:
    row = asked(world, duty_line="help")
    path = f"/tasks/r/{row.number}/do/declare/"
    assert browser("housing").post(path, {"words": "台风今晚到"}).status_code == 403
    assert browser("district").post(path, {"words": " "}).status_code == 422
    assert browser("district").post(path, {"words": "台风今晚到"}).status_code == 302
    row.refresh_from_db()

    officer = world.at("district").appointment
    assert (row.state, row.lane, row.declared_by) == ("active", "emergency", officer)
    assert row.valid_to == NOON + timedelta(hours=72)
    assert balance() == LineBalance(GIVEN_FEN)  # nothing is reserved for it

    def alive(at) -> int:
        return queries.live_tasks(at, district=1).filter(request=row).count()

    assert (alive(row.valid_to - MICROSECOND), alive(row.valid_to)) == (2, 0)
    mine = row.tasks.get(community=world.place(GREEN))
    work = f"/tasks/t/{mine.pk}/do/"
    assert browser("committee").post(f"{work}begin/").status_code == 302
    clock[0] = row.valid_to
    booked = {"minutes": "28", "effort": "door", "worked_on": "2026-11-19"}
    assert browser("committee").post(f"{work}book/", booked).status_code == 409
    assert browser("committee").post(f"{work}finish/", {"shown": "照片"}).status_code == 409
    assert browser("district").post(f"/tasks/r/{row.number}/do/admit/").status_code == 409
    chores.lapse_requests(clock[0])
    row.refresh_from_db()
    mine.refresh_from_db()
    assert (row.state, mine.state, mine.worked) == ("expired", "lapsed", 0)
    assert (balance(), minutes_in_the_book(world)) == (LineBalance(GIVEN_FEN), 0)
    line = bill_of(world, "housing")
    assert (line.minutes, line.unfunded, line.emergencies, line.paid_fen) == (60, 60, 1, 0)


def test_a_community_refuses_what_came_past_the_gate_with_the_clause(world) -> None:
    committee = browser("committee")
    refusal = {"asked_by": world.at("city").party, "words": "当天核对商铺"}

    assert committee.post("/tasks/refuse/", refusal).status_code == 302

    assert Refusal.objects.get().basis.endswith(CLAUSE)
    line = bill_of(world, "city")
    assert (line.refused, line.requests, line.minutes) == (1, 0, 0)
    assert nothing_at_communities()
    assert balance() == LineBalance(GIVEN_FEN)
