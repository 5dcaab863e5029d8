"""Backup and restore from end to end, as an operator does it, and what restoring refuses."""

import io
import os
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.db import connection

from linli.fabric.keyring import make_keys
from linli.verify import queries
from tests import tables

ROOT = Path(__file__).parents[2]
LIVE = """
import sys, django
django.setup()
from django.core.management import call_command
from tests.verify.lived import live_a_day
call_command("prepare", bare=True)
live_a_day()
call_command("backup", sys.argv[1])
"""


def linli(home: Path, *words: str, good: bool = True) -> str:
    """Run one command on a home of its own and return what it said."""
    return run(home, "-m", "config.command", *words, good=good)


def run(home: Path, *words: str, good: bool = True) -> str:
    environment = {key: os.environ[key] for key in os.environ if not key.startswith("LINLI_")}
    environment |= {"LINLI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is good, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with a district in it, and its backup beside it."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "home").mkdir()
    tables.put(folder / "home" / "linli.sqlite3")
    run(folder / "home", "-c", LIVE, str(folder / "linli.tar.gz"))
    return folder / "home"


@pytest.fixture
def archive(home) -> Path:
    return home.parent / "linli.tar.gz"


def test_what_comes_back_is_what_went_in(home, archive, tmp_path):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    said = linli(tmp_path / "new", "restore", str(archive))
    assert "the database, 3 keys, 2 files" in said
    assert linli(tmp_path / "new", "verify").endswith("PASSED\n")
    for old in (home / "keys").glob("*.*"):
        if old.suffix in (".json", ".pem", ".key"):
            new = tmp_path / "new" / "keys" / old.name
            assert new.read_bytes() == old.read_bytes()
            assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert not list((tmp_path / "new").glob("restore-*"))


def test_restoring_never_overwrites(home, archive):
    before = (home / "linli.sqlite3").read_bytes()
    assert "is not empty" in linli(home, "restore", str(archive), good=False)
    assert (home / "linli.sqlite3").read_bytes() == before


@pytest.fixture
def new_home(settings, tmp_path) -> Path:
    """An empty home for this very process."""
    settings.HOME = tmp_path / "new"
    settings.KEYS, settings.FILES = settings.HOME / "keys", settings.HOME / "files"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", str(settings.HOME / "linli.sqlite3"))
        yield settings.HOME


def refusal(archive: Path) -> str:
    with pytest.raises(queries.CannotDo) as refused:
        queries.read_backup(archive)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("linli.sqlite3", "is there already"),
        ("keys/seal.pem", "is not empty"),
        ("files/ab/abc", "is not empty"),
    ],
)
def test_whatever_is_there_is_left_alone(archive, new_home, name, said):
    there = new_home / name
    there.parent.mkdir(parents=True)
    there.write_bytes(b"mine")
    assert said in refusal(archive)
    assert [path for path in new_home.rglob("*") if path.is_file()] == [there]
    assert there.read_bytes() == b"mine"


def altered(archive: Path, target: Path, *, drop: str = "", add: tuple[str, bytes] | None = None):
    """Copy an archive without one member, or with another."""
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz") as new:
        for info in old:
            if info.name != drop:
                new.addfile(info, old.extractfile(info))
        if add:
            info = tarfile.TarInfo(add[0])
            info.size = len(add[1])
            new.addfile(info, io.BytesIO(add[1]))
    return target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"drop": "keys/seal.pem"}, "missing or altered"),
        ({"add": ("../outside", b"x")}, "does not belong there"),
        ({"add": ("keys/../../outside", b"x")}, "does not belong there"),
        ({"add": ("keys/more.pem", b"x")}, "missing or altered"),
    ],
)
def test_an_archive_that_was_changed_is_refused_and_leaves_nothing(
    archive, new_home, tmp_path, change, said
):
    assert said in refusal(altered(archive, tmp_path / "changed.tar.gz", **change))
    assert list(new_home.rglob("*")) == []
    assert not (tmp_path / "outside").exists()


def test_half_an_archive_and_none_are_refused(archive, new_home, tmp_path):
    half = tmp_path / "half.tar.gz"
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    assert "is no whole backup" in refusal(half)
    assert "is no whole backup" in refusal(tmp_path / "nothing")
    assert list(new_home.rglob("*")) == []


def test_a_backup_of_another_engine_is_refused(archive, new_home, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert refusal(archive).startswith("This backup is of sqlite;")
    assert list(new_home.rglob("*")) == []


def test_a_backup_without_keys_or_over_a_file_is_refused(new_home, tmp_path):
    for target, said in ((tmp_path / "a", "There are no keys"), (new_home.parent, "is there")):
        with pytest.raises(queries.CannotDo, match=said):
            queries.write_backup(target)
    assert list(tmp_path.iterdir()) == []


def test_the_missing_tool_is_named(new_home, monkeypatch, tmp_path):
    new_home.mkdir()
    make_keys(new_home / "keys")
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(queries.CannotDo, match=r"pg_dump is needed .* apt-get install"):
        queries.write_backup(tmp_path / "linli.tar.gz")
    assert not list(tmp_path.glob("linli*"))
