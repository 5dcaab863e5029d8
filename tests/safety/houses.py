"""Houses of their own, as processes: what they need to know, and the deeds of ``crash_house``."""

import json
import os
import subprocess
import sys
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
