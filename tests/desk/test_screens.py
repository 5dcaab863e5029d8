"""What the screens show, what they cost, and whom they keep out."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from linli.cases import actions
from linli.cases.domain import new_number
from linli.cases.models import Case, Docket, Ruling, Step
from linli.desk.queries.accept import place_options
from linli.desk.views import cases
from linli.places import actions as places
from linli.places.domain import Kind, PlaceRow
from tests.world import FIRST_DAY, GREEN, HOUSE_ITSELF

from .conftest import LEAK, report

PAGES = ("/desk/", "/desk/cases/", "/desk/load/", "/desk/returns/", "/desk/find/?q=漏水")
MOST_QUERIES = 10
HAN = re.compile(r"[\u4e00-\u9fff]+")


def step(case: Case, code: str) -> Step:
    return Step.objects.get(case=case, code=code)


@pytest.fixture
def many(world, now):
    return [
        report(world, at=now - timedelta(hours=hours), words=f"{hours} 号楼漏水").case
        for hours in range(1, 46)
    ]


def cost(browser: Client, address: str) -> int:
    """Return how many queries a page costs once the caches are warm."""
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_a_page_costs_ten_queries_at_most(at_desk, many) -> None:
    for desk in ("station", "arbiter"):
        costs = {page: cost(at_desk(desk), page) for page in PAGES}
        assert {page: count for page, count in costs.items() if count > MOST_QUERIES} == {}, desk


def test_a_case_costs_ten_queries_at_most(world, at_desk, leak, now) -> None:
    actions.accept_step(by=world.at("station"), step_id=step(leak.case, "look").pk, at=now)
    actions.ask_papers(
        by=world.at("station"),
        case_id=leak.case.pk,
        papers=["户口本"],
        words="请补。",
        review_at=now + timedelta(days=3),
        at=now,
    )
    assert cost(at_desk("station"), f"/desk/cases/{leak.case.number}/") <= MOST_QUERIES


def test_a_longer_list_costs_no_more(at_desk, many) -> None:
    browser = at_desk("station")
    assert cost(browser, "/desk/cases/?limit=50") == cost(browser, "/desk/cases/?limit=20")


# Whom they keep out


@pytest.mark.parametrize("page", [*PAGES, "/desk/accept/"])
def test_a_stranger_is_led_to_the_door(db, page) -> None:
    answer = Client().get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_another_offices_case_answers_as_one_that_does_not_exist(at_desk, leak, now) -> None:
    neighbour = at_desk("neighbour")
    number = leak.case.number
    theirs = neighbour.get(f"/desk/cases/{number}/")
    nothing = neighbour.get(f"/desk/cases/{new_number(now)}/")

    assert theirs.status_code == nothing.status_code == 404
    plain = [
        re.sub(r'value="[^"]*"|action="[^"]*"', "", one.content.decode())
        for one in (theirs, nothing)
    ]
    assert plain[0] == plain[1]
    acted = neighbour.post(f"/desk/cases/{number}/do/supervise/", {})
    assert acted.status_code == 404


def test_an_act_that_does_not_exist_is_not_found(at_desk, leak) -> None:
    assert at_desk("station").post(f"/desk/cases/{leak.case.number}/do/burn/").status_code == 404


def test_a_department_cannot_accept_errands(at_desk) -> None:
    assert at_desk("housing").get("/desk/accept/").status_code == 403


def test_only_the_arbiter_decides(world, at_desk, leak, now) -> None:
    actions.return_step(
        by=world.at("street_city"),
        step_id=step(leak.case, "mend").pk,
        clause="private_part",
        note="在户内。",
        at=now,
    )
    ruling = Ruling.objects.get()
    assert at_desk("station").get(f"/desk/returns/{ruling.pk}/").status_code == 403
    assert at_desk("arbiter").get("/desk/returns/999999/").status_code == 404


# What they show


def test_today_says_what_is_due_and_on_offer(at_desk, leak) -> None:
    page = at_desk("station").get("/desk/").content.decode()
    assert f"/desk/cases/{leak.case.number}/" in page
    assert "看现场" in page


def test_today_counts_more_than_it_shows(at_desk, many) -> None:
    page = at_desk("station").get("/desk/").content.decode()
    offered = page[page.index('id="offer"') : page.index('id="ret"')]
    assert '<span class="n">45</span>' in offered
    assert offered.count('href="/desk/cases/') == 9


def test_pages_lead_on_and_back(at_desk, many) -> None:
    browser = at_desk("station")
    first = browser.get("/desk/cases/?order=opened").content.decode()
    assert 'rel="prev"' not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = browser.get(onward).content.decode()
    assert set(numbers(first)) & set(numbers(second)) == set()
    back = re.search(r'rel="prev" href="([^"]+)"', second)[1].replace("&amp;", "&")
    assert numbers(browser.get(back).content.decode()) == numbers(first)
    third = re.search(r'rel="next" href="([^"]+)"', second)[1].replace("&amp;", "&")
    last = browser.get(third).content.decode()
    assert 'rel="next"' not in last
    assert len(numbers(first) + numbers(second) + numbers(last)) == 45


def numbers(page: str) -> list[str]:
    return re.findall(r"/desk/cases/([0-9A-Z]{12})/\"", page)


def test_the_list_is_narrowed_and_ordered(world, at_desk, many, now) -> None:
    browser = at_desk("station")
    actions.accept_step(by=world.at("station"), step_id=step(many[4], "look").pk, at=now)
    assert numbers(browser.get("/desk/cases/?status=working").content.decode()) == [many[4].number]
    assert numbers(browser.get("/desk/cases/?q=7+号楼").content.decode())[:1] != []
    urgent = numbers(browser.get("/desk/cases/?limit=50").content.decode())
    assert urgent[0] == many[-1].number
    assert browser.get("/desk/cases/?item=none").content.decode().count("<tr") == 0
    one, printed = (
        many[4].number,
        f"{many[4].number[:6]}-{many[4].number[6:9]}-{many[4].number[9:]}",
    )
    assert numbers(browser.get(f"/desk/cases/?q={printed}").content.decode()) == [one]
    Case.objects.filter(pk=many[4].pk).update(status="ended", end="withdrawn", ended_at=now)
    Docket.objects.filter(case=many[4]).update(status="ended", open=False)
    found = browser.get(f"/desk/cases/?order=due&q={printed.lower()}").content.decode()
    assert numbers(found) == [one]  # over or not
    over = browser.get("/desk/cases/?order=due&status=ended")  # listed by the day it came in
    assert (over.status_code, 'value="opened" selected' in over.content.decode()) == (200, True)
    for address in ("/desk/cases/?q=漏", "/desk/find/?q=漏"):
        refused = browser.get(address)
        assert refused.status_code == 422
        assert '<p class="says">请至少写连着的两个字，或者写编号。</p>' in refused.content.decode()
        assert 'value="漏"' in refused.content.decode()


def test_a_number_leads_to_its_case_and_words_to_a_list(at_desk, leak) -> None:
    browser = at_desk("station")
    answer = browser.get(f"/desk/?q={leak.case.number[:6]}-{leak.case.number[6:]}")
    assert answer["Location"] == f"/desk/cases/{leak.case.number}/"
    assert leak.case.number in browser.get("/desk/find/?q=电表箱").content.decode()
    assert leak.case.number not in at_desk("neighbour").get("/desk/find/?q=电表箱").content.decode()


def test_the_list_goes_out_as_csv_without_words_or_formulas(
    world, at_desk, many, now, monkeypatch
) -> None:
    report(world, at=now, words="=1+1", place_words="=cmd")
    monkeypatch.setattr(cases, "at_now", lambda: datetime(2026, 11, 22, 21, 16, tzinfo=UTC))
    answer = at_desk("station").get("/desk/cases.csv?order=opened")
    assert answer["Content-Disposition"] == 'attachment; filename="cases-20261123-0516.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 47
    assert rows[0][0] == "案号"
    assert not any("号楼漏水" in cell for row in rows for cell in row)
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_the_list_goes_out_as_a_workbook(at_desk, many) -> None:
    answer = at_desk("station").get("/desk/cases.xlsx?order=opened&limit=20")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["案号", "事项", "状态"]
    assert len(rows) == 46
    assert rows[1][5].year == many[0].opened_at.year


def test_the_load_names_who_carries_what(world, at_desk, leak, now) -> None:
    actions.accept_step(by=world.at("station"), step_id=step(leak.case, "look").pk, at=now)
    page = at_desk("station").get("/desk/load/").content.decode()
    assert "冯涛" in page


def test_steps_are_moved_together_by_those_who_lead(world, at_desk, leak) -> None:
    look = step(leak.case, "look")
    refused = at_desk("station").post("/desk/load/move/", {"step": look.pk, "to_party": 1})
    assert refused.status_code == 403
    mend = step(leak.case, "mend")
    target = world.party("990101001.center")
    moved = at_desk("street_city").post(
        "/desk/load/move/", {"step": [mend.pk], "to_party": target, "note": "人手不够"}
    )
    assert moved.status_code == 302
    mend.refresh_from_db()
    assert mend.party_id == target


# Both languages, whole


@pytest.mark.parametrize("page", [*PAGES, "/desk/accept/"])
def test_there_is_no_chinese_in_the_english_chrome(at_desk, world, page) -> None:
    found = at_desk("station", "en").get(page.split("?")[0]).content.decode()
    main = found[found.index("<main") : found.index("</main>")]
    main = re.sub(r"<select.*?</select>", "", main, flags=re.S)
    assert HAN.findall(main) == []


def test_the_case_page_speaks_english_but_for_what_people_said(at_desk, leak) -> None:
    found = at_desk("station", "en").get(f"/desk/cases/{leak.case.number}/").content.decode()
    main = found[found.index("<main") : found.index("</main>")]
    for said in (LEAK, "地点不在本社区", "写明在哪个社区。", "属于自家房屋内部", "坏在自家户内。"):
        main = main.replace(said, "")
    assert HAN.findall(main) == []


@pytest.mark.parametrize("page", [*PAGES, "/desk/accept/"])
def test_the_chinese_page_has_no_english_sentence(at_desk, leak, page) -> None:
    found = at_desk("station").get(page).content.decode()
    main = found[found.index("<main") : found.index("</main>")]
    text = re.sub(r"<[^>]+>", " ", main)
    text = re.sub(r"\b(CSV|Excel|Enter|n|PDF|A5)\b", "", text)
    assert re.findall(r"[A-Za-z]{2,} [A-Za-z]{2,}", text) == []


def test_houses_are_chosen_in_the_order_of_their_numbers(world, now) -> None:
    rows = [
        PlaceRow(kind=kind, code=code, parent_code=above, name={"zh-Hans": words, "en": words})
        for kind, code, above, words in (
            (Kind.GRID, f"{GREEN}-G2", GREEN, "第二网格"),
            (Kind.BUILDING, f"{GREEN}-B12", f"{GREEN}-G2", "12 幢"),
            (Kind.BUILDING, f"{GREEN}-B2", f"{GREEN}-G2", "2 幢"),
            (Kind.STAIRWELL, f"{GREEN}-B2-S1", f"{GREEN}-B2", "1 单元"),
            (Kind.STAIRWELL, f"{GREEN}-B12-S1", f"{GREEN}-B12", "1 单元"),
        )
    ]
    places.load_places(by=HOUSE_ITSELF, at=now, rows=rows, on=FIRST_DAY)
    words = [
        words.removeprefix("柳营街道青桐社区") for _, words in place_options(world.at("station"))
    ]
    assert [one.replace(" ", "") for one in words] == [
        "",
        "2幢",
        "2幢1单元",
        "3幢",
        "3幢3单元",
        "12幢",
        "12幢1单元",
    ]
