"""Every page carries the content policy, and nothing in it needs an exception from the policy."""

from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.fabric.edge import POLICY

from .conftest import House
from .requests import NOWHERE, Ask

DATA = ("application/json", "application/ld+json")
OF_FILES = "default-src 'none'; sandbox"  # whatever somebody handed in does nothing at all


class Inline(HTMLParser):
    """Collects whatever a strict policy would have to forbid."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") not in DATA:
            self.found.append("<script> with its words inside")
        if tag == "style":
            self.found.append("<style>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src", "action") and str(value).lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}={value!r}>")
            if name in ("src", "srcset") and "//" in str(value):
                self.found.append(f"<{tag} {name}={value!r}> from elsewhere")


def faults(answer) -> list[str]:
    """Return what is wrong with an answer as a page."""
    wrong = []
    page = answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.headers.get("Content-Security-Policy") not in {POLICY, POLICY if page else OF_FILES}:
        wrong.append("has no content policy")
    if page:
        seen = Inline()
        seen.feed(answer.content.decode())
        wrong += seen.found
        if answer.status_code == 200:
            assert seen.tags > 5
    return wrong


def test_the_policy_has_no_hole() -> None:
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY
    assert "*" not in POLICY


def test_pages_with_something_on_them(house: House) -> None:
    """The receipt, one's matter, a search, errors and a refused form, not only empty pages."""
    holder = house.browser("anonymous")
    holder.post("/find/", {"number": house.fresh.number, "code": house.code})
    clerk = house.browser("clerk")
    asks = (
        (holder, Ask("GET", f"/case/{house.fresh.number}/")),
        (holder, Ask("GET", "/my/")),
        (holder, Ask("GET", "/services/?q=漏水")),
        (holder, Ask("GET", "/report/?want=漏水")),
        (holder, Ask("POST", "/report/", {"want": ""})),
        (holder, Ask("GET", "/nowhere/")),
        (clerk, Ask("GET", f"/desk/cases/{NOWHERE}/")),
        (clerk, Ask("GET", f"/desk/cases/{house.fresh.number}/?did=accept")),
        (clerk, Ask("POST", f"/desk/cases/{house.fresh.number}/do/pause/", {"until": "x"})),
        (clerk, Ask("GET", "/desk/find/?q=漏水")),
        (clerk, Ask("POST", "/desk/accept/", {"do": "check", "words": "漏水"})),
    )
    assert [f"{one.path}: {fault}" for who, one in asks for fault in faults(one.send(who))] == []


@pytest.mark.parametrize("mode", ["elder"])
def test_the_large_print(house: House, mode: str) -> None:
    browser = house.browser("anonymous")
    browser.cookies["look_mode"] = mode
    for path in ("/", "/report/", "/services/", "/my/", "/find/"):
        assert faults(browser.get(path)) == []


@pytest.mark.parametrize("key", ['"aaaaaaaa\\000"', "../../etc/passwd", "AAAAAAAAAAAA", "\xff" * 9])
def test_a_session_nobody_began_is_none_and_not_even_looked_for(house: House, key: str) -> None:
    """In quotes a cookie may hold any byte; PostgreSQL takes no NUL to compare with."""
    browser = house.browser("anonymous")
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/my/", headers={"cookie": f"sessionid={key}"})
    assert answer.status_code == 200
    assert not [one for one in asked if "django_session" in one["sql"]]


def test_what_one_saw_signed_in_is_not_there_for_the_next_by_going_back(house: House) -> None:
    for role, kept in (("anonymous", None), ("resident", "private, no-store")):
        answers = [house.browser(role).get(path) for path in ("/", "/my/", "/nowhere/")]
        assert [one.headers.get("Cache-Control") for one in answers] == [kept] * 3
    for path in ("/desk/", f"/desk/cases/{house.fresh.number}/"):
        assert house.browser("clerk").get(path).headers["Cache-Control"] == "private, no-store"


def test_small_promises_on_every_answer(house: House) -> None:
    """Decided: nothing is framed, nothing is guessed, the address of a case does not travel."""
    for path in ("/", "/desk/", "/api/v1/catalogue", "/healthz", "/nowhere"):
        answer = house.browser("clerk").get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
