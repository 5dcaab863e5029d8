"""Processes of a bench: started, their CPU read from /proc, ended by their own id."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the CPU a process and all below it have used so far."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        number = int(entry.name)
        children.setdefault(int(fields[1]), []).append(number)
        # own time, and that of children it has already buried
        used[number] = sum(map(int, fields[11:15])) / TICK
    total, waiting = 0.0, [pid]
    while waiting:
        number = waiting.pop()
        total += used.get(number, 0.0)
        waiting += children.get(number, [])
    return total


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def linli(*words: str, environment: Mapping[str, str]) -> str:
    """Run one management command; return the last line it printed, or stop the bench if it fails."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"linli {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return (done.stdout.strip().splitlines() or [""])[-1]


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[tuple[tuple[str, int], int]]:
    """Serve as in production, with the worker beside it; yield the address and the process id."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "2"]
    log = Path(environment["LINLI_HOME"]) / "serve.log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=file, stderr=file
        )
    try:
        _wait_until_ready(port, server, log)
        yield ("127.0.0.1", port), server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=25)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_until_ready(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120  # a busy machine starts slowly
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit(f"The server did not come up:\n{log.read_text(errors='replace')[-3000:]}")
