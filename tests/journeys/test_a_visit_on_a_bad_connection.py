"""
A worker's phone between two stairwells: the network is cut mid-typing, the tab is killed, two
cards wait, the answer to the first sending is lost — and each door has exactly one visit.
"""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from linli.identity.models import User
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.visits.models import Visit
from tests.visits.conftest import Household2
from tests.world import DOOR, HOUSE_ITSELF, build_world

from .test_reporting_a_leak import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
KEPT = """() => new Promise(done => {
  const asked = indexedDB.open("linli-visits", 1);
  asked.onsuccess = () => {
    const act = asked.result.transaction(["cards", "secret"], "readonly");
    const cards = act.objectStore("cards").getAll(), key = act.objectStore("secret").get("key");
    act.oncomplete = () => done({
      states: cards.result.map(one => one.state).sort(),
      plain: cards.result.map(one => new TextDecoder().decode(one.data)).join(""),
      extractable: key.result ? key.result.key.extractable : null,
    });
  };
})"""
PHONE = "13800009999"
READY = "form#card[data-ready=yes]"


@contextmanager
def a_phone(url: str):
    """Yield a phone's browser with the worker signed in; the content policy holds."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(username="committee"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as played:
        chromium = played.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        phone = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
        phone.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        yield phone
        chromium.close()


@pytest.fixture
def home(monkeypatch) -> Household2:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return Household2(build_world())


def tab(phone, url: str, door: str):
    """Open the list in a new tab and from it the card of a door."""
    page = phone.new_page()
    page.goto(f"{url}/visits/")
    page.locator(f"form:has(input[name={door}]) button[value=open]").first.click()
    page.wait_for_selector(READY)
    return page


def field(page, person: int, attribute: str):
    return page.locator(f"[name='v.{person}.{attribute}']")


def open_fields(page) -> None:
    page.evaluate("() => document.querySelectorAll('#card details').forEach(d => d.open = true)")


def cut_mid_typing(phone, url: str, person: int) -> None:
    """Open the household's card, lose the network while typing, and have the tab killed."""
    page = tab(phone, url, "household")
    page.fill("#minutes", "17")
    phone.set_offline(True)
    open_fields(page)
    field(page, person, "phone").fill(PHONE)
    page.wait_for_timeout(600)
    kept = page.evaluate(KEPT)
    assert kept["states"] == ["draft"]
    assert kept["extractable"] is False
    assert PHONE not in kept["plain"]
    page.close(run_before_unload=False)
    phone.set_offline(False)


def open_again(phone, url: str, person: int):
    """Return the tab of the card that was begun: it is as it was."""
    listed = phone.new_page()
    listed.goto(f"{url}/visits/")
    listed.wait_for_selector("[data-begun]:not([hidden])")
    listed.close()
    page = tab(phone, url, "household")
    assert "填了一半" in page.inner_text("#device")
    assert field(page, person, "phone").input_value() == PHONE
    assert page.input_value("#minutes") == "17"
    return page


def save_without_network(phone, pages) -> None:
    """Save each card; each page says how many wait on this phone."""
    phone.set_offline(True)
    for number, page in enumerate(pages, start=1):
        page.click("button[value=send]")
        page.wait_for_function(
            "n => document.getElementById('device').textContent.includes(`还没发出：${n}`)",
            arg=number,
        )
    assert pages[0].evaluate(KEPT)["states"] == ["queued"] * len(pages)


def lose_the_first_answer(phone, sendings: list[str]) -> None:
    """Let the server have the first sending and the phone not hear of it; note every key sent."""

    def lossy(route):
        body = (route.request.post_data_buffer or b"").decode("utf-8", "replace")
        sendings.append(re.search(r'name="key"\r\n\r\n(\w+)', body)[1])
        if len(sendings) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.route("**/visits/send/", lossy)


def test_each_door_has_exactly_one_visit(live_server, home):
    alone = people.register_person(
        by=HOUSE_ITSELF,
        at=home.at - timedelta(days=400),
        name="吴老",
        home=home.world.place(DOOR),
        facts={"employment": "retired", "hukou": "local"},
    )
    young, url, sendings = home.young.pk, live_server.url, list[str]()
    complaints: list[str] = []

    with a_phone(url) as phone:
        phone.on("weberror", lambda trouble: complaints.append(str(trouble.error)))
        cut_mid_typing(phone, url, young)
        pages = [open_again(phone, url, young), tab(phone, url, "person")]
        save_without_network(phone, pages)
        lose_the_first_answer(phone, sendings)
        phone.set_offline(False)
        for page in pages:
            page.wait_for_url(re.compile(r"/visits/\d+/$"), timeout=40_000)
        assert pages[0].evaluate(KEPT)["states"] == []

        # Signing out wipes what is left: the key.
        pages[0].goto(f"{url}/account/logout/")
        pages[0].locator("main form button").last.click()
        pages[0].wait_for_url(lambda where: "logout" not in where)
        assert pages[0].evaluate("async () => (await indexedDB.databases()).length") == 0

    assert complaints == []
    assert sendings[0] in sendings[1:]  # the phone did not hear, and sent it again
    assert len(set(sendings)) == 2
    visits = [
        (one.household_id, one.person_id, one.minutes) for one in Visit.objects.order_by("id")
    ]
    assert len(visits) == 2
    assert set(visits) == {(home.house.pk, None, 17), (None, alone.pk, 0)}
    person = people_queries.person_for(home.worker, young)
    assert people_queries.current_value(person, "phone") == PHONE
