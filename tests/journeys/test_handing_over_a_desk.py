"""
A shared desk passes to a colleague: what the pages kept for the one who leaves is gone before the
colleague has signed in, whether or not the browser knows Clear-Site-Data.
"""

import re

import pytest

from linli.identity.models import User
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import AppointmentRow
from tests.visits.conftest import Household2
from tests.world import FIRST_DAY, HOUSE_ITSELF, NOON, build_world

from .browsing import IN_A_BROWSER, chromium, sits_down, wait_until
from .test_a_visit_on_a_bad_connection import HELD, KEPT, READY, without_clear_site_data

pytestmark = IN_A_BROWSER
STORES = "async () => (await indexedDB.databases()).map(one => one.name)"
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"


@pytest.fixture
def home(monkeypatch) -> Household2:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    world = build_world()
    colleague = User.objects.create(username="wu", is_staff=True)
    party = party_queries.party(world.at("committee").party).pk
    row = AppointmentRow(colleague.pk, party, "worker", "吴兰", FIRST_DAY)
    parties.load_appointments(by=HOUSE_ITSELF, at=NOON, rows=[row])
    return Household2(world)


@pytest.mark.parametrize("knows_the_header", [True, False])
def test_what_a_desk_keeps_goes_when_it_is_handed_over(live_server, home, knows_the_header):
    url = live_server.url
    with chromium() as browser:
        page = sits_down(browser, url, "committee")
        page.goto(f"{url}/visits/")
        wait_until(page, HELD)
        page.locator("form:has(input[name=household]) button[value=open]").first.click()
        page.wait_for_selector(READY)
        page.fill("#minutes", "17")
        page.wait_for_timeout(600)
        assert page.evaluate(KEPT)["states"] == ["draft"]

        if not knows_the_header:
            page.context.route("**/account/desk/", without_clear_site_data)
        page.goto(f"{url}/account/desk/")
        page.get_by_role("button", name="吴兰").click()
        page.wait_for_url(re.compile(r"/account/login/\?as=wu$"))

        assert page.evaluate(STORES) == []
        assert page.evaluate(WORKERS) == 0
