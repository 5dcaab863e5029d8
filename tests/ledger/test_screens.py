"""钱: who sees which lines and accounts, what stands on any day, and the machine's door to the same."""

import io
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from linli.fabric import versions
from linli.files import queries as files
from linli.identity import actions as identity
from linli.identity.models import User
from linli.journal import actions as journal
from linli.journal.models import Line
from linli.ledger import actions
from linli.ledger.domain import Owner
from linli.ledger.models import Account, Transfer
from linli.parties.models import Appointment
from linli.people import actions as people
from linli.people.models import ReadLog
from tests.world import HOUSE_ITSELF, NOON, WILLOW, World, build_world

from .conftest import AT, BY, YEAR, load_units, new_key, open_one

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Desk:
    """A department's line, given 10,000.00 and used in part, and its own account of minutes."""

    world: World
    line: int
    minutes: int

    def browser(self, role: str, language: str = "en") -> Client:
        found = Client(headers={"accept-language": language})
        found.force_login(User.objects.get(pk=self.world.at(role).user))
        return found

    def stage(self, stage: str) -> int:
        return Account.objects.get(line=self.line, stage=stage).pk


@pytest.fixture
def desk(db):
    world = build_world()
    identity.mark_demo(by=HOUSE_ITSELF, at=NOON)  # staff without a second factor may come in
    load_units()
    office = world.at("housing").party
    outside = open_one("outside", floor=None)
    line = actions.open_budget_line(
        by=BY,
        at=AT,
        code="H1",
        name={"zh-Hans": "修缮", "en": "Repairs"},
        owner=office,
        **YEAR,
    ).pk
    actions.appropriate_budget(
        by=BY, at=AT, line=line, source=outside.pk, amount=1_000_000, key=new_key()
    )
    for step, amount in (
        (actions.reserve_budget, 250_000),
        (actions.commit_budget, 150_000),
        (actions.pay_budget, 40_050),
    ):
        step(by=BY, at=AT + DAY, line=line, amount=amount, key=new_key())
    minutes = actions.open_account(by=BY, at=AT, unit="work", owner=Owner.party(office))
    return Desk(world, line, minutes.pk)


def text(answer) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_list_shows_each_line_from_given_to_paid_and_the_offices_accounts(desk):
    shown = text(desk.browser("housing").get("/money/"))
    assert "Repairs Housing bureau 10,000.00" in shown  # its code is no word for anybody
    assert "10,000.00 2,500.00 1,500.00 400.50 yuan" in shown
    assert "Does it add up?" not in shown


def test_another_office_sees_neither_line_nor_account(desk):
    browser = desk.browser("city")
    assert "Repairs" not in text(browser.get("/money/"))
    for path in (
        f"/money/lines/{desk.line}/",
        f"/money/accounts/{desk.minutes}/",
        f"/money/accounts/{desk.minutes}/statement.xlsx",
        f"/money/transfers/{Transfer.objects.earliest('id').pk}/",
    ):
        assert browser.get(path).status_code == 404, path


def test_a_clerk_is_refused_and_a_stranger_is_led_to_the_door(desk):
    assert desk.browser("station").get("/money/").status_code == 403
    assert desk.browser("housing").get("/money/trial/").status_code == 403
    assert Client().get("/money/").status_code == 302


def test_a_line_says_what_stands_at_each_stage_and_what_came_that_far(desk):
    page = desk.browser("housing").get(f"/money/lines/{desk.line}/")
    shown = text(page)
    assert ("H1" in shown, 'title="H1"' in page.content.decode()) == (False, True)
    for row in (
        "free to use 10,000.00 7,500.00",
        "reserved 2,500.00 1,000.00",
        "committed 1,500.00 1,099.50",
        "paid 400.50 400.50",
    ):
        assert row in shown


def test_an_account_stands_as_of_any_day(desk):
    browser, free = desk.browser("housing"), desk.stage("appropriated")
    now = text(browser.get(f"/money/accounts/{free}/"))
    assert "7,500.00 yuan" in now
    assert "Reserved" in now
    before = text(browser.get(f"/money/accounts/{free}/?day={AT.date()}"))
    assert "Balance at the end of 16 Nov 2026 10,000.00 yuan" in before
    assert "Reserved" not in before
    nothing = text(browser.get(f"/money/accounts/{free}/?day={AT.date() - DAY}"))
    assert "0.00 yuan" in nothing
    assert "Nothing was booked up to this day." in nothing
    assert browser.get(f"/money/accounts/{free}/?day=never").status_code == 200


def test_a_long_account_is_paged_by_key(desk):
    browser, outside = desk.browser("housing"), open_one("more", floor=None, unit="work")
    for _ in range(51):
        actions.post_transfer(
            by=BY, at=AT, payer=outside.pk, payee=desk.minutes, amount=1, kind="t", key=new_key()
        )
    first = browser.get(f"/money/accounts/{desk.minutes}/").content.decode()
    [older] = re.findall(r'href="(\?day=[^"]+after=[^"]+)"', first)
    second = browser.get(f"/money/accounts/{desk.minutes}/" + older.replace("&amp;", "&"))
    booked = re.compile(r"/money/transfers/(\d+)/")
    assert len(booked.findall(first)) == 50
    assert booked.findall(second.content.decode()) == [
        str(Transfer.objects.filter(payee=desk.minutes).earliest("id").pk)
    ]


def test_the_spreadsheet_holds_numbers_that_add_up(desk):
    free = desk.stage("appropriated")
    answer = desk.browser("housing").get(
        f"/money/accounts/{free}/statement.xlsx?day={AT.date() + DAY}"
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert [row[1:] for row in book.get_sheet_by_index(0).to_python()] == [
        ["Booked for", "Booking number", "Amount", "Balance"],
        ["Given to the line", str(first(desk)), 10_000, 10_000],
        ["Reserved", str(first(desk) + 1), -2_500, 7_500],
    ]


def first(desk) -> int:
    return Transfer.objects.get(payee=desk.stage("appropriated")).pk


def test_a_booking_opens_to_its_line_on_the_record(desk):
    line = Line.objects.get(kind="BudgetStepped", body__contains='"target":"paid"')
    pk = Transfer.objects.get(payee=desk.stage("paid")).pk
    shown = text(desk.browser("housing").get(f"/money/transfers/{pk}/"))
    for words in ("400.50 yuan", "Repairs · Paid", f"Line {line.pk}", "not sealed yet"):
        assert words in shown


def test_a_plain_booking_says_whether_its_line_is_sealed(desk):
    outside = open_one("more", floor=None, unit="work")
    row = actions.post_transfer(
        by=BY, at=AT, payer=outside.pk, payee=desk.minutes, amount=7, kind="t", key="visit-7"
    )
    while journal.seal_lines(by=BY, at=AT):
        pass
    line = Line.objects.get(kind="TransferPosted", subject_id=row.pk)
    page = desk.browser("housing").get(f"/money/transfers/{row.pk}/")
    shown = text(page)
    assert "Outside of this book" in shown
    assert f"Line {line.pk} under seal {line.batch}" in shown
    assert "7 minutes of work" in shown
    assert ("visit-7" in shown, 'title="visit-7"' in page.content.decode()) == (False, True)


def test_the_trial_balance_is_for_the_auditor(desk):
    shown = text(desk.browser("district").get("/money/trial/"))
    assert "yuan 5 14,400.50 14,400.50 0.00 adds up" in shown
    assert "Does it add up?" in text(desk.browser("district").get("/money/"))


def test_every_page_speaks_chinese(desk):
    browser = desk.browser("district", "zh-hans")
    pk = Transfer.objects.get(payee=desk.stage("paid")).pk
    for path in (
        "/money/",
        f"/money/lines/{desk.line}/",
        f"/money/accounts/{desk.minutes}/",
        f"/money/transfers/{pk}/",
        "/money/trial/",
    ):
        main = browser.get(path).content.decode().split("<main", 1)[1].split("</main>")[0]
        assert re.findall(r">[^<]*[A-Za-z]{4,}[^<]*<", main) == [], path


# The machine's door ----------------------------------------------------------


def test_the_machine_reads_what_the_hat_may_see(desk):
    browser = desk.browser("housing")
    items = browser.get("/api/v1/accounts").json()["items"]
    stages = [desk.stage(one) for one in ("appropriated", "reserved", "committed", "paid")]
    assert [one["id"] for one in items] == [*stages, desk.minutes]
    one = browser.get(f"/api/v1/accounts/{desk.stage('paid')}").json()
    assert (one["balance"], one["held"], one["unit"], one["places"]) == (40_050, 0, "cny", 2)
    assert one["owner"] == {"kind": "line", "id": desk.line, "part": "paid"}
    assert browser.get("/api/v1/accounts/999").status_code == 404
    assert desk.browser("station").get("/api/v1/accounts").status_code == 403
    assert desk.browser("city").get("/api/v1/transfers").json() == {"items": [], "next": None}


def test_transfers_come_newest_first_and_by_key(desk):
    browser, seen, after = desk.browser("housing"), [], ""
    while after is not None:
        page = browser.get("/api/v1/transfers", {"limit": 3, "after": after}).json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
    assert seen == list(Transfer.objects.order_by("-id").values_list("id", flat=True))
    assert len(seen) == 4
    newest = browser.get("/api/v1/transfers?limit=1").json()["items"][0]
    assert (newest["amount"], newest["kind"], newest["unit"]) == (40_050, "paid", "cny")
    assert newest["at"].startswith(str(date(2026, 11, 17)))


# What one takes along --------------------------------------------------------


def signed(desk, kind: str, query: str = "", role: str = "housing"):
    return desk.browser(role).get(
        f"/money/accounts/{desk.stage('appropriated')}/statement.{kind}{query}"
    )


def checked(content: bytes, name: str) -> str:
    """What the public page says of a file dropped into it, signed in as nobody."""
    file = io.BytesIO(content)
    file.name = name
    return text(Client(headers={"accept-language": "en"}).post("/verify/", {"package": file}))


def test_the_signed_statement_is_taken_along_and_passes_the_public_check(desk):
    answer = signed(desk, "json")
    assert answer["Content-Type"] == "application/json"
    assert 'attachment; filename="statement-' in answer["Content-Disposition"]
    held = json.loads(answer.content)["statement"]
    assert [(one["amount"], one["balance"]) for one in held["entries"]] == [
        (1_000_000, 1_000_000),
        (-250_000, 750_000),
    ]
    said = checked(answer.content, "statement.json")
    assert (
        "statement.json is the statement as this house signed it, and every line adds up." in said
    )
    assert f"Account {desk.stage('appropriated')} From " in said
    assert "Balance before 0.00 Yuan Balance after 7,500.00 Yuan compare it" in said


def test_the_public_check_says_which_line_of_a_statement_was_changed(desk):
    held = json.loads(signed(desk, "json").content)
    held["statement"]["entries"][1]["amount"] = -240_000
    said = checked(json.dumps(held).encode(), "statement.json")
    assert "statement.json is not what was signed: 2 places do not fit." in said
    assert "The statement was altered after it was signed." in said
    assert "Line 2 does not fit the balance before it." in said


def test_the_pdf_carries_the_same_statement_and_passes_too(desk):
    answer = signed(desk, "pdf")
    if not files.can_print():  # then the page shows no such link
        assert answer.status_code == 404
        return
    assert answer["Content-Type"] == "application/pdf"
    assert "and every line adds up" in checked(answer.content, "statement.pdf")


def test_a_signed_statement_of_an_earlier_day_ends_with_that_day(desk):
    held = json.loads(signed(desk, "json", f"?day={AT.date()}").content)["statement"]
    assert [one["amount"] for one in held["entries"]] == [1_000_000]
    assert held["closing"] == 1_000_000
    assert held["until"].startswith(f"{AT.date() + DAY}T00:00:00")


def test_a_signed_statement_reaches_no_further_than_now(desk):
    held = json.loads(signed(desk, "json").content)["statement"]
    assert held["until"] == held["made_at"]


def test_the_page_offers_the_signed_files_beside_the_spreadsheet(desk):
    page = desk.browser("housing").get(f"/money/accounts/{desk.minutes}/").content.decode()
    kinds = re.findall(rf'href="/money/accounts/{desk.minutes}/statement\.(\w+)\?day=', page)
    assert kinds == ["pdf"] * files.can_print() + ["json", "xlsx"]


def test_whose_account_it_is_reads_who_took_it_along(desk):
    seat = desk.world.at("housing")
    person = people.register_person(
        by=HOUSE_ITSELF, at=NOON, name="周敏", community=desk.world.place(WILLOW)
    ).pk
    Appointment.objects.filter(pk=seat.appointment).update(person=person)
    versions.bump("authority")
    account = actions.open_account(by=BY, at=AT, unit="volunteer", owner=Owner.person(person))
    assert not ReadLog.objects.exists()
    answer = desk.browser("housing").get(f"/money/accounts/{account.pk}/statement.json")
    assert answer.status_code == 200
    assert [(one.person_id, one.user_id, one.purpose) for one in ReadLog.objects.all()] == [
        (person, seat.user, "registry")
    ]
