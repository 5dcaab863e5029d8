"""Houses of their own, as processes: what they need to know, and the deeds of ``crash_house``."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]


def about(home: Path, url: str) -> dict[str, str]:
    """Return the environment of a house's processes."""
    environment = {name: value for name, value in os.environ.items() if name != "LINLI_KEYS"}
    return {
        **environment,
        "LINLI_HOME": str(home),
        "LINLI_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def house(deed: str, environment: dict[str, str], *paths: Path) -> dict:
    """Do one deed in a process of its own and return what it wrote into the last file."""
    command = [sys.executable, "-m", "tests.safety.crash_house", deed, *map(str, paths)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    read: dict = json.loads(paths[-1].read_text())
    return read


class Nest:
    """Starts processes that have read the house already, see ``crash_house.nest``."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.safety.crash_house", "nest"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, **pipes
        )

    def hatch(self, words: str) -> int:
        """Start one and return its number, which is that of its group too."""
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate(timeout=20)


class Process:
    """One process that is killed and started anew; it and what it started are one group."""

    def __init__(self, name: str, words: str, nest: Nest) -> None:
        self.name, self.words, self.nest = name, words, nest
        self.kills = 0
        self.number = nest.hatch(words)

    def lives(self) -> bool:
        with suppress(ProcessLookupError):
            os.kill(self.number, 0)
            return True
        return False

    def kill(self) -> None:
        """Kill the group at once: nobody in it can tidy up."""
        with suppress(ProcessLookupError):
            os.killpg(self.number, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while self.lives():
            assert time.monotonic() < deadline, f"{self.name} outlives a kill"
            time.sleep(0.01)

    def kill_and_restart(self) -> None:
        assert self.lives(), f"{self.name} had ended by itself"
        self.kill()
        self.kills += 1
        self.number = self.nest.hatch(self.words)
