"""
A worker's phone between two stairwells: the network is cut mid-typing, the tab is killed and
opened again without a network, two cards wait, the answer to the first sending is lost — and each
door has exactly one visit.
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

from .browsing import IN_A_BROWSER, chromium, wait_until

pytestmark = IN_A_BROWSER
KEPT = """() => new Promise(done => {
  const asked = indexedDB.open("linli-visits");
  asked.onsuccess = () => {
    const act = asked.result.transaction(["cards", "pages", "secret"], "readonly");
    const cards = act.objectStore("cards").getAll(), key = act.objectStore("secret").get("key");
    const pages = act.objectStore("pages").getAll();
    act.oncomplete = () => done({
      states: cards.result.map(one => one.state).sort(),
      doors: pages.result.map(one => one.door).sort(),
      plain: [...cards.result, ...pages.result]
        .map(one => new TextDecoder().decode(one.data)).join(""),
      extractable: key.result ? key.result.key.extractable : null,
    });
  };
})"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const asked of await cache.keys()) {
      const held = await cache.match(asked, { ignoreVary: true });
      found.push([new URL(asked.url).pathname, await held.text()]);
    }
  }
  return found;
}"""
HELD = """async () => {
  await navigator.serviceWorker.ready;
  return Boolean(await caches.match("/visits/offline/", { ignoreVary: true }));
}"""
# The key of a phone that lay without a network since yesterday.
ENDED = """() => new Promise(done => {
  const asked = indexedDB.open("linli-visits");
  asked.onsuccess = () => {
    const act = asked.result.transaction("secret", "readwrite"), held = act.objectStore("secret");
    held.get("key").onsuccess = ({ target }) => {
      held.put({ ...target.result, until: Date.now() - 1 }, "key");
    };
    act.oncomplete = () => done(asked.result.close());
  };
})"""
PHONE = "13800009999"
READY = "form#card[data-ready=yes]"


@contextmanager
def a_phone(url: str):
    """Yield a phone's browser with the worker signed in; the content policy holds."""
    client = Client()
    client.force_login(User.objects.get(username="committee"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with chromium() as browser:
        phone = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
        phone.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        yield phone


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


def keep_frame(phone, url: str):
    """Return the list, open and with a network; the phone keeps the empty frame meanwhile."""
    page = phone.new_page()
    page.goto(f"{url}/visits/")
    wait_until(page, HELD)
    return page


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
    assert not any(word in kept["plain"] for word in (PHONE, "陈小明", "陈**"))
    page.close(run_before_unload=False)


def open_again(phone, url: str, person: int):
    """Return the tab of the card that was begun, without a network: it is as it was."""
    page = phone.new_page()
    page.goto(f"{url}/visits/")
    assert "没有网络" in page.inner_text("h1")
    page.wait_for_selector("[data-begun]:not([hidden])")
    assert page.locator("[data-begun]:not([hidden])").count() == 1
    page.locator("form:has(input[name=household]) button[value=open]").first.click()
    page.wait_for_selector(READY)
    assert "填了一半" in page.inner_text("#device")
    assert field(page, person, "phone").input_value() == PHONE
    assert page.input_value("#minutes") == "17"
    return page


def open_from(page, door: str):
    """Open a card from a list that was loaded before the network went."""
    page.locator(f"form:has(input[name={door}]) button[value=open]").first.click()
    page.wait_for_url(re.compile(r"/visits/offline/#p\d+$"))
    page.wait_for_selector(READY)
    return page


def save_without_network(pages) -> None:
    """Save each card; each page says how many wait on this phone."""
    for number, page in enumerate(pages, start=1):
        page.click("button[value=send]")
        page.wait_for_function(
            "n => document.getElementById('device').textContent.includes(`还没发出：${n}`)",
            arg=number,
        )
    assert pages[0].evaluate(KEPT)["states"] == ["queued"] * len(pages)


def refuse_a_day_later(phone, url: str) -> None:
    """Without a network the key opens for a day after somebody was last there with one."""
    page = phone.new_page()
    page.goto(f"{url}/visits/")
    page.wait_for_selector("#kept .doors-list")
    page.evaluate(ENDED)
    page.reload()
    page.wait_for_function(
        "box => box.textContent === box.dataset.empty", arg=page.query_selector("#device")
    )
    assert page.inner_text("#kept") == ""
    page.close()


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


def without_clear_site_data(route) -> None:
    """Let an answer pass as a browser takes it that does not know the header."""
    answer = route.fetch(max_redirects=0)
    headers = {name: value for name, value in answer.headers.items() if name != "clear-site-data"}
    route.fulfill(response=answer, headers=headers)


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
        listed = keep_frame(phone, url)
        tab(phone, url, "person").close()
        cut_mid_typing(phone, url, young)
        pages = [open_again(phone, url, young), open_from(listed, "person")]
        assert pages[0].evaluate(KEPT)["doors"] == sorted(
            ["list", f"h{home.house.pk}", f"p{alone.pk}"]
        )
        cached = pages[0].evaluate(CACHED)
        assert "/visits/offline/" in [path for path, _ in cached]
        assert not [path for path, text in cached if "陈" in text or "吴" in text or "青桐" in text]
        save_without_network(pages)
        refuse_a_day_later(phone, url)
        lose_the_first_answer(phone, sendings)
        phone.set_offline(False)
        for page in pages:
            page.wait_for_url(re.compile(r"/visits/\d+/$"), timeout=40_000)
        assert pages[0].evaluate(KEPT)["states"] == []

        # Signing out wipes what is left, the key: the page itself, before the server is asked.
        phone.route("**/account/logout/", without_clear_site_data)
        pages[0].goto(f"{url}/account/logout/")
        pages[0].locator("main form button").last.click()
        pages[0].wait_for_url(lambda where: "logout" not in where)
        assert pages[0].evaluate("async () => (await indexedDB.databases()).length") == 0
        left = "async () => (await navigator.serviceWorker.getRegistrations()).length"
        assert pages[0].evaluate(left) == 0

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
