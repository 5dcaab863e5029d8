"""Visits, reports, money, people and the cockpit are fit for everybody too: axe finds nothing."""

import pytest

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.ledger.models import Account
from linli.places.models import Place
from tests.gate.conftest import furnished
from tests.visits.conftest import Household2
from tests.world import DOOR, GREEN, NOON, STAIR

from . import test_pages_are_fit as fit

pytestmark = fit.pytestmark
NOBODY = (
    "/find/",
    "/privacy/",
    "/burden/",
    "/services/shared_leak/",
    "/d/{plate}/",
    "/me/consents/",
)
WORKER = (
    "/visits/",
    "/visits/conflicts/",
    "/reports/",
    "/people/",
    "/people/new/?community={community}&house={stair}&home={door}",
    "/people/{person}/password/",
    "/account/keys/",
)
OFFICE = (
    "/money/",
    "/money/lines/{line}/",
    "/money/accounts/{account}/",
    "/reports/forms/",
    "/reports/forms/new/",
    "/account/sessions/",
    "/account/password/",
)
DISTRICT = (
    "/cockpit/",
    "/cockpit/cases/",
    "/cockpit/money/",
    "/money/trial/",
    "/desk/load/",
    "/burden/",
    "/places/",
    "/places/{stair}/",
    "/offices/",
)


@pytest.fixture
def town(monkeypatch) -> dict[str, str]:
    """A household at a door, money for the housing bureau, one open leak."""
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    world = furnished()
    elder = Household2(world).old
    said = cases.Said(
        item="shared_leak",
        words="三单元楼道顶上漏水。",
        channel=Channel.PORTAL,
        place_id=world.place(STAIR),
    )
    cases.open_case(by=Actor(kind="resident", district=1), said=said, at=NOON)
    account = Account.objects.filter(line__isnull=False).order_by("id")[0]
    return {
        "person": str(elder.pk),
        "plate": Place.objects.get(code=DOOR).door_token,
        "line": str(account.line_id),
        "account": str(account.pk),
        "community": str(world.place(GREEN)),
        "stair": str(world.place(STAIR)),
        "door": str(world.place(DOOR)),
    }


@pytest.mark.parametrize(
    ("who", "screens"),
    [("", NOBODY), ("committee", WORKER), ("housing", OFFICE), ("district", DISTRICT)],
    ids=["nobody", "worker", "office", "district"],
)
def test_axe_finds_nothing(live_server, town, who, screens):
    found = []
    for look, width in (("light", 390), ("dark", 1280)):
        with fit.a_browser(live_server.url, look=look, who=who, width=width) as page:
            for screen in screens:
                address = screen.format(**town)
                assert page.goto(live_server.url + address).status == 200, address
                found += [f"{look} {one}" for one in fit.faults(page, address)]
    assert found == []


def test_axe_finds_nothing_on_a_visit_card(live_server, town):
    with fit.a_browser(live_server.url, who="committee") as page:
        page.goto(live_server.url + "/visits/")
        page.locator("button[name=do][value=open]").first.click()
        page.wait_for_selector("main form")
        assert fit.faults(page, "/visits/card/") == []
