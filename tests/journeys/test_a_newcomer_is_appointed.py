"""The district appoints somebody new in a browser, and reads the first password, once."""

import re

import pytest

from linli.identity.models import User
from linli.parties.models import Appointment
from tests.world import GREEN, build_world

from . import test_pages_are_fit as fit

pytestmark = fit.pytestmark


@pytest.fixture
def station(monkeypatch) -> str:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return f"/offices/{build_world().party(f'{GREEN}.station')}/"


@pytest.mark.parametrize(("look", "width"), [("light", 390), ("dark", 1280)])
def test_somebody_new_gets_a_seat_and_a_first_password(live_server, station, look, width):
    with fit.a_browser(live_server.url, look=look, who="district", width=width) as page:
        page.goto(live_server.url + station)
        page.click("#appoint summary")
        page.fill("#appoint-name", "何新")
        page.fill("#appoint-username", "hexin")
        page.check("#appoint input[name=add]")
        page.select_option("#appoint-role", "clerk")
        page.click("#password summary")
        assert fit.faults(page, station) == []

        page.click("#appoint form button")
        password = page.inner_text("main .note code")
        assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}", password)
        assert fit.faults(page, "the first password") == []
        assert User.objects.get(username="hexin").check_password(password)
        assert Appointment.objects.get(user__username="hexin").name == "何新"

        page.goto(live_server.url + station)
        assert password not in page.content()
