"""Messages, the bell, and whom to call are fit for everybody: axe finds nothing, nothing runs off."""

import pytest
from django.utils import timezone

from linli.basics import Actor
from linli.cases import actions as cases
from linli.notices import actions as notices
from linli.notices.domain import PATIENCE, Recipient
from linli.notices.models import Notice
from tests.cases.errands import said
from tests.world import HOUSE_ITSELF, build_world

from . import test_pages_are_fit as fit

pytestmark = fit.pytestmark
PHONE = "13800000521"
WORDS = {"number": "26", "item": "楼道漏水", "reply": "换了接头。", "office": "站", "phone": "123"}


@pytest.fixture
def told(monkeypatch) -> None:
    """One message at the desk, and one that no telephone took."""
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    world, at = build_world(), timezone.now()
    stranger = Actor(kind="resident", district=1)
    leak = cases.open_case(by=stranger, said=said(world, phone=PHONE), at=at)
    desk = Recipient.to_user(world.at("station").user)
    for recipient in (desk, Recipient.to_phone(PHONE)):
        notices.queue_notice(
            by=HOUSE_ITSELF,
            event="work_done",
            recipient=recipient,
            values=WORDS,
            subject=("case", leak.case.pk),
            at=at,
            sensitive=False,
        )
    owed = Notice.objects.get(channel="sms")
    Notice.objects.filter(pk=owed.pk).update(tries=len(PATIENCE) + 1)
    notices.note_outcomes(by=HOUSE_ITSELF, complaints={owed.pk: "Timeout"}, at=at)


@pytest.mark.parametrize(("look", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing_and_nothing_runs_off(live_server, told, look, width):
    found = []
    with fit.a_browser(live_server.url, look=look, who="station", width=width) as page:
        for address in ("/messages/", "/desk/calls/", "/desk/", "/"):
            assert page.goto(live_server.url + address).status == 200
            assert page.locator(".bell b").inner_text() == "1"
            found += fit.faults(page, address)
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found += [f"{address} runs off"] if wide else []
    assert found == []
