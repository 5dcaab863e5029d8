"""``linli serve``: a taken port is refused in a sentence; told to end, everything ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import tables

ROOT = Path(__file__).parents[2]


def test_a_taken_port_is_refused_with_what_to_do():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken.*PORT={port + 1}"):
            call_command("serve", port=port)


def test_told_to_end_it_takes_everything_along(tmp_path):
    tables.put(tmp_path / "linli.sqlite3")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "LINLI_HOME": str(tmp_path), "LINLI_DATABASE_URL": ""}
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    try:
        assert wait_for(f"http://127.0.0.1:{port}/healthz") == 200
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=25)
    assert code == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def wait_for(address):
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
                return answer.status
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return None
