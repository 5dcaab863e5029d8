"""排号: a number is given, called, served into 受理 with what was left, or missed."""

import re

import pytest
from django.utils import timezone

from linli.cases import actions
from linli.cases.actions import Visitor
from linli.cases.models import Booking, Case, Report
from linli.journal.models import Line
from linli.parties import actions as parties
from tests.world import FIRST_DAY, GREEN, HOUSE_ITSELF

from .conftest import RESIDENT
from .test_screens import MOST_QUERIES, cost

ALWAYS = dict.fromkeys(range(7), ((0, 24 * 60),))


@pytest.fixture(autouse=True)
def always_open(world, now) -> None:
    for desk in ("station", "neighbour"):
        party = world.at(desk).party
        parties.set_hours(by=HOUSE_ITSELF, at=now, party_id=party, week=ALWAYS, from_on=FIRST_DAY)


def draw(world, **left):
    visitor = Visitor(item="shared_leak", **left)
    return actions.draw_number(
        by=RESIDENT, party_id=world.party(f"{GREEN}.station"), visitor=visitor, at=timezone.now()
    ).booking


def test_a_clerk_gives_a_number_and_prints_its_slip(at_desk) -> None:
    browser = at_desk("station")
    answer = browser.post("/desk/queue/give/", {"item": "shared_leak", "name": "陈阿姨"})
    number = Booking.objects.get().number

    assert answer["Location"] == f"/desk/queue/?given={number}"
    assert f"/desk/queue/{number}/slip/" in browser.get(answer["Location"]).content.decode()
    slip = browser.get(f"/desk/queue/{number}/slip/").content.decode()
    assert "A001" in slip
    assert at_desk("station").get(f"/desk/queue/{number}/slip/").status_code == 404


def test_whoever_is_next_is_called_and_leads_into_accepting(world, at_desk) -> None:
    turn = draw(world, name="陈桂英", phone="13800000521")
    browser = at_desk("station")
    assert browser.post("/desk/queue/0/next/").status_code == 302
    page = browser.get("/desk/queue/").content.decode()
    assert "陈**" in page
    assert "13800000521" not in page

    answer = browser.post(f"/desk/queue/{turn.pk}/serve/")

    assert answer["Location"] == f"/desk/accept/?booking={turn.pk}"
    form = browser.get(answer["Location"]).content.decode()
    assert "陈桂英" in form
    assert "13800000521" not in form  # it goes along unseen
    sent = {
        "booking": turn.pk,
        "item": "shared_leak",
        "words": "楼道漏水",
        "own_name": "陈桂英",
        "a.where": "shared",
        "place": world.place(GREEN),
        "do": "submit",
    }
    assert browser.post("/desk/accept/", sent).status_code == 302
    assert Report.objects.get(case=Case.objects.get()).phone.open() == "13800000521"


def test_one_who_does_not_come_can_be_called_again(world, at_desk) -> None:
    turn = draw(world)
    browser = at_desk("station")
    for act in ("next", "miss", "call", "serve"):
        turn_id = 0 if act == "next" else turn.pk
        assert browser.post(f"/desk/queue/{turn_id}/{act}/").status_code == 302
    assert Booking.objects.get().state == "served"


def test_with_nobody_there_the_page_says_so_and_nothing_changes(at_desk) -> None:
    before = Line.objects.count()
    answer = at_desk("station").post("/desk/queue/0/next/")

    assert (answer.status_code, Line.objects.count()) == (409, before)
    assert "现在没有人在等" in answer.content.decode()


def test_another_windows_turn_answers_as_one_that_is_not_there(world, at_desk) -> None:
    turn = draw(world)
    theirs, nowhere = (
        at_desk("neighbour").post(f"/desk/queue/{one}/call/") for one in (turn.pk, turn.pk + 9)
    )
    assert theirs.status_code == nowhere.status_code == 404
    assert at_desk("neighbour").get(f"/desk/accept/?booking={turn.pk}").status_code == 404
    assert at_desk("housing").get("/desk/queue/").status_code == 403


def test_a_long_queue_costs_no_more_and_goes_by_pages(world, at_desk) -> None:
    for _ in range(60):
        draw(world)
    assert cost(at_desk("station"), "/desk/queue/") <= MOST_QUERIES
    page = at_desk("station").get("/desk/queue/").content.decode()
    assert "A050" in page
    assert "A051" not in page


@pytest.mark.parametrize("desk", ["station", "neighbour", "committee", "street"])
def test_only_where_numbers_are_drawn_their_address_stands_and_it_opens(at_desk, desk) -> None:
    browser = at_desk(desk)
    page = browser.get("/desk/queue/").content.decode()
    shown = re.findall(r'href="(/queue/[^"]+/)"', page)
    if desk in ("station", "neighbour"):
        assert [browser.get(one).status_code for one in shown] == [200]
        assert "这个单位不排号" not in page
        return
    assert shown == []
    assert "这个单位不排号" in page
    assert "/desk/queue/give/" not in page
    answer = browser.post("/desk/queue/give/", {"item": "shared_leak"})
    assert (answer.status_code, Booking.objects.count()) == (404, 0)
    assert 'role="alert"' in answer.content.decode()


def test_it_speaks_english(world, at_desk) -> None:
    draw(world)
    page = at_desk("station", "en").get("/desk/queue/").content.decode()
    assert "Call the next one" in page
    assert "叫下一个" not in page
