"""
What the same statements and commits cost without the framework: the floor under every scenario.

A floor is (statements, how often they commit), run by sqlite3 or psycopg with the durability the
house itself uses: synchronous=FULL, synchronous_commit on.
"""

import resource
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from linli.fabric.database import PRAGMAS

LINE = (1, "Measured", "case", 1, 1, 1, "system", "bench", "2026-11-16 04:00:00+00:00", "{}" * 150)
INSERT_LINE = (
    "INSERT INTO journal_line (district, kind, subject_kind, subject_id, act_id, version, "
    "actor_kind, hat, at, body) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True)
class Cost:
    """How many per second, and milliseconds of CPU in this process for each."""

    rate: float
    cpu: float


def timed(deed: Callable[[], object], seconds: float) -> Cost:
    """Repeat ``deed`` for ``seconds`` and return what one costs."""
    count, began, used = 0, time.perf_counter(), _used()
    while time.perf_counter() - began < seconds:
        deed()
        count += 1
    return Cost(rate=count / (time.perf_counter() - began), cpu=(_used() - used) / count * 1000)


def _used() -> float:
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime


def insert_line(url: str, seconds: float) -> Cost:
    """One journal line, one commit."""
    return _repeated(url, seconds, INSERT_LINE, LINE, times=1)


def create(url: str, seconds: float) -> Cost:
    """What a creation writes at least, one commit: eight rows, as journal lines of like size."""
    return _repeated(url, seconds, INSERT_LINE, LINE, times=8)


def life(url: str, seconds: float) -> Cost:
    """What a whole errand writes at least: six commits, some five rows each."""
    return _repeated(url, seconds, INSERT_LINE, LINE, times=5, commits=6)


def read_list(url: str, seconds: float) -> Cost:
    """Twenty rows in the order of an index."""
    statement = "SELECT * FROM journal_line ORDER BY id DESC LIMIT 20"
    return _repeated(url, seconds, statement, (), times=1)


def _repeated(
    url: str,
    seconds: float,
    statement: str,
    values: tuple[object, ...],
    *,
    times: int,
    commits: int = 1,
) -> Cost:
    """``commits`` transactions of the same statement, ``times`` over each, with what it returns."""
    if url.startswith("sqlite:///"):
        file = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=20)
        file.executescript(PRAGMAS)
        asked = statement.replace("%s", "?")
        begin = "BEGIN" if asked.startswith("SELECT") else "BEGIN IMMEDIATE"

        def on_sqlite() -> None:
            for _ in range(commits):
                file.execute(begin)
                for _ in range(times):
                    file.execute(asked, values).fetchall()
                file.execute("COMMIT")

        try:
            return timed(on_sqlite, seconds)
        finally:
            file.close()
    with psycopg.connect(url, autocommit=True) as server:

        def on_postgres() -> None:
            for _ in range(commits):
                with server.transaction():
                    for _ in range(times):
                        cursor = server.execute(statement, values)
                        if cursor.description:
                            cursor.fetchall()

        return timed(on_postgres, seconds)


def read_one(url: str, seconds: float) -> Cost:
    """The rows that say whether a process cache is still true."""
    return _repeated(url, seconds, "SELECT name, number FROM fabric_version", (), times=1)


FLOORS: dict[str, Callable[[str, float], Cost]] = {
    "line": insert_line,
    "read": read_one,
    "list": read_list,
    "create": create,
    "life": life,
}
