"""
One archive with all that a district is: database, keys, files. And bringing it back.

Not an act: nothing in the house changes. Restoring goes into an empty home only.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection

from linli.fabric.database import LAST_BACKUP

FORMAT = "linli-backup-1"
CONTENTS, DATABASE = "contents.json", "database"
MOST_CONTENTS = 1 << 28


class CannotDo(Exception):
    """What is asked for cannot be done; the sentence says why and what to do."""


def write_backup(target: Path) -> Mapping[str, int]:
    """
    Write the archive, readable by its owner only; return how many files of each kind it holds.

    The database is copied first: every file a copied row names was on the disk before that row.

    :raises CannotDo: if it exists, a key is missing, or a tool for PostgreSQL is
    """
    if target.exists():
        raise CannotDo(f"{target} is there already; choose another name.")
    keys = sorted(path for path in Path(settings.KEYS).glob("*") if _is_key(path))
    if not keys:
        raise CannotDo(f"There are no keys in {settings.KEYS}; no backup is of use without them.")
    part = target.with_name(f"{target.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, _database_copy() as database:
            counts = _write(file, database, keys)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    noted = Path(settings.HOME) / LAST_BACKUP  # for `linli check --production`
    noted.write_text(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n")
    return counts


def _is_key(path: Path) -> bool:
    return path.is_file() and path.suffix in (".json", ".pem", ".key", ".pub")


def _write(file: IO[bytes], database: Path, keys: list[Path]) -> dict[str, int]:
    contents: dict[str, Any] = {"format": FORMAT, "engine": connection.vendor, "sha256": {}}
    counts = {"database": 1, "keys": len(keys), "files": 0}
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
        _add(archive, contents, DATABASE, database)
        for key in keys:
            _add(archive, contents, f"keys/{key.name}", key)
        for path in sorted(Path(settings.FILES).glob("??/*")):
            if path.suffix != ".part" and _add(archive, contents, f"files/{path.name}", path):
                counts["files"] += 1
        text = json.dumps(contents).encode()
        info = tarfile.TarInfo(CONTENTS)
        info.size, info.mode = len(text), 0o600
        archive.addfile(info, io.BytesIO(text))
    return counts


def _add(archive: tarfile.TarFile, contents: dict[str, Any], name: str, path: Path) -> bool:
    """Add one file; whether it was still there (a forgotten one may be swept at any moment)."""
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        return False
    with opened:
        contents["sha256"][name] = hashlib.file_digest(opened, "sha256").hexdigest()
        info = tarfile.TarInfo(name)
        info.size, info.mode = opened.tell(), 0o600
        opened.seek(0)
        archive.addfile(info, opened)
    return True


@contextmanager
def _database_copy() -> Iterator[Path]:
    """Give a copy of the database as it is at one moment; writers go on meanwhile."""
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="backup-") as folder:
        copy = Path(folder) / DATABASE
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(copy)) as target:
                connection.connection.backup(target)
        else:
            tool = _tool("pg_dump")
            _run([tool, "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}"])
        yield copy


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotDo(
            f"{name} is needed for PostgreSQL and is not here: sudo apt-get install postgresql-client"
        )
    return found


def _run(command: list[str]) -> None:
    where = connection.settings_dict
    named = {
        "PGHOST": where["HOST"],
        "PGPORT": where["PORT"],
        "PGUSER": where["USER"],
        "PGPASSWORD": where["PASSWORD"],
        "PGDATABASE": where["NAME"],
    }
    environment = {**os.environ, **{name: str(value) for name, value in named.items() if value}}
    done = subprocess.run(  # noqa: S603  # our own words, and the tool found on the path
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotDo(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


# Bringing it back ----------------------------------------------------------------


def read_backup(source: Path) -> Mapping[str, int]:
    """
    Put database, keys and files where the settings say; return how many of each.

    Everything is unpacked and compared with its hash first, and only then put in place.

    :raises CannotDo: if anything is there already, or the archive is damaged or of another engine
    """
    _check_empty()
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix="restore-") as folder:
        unpacked = Path(folder)
        try:
            contents = _unpack(source, unpacked)
        except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as damaged:
            raise CannotDo(f"{source} is no whole backup of Linli: {damaged}") from damaged
        if contents["engine"] != connection.vendor:
            raise CannotDo(
                f"This backup is of {contents['engine']}; set LINLI_DATABASE_URL to such a database."
            )
        counts = {"database": 1, "keys": 0, "files": 0}
        for name in sorted(contents["sha256"]):
            kind, _, rest = name.partition("/")
            if kind == "keys":
                _put(unpacked / name, Path(settings.KEYS) / rest)
            elif kind == "files":
                _put(unpacked / name, Path(settings.FILES) / rest[:2] / rest)
            else:
                continue
            counts[kind] += 1
        _put_database(unpacked / DATABASE)
    return counts


def _check_empty() -> None:
    """:raises CannotDo: unless there is neither a database nor a key nor a file"""
    for folder in (Path(settings.KEYS), Path(settings.FILES)):
        if folder.exists() and any(path.is_file() for path in folder.rglob("*")):
            raise CannotDo(
                f"{folder} is not empty; a backup is brought back to an empty home only."
            )
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        if database.exists():
            raise CannotDo(f"{database} is there already; move it away first.")
    elif connection.introspection.table_names():
        raise CannotDo("The database has tables already; make an empty one.")


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack plain files under names we know, and return the list of contents they agree with."""
    found: dict[str, str] = {}
    contents: dict[str, Any] = {}
    with tarfile.open(source, "r:gz") as archive:
        for info in archive:
            opened = archive.extractfile(info) if info.isreg() else None
            if opened is None or not _is_ours(info.name):
                raise ValueError(f"{info.name} does not belong there")
            if info.name == CONTENTS:
                contents = json.loads(opened.read(MOST_CONTENTS))
                continue
            path = folder / info.name
            path.parent.mkdir(exist_ok=True)
            with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                shutil.copyfileobj(opened, file, 1 << 20)
                file.seek(0)
                found[info.name] = hashlib.file_digest(file, "sha256").hexdigest()
    if contents.get("format") != FORMAT or contents["sha256"] != found or DATABASE not in found:
        raise ValueError("something in it is missing or altered")
    return contents


def _is_ours(name: str) -> bool:
    if name in (CONTENTS, DATABASE):
        return True
    parts = PurePosixPath(name).parts
    return (
        len(parts) == 2
        and parts[0] in ("keys", "files")
        and parts[1] not in ("..", ".")
        and name == "/".join(parts)
    )


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _put_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        _put(copy, Path(connection.settings_dict["NAME"]))
        return
    _run(
        [
            _tool("pg_restore"),
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={connection.settings_dict['NAME']}",
            str(copy),
        ]
    )
