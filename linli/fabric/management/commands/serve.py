"""``linli serve``: the web server and the worker, ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linli.fabric.database import what_is_amiss

GRACE = 15.0  # seconds a process is given to finish what it does


class Command(BaseCommand):
    help = "Serve the house on the loopback, and run the worker beside it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        port = int(os.environ.get("PORT") or 8000)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=port, help="port to listen on")
        parser.add_argument("--workers", type=int, default=2, help="web processes")
        parser.add_argument("--no-work", action="store_true", help="leave the worker out")

    def handle(
        self, *, host: str, port: int, workers: int, no_work: bool, **options: object
    ) -> None:
        del options
        _must_be_free(host, port)
        if words := what_is_amiss():
            raise CommandError(words)
        commands = [_web(host, port, workers)]
        if not no_work:
            commands.append([sys.executable, "-m", "config.command", "work"])
        processes = [subprocess.Popen(command) for command in commands]  # noqa: S603
        previous = {number: signal.signal(number, _leave) for number in _ENDINGS}
        self.stdout.write(f"http://{host}:{port}/  (Ctrl-C ends it)")
        self.stdout.flush()
        try:
            while all(process.poll() is None for process in processes):
                time.sleep(0.2)
            raise CommandError("One of the processes ended by itself; see above.")
        except _Leave:
            pass
        finally:
            for number in _ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            _end(processes)
            for number, handler in previous.items():
                signal.signal(number, handler)


class _Leave(Exception):
    """Somebody asked us to end."""


_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise _Leave


def _must_be_free(host: str, port: int) -> None:
    """
    Look before we listen: the server shares a port with whoever listens there already.

    :raises CommandError: if somebody does
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise CommandError(
                f"Port {port} is taken. End what listens there, or take another: PORT={port + 1}"
            ) from taken


def _web(host: str, port: int, workers: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host]
    command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", "1"]
    command += ["--respawn-failed-workers", "--log-level", "warning", "--no-ws"]
    return [*command, "config.wsgi:application"]


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
