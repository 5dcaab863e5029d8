"""
The main screens are fit for everybody: WCAG 2.2 A and AA by axe-core, in light, dark and 长者模式;
the keyboard reaches the main act; at 200 % nothing scrolls sideways.
"""

from contextlib import contextmanager
from datetime import timedelta
from importlib.resources import files
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.gate.domain import Kind
from linli.identity.models import User
from tests.gate.conftest import furnished
from tests.gate.test_doors import Neighbours
from tests.kept import kept
from tests.world import GREEN, NOON, STAIR, build_world

from .browsing import IN_A_BROWSER, chromium
from .test_reporting_a_leak import tab_to

AXE = files("axe_playwright_python") / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Which nodes are at fault is told of every rule that is broken; of those kept, only that they are.
LOOK = """rules => axe.run(document, {
  runOnly: {type: "tag", values: rules}, resultTypes: ["violations"],
})"""
LOOKS = {"light": ("", "light"), "dark": ("", "dark"), "elder": ("elder", "")}
PORTAL = (
    "/",
    "/report/",
    "/report/?want=楼道顶上漏水",
    "/services/",
    "/my/",
    "/me/",
    "/verify/",
    "/account/login/",
    "/nowhere/",
    "/book/",
    "/book/?community={community}&item=shared_leak",
    "/queue/{window}/",
    "/case/{number}/",
)
DESK = (
    "/desk/",
    "/desk/cases/",
    "/desk/accept/?want=楼道顶上漏水",
    "/desk/cases/{number}/",
    "/desk/queue/",
    "/people/",
    "/offices/",
    "/offices/{office}/",
)
# who, how wide, and what they see of the gate and of the bill
GATE = (
    (
        "housing",
        1280,
        (
            "/tasks/",
            "/tasks/ask/?of=people&f.age.from=80",
            "/tasks/ask/compose/",
            "/tasks/new/",
            "/tasks/new/?kind=data&cell={cell}",
            "/tasks/r/{question}/",
        ),
    ),
    (
        "committee",
        390,
        ("/tasks/", "/tasks/t/{task}/", "/tasks/t/{asked}/", "/visits/", "/visits/offline/"),
    ),
    ("street", 1280, ("/cockpit/entitled/",)),
    ("", 390, ("/burden/?office=990101.housing", "/burden/minutes/", "/burden/r/{number}/")),
)
# The thing itself, or the box drawn around it, says where the focus is.
FOCUS_SHOWS = """() => [document.activeElement, document.activeElement.parentElement].some(one => {
  const style = getComputedStyle(one);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
})"""
pytestmark = IN_A_BROWSER


@contextmanager
def a_browser(url: str, *, look: str = "light", who: str = "", width: int = 390):
    """Open a page of Chromium in Chinese, signed in at a desk if one is named."""
    mode, theme = LOOKS[look]
    cookies = {"look_mode": mode, "look_theme": theme}
    if who:
        client = Client()
        client.force_login(User.objects.get(username=who))
        cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    with chromium() as browser:
        # axe must be put into the page, which the content policy rightly forbids to everybody else.
        context = browser.new_context(
            locale="zh-CN", viewport={"width": width, "height": 844}, bypass_csp=True
        )
        context.add_cookies(
            [{"name": name, "value": value, "url": url} for name, value in cookies.items() if value]
        )
        yield context.new_page()


@pytest.fixture
def house(monkeypatch) -> dict[str, str]:
    """The small world with one leak at the station; returns what stands for the names in addresses."""
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return kept("a leak of this hour", a_leak)


def a_leak() -> dict[str, str]:
    now = timezone.now()
    world = build_world(at=now - timedelta(hours=2))
    said = cases.Said(
        item="shared_leak",
        name="陈阿姨",
        phone="13800000521",
        words="三单元楼道顶上漏水，滴到电表箱了。",
        channel=Channel.PORTAL,
        place_id=world.place(STAIR),
    )
    opened = cases.open_case(
        by=Actor(kind="resident", district=1), said=said, at=now - timedelta(hours=1)
    )
    return {
        "number": opened.case.number,
        "community": str(world.place(GREEN)),
        "window": f"{GREEN}.station",
        "office": str(world.party(f"{GREEN}.station")),
    }


@pytest.fixture
def gate(monkeypatch) -> dict[str, str]:
    """The district of the gate's own tests: work at a door and a question, a visit for each."""
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    here = Neighbours(furnished())
    work, asked = here.ask(kind=Kind.WORK), here.ask(duty_line="help")
    here.visit(here.alone, "k1", reasons=("admitted",))
    here.visit(here.first, "k2", stated=here.says(here.first), reasons=("question",))
    return {
        "number": work.number,
        "question": asked.number,
        "task": str(work.tasks.get().pk),
        "asked": str(asked.tasks.get().pk),
        "cell": quote(str(asked.cell)),
    }


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_at_the_gate_and_on_the_bill(live_server, gate, look):
    found, wide = [], []
    for who, width, screens in GATE:
        with a_browser(live_server.url, look=look, who=who, width=width) as page:
            for screen in screens:
                address = screen.format(**gate)
                assert page.goto(live_server.url + address).status == 200, address
                found += faults(page, address)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append(address)
    assert (found, wide) == ([], [])


def faults(page, address: str) -> list[str]:
    """Return what axe finds on the page, one line a rule with the first things that break it."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate("scrollTo(0, 0)")  # what the head lies over while one scrolls is not too small
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = page.evaluate(LOOK, RULES)
    assert len(found["passes"]) > 5  # axe did look
    return [
        f"{address}: {one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("who", "screens"), [("", PORTAL), ("station", DESK)])
def test_axe_finds_nothing(live_server, house, look, who, screens):
    found = []
    with a_browser(live_server.url, look=look, who=who, width=390 if not who else 1280) as page:
        for screen in screens:
            address = screen.format(**house)
            answer = page.goto(live_server.url + address)
            assert answer.status == (404 if address == "/nowhere/" else 200), address
            found += faults(page, address)
    assert found == []


@pytest.mark.parametrize(
    ("who", "address", "wanted"),
    [
        ("", "/", "#want"),
        ("", "/report/?want=楼道顶上漏水", "main button.btn-main"),
        ("", "/verify/", "main button"),
        ("station", "/desk/", "main a"),
        ("station", "/desk/cases/{number}/", "main button"),
    ],
)
def test_the_keyboard_reaches_the_main_act(live_server, house, who, address, wanted):
    with a_browser(live_server.url, who=who) as page:
        page.goto(live_server.url + address.format(**house))
        tab_to(page, wanted)
        assert page.evaluate(FOCUS_SHOWS)


@pytest.mark.parametrize("look", ["light", "elder"])
def test_at_twice_the_size_nothing_scrolls_sideways(live_server, house, look):
    wide = []
    # 640 px is a screen of 1280 px at 200 %.
    for who, screens in (("", PORTAL), ("station", DESK)):
        with a_browser(live_server.url, look=look, who=who, width=640) as page:
            for screen in screens:
                page.goto(live_server.url + screen.format(**house))
                if page.evaluate("document.documentElement.scrollWidth") > 640:
                    wide.append(screen)
    assert wide == []
