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
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "work_orders" / "pingshan_2018.csv"
COLUMNS = ("REC_ID", "CREATE_TIME", "EVENT_TYPE_NAME", "SUB_TYPE_NAME", "COMMUNITY_NAME")
SEED = 20180208


class District:
    """The small district in a file of its own, and commands run on it as processes."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "linli.sqlite3"
        self.environment = {
            **os.environ,
            "LINLI_HOME": str(folder),
            "LINLI_DATABASE_URL": f"sqlite:///{self.file}",
        }
        self.environment.pop("LINLI_KEYS", None)

    def build(self) -> None:
        command = [sys.executable, "-m", "tests.safety.crash_house", "build"]
        command.append(str(self.file.with_name("told.json")))
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

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

    def cases(self) -> int:
        return self.asked("SELECT count(*) FROM case_case")[0][0]


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


def killed_and_finished(district: District, path: Path, kills: int) -> list[int]:
    """Kill the import as soon as it has got some rows further, several times; then let it end."""
    chance, seen = random.Random(SEED), []  # noqa: S311  # not a secret
    for _ in range(kills):
        process, before = district.command("import-work-orders", str(path)), district.cases()
        while process.poll() is None and district.cases() == before:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.4))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        seen.append(district.cases())
    district.said("import-work-orders", str(path))
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


def check(tmp_path: Path, path: Path, count: int, *, kills: int) -> None:
    killed = District(tmp_path / "killed")
    killed.build()
    shutil.copytree(tmp_path / "killed", tmp_path / "whole")
    whole = District(tmp_path / "whole")
    seen = killed_and_finished(killed, path, kills)
    whole.said("import-work-orders", str(path))

    assert any(0 < one < count for one in seen), seen
    assert killed.cases() == count
    assert killed.asked(STATE) == whole.asked(STATE)
    assert "PASSED" in killed.said("verify")
    assert f"0 new cases, {count} already there" in killed.said("import-work-orders", str(path))


def test_made_up_orders_survive_kills(tmp_path, migrated):
    migrated(tmp_path / "killed")
    check(tmp_path, made_up(tmp_path / "orders.csv", 1_100), 1_100, kills=2)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here")
def test_all_real_orders_survive_kills(tmp_path, migrated):
    migrated(tmp_path / "killed")
    copy = tmp_path / "orders.csv"
    copy.write_bytes(SHARED.read_bytes())
    check(tmp_path, copy, 5_416, kills=6)
