"""``linli``: what is typed on the command line finds its command."""

import importlib
import io
import os
import pkgutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.db import connection

from config import command
from linli.fabric.management.commands import prepare

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        (["import-places", "a-b.csv"], ["import_places", "a-b.csv"]),
        (["import_places"], ["import_places"]),
        (["help", "load-pack"], ["help", "load_pack"]),
        (["--help"], ["--help"]),
        ([], []),
    ],
)
def test_a_command_is_found_by_its_name(monkeypatch, typed, run):
    monkeypatch.setattr(sys, "argv", ["linli", *typed])
    monkeypatch.setattr("django.core.management.execute_from_command_line", ran := [].append)
    command.main()
    assert ran.__self__ == [["linli", *run]]


def test_a_house_is_made_for_its_owner_alone(tmp_path, monkeypatch):
    for name, folder in (("HOME", "house"), ("STATIC_ROOT", "house/static")):
        monkeypatch.setattr(settings, name, tmp_path / folder)
    monkeypatch.setattr(settings, "RUNTIME_ROLE", "")
    monkeypatch.setattr(prepare, "call_command", lambda *words, **options: None)
    key = tmp_path / "house" / "keys" / "seal.pem"
    monkeypatch.setattr(settings, "KEYS", key.parent)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "old.sqlite3"))
    prepare.Command(stdout=io.StringIO()).handle(no_demo=True, bare=True)
    assert stat.S_IMODE(settings.HOME.stat().st_mode) == 0o700
    key.parent.mkdir()
    files = [key, *(tmp_path / f"old.sqlite3{end}" for end in ("", "-wal", "-shm"))]
    for file in files:
        file.touch(mode=0o644)
    prepare.Command(stdout=io.StringIO()).handle(no_demo=True, bare=True)
    old = {0o600 if connection.vendor == "sqlite" else 0o644}
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert {stat.S_IMODE(file.stat().st_mode) for file in files[1:]} == old


def ours():
    folders = [f"{storey}.management.commands" for storey in settings.STOREYS]
    for folder in folders:
        try:
            found = importlib.import_module(folder)
        except ModuleNotFoundError:
            continue
        for module in pkgutil.iter_modules(found.__path__):
            yield folder.removesuffix(".management.commands"), module.name


@pytest.mark.parametrize(
    ("typed", "database", "said"),
    [
        (["verify"], "sqlite:///{}/none.sqlite3", "There are no tables in {}/none.sqlite3 yet."),
        (["serve", "--port", "0"], "sqlite:///{}/none.sqlite3", "`linli prepare` makes them"),
        (["token", "--role", "clerk"], "postgresql://127.0.0.1:1/none", "cannot be opened"),
    ],
)
def test_without_tables_a_command_says_how_to_make_them(tmp_path, typed, database, said):
    environment = {**os.environ, "LINLI_HOME": str(tmp_path)}
    environment["LINLI_DATABASE_URL"] = database.format(tmp_path)
    asked = [sys.executable, "-m", "config.command", *typed]
    heard = {"capture_output": True, "text": True}
    ended = subprocess.run(asked, cwd=ROOT, env=environment, check=False, **heard)
    assert ended.returncode == 1
    assert said.format(tmp_path) in ended.stderr
    assert "Traceback" not in ended.stderr


def test_whoever_makes_tables_is_a_command_of_the_house():
    assert set(get_commands()) >= command.OWNERS


@pytest.mark.parametrize(("storey", "name"), sorted(ours()))
def test_every_command_says_what_it_and_its_arguments_are_for(storey, name):
    made = load_command_class(storey, name)
    parser = made.create_parser("linli", name)
    assert made.help
    silent = [one.dest for one in parser._actions if not one.help and not one.metavar]
    assert silent == []
