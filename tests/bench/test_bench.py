"""The bench tells the truth: what it asks, what it counts, and what it calls met or missed."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import load, table
from bench.floors import FLOORS
from bench.load import Answer, Request
from bench.scenarios import SCENARIOS, Goals, whole_life
from bench.table import Measured
from bench.world import World, form, session_of


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked; 500 for /broken, a redirect with a session for a form."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(500 if self.path == "/broken" else 200, self.path.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(302 if "form" in self.headers["Content-Type"] else 201, body)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Set-Cookie", "sessionid=abc; HttpOnly")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ("127.0.0.1", server.server_address[1])
        server.shutdown()


def test_every_answer_is_counted_by_its_status(address) -> None:
    result = load.run(address, lambda n: Request("/x" if n % 2 else "/broken"), seconds=0.2)

    assert result.done == sum(result.statuses.values()) >= 8
    assert result.errors == result.statuses[500] > 0
    assert result.broken == 0
    assert 0 < result.quantile(0.5) <= result.quantile(0.95)


def test_an_errand_sends_what_the_answer_before_said(address) -> None:
    heard = []

    def errand(n):
        first = yield Request("/", method="POST", body=json.dumps({"n": n}).encode())
        second = yield Request(f"/{json.loads(first.body)['n']}")
        third = yield form("/find/", {"code": "A&B"})
        heard.append((n, second.body.decode(), third.status, session_of(third), third.body))

    result = load.run(address, errand, seconds=0.2, connections=2)

    assert result.done == len(heard) > 1
    assert sum(result.statuses.values()) == 3 * result.done
    n, path, status, session, body = heard[-1]
    assert (path, status, session) == (f"/{n}", 302, "sessionid=abc")
    assert body.startswith(b"code=A%26B&csrfmiddlewaretoken=")


def test_where_nobody_listens_nothing_is_measured() -> None:
    with pytest.raises(ConnectionRefusedError):
        load.run(("127.0.0.1", 1), lambda n: Request("/"), seconds=0.1)


def measured(**figures) -> Measured:
    given = {
        "engine": "postgres",
        "cases": 10_000,
        "scenario": "list 20",
        "rate": 250.0,
        "median": 20.0,
        "slow": 40.0,
        "alone": 5.0,
        "cpu": 4.0,
        "errors": 0,
    }
    return Measured(**{**given, **figures})


@pytest.mark.parametrize(
    ("goals", "figures", "said"),
    [
        (Goals(per_second=200), {}, "≥ 200/s met"),
        (Goals(per_second=200), {"rate": 199.9}, "≥ 200/s MISSED"),
        (Goals(cpu=4), {}, "≤ 4 ms CPU met"),
        (Goals(cpu=3.9), {}, "≤ 3.9 ms CPU MISSED"),
        (Goals(alone=5), {}, "≤ 5 ms alone met"),
        (Goals(alone=15), {"alone": 15.1}, "≤ 15 ms alone MISSED"),
        (Goals(of_first_page=1.1), {"cpu": 4.4}, "1.10× the first page met"),
        (Goals(of_first_page=1.1), {"cpu": 5.0}, "1.25× the first page MISSED"),
    ],
)
def test_a_goal_is_met_or_missed_in_words(goals, figures, said) -> None:
    assert table.verdicts(goals, measured(**figures), measured()) == [said]


def test_growth_is_judged_on_both_engines_and_goals_on_postgres() -> None:
    grown = measured(engine="sqlite", cases=100_000, cpu=5.0)

    told = table.row(
        grown, Goals(cpu=1), first_page=None, smaller=measured(engine="sqlite", cpu=4.0)
    )

    assert told[table.HEAD.index("growth")] == "1.25×"
    assert told[-1] == "≤ 1.2× as many cases grow tenfold MISSED"


def test_the_table_counts_goals_and_errors() -> None:
    rows = [
        table.row(measured(errors=2), Goals(cpu=4, alone=1), first_page=None, smaller=None),
        table.not_measured("sqlite", 10, "whole life", "not measured: no errand"),
    ]

    assert table.errors_in(rows) == 2
    assert table.text(rows).endswith("goals met: 1, missed: 1")


def test_scenarios_have_their_floor_and_their_need() -> None:
    world = World(("127.0.0.1", 1))
    assert {one.floor for one in SCENARIOS} - {""} <= set(FLOORS)
    assert all(hasattr(world, one.needs) for one in SCENARIOS if one.needs)


def test_a_whole_life_goes_from_the_report_to_the_rating() -> None:
    errand = whole_life(World(("127.0.0.1", 1), errand=("lamp", 7)), 1)
    answer = Answer(201, b"Set-Cookie: sessionid=abc;", b'{"number": "N", "code": "C"}')

    paths = [next(errand).path]
    paths += [errand.send(answer).path for _ in range(5)]
    with pytest.raises(StopIteration):
        errand.send(answer)

    acts = ["accept", "finish", "answer"]
    assert paths[1:4] == [f"/api/v1/cases/N/{act}" for act in acts]
    assert paths[4:] == ["/find/", "/case/N/confirm/"]
