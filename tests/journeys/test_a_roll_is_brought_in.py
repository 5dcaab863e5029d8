"""A street brings in its roll from Excel: it reads what would come, presses once, and sees who goes without."""

from datetime import timedelta

import pytest

from linli.cases.models import Award
from linli.people import actions as people
from tests.desk.test_rolls import BORN, NAMES, PACK, ROLL, workbook
from tests.people.conftest import number_of
from tests.world import DOOR, HOUSE_ITSELF, NOON, build_world

from . import test_pages_are_fit as fit

pytestmark = fit.pytestmark


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    world = build_world(pack=PACK)
    for sequence, name in enumerate(NAMES, start=11):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON - timedelta(days=400),
            name=name,
            home=world.place(DOOR),
            id_number=number_of(BORN, sequence),
            facts={"hukou": "local"},
        )
    return world


@pytest.mark.parametrize(("look", "width"), [("light", 390), ("dark", 1280)])
def test_a_roll_is_read_and_brought_in(live_server, world, look, width):
    with fit.a_browser(live_server.url, look=look, who="street", width=width) as page:
        page.goto(live_server.url + "/desk/rolls/")
        assert fit.faults(page, "/desk/rolls/") == []
        page.select_option("main select[name=item]", label="高龄津贴")
        mime = "application/octet-stream"
        file = {"name": "roll.xlsx", "mimeType": mime, "buffer": workbook(ROLL)}
        page.set_input_files("main input[type=file]", file)
        page.click("main form .btn-main")
        page.wait_for_selector("main input[name=shown]", state="attached")
        assert fit.faults(page, "what was read") == []
        assert Award.objects.count() == 0

        page.click("main form .btn-main")
        page.wait_for_url("**/desk/rolls/?new=2")
        assert "已登记 2 人" in page.inner_text("main .note")
        assert Award.objects.count() == 2

        page.goto(live_server.url + "/cockpit/entitled/")
        assert "高龄津贴" in page.inner_text("main")
