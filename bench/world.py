"""Who asks in a bench and what there is to ask about: tokens, a browser's cookie, numbers, cursors."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .load import Answer, Request

DEEP = 40  # pages of a hundred down before the deep page
ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("accept", {}),
    ("finish", {"words": "做好了。", "outcome": "done"}),
    ("answer", {"end": "solved", "words": "修好了，请您看看。"}),
)
FORM = "application/x-www-form-urlencoded"
ANY_SECRET = "b" * 32  # a form is taken when it repeats the secret of its cookie, whatever that is


@dataclass
class World:
    """
    What the requests are about.

    The clerk of a window reports; lists are read by the district's center, which sees every case.
    ``matters`` are items with the places they were reported at; ``errand`` is one that the clerk
    alone brings to its end; ``deep`` is the cursor of a whole page far down the list; ``cookie`` and
    ``worker`` are the cookies of the clerk's and the worker's browser.
    """

    address: tuple[str, int]
    token: str = ""
    center: str = ""
    cookie: str = ""
    worker: str = ""
    numbers: list[str] = field(default_factory=list)
    matters: list[tuple[str, int]] = field(default_factory=list)
    deep: str = ""
    errand: tuple[str, int] | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of the clerk's program."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def reader(self) -> dict[str, str]:
        """Return the headers of the district center's program."""
        return {"Authorization": f"Bearer {self.center}"}

    @property
    def browser(self) -> dict[str, str]:
        """Return the headers of the clerk's browser."""
        return {"Cookie": self.cookie, "Accept-Language": "zh-CN"}

    @property
    def phone(self) -> dict[str, str]:
        """Return the headers of the worker's browser."""
        return {"Cookie": self.worker, "Accept-Language": "zh-CN"}

    def ask(self, path: str, who: Mapping[str, str], body: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON at ``path``, as ``who`` sees it; with a body, what posting it answers."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {**who, "Content-Type": "application/json"}
        asked = urllib.request.Request(self.url(path), data=sent, headers=headers)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)

    def url(self, path: str) -> str:
        return f"http://{self.address[0]}:{self.address[1]}{path}"

    def look_around(self) -> None:
        """Read the clerk's list, then walk down the center's: numbers to open, and a deep page."""
        page = self.ask("/api/v1/cases?limit=100", self.headers)
        self.matters = [(row["item"], row["place"]) for row in page["items"] if row["place"]]
        after, before = "", ""
        for _ in range(DEEP):
            page = self.ask(
                f"/api/v1/cases?limit=100&after={urllib.parse.quote(after)}", self.reader
            )
            self.numbers += [row["number"] for row in page["items"]]
            before, self.deep = self.deep, after
            after = page["next"] or ""
            if not after:
                self.deep = before  # the last page may be short
                return

    def find_an_errand(self) -> None:
        """Find a matter that the clerk alone brings to its end."""
        for item, place in dict(self.matters).items():
            report = {"item": item, "place": place, "words": "试一次。"}
            try:
                case = self.ask("/api/v1/cases", self.headers, report)
                for act, body in ACTS:
                    self.ask(f"/api/v1/cases/{case['number']}/{act}", self.headers, body)
            except urllib.error.HTTPError:
                continue
            self.errand = item, place
            return

    def sign_in(self, name: str, password: str) -> str:
        """Sign in as a browser does and return its cookies."""
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with browser.open(self.url("/account/login/"), timeout=20) as page:
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        fields = {"login": name, "password": password}
        fields["csrfmiddlewaretoken"] = found.group(1) if found else ""
        browser.open(
            self.url("/account/login/"), urllib.parse.urlencode(fields).encode(), timeout=20
        ).close()
        return "; ".join(f"{one.name}={one.value}" for one in jar)


def form(path: str, fields: Mapping[str, str], *, session: str = "") -> Request:
    """Return the form a resident's browser sends, with the session it was given."""
    cookie = f"csrftoken={ANY_SECRET}" + (f"; {session}" if session else "")
    whole = {**fields, "csrfmiddlewaretoken": ANY_SECRET}
    body = urllib.parse.urlencode(whole).encode()
    return Request(path, method="POST", headers={"Cookie": cookie}, body=body, kind=FORM)


def session_of(answer: Answer) -> str:
    """Return the session cookie an answer sets, as a browser sends it back."""
    found = re.search(r"sessionid=[^;\r\n]+", answer.head.decode("latin-1"))
    return found.group() if found else ""
