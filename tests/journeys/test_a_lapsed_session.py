"""
A session ends while a card is half typed. What was typed waits on the phone, locked: the worker
signs in again and it is sent, once; whoever signs in instead sees nothing of it, and wipes it.
"""

import pytest
from django.conf import settings

from linli.identity.models import User
from linli.parties import actions as parties
from linli.parties.domain import AppointmentRow
from linli.people import queries as people_queries
from linli.visits.models import Visit
from tests.visits.conftest import Household2
from tests.world import FIRST_DAY, GREEN, HOUSE_ITSELF, build_world

from .browsing import IN_A_BROWSER, wait_until
from .test_a_visit_on_a_bad_connection import (
    KEPT,
    PHONE,
    a_phone,
    field,
    keep_frame,
    open_fields,
    tab,
)

pytestmark = IN_A_BROWSER
DOOR = "form[action$='/account/login/'] input[name=login]"
UNTIL = """() => new Promise(done => {
  const asked = indexedDB.open("linli-visits");
  asked.onsuccess = () => {
    const held = asked.result.transaction("secret").objectStore("secret").get("key");
    held.onsuccess = () => done(held.result?.until ?? null);
  };
})"""
# A card of eight days ago, and one that does not open with any key and comes before all others.
LEFT_BEHIND = """() => new Promise(done => {
  const asked = indexedDB.open("linli-visits"), sealed = {
    door: "h0", iv: new Uint8Array(12), data: new Uint8Array(20),
  };
  asked.onsuccess = () => {
    const act = asked.result.transaction("cards", "readwrite"), cards = act.objectStore("cards");
    cards.put({ ...sealed, id: "old", state: "draft", saved: Date.now() - 8 * 86_400_000 });
    cards.put({ ...sealed, id: "0", state: "queued", saved: Date.now() });
    act.oncomplete = () => done(asked.result.close());
  };
})"""
# What is typed into a page, whether or not it has noticed already that it is gone.
TYPE_ON = """() => {
  const box = document.getElementById("minutes");
  box.value = "23";
  box.dispatchEvent(new Event("input", { bubbles: true }));
}"""
TURNS_ARE_FREE = "async () => !(await navigator.locks.query()).held.length"


@pytest.fixture
def home(monkeypatch) -> Household2:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return Household2(build_world())


def told(words: str) -> str:
    """Return the condition that the page says this of what the phone keeps."""
    return f"() => document.getElementById('device')?.textContent.includes('{words}')"


def lapse_while_typing(phone, url: str, person: int):
    """Return the tab of a card that could not be saved, for the session is over."""
    phone.set_default_timeout(60_000)
    keep_frame(phone, url).close()
    page = tab(phone, url, "household")
    open_fields(page)
    field(page, person, "phone").fill(PHONE)
    phone.clear_cookies(name=settings.SESSION_COOKIE_NAME)  # as the browser does when it ends
    page.click("button[value=send]")
    page.wait_for_function(told("重新登录"))
    return page


def comes_to_the_door(phone, url: str):
    """Return a tab that asks for the list and is shown the door; what the phone keeps is locked."""
    page = phone.new_page()
    page.goto(f"{url}/visits/")
    page.wait_for_selector(DOOR)
    wait_until(page, f"async () => await ({UNTIL})() === 0")
    kept = page.evaluate(KEPT)
    assert kept["states"] == ["queued"]
    assert not any(word in kept["plain"] for word in (PHONE, "陈小明", "陈**"))
    return page


def sees_nothing_without_a_network(phone, url: str) -> None:
    """The frame opens, and nothing of what is kept is in it."""
    phone.set_offline(True)
    page = phone.new_page()
    page.goto(f"{url}/visits/")
    page.wait_for_function(
        "box => box.textContent === box.dataset.empty", arg=page.query_selector("#device")
    )
    assert page.inner_text("#kept") == ""
    page.close()
    phone.set_offline(False)


def a_colleague(home: Household2) -> None:
    """Let another worker of the committee have a sign-in."""
    user = User.objects.create(username="colleague", is_staff=True)
    user.set_password("colleague-password-1")
    user.save()
    committee = home.world.party(f"{GREEN}.committee")
    row = AppointmentRow(user.pk, committee, "worker", "何新", FIRST_DAY)
    parties.load_appointments(by=HOUSE_ITSELF, at=home.at, rows=[row])


def signs_in(page, desk: str) -> None:
    page.fill("input[name=login]", desk)
    page.fill("input[name=password]", f"{desk}-password-1")
    page.click("form[action$='/account/login/'] button[type=submit]")
    page.wait_for_url(lambda where: "/account/" not in where)


def test_who_signs_in_again_loses_nothing_and_sends_it_once(live_server, home):
    url = live_server.url
    with a_phone(url) as phone:
        lapse_while_typing(phone, url, home.young.pk).close()
        page = comes_to_the_door(phone, url)
        sees_nothing_without_a_network(phone, url)
        page.evaluate(LEFT_BEHIND)
        signs_in(page, "committee")
        page.wait_for_function(told("都发出了"))
        assert page.evaluate(KEPT)["states"] == []

    assert [one.household_id for one in Visit.objects.all()] == [home.house.pk]
    person = people_queries.person_for(home.worker, home.young.pk)
    assert people_queries.current_value(person, "phone") == PHONE


def test_who_signs_in_instead_opens_nothing_and_wipes_it(live_server, home):
    url = live_server.url
    a_colleague(home)
    with a_phone(url) as phone:
        typing, sending = (tab(phone, url, "household") for _ in range(2))  # never closed
        lapse_while_typing(phone, url, home.young.pk).close()
        page = comes_to_the_door(phone, url)
        page.goto(f"{url}/account/login/?next=/desk/")
        signs_in(page, "colleague")
        sees_nothing_without_a_network(phone, url)  # and has opened no page of visits yet
        assert page.evaluate(KEPT)["states"] == ["queued"]

        page.goto(f"{url}/visits/")
        wait_until(page, f"async () => await ({UNTIL})() > 0")
        typing.evaluate(TYPE_ON)
        sending.evaluate("() => { dispatchEvent(new Event('online')); }")
        for left_open in (typing, sending):  # nothing can be written there any more
            left_open.wait_for_function("() => document.getElementById('card').inert")
            assert not left_open.is_visible("#device")
        wait_until(page, TURNS_ARE_FREE)  # and neither holds up what the colleague sends
        wait_until(page, f"async () => (await ({KEPT})()).doors.length > 0")
        kept = page.evaluate(KEPT)
        assert (kept["states"], kept["doors"]) == ([], ["list"])  # the colleague's own

    assert not Visit.objects.exists()
