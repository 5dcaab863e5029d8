"""The first page of one who reported more than it has room for."""

import re
from datetime import timedelta

import pytest

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.models import Case, Report, Step
from linli.fabric import versions
from linli.identity.models import User
from linli.parties.models import Party
from tests.cases.conftest import said
from tests.world import NOON

FIRST = re.compile(r'<p class="t"><a href="/case/(\w+)/"')


@pytest.fixture
def reported(world, resident, hands) -> list[Case]:
    """Six leaks, an hour between each; the four newest taken back."""
    by = Actor(kind="resident", district=1, user=User.objects.get(username="chen").pk)
    found = []
    for hour in range(6):
        hands.at = NOON + timedelta(hours=hour)
        found.append(cases.open_case(by=by, said=said(world), at=hands.at).case)
    for case in found[2:]:
        cases.withdraw_case(by=by, report=Report.objects.get(case=case), at=hands.at)
    return found


def test_what_is_open_stands_before_what_is_over_however_old_it_is(resident, reported):
    page = resident.get("/").content.decode()

    newest_first = [one.number for one in reported[::-1]]
    assert FIRST.findall(page) == [*newest_first[4:], *newest_first[:2]]


def test_what_waits_for_the_reader_stands_first(world, resident, reported, hands):
    oldest, newer = reported[:2]
    step = Step.objects.get(case=oldest, code="look")
    cases.accept_step(by=world.at("station"), step_id=step.pk, at=hands.at)
    cases.ask_papers(
        by=world.at("station"),
        case_id=oldest.pk,
        papers=["户口本首页"],
        words="请补一张。",
        review_at=hands.at + timedelta(days=3),
        at=hands.at,
    )

    for address in ("/", "/my/"):
        found = FIRST.findall(resident.get(address).content.decode())
        assert found[:2] == [oldest.number, newer.number]


def test_the_count_is_of_all_that_is_open_and_not_of_what_is_shown(resident, reported):
    assert "2 件没办完" in resident.get("/").content.decode()


def test_who_signed_in_rings_the_station_of_their_own_community(world, browser, resident):
    Party.objects.filter(pk=world.at("station").party).update(phone="8765 4321")
    versions.bump("parties")
    versions.forget_everything()
    for reader, rings in ((resident, "tel:87654321"), (browser, "tel:80001234")):
        for mode, address in (("", "/"), ("elder", "/"), ("", "/services/"), ("", "/me/")):
            reader.cookies["look_mode"] = mode
            page = reader.get(address).content.decode()
            assert set(re.findall(r"tel:[0-9]{8}", page)) == {rings}

    Party.objects.filter(pk=world.at("station").party).update(phone="")
    versions.bump("parties")
    versions.forget_everything()
    assert "tel:80001234" in resident.get("/").content.decode()  # better the district than nobody


def test_elders_have_four_places_at_the_bottom_and_others_five(browser):
    def places() -> int:
        page = browser.get("/my/").content.decode()
        return page[page.index('class="tabbar"') :].count("<a ")

    assert places() == 5
    browser.cookies["look_mode"] = "elder"
    assert places() == 4


def test_elders_find_four_doors(browser):
    browser.cookies["look_mode"] = "elder"
    page = browser.get("/").content.decode()
    doors = page[page.index('class="doors"') : page.index("</nav>", page.index('class="doors"'))]
    assert doors.count("<a ") == 4
    assert "tel:80001234" in doors
    assert page.index("</nav>", page.index(doors)) < page.index("tel:120")  # whom to ring in danger
