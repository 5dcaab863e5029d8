"""The table of a bench: one row for each measurement, and each goal in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from .scenarios import Goals

HEAD = [
    "engine",
    "cases",
    "scenario",
    "/s",
    "p50 ms",
    "p95 ms",
    "alone ms",
    "CPU ms",
    "errors",
    "floor",
    "growth",
    "goals",
]
GROWTH = 1.2  # ten times the cases may cost so much more
NOTES = """\
/s, p50, p95: eight connections that each wait for their answer. alone: p50 for one who asks alone.
CPU: server, worker and database, for each answer. floor: how many times faster the same statements
and commits are without the framework, on one connection. growth: CPU here over CPU at a tenth of
the cases. Goals are those of PostgreSQL on two cores, the load generator on the same two."""


@dataclass(frozen=True)
class Measured:
    """What one scenario showed; times in milliseconds, rates per second."""

    engine: str
    cases: int
    scenario: str
    rate: float
    median: float
    slow: float
    alone: float
    cpu: float
    errors: int
    floor: float | None = None


def verdicts(goals: Goals, found: Measured, first_page: Measured | None) -> list[str]:
    """Return each goal that is set, and whether it is met or missed."""
    said = []
    if goals.per_second is not None:
        said.append(_said(f"≥ {goals.per_second:g}/s", found.rate >= goals.per_second))
    if goals.cpu is not None:
        said.append(_said(f"≤ {goals.cpu:g} ms CPU", found.cpu <= goals.cpu))
    if goals.alone is not None:
        said.append(_said(f"≤ {goals.alone:g} ms alone", found.alone <= goals.alone))
    if goals.of_first_page is not None and first_page is not None:
        share = found.cpu / first_page.cpu
        said.append(_said(f"{share:.2f}× the first page", share <= goals.of_first_page))
    return said


def growth(found: Measured, smaller: Measured | None) -> tuple[str, list[str]]:
    """Return the ratio to the same scenario among fewer cases, and the verdict on it."""
    if smaller is None or not smaller.cpu:
        return "", []
    ratio = found.cpu / smaller.cpu
    return f"{ratio:.2f}×", [_said(f"≤ {GROWTH:g}× as many cases grow tenfold", ratio <= GROWTH)]


def _said(goal: str, met: bool) -> str:
    return f"{goal} {'met' if met else 'MISSED'}"


def row(
    found: Measured, goals: Goals, *, first_page: Measured | None, smaller: Measured | None
) -> list[str]:
    """Return one row of the table. Growth is judged on both engines, all else on PostgreSQL."""
    ratio, said = growth(found, smaller)
    if found.engine == "postgres":
        said = [*verdicts(goals, found, first_page), *said]
    return [
        found.engine,
        f"{found.cases:,}" if found.cases else "",
        found.scenario,
        f"{found.rate:.0f}",
        f"{found.median:.1f}",
        f"{found.slow:.1f}",
        f"{found.alone:.1f}" if found.alone else "",
        f"{found.cpu:.2f}",
        str(found.errors),
        f"{found.floor / max(1.0, found.rate):.1f}×" if found.floor else "",
        ratio,
        "; ".join(said),
    ]


def not_measured(engine: str, cases: int, scenario: str, why: str) -> list[str]:
    """Return the row of what could not be measured."""
    return [engine, f"{cases:,}", scenario, *[""] * (len(HEAD) - 4), why]


def text(rows: Sequence[Sequence[str]]) -> str:
    """Return the table, and below it what its columns mean."""
    whole = [HEAD, *rows]
    widths = [max(len(one[column]) for one in whole) for column in range(len(HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(one, widths, strict=True)).rstrip()
        for one in whole
    ]
    goals = [part for one in rows for part in one[-1].split("; ")]
    met = sum(part.endswith(" met") for part in goals)
    missed = sum(part.endswith(" MISSED") for part in goals)
    return "\n".join([*lines, NOTES, f"goals met: {met}, missed: {missed}"])


def errors_in(rows: Sequence[Sequence[str]]) -> int:
    """Return how many answers of the whole run were errors."""
    place = HEAD.index("errors")
    return sum(int(one[place] or 0) for one in rows)
