"""An import is killed at random rows and begun again: in the end it is as if nobody had killed it."""

import csv
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from tests.people.conftest import number_of

from .houses import Nest, Process, about

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "work_orders" / "pingshan_2018.csv"
COLUMNS = ("REC_ID", "CREATE_TIME", "EVENT_TYPE_NAME", "SUB_TYPE_NAME", "COMMUNITY_NAME")
SEED = 20180208
# ``make check`` kills more often, and brings in every real order.
ORDERS, KILLS = (6_000, 8) if os.environ.get("LINLI_LONG") else (1_500, 4)


# One command after the other in one process: to begin one takes longer than most of them.
SAY = """
import sys
from config.command import main
for line in sys.argv[1:]:
    sys.argv = ["linli", *line.split()]
    main()
"""


class District:
    """The small district in a file of its own, and commands run on it by a process."""

    def __init__(self, built: Path, folder: Path) -> None:
        shutil.copytree(built, folder)
        self.file = folder / "linli.sqlite3"
        self.environment = about(folder, f"sqlite:///{self.file}")

    def said(self, *lines: str) -> str:
        command = [sys.executable, "-c", SAY, *lines]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    def asked(self, statement: str) -> list[tuple]:
        held = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=20)
        try:
            return held.execute(statement).fetchall()
        finally:
            held.close()

    def count(self, table: str) -> int:
        return self.asked(f"SELECT count(*) FROM {table}")[0][0]


def real_orders(path: Path) -> int:
    """Write the first of the real work orders, if they are here; return how many."""
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(islice(csv.reader(file), ORDERS + 1))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return len(rows) - 1


def made_up_orders(path: Path) -> int:
    """Write work orders that nobody ever placed; return how many."""
    kinds = ("路灯", "井盖", "占道经营", "垃圾满溢", "噪音")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for number in range(ORDERS):
            moment = f"2018-02-{number % 28 + 1:02d} 09:{number % 60:02d}:00"
            kind = kinds[number % len(kinds)]
            where = "青桐社区" if number % 3 else "老坑社区"
            out.writerow([number, moment, "市政设施", kind, where])
    return ORDERS


@contextmanager
def nest(district: District) -> Iterator[Nest]:
    one = Nest(district.environment)
    try:
        yield one
    finally:
        one.end()


def killed_and_finished(
    district: District, command: str, path: Path, table: str, kills: int
) -> tuple[list[int], str]:
    """
    Kill the import as soon as it has got some rows further, several times; then let it end.

    Return how many rows each got, and what it says when all is verified and brought in once more.
    """
    chance, seen = random.Random(SEED), []  # noqa: S311  # not a secret
    with nest(district) as one:
        for _ in range(kills):
            before = district.count(table)
            process = Process(command, f"linli {command} {path}", one)
            while process.lives() and district.count(table) == before:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.4))
            process.kill()
            seen.append(district.count(table))
    _, again = district.said(f"{command} {path}", "verify", f"{command} {path}").split("PASSED")
    return seen, again


# What the rows say, but for what is new each time: ids, numbers, salts and the moment of import.
STATE = """
SELECT c.external_key, c.words, c.opened_at, c.item, c.status, c.due_at, c.place_words, c.answers,
  c.community_id, c.owner_id, (SELECT count(*) FROM case_step s WHERE s.case_id = c.id),
  (SELECT count(*) FROM case_docket d WHERE d.case_id = c.id),
  (SELECT count(*) FROM case_report r WHERE r.case_id = c.id),
  (SELECT count(*) FROM journal_line l WHERE l.subject_kind = 'case' AND l.subject_id = c.id)
FROM case_case c ORDER BY c.external_key
"""


def test_orders_survive_kills(built, tmp_path):
    path = tmp_path / "orders.csv"
    count = real_orders(path) if SHARED.exists() else made_up_orders(path)
    killed, whole = (District(built, tmp_path / name) for name in ("killed", "whole"))
    seen, again = killed_and_finished(killed, "import-work-orders", path, "case_case", KILLS)
    whole.said(f"import-work-orders {path}")

    assert any(0 < one < count for one in seen), seen
    assert killed.count("case_case") == count
    assert killed.asked(STATE) == whole.asked(STATE)
    assert f"0 new cases, {count} already there" in again


def test_residents_survive_kills_and_nobody_is_entered_twice(built, tmp_path):
    district, count = District(built, tmp_path / "killed"), 5_000
    path, born = tmp_path / "居民.csv", date(1950, 1, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["姓名", "身份证号", "住址", "户号"])
        for n in range(count):
            number = number_of(born + timedelta(days=n // 2), 11 + n % 2)
            out.writerow([f"居民{n}", number, "青桐社区3幢3单元501室", n // 3])
    seen, again = killed_and_finished(district, "import-people", path, "people_person", kills=2)

    assert any(0 < one < count for one in seen), seen
    assert district.count("people_person") == count
    assert district.count("people_household") == -(-count // 3)
    told = "0 new residents in 0 new households, 5000 on record already, 0 bad lines"
    assert told in again
