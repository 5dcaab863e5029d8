"""Every number opens to its records, in both directions; and who may see them."""

import re
from datetime import timedelta
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.cases import queries as cases
from linli.cases.models import Case, Docket, Ruling, Step
from linli.cockpit import queries
from linli.cockpit.domain import month_of
from linli.fabric import versions
from linli.places.models import Place
from linli.rulebook.models import CalendarYearRow
from tests.cockpit.conftest import DAY, NOW, browser_of
from tests.world import STREET

NUMBER = re.compile(r'<a href="(/cockpit/records/[^"]+)"[^>]*>(?:<[^>]+>)*([\d,]+)<')
MAP_CELL = re.compile(r'<a href="(/cockpit/records/[^"]+)" aria-label="[^"]*?(\d+)">')
WORST = re.compile(r'class="t"><a href="(/cockpit/records/[^"]+)">[^<]*?(\d+)(?: 件)?</a>')
ROW = re.compile(r'class="id num"><a href="/desk/cases/(\w+)/"')
NEXT = re.compile(r'href="([^"]+)" rel="next"')


def corners_of_streets(client: Client) -> list[set[str]]:
    drawn = re.findall('class="street" d="M(.*?)Z"', client.get("/cockpit/").content.decode())
    return [set(one.split()) for one in drawn]


def numbers_on(html: str) -> set[tuple[str, int]]:
    found = [*NUMBER.findall(html), *MAP_CELL.findall(html), *WORST.findall(html)]
    return {(unescape(href), int(n.replace(",", ""))) for href, n in found}


def records_behind(client: Client, href: str) -> list[str]:
    found, following = [], href
    while following:
        html = client.get(following).content.decode()
        found += ROW.findall(html)
        more = NEXT.search(html)
        following = unescape(more[1]) if more else ""
    return found


def test_every_number_opens_to_as_many_records(busy, outlines, monkeypatch) -> None:
    monkeypatch.setitem(queries.records.__globals__, "ROWS", 5)
    for desk, language in (("street", "zh-CN"), ("district", "en")):
        client = browser_of(desk, language)
        for address, least in (
            ("/cockpit/", 13),
            ("/cockpit/cases/", 30),
            ("/cockpit/cases/?month=2026-10", 10),
        ):
            numbers = numbers_on(client.get(address).content.decode())
            assert len(numbers) >= least, address
            for href, n in numbers:
                found = records_behind(client, href)
                assert (href, len(found), len(set(found))) == (href, n, n)


KIND = re.compile(
    r'<a href="(/cockpit/records/[^"]+)"(?: aria-current="page")?>[^<]+<span class="n">(\d+)<'
)


def test_beside_a_list_stands_how_many_there_are_of_each_kind_of_wrong(busy, outlines) -> None:
    street = browser_of("street")
    for address in ("/cockpit/records/?figure=any", records_of_one_community(street)):
        html = street.get(address).content.decode()
        kinds = {unescape(href): int(n) for href, n in KIND.findall(html)}
        assert len(kinds) >= 3
        assert kinds[address] == len(ROW.findall(html))
        for href, n in kinds.items():
            assert (href, len(records_behind(street, href))) == (href, n)
    assert not KIND.findall(
        street.get("/cockpit/records/?figure=opened&month=2026-11").content.decode()
    )


def records_of_one_community(client: Client) -> str:
    """Return the address of all that is wrong in the first community of the table."""
    [first, *_] = re.findall(
        r'<a href="(/cockpit/records/\?figure=any&amp;community=\d+)"',
        client.get("/cockpit/").content.decode(),
    )
    return unescape(first)


def wrong_by_hand(case: Case) -> set[str]:
    """Say what is wrong with a case without the conditions of the house."""
    if case.status in ("answered", "ended"):
        return set()
    held = Step.objects.filter(case=case, state__in=["offered", "accepted", "returned"])
    running = case.status in ("offered", "working")
    found = set()
    if case.due_at < NOW and (running or case.mark in ("red", "escalated")):
        found.add("late")
    if case.mark == "escalated" or any(step.mark == "escalated" for step in held):
        found.add("escalated")
    waiting = Ruling.objects.filter(case=case, ruled_at=None)
    if any(NOW - one.returned_at > timedelta(hours=24) for one in waiting):
        found.add("stuck")
    nobody = case.owner_appointment is None and all(s.appointment is None for s in held)
    if running and nobody and (case.first_due_at is None or case.first_due_at < NOW):
        found.add("nobody")
    if case.reopened:
        found.add("reopened")
    return found


def test_what_is_wrong_is_found_and_nothing_else(world, busy) -> None:
    actor, seen = world.at("street"), set()
    mine = Docket.objects.filter(party_id=actor.party)
    by_hand = {row.number: wrong_by_hand(row.case) for row in mine.select_related("case")}
    for figure in (*cases.WRONG, "any"):
        page = cases.list_cut(actor, cases.Cut(figure=figure, at=NOW), limit=100)
        expected = {
            n for n, wrong in by_hand.items() if (figure in wrong or (figure == "any" and wrong))
        }
        assert {row.number for row in page.rows} == expected, figure
        assert expected, figure
        seen |= expected
    assert seen != set(by_hand)  # and some are all right

    rows = cases.what_is_wrong(actor, at=NOW)
    for figure in cases.WRONG:
        assert sum(row[figure] for row in rows) == sum(figure in one for one in by_hand.values())


def test_the_month_adds_up(world, busy) -> None:
    actor = world.at("street")
    month = queries.month_page(actor, month_of_now(), at=NOW)

    opened, over, told, still = (one.n for one in month.stands)
    assert (opened, over, told, still) == (10, 3, 1, 6)
    assert opened == over + told + still
    for rows in (month.communities, month.items, month.channels):
        assert sum(row.numbers[0][0] for row in rows) == opened


def month_of_now():
    return month_of(NOW)


def test_the_rates_keep_those_nobody_reached_as_bounds(world, busy) -> None:
    month = queries.month_page(world.at("street"), month_of_now(), at=NOW)
    responded, solved, content = month.rates

    # four told, one sent back: three said yes, one said no, one has not said a word
    assert [part.n for part in solved.parts] == [5, 3, 1, 1]
    assert (solved.low, solved.high, solved.estimate) == (60.0, 80.0, 75.0)
    assert solved.value == "60.0–80.0 %"
    # one with five stars, one with three, two without any
    assert [part.n for part in content.parts] == [4, 1, 1, 2]
    assert (content.low, content.high) == (25.0, 75.0)
    assert responded.low == responded.high
    assert responded.parts[0].n == responded.parts[1].n + responded.parts[2].n


def gained(rate, before) -> list[int]:
    """By how much each part of a rate grew."""
    return [now.n - then.n for now, then in zip(rate.parts, before.parts, strict=True)]


def test_questions_answered_on_the_spot_stand_beside_the_rates_and_widen_none(
    world, busy, monkeypatch
) -> None:
    actor = world.at("street")
    before = queries.month_page(actor, month_of_now(), at=NOW)
    asked = [busy.ask(NOW - 2 * DAY).number for _ in range(7)]
    month = queries.month_page(actor, month_of_now(), at=NOW)

    assert (before.unasked.n, month.unasked.n) == (0, 7)
    assert month.rates[1:] == before.rates[1:]
    assert gained(month.rates[0], before.rates[0]) == [7, 7, 0]
    monkeypatch.setitem(queries.records.__globals__, "ROWS", 3)
    assert sorted(records_behind(browser_of("street"), month.unasked.href)) == sorted(asked)


def test_a_question_without_a_first_clock_was_answered_in_time_all_the_same(world, busy) -> None:
    actor = world.at("street")
    before = queries.month_page(actor, month_of_now(), at=NOW).rates[0]
    Case.objects.filter(pk=busy.ask(NOW - 2 * DAY).pk).update(first_due_at=None)

    found = queries.month_page(actor, month_of_now(), at=NOW).rates[0]
    assert gained(found, before) == [1, 1, 0]


def test_a_question_that_came_back_is_asked_about_like_any_other(world, busy) -> None:
    actor = world.at("street")
    before = queries.month_page(actor, month_of_now(), at=NOW).rates[1]
    case = busy.ask(NOW - 2 * DAY)
    busy.reopen(case, NOW - DAY)
    month = queries.month_page(actor, month_of_now(), at=NOW)

    assert month.unasked.n == 0
    assert gained(month.rates[1], before) == [1, 0, 1, 0]


def test_a_reply_taken_over_is_nobody_s_to_rate_and_no_first_answer_of_ours(world, busy) -> None:
    actor = world.at("street")
    before = queries.month_page(actor, month_of_now(), at=NOW)
    case = busy.ask(NOW - 2 * DAY)
    Case.objects.filter(pk=case.pk).update(channel="import", first_due_at=None)
    month = queries.month_page(actor, month_of_now(), at=NOW)

    assert month.unasked.n == 1
    assert month.rates == before.rates


def test_what_was_taken_over_without_a_time_waits_for_nobody(world, busy) -> None:
    def nobody() -> int:
        found = cases.what_is_wrong(world.at("district"), at=NOW + timedelta(days=30))
        return sum(row["nobody"] for row in found)

    case = busy.open(NOW - 2 * DAY)
    before = nobody()
    Case.objects.filter(pk=case.pk).update(channel="import", first_due_at=None, due_at=None)
    assert nobody() == before - 1


def test_what_nobody_is_asked_about_is_told_in_plain_words(world, busy) -> None:
    for language, words in (
        ("zh-CN", "这些不再问居民，所以不算进解决率和满意率"),
        ("en", "Nobody is asked about them"),
    ):
        client = browser_of("street", language)
        assert words not in client.get("/cockpit/cases/").content.decode()
        html = client.get("/cockpit/cases/?month=2026-10").content.decode()
        assert words in html
        assert any("figure=unasked" in href and n == 1 for href, n in numbers_on(html))


def test_the_time_is_that_of_cases_answered_once(world, busy) -> None:
    month = queries.month_page(world.at("street"), month_of_now(), at=NOW)

    assert (month.spent.n, month.spent.measured) == (4, 4)
    assert round(sum(month.spent.bar), 1) == 100.0


def test_a_good_day_has_no_red(world, street, matters) -> None:
    matters.open(NOW - timedelta(minutes=5))

    html = street.get("/cockpit/").content.decode()

    assert "今天没有不对劲的事" in html
    assert "chip-late" not in html
    assert "clock-late" not in html
    assert "/cockpit/records/" not in html


ADDRESSES = ("/cockpit/", "/cockpit/cases/", "/cockpit/records/?figure=late")


def test_a_year_whose_days_off_are_missing_is_warned_of(world, street) -> None:
    def warned() -> list[tuple[str, str]]:
        html = street.get("/cockpit/").content.decode()
        return re.findall(r'note note-(\w+)">.{0,200}?<p>(\d{4}) 年的放假安排还没有录入', html)

    assert warned() == [("need", "2027")]  # in November: the notice is due
    CalendarYearRow.objects.filter(year=2026).update(published=False)
    versions.forget_everything()
    assert warned() == [("late", "2026"), ("need", "2027")]


def test_others_are_told_in_a_plain_sentence(world) -> None:
    for desk in ("station", "committee", "arbiter", "housing"):
        for address in ADDRESSES:
            answer = browser_of(desk).get(address)

            assert answer.status_code == 403
            assert "您现在的身份办不了这件事" in answer.content.decode()


def test_a_stranger_is_led_to_the_door(world, client) -> None:
    for address in ADDRESSES:
        answer = client.get(address)

        assert answer.status_code == 302
        assert "next=/cockpit/" in answer["Location"].replace("%2F", "/")


def test_what_is_no_figure_is_not_found(world, street) -> None:
    for asked in (
        "",
        "figure=opened",
        "figure=late&month=2026-10",
        "figure=late&community=x",
        "figure=none",
    ):
        assert street.get(f"/cockpit/records/?{asked}").status_code == 404


def test_an_office_sees_its_own_docket_only(world, busy) -> None:
    """The aid window of the street watches over none of these cases."""
    month = queries.month_page(world.at("street_civil"), month_of_now(), at=NOW)

    assert [one.n for one in month.stands] == [0, 0, 0, 0]
    assert queries.today(world.at("street_civil"), at=NOW).n == 0


def test_a_cursor_of_another_number_is_refused(world, busy, street, monkeypatch) -> None:
    monkeypatch.setitem(queries.records.__globals__, "ROWS", 1)
    html = street.get("/cockpit/records/?figure=late").content.decode()
    cursor = unescape(NEXT.search(html)[1]).partition("after=")[2]

    assert street.get(f"/cockpit/records/?figure=any&after={cursor}").status_code == 422


def test_a_page_costs_at_most_ten_queries(busy, outlines, street) -> None:
    for address, most in zip(ADDRESSES, (6, 10, 5), strict=True):
        street.get(address)  # what a process keeps is kept
        with CaptureQueriesContext(connection) as asked:
            assert street.get(address).status_code == 200
        assert len(asked) <= most, [one["sql"][:90] for one in asked]


def test_the_map_shows_outlines_and_without_any_there_is_the_table(busy, street, world) -> None:
    html = street.get("/cockpit/cases/").content.decode()

    assert '<svg class="map' not in html
    assert "青桐社区" in html


def test_the_map_has_a_cell_for_each_community(busy, outlines, street) -> None:
    html = street.get("/cockpit/").content.decode()

    assert html.count('<path class="c ') == 2
    assert html.count('<path class="street"') == 1
    assert '<text class="sn" x="300" ' in html


def test_a_street_nobody_outlined_is_drawn_from_its_communities(busy, outlines, street) -> None:
    entered = corners_of_streets(street)
    Place.objects.filter(code=STREET).update(outline=None)
    versions.forget_everything()

    assert len(entered[0]) == 4
    assert entered[0] < corners_of_streets(street)[0]
    assert len(corners_of_streets(street)) == 1
