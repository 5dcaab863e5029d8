"""
Web server, worker and sealer are killed at random moments while eight clients write.

Whatever a client was told stands, field by field; nothing stands twice; nothing is left undone;
the record still adds up. Real processes, a real file or server, the loopback only.
"""

import http.client
import json
import os
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import tables
from tools.postgres import throw_away

from .houses import Nest, Process, about, house

ROOT = Path(__file__).parents[2]
WRITERS, KILLS = 8, int(os.environ.get("LINLI_KILLS", "21"))
PATIENCE = 60.0  # seconds for one answer, over all tries
SEED = 20261116


class Writer(threading.Thread):
    """One client: opens cases and acts on them, and writes down what it was told."""

    def __init__(self, name: int, port: int, token: str, place: int, ended: threading.Event):
        super().__init__(daemon=True)
        self.told: dict[str, dict] = {}
        self.trouble: list[str] = []
        self.broken = 0  # answers that never came
        self.name_, self.port, self.token, self.place, self.ended = name, port, token, place, ended

    def run(self) -> None:
        count = 0
        while not self.ended.is_set():
            count += 1
            key = f"w{self.name_}-{count}"
            leak = {"item": "shared_leak", "words": f"漏水 {key}", "place": self.place}
            made = self.ask("/api/v1/cases", leak, key, 201)
            if made is None:
                return
            number = made["number"]
            self.told[number] = {"opened": made}
            for act in ("accept", "finish")[: count % 3]:
                body = {"words": "好了", "outcome": "done"} if act == "finish" else {}
                done = self.ask(f"/api/v1/cases/{number}/{act}", body, f"{key}-{act}", 200)
                if done is None:
                    return
                self.told[number]["acted"] = done

    def ask(self, path: str, body: dict, key: str, wanted: int) -> dict | None:
        """Ask under one key until there is an answer; None, with a complaint, if it is a wrong one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status, answer = self.once(path, body, key)
            except (OSError, http.client.HTTPException):
                self.broken += 1
                time.sleep(0.1)
                continue
            if status == wanted:
                return json.loads(answer)
            self.trouble.append(f"{path}: {status} {answer[:300]!r}")
            return None
        self.trouble.append(f"{path}: no answer in {PATIENCE:.0f} s")
        return None

    def once(self, path: str, body: dict, key: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
            headers["Content-Type"] = "application/json"
            line.request("POST", path, json.dumps(body), headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


@contextmanager
def sqlite(home: Path, built: Path) -> Iterator[dict[str, str]]:
    shutil.copytree(built, home)
    yield about(home, f"sqlite:///{home}/linli.sqlite3")


@contextmanager
def postgres(home: Path, built: Path) -> Iterator[dict[str, str]]:
    home.mkdir()
    with throw_away(durable=True) as server:
        tables.fill(server.url())
        environment = about(home, server.url())
        house("build", environment, home / "district.json")
        yield environment


@pytest.mark.parametrize("engine", [sqlite, pytest.param(postgres, marks=pytest.mark.postgres)])
def test_what_was_told_stands(engine, tmp_path: Path, built: Path) -> None:
    with engine(tmp_path / "home", built) as environment:
        district = json.loads((tmp_path / "home" / "district.json").read_text())
        writers, kills = crash(environment, district)
        told = {number: one for writer in writers for number, one in writer.told.items()}
        (tmp_path / "told.json").write_text(json.dumps(told))
        found = house(
            "judge", environment, tmp_path / "told.json", tmp_path / "home" / "district.json",
            tmp_path / "found.json",
        )  # fmt: skip

    assert [line for writer in writers for line in writer.trouble] == []
    assert all(writer.told for writer in writers)
    assert sum(kills.values()) == KILLS
    assert min(kills.values()) >= KILLS // 3
    assert sum(writer.broken for writer in writers) > 0  # the kills did hit writers
    assert found["wrong"] == []
    assert found["faults"] == []
    assert (found["pending"], found["unsealed"]) == (0, 0)
    assert found["cases"] == len(told)  # every key once, however often it was sent
    assert found["seals"] > 1


def crash(environment: dict[str, str], district: dict) -> tuple[list[Writer], dict[str, int]]:
    """Let eight write while web, worker and sealer are killed in turn; return what they heard."""
    port, ended, chance = free_port(), threading.Event(), random.Random(SEED)  # noqa: S311
    nest = Nest(environment)
    processes = [
        Process(name, words, nest)
        for name, words in (("web", web(port)), ("worker", "linli work"), ("sealer", "seal"))
    ]
    writers = [
        Writer(name, port, token, district["place"], ended)
        for name, token in enumerate(district["tokens"][:WRITERS])
    ]
    try:
        wait_for(port)
        for writer in writers:
            writer.start()
        for turn in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.3))
            process = processes[turn % len(processes)]
            process.kill_and_restart()
            if process.name == "web":
                wait_for(port)
        time.sleep(1)
        ended.set()
        for writer in writers:
            writer.join(timeout=PATIENCE + 15)
    finally:
        ended.set()
        for process in processes:
            process.kill()
        nest.end()
    return writers, {process.name: process.kills for process in processes}


def web(port: int) -> str:
    """Return the production server, as ``linli serve`` starts it."""
    words = f"web --interface wsgi --host 127.0.0.1 --port {port} --workers 2 --blocking-threads 1"
    return f"{words} --respawn-failed-workers --log-level warning --no-ws config.wsgi:application"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            line.close()
    raise AssertionError("The web server did not come back.")
