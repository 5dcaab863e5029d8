"""What is measured over HTTP, and what it must reach. Goals are those of PostgreSQL on 2 cores."""

import json
import random
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .load import Errand, Request
from .world import ACTS, World, form, session_of

WORDS = ["漏水", "老年卡", "高龄补贴", "路灯不亮", "噪音", "临时救助", "居家养老", "停车", "垃圾"]

Maker = Callable[[World, int], Request | Errand]


@dataclass(frozen=True)
class Goals:
    """
    What a scenario must reach; None where nothing is set.

    Answers per second; milliseconds of CPU per answer, the database's included; milliseconds for
    one who asks alone; CPU as a share of the first page's (``list 20``).
    """

    per_second: float | None = None
    cpu: float | None = None
    alone: float | None = None
    of_first_page: float | None = None


@dataclass(frozen=True)
class Scenario:
    """
    One row of the table.

    ``make`` gives the n-th request or errand; ``floor`` names a bare floor; ``needs`` what the world
    must hold for it; ``grows`` has it measured again where there are ten times the cases.
    """

    name: str
    make: Maker
    goals: Goals = Goals()
    floor: str = ""
    needs: str = ""
    grows: bool = False


def page(path: str) -> Maker:
    """Return a maker of the same public GET."""
    return lambda world, n: Request(path)  # noqa: ARG005


def desk(path: str) -> Maker:
    """Return a maker of the same page of the workbench, as a signed-in clerk's browser asks for it."""
    return lambda world, n: Request(path, headers=world.browser)  # noqa: ARG005


def rounds(world: World, n: int) -> Request:  # noqa: ARG001
    """Open the list of a worker's morning."""
    return Request("/visits/", headers=world.phone)


def search(world: World, n: int) -> Request:  # noqa: ARG001
    """Ask the catalogue for one of some plain words."""
    return Request("/api/v1/catalogue?q=" + urllib.parse.quote(WORDS[n % len(WORDS)]))


def listing(limit: int) -> Maker:
    """Return a maker of the first page of the list."""
    return lambda world, n: Request(f"/api/v1/cases?limit={limit}", headers=world.reader)  # noqa: ARG005


def deep_page(world: World, n: int) -> Request:  # noqa: ARG001
    """Ask for a page far down the list."""
    after = urllib.parse.quote(world.deep)
    return Request(f"/api/v1/cases?limit=20&after={after}", headers=world.reader)


def detail(world: World, n: int) -> Request:  # noqa: ARG001
    """Open a random case."""
    return Request(f"/api/v1/cases/{random.choice(world.numbers)}", headers=world.reader)


def create(world: World, n: int) -> Request:
    """Report something."""
    words = f"三单元楼道漏水，第 {n} 次报告。"
    item, place = world.matters[n % len(world.matters)]
    return _post(world, "/api/v1/cases", {"item": item, "place": place, "words": words})


def whole_life(world: World, n: int) -> Errand:
    """Report, take up, finish, answer; then the resident opens it by its code and rates it."""
    item, place = world.errand or ("", 0)
    report = {"item": item, "place": place, "words": f"第 {n} 件，从头到尾。"}
    made = yield _post(world, "/api/v1/cases", report)
    case = json.loads(made.body)
    for act, body in ACTS:
        yield _post(world, f"/api/v1/cases/{case['number']}/{act}", body)
    opened = yield form("/find/", {"number": case["number"], "code": case["code"]})
    yield form(f"/case/{case['number']}/confirm/", {"rating": "5"}, session=session_of(opened))


def _post(world: World, path: str, body: Mapping[str, Any]) -> Request:
    return Request(
        path,
        method="POST",
        headers={**world.headers, "Idempotency-Key": f"{random.getrandbits(64):x}"},
        body=json.dumps(body, ensure_ascii=False).encode(),
    )


SCENARIOS: Sequence[Scenario] = [
    Scenario("the process lives", page("/healthz")),
    Scenario("the database answers", page("/readyz"), floor="read"),
    Scenario("portal home", page("/")),
    Scenario("catalogue search", search, Goals(alone=30)),
    Scenario("list 20", listing(20), Goals(per_second=200, cpu=6), "list", "numbers", grows=True),
    Scenario("list 100", listing(100), Goals(cpu=15, alone=15), "list", "numbers", grows=True),
    Scenario("deep page", deep_page, Goals(of_first_page=1.1), "list", "deep", grows=True),
    Scenario("detail", detail, Goals(per_second=200), "list", "numbers", grows=True),
    Scenario("create", create, Goals(per_second=180, cpu=8), "create", "matters", grows=True),
    Scenario("whole life", whole_life, floor="life", needs="errand"),
    Scenario("workbench today", desk("/desk/"), Goals(per_second=60), "list", "cookie"),
    Scenario("workbench cases", desk("/desk/cases/"), Goals(per_second=60), "list", "cookie"),
    Scenario("morning list", rounds, needs="worker"),
]
