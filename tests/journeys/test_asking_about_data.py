"""A resident asks to be erased; the head reads it, looks once more, presses once; nobody is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.identity.models import User
from linli.parties import actions as parties
from linli.parties.domain import AppointmentRow
from linli.people import actions as people
from linli.people.models import Person, RightsRequest
from tests.world import DOOR, FIRST_DAY, GREEN, HOUSE_ITSELF, build_world

from . import test_pages_are_fit as fit

pytestmark = fit.pytestmark


@pytest.fixture
def elder(monkeypatch) -> Person:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    world, now = build_world(), timezone.now()
    head = User.objects.create(username="head", is_staff=True)
    row = AppointmentRow(head.pk, world.party(f"{GREEN}.station"), "head", "钱伟", FIRST_DAY)
    parties.make_appointment(by=HOUSE_ITSELF, at=now, row=row)
    found = people.register_person(
        by=HOUSE_ITSELF, at=now - timedelta(days=90), name="陈桂兰", home=world.place(DOOR)
    )
    user = User.objects.create(username="guilan")
    people.link_user(by=HOUSE_ITSELF, at=now, person=found.pk, user=user.pk)
    return found


@pytest.mark.parametrize(("look", "width"), [("light", 390), ("dark", 1280)])
def test_a_resident_asks_and_the_head_erases(live_server, elder, look, width):
    with fit.a_browser(live_server.url, look=look, who="guilan", width=width) as page:
        page.goto(live_server.url + "/me/")
        page.check("main input[value=erasure]")
        page.fill("main textarea[name=details]", "搬走了，请删掉。")
        page.click("main form .btn-main")
        page.wait_for_selector("main form[action$='/withdraw/']")
        assert fit.faults(page, "/me/") == []

    with fit.a_browser(live_server.url, look=look, who="head", width=width) as page:
        page.goto(live_server.url + "/data-requests/")
        assert fit.faults(page, "the list") == []
        page.click("main .rows a")
        page.wait_for_selector("main textarea[name=reasons]")
        assert "搬走了，请删掉。" in page.inner_text("main")
        assert fit.faults(page, "one request") == []
        page.fill("main textarea[name=reasons]", "按您的要求。")
        page.click("main button[value=look]")
        page.wait_for_selector("main form.thing")
        assert fit.faults(page, "before the erasure") == []

        page.click("main button[value=grant]")
        page.wait_for_url("**/data-requests/?did=erased")
        assert fit.faults(page, "the list without it") == []
    assert Person.objects.get(pk=elder.pk).name == ""
    assert RightsRequest.objects.get().state == "granted"

    with fit.a_browser(live_server.url, look=look, who="guilan", width=width) as page:
        page.goto(live_server.url + "/me/")
        assert "按您的要求。" in page.inner_text("main")
        assert fit.faults(page, "the answer") == []
