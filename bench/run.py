"""
``make bench``: what the house costs, on both engines, as ratios against a bare floor.

Everything is measured in one run on one machine, with the load generator beside the server, so
that the ratios mean something where the figures do not.
"""

import argparse
import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.postgres import throw_away

from . import load
from .floors import FLOORS, Cost
from .processes import ROOT, cpu_seconds, linli, served
from .scenarios import SCENARIOS, Scenario, World

HEAD = ["engine", "scenario", "/s", "p50 ms", "p95 ms", "CPU ms", "errors", "floor", "goals"]


@dataclass(frozen=True)
class Engine:
    """A fresh database: its address, and the process of its server if it has one."""

    name: str
    url: str
    environment: dict[str, str]
    pid: int | None


@contextmanager
def engine(name: str) -> Iterator[Engine]:
    """Yield a fresh, prepared, empty database."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as home:
        if name == "sqlite":
            yield _prepared(name, f"sqlite:///{Path(home) / 'bench.sqlite3'}", home, None)
            return
        with throw_away(durable=True) as server:
            yield _prepared(name, server.url(), home, server.pid)


def _prepared(name: str, url: str, home: str, pid: int | None) -> Engine:
    environment = {"LINLI_DATABASE_URL": url, "LINLI_HOME": home}
    linli("prepare", environment=environment)
    return Engine(name, url, environment, pid)


def over_http(place: Engine, chosen: Sequence[Scenario], seconds: float) -> Iterator[list[str]]:
    """Yield one row of the table for each scenario."""
    with served(place.environment) as (address, pid):
        world = _world(place, address)
        for scenario in chosen:
            if scenario.signed_in and not world.numbers:
                yield _not_measured(place, scenario, "no cases to look at")
                continue
            make = functools.partial(scenario.make, world)
            warm = load.run(address, make, seconds=min(1.0, seconds), connections=4)
            if warm.statuses.get(404):
                yield _not_measured(place, scenario, "not built yet")
                continue
            before = _cpu(pid), _cpu(place.pid)
            result = load.run(address, make, seconds=seconds)
            web, base = _cpu(pid) - before[0], _cpu(place.pid) - before[1]
            floor = FLOORS[scenario.floor](place.url, min(1.0, seconds)) if scenario.floor else None
            yield _row(place, scenario, result, (web, base), floor)


def _world(place: Engine, address: tuple[str, int]) -> World:
    """Return what there is to ask about; without a demo there is no token and no case."""
    done = subprocess.run(
        [sys.executable, "manage.py", "token", "--role", "clerk"],
        cwd=ROOT,
        env={**os.environ, **place.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    world = World(
        address, token=done.stdout.strip().splitlines()[-1] if done.returncode == 0 else ""
    )
    if world.token:
        world.look_around()
    return world


def _cpu(pid: int | None) -> float:
    return cpu_seconds(pid) if pid else 0.0


def _not_measured(place: Engine, scenario: Scenario, why: str) -> list[str]:
    return [place.name, scenario.name, *[""] * (len(HEAD) - 3), why]


def _row(
    place: Engine,
    scenario: Scenario,
    result: load.Result,
    cpu: tuple[float, float],
    floor: Cost | None,
) -> list[str]:
    each = sum(cpu) / max(1, result.done) * 1000
    median = result.quantile(0.5)
    goals = [
        (scenario.per_second, result.rate, "≥ {:g}/s", lambda goal, found: found >= goal),
        (scenario.cpu, each, "≤ {:g} ms CPU", lambda goal, found: found <= goal),
        (scenario.median, median, "≤ {:g} ms", lambda goal, found: found <= goal),
    ]
    said = [
        f"{words.format(goal)} {'met' if met(goal, found) else 'MISSED'}"
        for goal, found, words, met in goals
        if goal is not None
    ]
    return [
        place.name,
        scenario.name,
        f"{result.rate:.0f}",
        f"{median:.1f}",
        f"{result.quantile(0.95):.1f}",
        f"{each:.2f}",
        str(result.errors),
        f"{floor.rate / max(1.0, result.rate):.1f}×" if floor else "",
        "; ".join(said),
    ]


def inside(place: Engine, seconds: float) -> list[str]:
    """Return the row of one journal line, written by the house and by the bare driver."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.inside", str(seconds)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **place.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    rate, cpu = map(float, done.stdout.split())
    floor = FLOORS["line"](place.url, seconds)
    each = [f"{1000 / rate:.1f}", "", f"{cpu:.2f}", "0"]
    return [place.name, "one line recorded", f"{rate:.0f}", *each, f"{floor.rate / rate:.1f}×", ""]


def show(rows: Sequence[Sequence[str]]) -> None:
    """Print the table."""
    whole = [HEAD, *rows]
    widths = [max(len(row[column]) for row in whole) for column in range(len(HEAD))]
    for row in whole:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    print("floor: how many times faster the same statements and commits are without the framework,")
    print("on one connection. CPU: server, worker and database, per answer.")


def main() -> int:
    """Measure and print; end with 1 if any answer was an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--seconds", type=float, default=4.0, help="per scenario")
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    wish = parser.parse_args()
    chosen = [scenario for scenario in SCENARIOS if wish.only in scenario.name]
    rows: list[list[str]] = []
    for name in wish.engine or ["sqlite", "postgres"]:
        with engine(name) as place:
            rows.append(inside(place, wish.seconds))
            rows += over_http(place, chosen, wish.seconds)
    show(rows)
    return int(any(row[6] not in {"", "0"} for row in rows))


if __name__ == "__main__":
    sys.exit(main())
