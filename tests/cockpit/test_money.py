"""钱: each figure of an office and month is the sum of the bookings it opens to."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from linli.basics import NotAllowed
from linli.cockpit import queries
from linli.cockpit.domain import Month
from linli.gate import actions as gate
from linli.gate import queries as gate_queries
from linli.gate.domain import Effort
from linli.ledger import actions as ledger
from linli.ledger import queries as book
from linli.ledger.domain import Owner, Stage, sign_of
from linli.ledger.models import Unit
from tests.cockpit.conftest import browser_of
from tests.gate.conftest import DAY, TODAY, admitted, furnish, task, worker
from tests.world import HOUSE_ITSELF, NOON

pytestmark = pytest.mark.django_db
DECEMBER = datetime(2026, 12, 21, 2, tzinfo=NOON.tzinfo)
CELL = re.compile(r'<a href="(/cockpit/money/records/[^"]+)"[^>]*>([−\d,.]+)<')
AMOUNT = re.compile(r'data-h="Amount">([+−\d,.]+)<')
NEXT = re.compile(r'href="([^"]+)" rel="next"')


def number(words: str) -> float:
    return float(words.replace(",", "").replace("−", "-"))


def behind(client: Client, href: str) -> list[float]:
    """Return the amounts on all pages behind a figure."""
    found, following = [], href
    while following:
        html = client.get(following).content.decode()
        found += [number(one) for one in AMOUNT.findall(html)]
        more = NEXT.search(html)
        following = unescape(more[1]) if more else ""
    return found


@pytest.fixture
def year(world, monkeypatch):
    """November: 1,000 given, 42 reserved, one task begun and done; December: overdue, and 80 more."""
    furnish(world)
    row = admitted(world)
    mine, by = task(row, world), worker(world)
    gate.begin_task(by=by, task=mine.pk, at=NOON)
    gate.book_minutes(by=by, task=mine.pk, effort=Effort.DOOR, minutes=20, worked_on=TODAY, at=NOON)
    gate.finish_task(by=by, task=mine.pk, shown="照片 3 张", at=NOON)
    line = row.budget_line_id
    ledger.reserve_budget(by=HOUSE_ITSELF, at=NOON + DAY, line=line, amount=9_900, key="more")
    ledger.release_budget(by=HOUSE_ITSELF, at=NOON + 2 * DAY, line=line, amount=1_900, key="less")
    city = ledger.open_budget_line(
        by=HOUSE_ITSELF,
        at=NOON,
        code="C1",
        name={"zh-Hans": "市容", "en": "City looks"},
        owner=world.at("city").office(),
        from_on=date(2026, 1, 1),
        to_on=date(2026, 12, 31),
    ).pk
    outside = ledger.open_account(
        by=HOUSE_ITSELF, at=NOON, unit="cny", owner=Owner.above("more"), floor=None
    ).pk
    for month, amount in ((NOON, 70_000), (NOON + 20 * DAY, 8_000)):
        ledger.appropriate_budget(
            by=HOUSE_ITSELF, at=month, line=city, source=outside, amount=amount, key=f"c{amount}"
        )
    for number_ in range(7):
        ledger.reserve_budget(
            by=HOUSE_ITSELF, at=NOON, line=city, amount=100 + number_, key=f"r{number_}"
        )
    monkeypatch.setattr(timezone, "now", lambda: DECEMBER)
    return row, mine


def flows(actor, month: Month) -> dict[tuple[int, str], int]:
    return {
        (one.owner_id, str(one.stage)): one.amount
        for one in book.flows(actor, since=month.since, until=month.until)
    }


def test_what_moved_is_counted_by_office_stage_and_month(world, year) -> None:
    by, row = world.at("district"), year[0]
    housing, city = row.asked_by_id, world.at("city").party
    half = row.amount_fen // 2
    assert flows(by, Month(2026, 11)) == {
        (housing, "appropriated"): 100_000,
        (housing, "reserved"): row.amount_fen + 9_900 - 1_900,
        (housing, "committed"): half,
        (city, "appropriated"): 70_000,
        (city, "reserved"): sum(range(100, 107)),
    }
    assert flows(by, Month(2026, 12)) == {(city, "appropriated"): 8_000}
    assert flows(by, Month(2026, 10)) == {}
    assert set(flows(world.at("housing"), Month(2026, 11))) == {
        (housing, one) for one in ("appropriated", "reserved", "committed")
    }


def test_every_figure_is_the_sum_of_the_bookings_it_opens_to(world, year, monkeypatch) -> None:
    monkeypatch.setattr("linli.cockpit.queries.money.ROWS", 3)  # the pages of one figure are three
    client = browser_of("district", "en")
    seen = 0
    for month in ("2026-11", "2026-12"):
        html = client.get(f"/cockpit/money/?month={month}").content.decode()
        for href, words in CELL.findall(html):
            amounts = behind(client, unescape(href))
            if "figure=late" in href:
                assert len(amounts) == int(words)
            else:
                assert round(sum(amounts), 2) == number(words), href
            seen += 1
    assert seen == 7
    [long] = [
        h
        for h, _ in CELL.findall(client.get("/cockpit/money/?month=2026-11").content.decode())
        if "figure=reserved" in h and f"office={world.at('city').party}" in h
    ]
    assert len(behind(client, unescape(long))) == 7


def test_a_payment_that_did_not_come_is_late_in_the_month_it_fell_due(world, year) -> None:
    row, mine = year
    by = world.at("district")
    late = gate_queries.late_by_office(by, date(2026, 11, 1), on=date(2026, 12, 21))
    assert late == [(row.asked_by_id, 1)]
    assert gate_queries.late_by_office(by, date(2026, 11, 1), on=date(2026, 11, 30)) == []
    assert gate_queries.late_by_office(by, date(2026, 12, 1), on=date(2026, 12, 21)) == []
    assert (
        gate_queries.late_by_office(world.at("city"), date(2026, 11, 1), on=date(2026, 12, 21))
        == []
    )
    gate.pay_task(by=world.at("housing"), task=mine.pk, at=DECEMBER)
    assert gate_queries.late_by_office(by, date(2026, 11, 1), on=date(2026, 12, 21)) == late
    page = queries.money_page(by, Month(2026, 12), at=DECEMBER)
    [housing] = [
        one for one in page.rows if one.office == "区住房和城乡建设局" or one.amounts[3].bookings
    ]
    assert housing.amounts[3].words == f"{row.amount_fen / 200:,.2f}"
    assert page.late == 0
    html = browser_of("district", "en").get("/cockpit/money/?month=2026-11").content.decode()
    [href] = [unescape(h) for h, _ in CELL.findall(html) if "figure=late" in h]
    shown = browser_of("district", "en").get(href).content.decode()
    assert f"/tasks/t/{mine.pk}/" in shown


def test_who_may_not_sees_nothing(world, year) -> None:
    row = year[0]
    unit = Unit.objects.get(code="cny").pk
    ask = f"figure=reserved&month=2026-11&office={row.asked_by_id}&unit={unit}"
    for desk, page, list_ in (("district", 200, 200), ("street", 200, 404), ("housing", 403, 403)):
        client = browser_of(desk)
        assert client.get("/cockpit/money/").status_code == page, desk
        assert client.get(f"/cockpit/money/records/?{ask}").status_code == list_, desk
        late = ask.replace("reserved", "late")
        assert client.get(f"/cockpit/money/records/?{late}").status_code == list_, desk
    with pytest.raises(NotAllowed):
        queries.money_page(world.at("station"), Month(2026, 11), at=DECEMBER)
    client = browser_of("district")
    for wrong in (
        "",
        "figure=x&month=2026-11&office=1",
        "figure=paid&month=0&office=1",
        f"figure=paid&month=2026-11&office={10**9}&unit={unit}",
        f"figure=paid&month=2026-11&office={row.asked_by_id}&unit=9",
    ):
        assert client.get(f"/cockpit/money/records/?{wrong}").status_code == 404, wrong


def test_a_district_without_units_shows_an_empty_page(world) -> None:
    page = browser_of("district", "en").get("/cockpit/money/").content.decode()
    assert "Nothing moved on the budget lines you may see." in page


def test_the_pages_speak_chinese_and_say_when_there_is_nothing(world, year) -> None:
    client = browser_of("district")
    for address in ("/cockpit/money/?month=2026-11", "/cockpit/money/?month=2026-01"):
        main = client.get(address).content.decode().split("<main", 1)[1].split("</main>")[0]
        assert re.findall(r">[^<]*[A-Za-z]{4,}[^<]*<", main) == [], address
    assert "您能看的预算这个月没有动过" in main


def test_a_flow_is_what_went_up_less_what_went_back() -> None:
    ways = {
        (one, other): [sign_of(stage, one, other) for stage in Stage]
        for one, other in [
            ("", "appropriated"),
            ("appropriated", ""),
            ("appropriated", "reserved"),
            ("reserved", "appropriated"),
            ("committed", "paid"),
            ("paid", "committed"),
            ("", ""),
        ]
    }
    assert ways == {
        ("", "appropriated"): [1, 0, 0, 0],
        ("appropriated", ""): [-1, 0, 0, 0],
        ("appropriated", "reserved"): [0, 1, 0, 0],
        ("reserved", "appropriated"): [0, -1, 0, 0],
        ("committed", "paid"): [0, 0, 0, 1],
        ("paid", "committed"): [0, 0, 0, -1],
        ("", ""): [0, 0, 0, 0],
    }


def test_a_total_opens_only_where_something_was_booked(world, year) -> None:
    [_, sums] = queries.money_page(world.at("district"), Month(2026, 12), at=DECEMBER).totals[0]
    assert [(one.bookings, one.href) for one in sums] == [
        (1, "#offices"),
        (0, ""),
        (0, ""),
        (0, ""),
    ]
