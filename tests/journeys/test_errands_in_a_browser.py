"""
A clerk and a resident, each in a browser of their own: a number opened for a reason, papers by
telephone, a further office, a “no” with where to turn; and a time at the window, from booking to 受理.
"""

from datetime import timedelta

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.cases.models import Booking, Case, ContactOpening
from linli.identity.models import User
from linli.rulebook.actions import load_rules
from linli.rulebook.domain import read_rules
from linli.rulebook.management.commands.load_rules import DATA
from tests.portal.pictures import picture
from tests.world import GREEN, HOUSE_ITSELF, STAIR, STREET, build_world

from .browsing import IN_A_BROWSER, chromium, sits_down, unfold

pytestmark = IN_A_BROWSER
WHY = "约周三上门看屋顶"


@pytest.fixture
def world(monkeypatch, settings, tmp_path):
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    settings.FILES = str(tmp_path)
    now = timezone.now()
    made = build_world(at=now - timedelta(hours=2))
    rows = read_rules(yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8")))
    load_rules(by=HOUSE_ITSELF, rules=rows, at=now)
    return made


@pytest.fixture
def roof(world):
    """Somebody signed in asks for a new roof, which the district's housing bureau decides."""
    user = User.objects.create(username="resident")
    said = cases.Said(
        item="roof_renewal",
        words="屋顶防水层破了，要大修。",
        channel=Channel.PORTAL,
        place_id=world.place(STAIR),
        name="陈阿姨",
        phone="13800000521",
    )
    by = Actor(kind="resident", district=1, user=user.pk)
    return cases.open_case(by=by, said=said, at=timezone.now() - timedelta(hours=1))


def test_a_case_with_all_who_have_a_part_in_it(live_server, world, roof) -> None:
    number, url = roof.case.number, live_server.url
    desk, own = (url + reverse(f"{app}", args=[number]) for app in ("desk:case", "portal:matter"))
    with chromium() as browser:
        clerk = sits_down(browser, url, "station")
        resident = sits_down(browser, url, "resident")
        clerk.goto(desk)
        opens_the_number(clerk)
        resident.goto(own)
        assert WHY in resident.inner_text("section[aria-labelledby=looked]")

        takes_papers_by_telephone(clerk, desk, roof.code)
        assert "屋顶.png" in clerk.inner_text("section[aria-labelledby=files]")

        asks_the_street_in(clerk, world.party(f"{STREET}.center"))
        street = sits_down(browser, url, "street")
        street.goto(desk)
        assert "请街道看一看排水。" in street.inner_text("main")

        says_no(clerk, desk)
        reads_where_to_turn(resident, own)
    assert Case.objects.get(number=number).end == "explained"


def opens_the_number(clerk) -> None:
    """Open the reporter's number with a reason; it is shown once."""
    assert "13800000521" not in clerk.inner_text("main")
    fold = unfold(clerk, "看姓名和电话")
    fold.locator("input[name=reason]").fill(WHY)
    fold.locator("button").click()
    clerk.wait_for_selector("a[href='tel:13800000521']")
    assert ContactOpening.objects.get().reason == WHY
    clerk.goto(clerk.url.removesuffix("contact/"))
    assert "13800000521" not in clerk.inner_text("main")


def takes_papers_by_telephone(clerk, desk: str, code: str) -> None:
    """Take papers in, in the name of one who reads out the six signs of the receipt."""
    clerk.goto(desk)
    fold = unfold(clerk, "替他补材料")
    fold.locator("input[name=code]").fill(code)
    fold.locator("input[name=reason]").fill("来电，照片发到工作手机上")
    content = picture().read()
    fold.locator("input[type=file]").set_input_files(
        {"name": "屋顶.png", "mimeType": "image/png", "buffer": content}
    )
    fold.locator("button", has_text="收下材料").click()
    clerk.wait_for_url("**did=for_papers")


def asks_the_street_in(clerk, street: int) -> None:
    """Invite the street's center to do a part."""
    fold = unfold(clerk, "再请一家一起办")
    fold.locator("select").select_option(str(street))
    fold.locator("textarea").fill("请街道看一看排水。")
    fold.locator("button").click()
    clerk.wait_for_url("**did=invite")


def says_no(clerk, desk: str) -> None:
    """Answer that it is not done, with reasons."""
    clerk.goto(desk)
    if clerk.locator("#answer > details").count():
        clerk.locator("#answer > details > summary").click()
    clerk.locator("#answer label", has=clerk.locator("[value=explained]")).click()
    clerk.fill("#say", "按维修资金办法第五条，漏点在户内，不在公共部位。")
    clerk.locator("#answer button", has_text="发出去").click()
    clerk.wait_for_url("**did=answer")


def reads_where_to_turn(resident, own: str) -> None:
    """Read the paragraph on review and suit, on the page and on the paper that is printed."""
    resident.goto(own)
    assert "60 日内申请行政复议" in resident.inner_text("main")
    resident.goto(own + "slip/")
    resident.emulate_media(media="print")
    shown = resident.inner_text("body")
    assert "60 日内申请行政复议" in shown
    assert "提起行政诉讼" in shown
    assert resident.pdf(format="A5").startswith(b"%PDF")


def test_a_time_is_booked_called_and_served(live_server, world) -> None:
    url = live_server.url
    with chromium() as browser:
        visitor, clerk = sits_down(browser, url), sits_down(browser, url, "station")
        ticket = books_a_time(visitor, url, world.place(GREEN))
        # Its day and hour have come.
        Booking.objects.update(day=timezone.localdate(), starts_at=timezone.now())

        clerk.goto(url + reverse("desk:queue"))
        assert ticket in clerk.inner_text("section[aria-labelledby=waiting]")
        clerk.locator("button", has_text="叫下一个").click()
        clerk.wait_for_selector("section[aria-labelledby=called] .num")
        visitor.goto(url + reverse("portal:queue", args=[f"{GREEN}.station"]))
        assert ticket in visitor.inner_text("main")

        clerk.locator("section[aria-labelledby=called] button.btn-main").click()
        clerk.wait_for_url("**/desk/accept/**")
        assert clerk.input_value("#own_phone") in ("", "13800000521")
        assert clerk.is_checked("input[name=item][value=shared_leak]")
    assert Booking.objects.get().state == "served"


def books_a_time(visitor, url: str, community: int) -> str:
    """Book the first time there is, without an account; return the number called out."""
    visitor.goto(url + reverse("portal:book"))
    visitor.select_option("#community", str(community))
    visitor.select_option("#item", "shared_leak")
    visitor.locator("form[method=get] button").last.click()
    visitor.wait_for_selector("fieldset .times")
    visitor.locator(".times label").first.click()
    visitor.fill("#phone", "13800000521")
    visitor.locator("form[method=post] button.btn-main").click()
    visitor.wait_for_selector(".code-signs")
    return visitor.inner_text(".receipt .no")
