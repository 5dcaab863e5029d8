"""What is measured over HTTP, and what it must reach. Goals are those of PostgreSQL on 2 cores."""

import json
import random
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .load import Request

DEEP = 40  # pages down before the deep page
WORDS = ["漏水", "老年卡", "高龄补贴", "路灯不亮", "噪音", "临时救助", "居家养老", "停车", "垃圾"]


@dataclass
class World:
    """What the requests are about: a clerk's token, numbers of cases, items that people report."""

    address: tuple[str, int]
    token: str = ""
    numbers: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    deep: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def ask(self, path: str) -> Any:
        """Return the JSON at ``path``, as the clerk sees it."""
        asked = urllib.request.Request(self.url(path), headers=self.headers)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)

    def url(self, path: str) -> str:
        return f"http://{self.address[0]}:{self.address[1]}{path}"

    def look_around(self) -> None:
        """Walk down the list once: numbers to open, and the cursor of a deep page."""
        after = ""
        for _ in range(DEEP):
            page = self.ask(f"/api/v1/cases?limit=100&after={urllib.parse.quote(after)}")
            self.numbers += [row["number"] for row in page["items"]]
            self.items += [row["item"] for row in page["items"] if isinstance(row["item"], str)]
            self.deep = after
            after = page["next"] or ""
            if not after:
                return


Maker = Callable[[World, int], Request]


@dataclass(frozen=True)
class Scenario:
    """
    One row of the table.

    ``make`` gives the n-th request. Goals: answers per second, milliseconds of server CPU per
    answer (database included), milliseconds at the median. ``floor`` names a bare floor;
    ``signed_in`` says that it needs a token, and cases to look at.
    """

    name: str
    make: Maker
    floor: str = ""
    per_second: float | None = None
    cpu: float | None = None
    median: float | None = None
    signed_in: bool = False


def page(path: str) -> Maker:
    """Return a maker of the same public GET."""
    return lambda world, n: Request(path)  # noqa: ARG005


def search(world: World, n: int) -> Request:  # noqa: ARG001
    """Ask the catalogue for one of some plain words."""
    return Request("/api/v1/catalogue?q=" + urllib.parse.quote(WORDS[n % len(WORDS)]))


def listing(limit: int) -> Maker:
    """Return a maker of the first page of the list."""
    return lambda world, n: Request(f"/api/v1/cases?limit={limit}", headers=world.headers)  # noqa: ARG005


def deep_page(world: World, n: int) -> Request:  # noqa: ARG001
    """Ask for a page far down the list."""
    after = urllib.parse.quote(world.deep)
    return Request(f"/api/v1/cases?limit=20&after={after}", headers=world.headers)


def detail(world: World, n: int) -> Request:  # noqa: ARG001
    """Open a random case."""
    return Request(f"/api/v1/cases/{random.choice(world.numbers)}", headers=world.headers)


def create(world: World, n: int) -> Request:
    """Report something."""
    body = {"item": world.items[n % len(world.items)], "words": f"三单元楼道漏水，第 {n} 次报告。"}
    return Request(
        "/api/v1/cases",
        method="POST",
        headers={**world.headers, "Idempotency-Key": f"{random.getrandbits(64):x}"},
        body=json.dumps(body, ensure_ascii=False).encode(),
    )


SCENARIOS: Sequence[Scenario] = [
    Scenario("the process lives", page("/healthz")),
    Scenario("the database answers", page("/readyz"), floor="read"),
    Scenario("portal home", page("/")),
    Scenario("catalogue search", search, median=30),
    Scenario("list 20", listing(20), floor="list", per_second=200, cpu=6, signed_in=True),
    Scenario("list 100", listing(100), floor="list", median=15, signed_in=True),
    Scenario("deep page", deep_page, floor="list", per_second=200, cpu=6, signed_in=True),
    Scenario("detail", detail, floor="list", per_second=200, signed_in=True),
    Scenario("create", create, floor="create", per_second=180, cpu=8, signed_in=True),
]
