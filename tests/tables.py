"""
Empty tables as ``linli prepare --bare`` makes them, kept: to make them anew takes ten seconds.

What is kept bears the digest of all that could change it, so nothing old is ever used. Whoever
finds none makes it; others wait meanwhile.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.conf import settings

from tools.postgres import installed

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".pytest_cache" / "tables"


def begin() -> subprocess.Popen[bytes]:
    """Have them made meanwhile by a process of its own, if they are not there."""
    return subprocess.Popen([sys.executable, "-m", "tests.tables"], cwd=ROOT)


def put(file: Path) -> None:
    """Put a SQLite file with the tables there."""
    with _alone("sqlite3") as kept:
        if not kept.exists():
            with tempfile.TemporaryDirectory() as home:
                _prepare(home, f"sqlite:///{home}/linli.sqlite3")
                _keep(Path(home, "linli.sqlite3"), kept)
        shutil.copyfile(kept, file)


def fill(url: str) -> None:
    """Make the tables in an empty PostgreSQL database."""
    with psycopg.connect(url) as asked:
        version = asked.info.server_version
    with _alone(f"{version}.sql") as kept, tempfile.TemporaryDirectory() as home:
        if kept.exists():
            words = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction"]
            _run("psql", *words, "-o", os.devnull, "-f", kept, url).check_returncode()
            return
        _prepare(home, url)
        if _run("pg_dump", "--no-owner", "-f", Path(home, "tables"), url).returncode == 0:
            _keep(Path(home, "tables"), kept)  # else the server is newer than the program


@contextmanager
def _alone(ending: str) -> Iterator[Path]:
    """Yield where it is kept, or is to be, while nobody else makes or reads it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{ending}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield KEPT / f"{digest()}.{ending}"


def _keep(made: Path, kept: Path) -> None:
    """Keep the newest only."""
    for old in KEPT.glob(f"*{kept.suffix}"):
        old.unlink()
    shutil.copyfile(made, kept.with_suffix(".half"))
    kept.with_suffix(".half").replace(kept)


@cache
def digest() -> str:
    """
    Return a digest of every line of Python that has a say in how the tables are made.

    Of our storeys these are migrations and models, which use nothing of ours but ``fabric``.
    """
    numbers = (settings.DISTRICT, settings.INSTALLATION)
    told = blake2b(repr((django.VERSION, sqlite3.sqlite_version, numbers)).encode(), digest_size=12)
    found = set((ROOT / "config").rglob("*.py"))
    for app in apps.get_app_configs():
        ours = app.name.startswith("linli.") and app.name != "linli.fabric"
        for pattern in ("migrations/*.py", "models.py", "models/*.py") if ours else ("**/*.py",):
            found |= set(Path(app.path).glob(pattern))
    for path in sorted(found):
        told.update(bytes(path))
        told.update(path.read_bytes())
    return told.hexdigest()


def _prepare(home: str, url: str) -> None:
    environment = {name: os.environ[name] for name in os.environ if not name.startswith("LINLI_")}
    environment |= {
        "LINLI_HOME": home,
        "LINLI_DATABASE_URL": url,
        "LINLI_DISTRICT": str(settings.DISTRICT),
        "LINLI_INSTALLATION": str(settings.INSTALLATION),
    }
    command = [sys.executable, "-m", "config.command", "prepare", "--bare"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def _run(program: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [installed() / "bin" / program, *words]
    return subprocess.run(command, check=False, capture_output=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with tempfile.TemporaryDirectory() as unwanted:
        put(Path(unwanted, "linli.sqlite3"))
