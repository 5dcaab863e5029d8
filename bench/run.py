"""
``make bench``: what the house costs, on both engines, as ratios against a bare floor.

Everything is measured in one run on one machine, with the load generator beside the server, so
that the ratios mean something where the figures do not. First among the demo's cases, some ten
thousand; then the scenarios that grow once more among ten times as many.
"""

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools.postgres import throw_away

from . import gate, load, table
from .floors import FLOORS
from .processes import ROOT, cpu_seconds, linli, served
from .scenarios import SCENARIOS, Scenario
from .table import Measured
from .world import World

GROWN = 100_000
WARM, ALONE = 1.0, 1.0  # seconds
FIRST_PAGE = "list 20"


@dataclass(frozen=True)
class Engine:
    """A fresh database: its address, and the process of its server if it has one."""

    name: str
    url: str
    environment: dict[str, str]
    pid: int | None


@contextmanager
def engine(name: str) -> Iterator[Engine]:
    """Yield a fresh database with the demo in it."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as home:
        if name == "sqlite":
            yield _prepared(name, f"sqlite:///{Path(home) / 'bench.sqlite3'}", home, None)
            return
        with throw_away(durable=True) as server:
            yield _prepared(name, server.url(), home, server.pid)


def _prepared(name: str, url: str, home: str, pid: int | None) -> Engine:
    _tell(f"{name}: the demo district is built")
    environment = {"LINLI_DATABASE_URL": url, "LINLI_HOME": home}
    linli("prepare", environment=environment)
    linli("work", "--once", environment=environment)
    return Engine(name, url, environment, pid)


@dataclass
class Bench:
    """One engine's measurements, by scenario and number of cases."""

    place: Engine
    chosen: Sequence[Scenario]
    seconds: float
    found: dict[tuple[str, int], Measured] = field(default_factory=dict)

    def rows(self, *, grow: bool) -> Iterator[list[str]]:
        """Yield the rows of the table, as they are measured."""
        cases = self._cases()
        yield from self._over_http(self.chosen, cases, smaller=None)
        growing = [one for one in self.chosen if one.grows]
        if grow and growing:
            _tell(f"{self.place.name}: {GROWN - cases:,} further cases are loaded")
            speed = self._inside("bench.fill", str(GROWN - cases)).strip()
            _tell(f"{self.place.name}: loaded, {speed}/s")
            linli("work", "--once", environment=self.place.environment)
            yield from self._over_http(growing, self._cases(), smaller=cases)

    def _over_http(
        self, chosen: Sequence[Scenario], cases: int, *, smaller: int | None
    ) -> Iterator[list[str]]:
        with served(self.place.environment) as (address, pid):
            world = self._world(address, chosen)
            for scenario in chosen:
                if scenario.needs and not getattr(world, scenario.needs):
                    why = f"not measured: no {scenario.needs}"
                    yield table.not_measured(self.place.name, cases, scenario.name, why)
                    continue
                found = self._measured(scenario, world, cases, pid)
                said = f"{found.rate:.0f}/s, {found.cpu:.2f} ms CPU"
                _tell(f"{found.engine} {cases:,} {found.scenario}: {said}")
                self.found[scenario.name, cases] = found
                yield table.row(
                    found,
                    scenario.goals,
                    first_page=self.found.get((FIRST_PAGE, cases)),
                    smaller=self.found.get((scenario.name, smaller or 0)),
                )

    def _measured(self, scenario: Scenario, world: World, cases: int, pid: int) -> Measured:
        address, make = world.address, functools.partial(scenario.make, world)
        warm = load.run(address, make, seconds=min(WARM, self.seconds), connections=4)
        before = self._cpu(pid)
        result = load.run(address, make, seconds=self.seconds)
        used = self._cpu(pid) - before
        alone = load.run(address, make, seconds=min(ALONE, self.seconds), connections=1)
        floor = FLOORS.get(scenario.floor)
        return Measured(
            engine=self.place.name,
            cases=cases,
            scenario=scenario.name,
            rate=result.rate,
            median=result.quantile(0.5),
            slow=result.quantile(0.95),
            alone=alone.quantile(0.5),
            cpu=used / max(1, result.done) * 1000,
            errors=warm.errors + result.errors + alone.errors,
            floor=floor(self.place.url, min(1.0, self.seconds)).rate if floor else None,
        )

    def _cpu(self, pid: int) -> float:
        return cpu_seconds(pid) + (cpu_seconds(self.place.pid) if self.place.pid else 0.0)

    def _world(self, address: tuple[str, int], chosen: Sequence[Scenario]) -> World:
        """Return what there is to ask about; without a demo there is no token and no case."""
        world, wanted = World(address), {scenario.needs for scenario in chosen}
        try:
            world.token, world.center = (
                linli("token", "--role", role, environment=self.place.environment)
                for role in ("clerk", "district")
            )
        except SystemExit:
            return world
        world.look_around()
        if "errand" in wanted:
            world.find_an_errand()
        logins = Path(self.place.environment["LINLI_HOME"]) / "demo-logins.txt"
        if wanted & {"cookie", "worker"} and logins.exists():
            first, second = map(str.split, logins.read_text().splitlines()[:2])
            world.cookie, world.worker = world.sign_in(*first[:2]), world.sign_in(*second[:2])
        return world

    def recorded(self) -> list[str]:
        """Return the row of one journal line, written by the house and by the bare driver."""
        rate, cpu = map(float, self._inside("bench.inside", str(self.seconds)).split())
        floor = FLOORS["line"](self.place.url, self.seconds).rate
        median = 1000 / rate
        found = Measured(
            self.place.name, 0, "one line recorded", rate, median, 0, median, cpu, 0, floor
        )
        return table.row(found, table.Goals(), first_page=None, smaller=None)

    def booked(self) -> Iterator[list[str]]:
        """Yield the rows of the ledger: bookings a second, and a million of them counted anew."""
        printed = self._inside("bench.ledger", str(min(2.0, self.seconds)))
        for name, rate, floor, goal in map(json.loads, printed.splitlines()):
            held = {"scenario": name, "/s": rate, "floor": floor, "goals": goal}
            yield [self.place.name, *(held.get(column, "") for column in table.HEAD[1:])]

    def reported(self) -> Iterator[list[str]]:
        """Yield the rows of the forms: all of a district, cold, and again after a day's changes."""
        self._inside("bench.reports", "settle")
        printed = self._inside("bench.reports", "measure", "0", "0", str(self.place.pid or 0))
        for name, seconds, cpu, floor, goal in map(json.loads, printed.splitlines()):
            held = {"scenario": name, "goals": goal}
            held |= {
                column: shape.format(value)
                for column, shape, value in (
                    ("alone ms", "{:.0f}", seconds and seconds * 1000),
                    ("CPU ms", "{:.0f}", cpu and cpu * 1000),
                    ("floor", "{:.1f}", floor),
                )
                if value is not None
            }
            yield [self.place.name, *(held.get(column, "") for column in table.HEAD[1:])]

    def walked(self, steps: int) -> Iterator[list[str]]:
        """Yield the row of the gate: walks of every role over every act and every form."""
        printed = self._inside("bench.gate", str(steps))
        for name, rate, goal in map(json.loads, printed.splitlines()):
            held = {"scenario": name, "/s": rate, "goals": goal}
            yield [self.place.name, *(held.get(column, "") for column in table.HEAD[1:])]

    def _cases(self) -> int:
        return int(self._inside("bench.count"))

    def _inside(self, module: str, *words: str) -> str:
        """Run one of our modules beside the house's code and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                **self.place.environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(done.stderr)
        return done.stdout


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print; end with 1 if any answer was an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--seconds", type=float, default=4.0, help="per scenario")
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    parser.add_argument("--small", action="store_true", help="leave the 100,000 cases out")
    wish = parser.parse_args()
    chosen = [scenario for scenario in SCENARIOS if wish.only in scenario.name]
    rows: list[list[str]] = []
    for name in wish.engine or ["sqlite", "postgres"]:
        with engine(name) as place:
            bench = Bench(place, chosen, wish.seconds)
            rows.append(bench.recorded())
            rows += bench.rows(grow=not wish.small)
            if wish.only in "ledger":
                rows += bench.booked()
            if wish.only in "forms":
                rows += bench.reported()
            if wish.only in "gate" and place.name == "sqlite":  # it walks in a database of its own
                rows += bench.walked(gate.STEPS if wish.only else gate.FEW)
    print(table.text(rows))
    return int(table.errors_in(rows) > 0)


if __name__ == "__main__":
    sys.exit(main())
