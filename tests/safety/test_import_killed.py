"""An import is killed at random rows and begun again: in the end it is as if nobody had killed it."""

import csv
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.people.conftest import number_of

from .houses import about

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "work_orders" / "pingshan_2018.csv"
COLUMNS = ("REC_ID", "CREATE_TIME", "EVENT_TYPE_NAME", "SUB_TYPE_NAME", "COMMUNITY_NAME")
SEED = 20180208


class District:
    """The small district in a file of its own, and commands run on it as processes."""

    def __init__(self, built: Path, folder: Path) -> None:
        shutil.copytree(built, folder)
        self.file = folder / "linli.sqlite3"
        self.environment = about(folder, f"sqlite:///{self.file}")

    def command(self, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "config.command", *words]
        quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True, text=True, **quiet
        )

    def said(self, *words: str) -> str:
        process = self.command(*words)
        out, _ = process.communicate(timeout=300)
        assert process.returncode == 0, out
        return out

    def asked(self, statement: str) -> list[tuple]:
        held = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=20)
        try:
            return held.execute(statement).fetchall()
        finally:
            held.close()

    def count(self, table: str) -> int:
        return self.asked(f"SELECT count(*) FROM {table}")[0][0]


def made_up(path: Path, count: int) -> Path:
    """Write work orders that nobody ever placed."""
    kinds = ("路灯", "井盖", "占道经营", "垃圾满溢", "噪音")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for number in range(count):
            moment = f"2018-02-{number % 28 + 1:02d} 09:{number % 60:02d}:00"
            kind = kinds[number % len(kinds)]
            out.writerow(
                [number, moment, "市政设施", kind, "青桐社区" if number % 3 else "老坑社区"]
            )
    return path


def killed_and_finished(
    district: District, command: str, path: Path, table: str, kills: int
) -> list[int]:
    """Kill the import as soon as it has got some rows further, several times; then let it end."""
    chance, seen = random.Random(SEED), []  # noqa: S311  # not a secret
    for _ in range(kills):
        process, before = district.command(command, str(path)), district.count(table)
        while process.poll() is None and district.count(table) == before:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.4))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        seen.append(district.count(table))
    district.said(command, str(path))
    return seen


# What the rows say, but for what is new each time: ids, numbers, salts and the moment of import.
STATE = """
SELECT c.external_key, c.words, c.opened_at, c.item, c.status, c.due_at, c.place_words, c.answers,
  c.community_id, c.owner_id, (SELECT count(*) FROM case_step s WHERE s.case_id = c.id),
  (SELECT count(*) FROM case_docket d WHERE d.case_id = c.id),
  (SELECT count(*) FROM case_report r WHERE r.case_id = c.id),
  (SELECT count(*) FROM journal_line l WHERE l.subject_kind = 'case' AND l.subject_id = c.id)
FROM case_case c ORDER BY c.external_key
"""


def check(built: Path, path: Path, count: int, *, kills: int) -> None:
    killed, whole = (District(built, path.with_name(name)) for name in ("killed", "whole"))
    seen = killed_and_finished(killed, "import-work-orders", path, "case_case", kills)
    whole.said("import-work-orders", str(path))

    assert any(0 < one < count for one in seen), seen
    assert killed.count("case_case") == count
    assert killed.asked(STATE) == whole.asked(STATE)
    assert "PASSED" in killed.said("verify")
    assert f"0 new cases, {count} already there" in killed.said("import-work-orders", str(path))


def test_made_up_orders_survive_kills(built, tmp_path):
    check(built, made_up(tmp_path / "orders.csv", 1_100), 1_100, kills=2)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here")
def test_all_real_orders_survive_kills(built, tmp_path):
    copy = tmp_path / "orders.csv"
    copy.write_bytes(SHARED.read_bytes())
    check(built, copy, 5_416, kills=6)


def test_residents_survive_kills_and_nobody_is_entered_twice(built, tmp_path):
    district, count = District(built, tmp_path / "killed"), 8_000
    path, born = tmp_path / "居民.csv", date(1950, 1, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["姓名", "身份证号", "住址", "户号"])
        for n in range(count):
            number = number_of(born + timedelta(days=n // 2), 11 + n % 2)
            out.writerow([f"居民{n}", number, "青桐社区3幢3单元501室", n // 3])
    seen = killed_and_finished(district, "import-people", path, "people_person", kills=2)

    assert any(0 < one < count for one in seen), seen
    assert district.count("people_person") == count
    assert district.count("people_household") == -(-count // 3)
    assert "PASSED" in district.said("verify")
    again = "0 new residents in 0 new households, 8000 on record already, 0 bad lines"
    assert again in district.said("import-people", str(path))
