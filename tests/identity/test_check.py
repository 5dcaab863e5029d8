"""``linli check`` names each thing that would let residents down; with ``--production`` it fails."""

import contextlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from linli.fabric.fields import Sealed
from linli.fabric.keyring import add_field_key, make_keys
from linli.identity.actions import mark_demo
from linli.identity.models import KeptAnswer
from linli.journal.models import Pending
from tests.world import HOUSE_ITSELF

pytestmark = pytest.mark.django_db


def check(*words):
    out = io.StringIO()
    try:
        call_command("check", *words, stdout=out, stderr=io.StringIO())
    except CommandError:
        return [line for line in out.getvalue().splitlines() if line.startswith("FAIL")], False
    return [line for line in out.getvalue().splitlines() if line.startswith("FAIL")], True


@pytest.fixture
def fit(settings, tmp_path):
    make_keys(tmp_path)
    settings.KEYS = tmp_path
    settings.DEBUG = False
    settings.HTTPS = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.ALLOWED_HOSTS = ["linli.example"]
    settings.SECRET_KEY = "something of our own"  # noqa: S105
    return tmp_path


# A throw-away server has one role, and it owns everything.
OWNER = [
    "the role that serves owns no table",
    "the role that serves is no superuser",
    "the role that serves makes no tables",
    "the role that serves cannot take anything off the record",
]
QUICK = ["an answer survives a power cut"]  # its fsync is off


def failing(found):
    extra = [*OWNER, *QUICK] if connection.vendor == "postgresql" else []
    return [line for line in found if not any(words in line for words in extra)]


def test_a_house_that_is_fit_passes(fit):
    found, passed = check("--production")
    assert failing(found) == []
    assert passed is (connection.vendor != "postgresql")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "tracebacks"),
        ("HTTPS", False, "TLS"),
        ("ALLOWED_HOSTS", ["127.0.0.1"], "its name"),
        ("ALLOWED_HOSTS", ["*"], "its name"),
        ("SECURE_HSTS_SECONDS", 0, "HSTS"),
        ("TRUSTED_PROXIES", "nginx", "LINLI_TRUSTED_PROXIES"),
        ("SECRET_KEY", "not-yet-made-run-linli-make-keys", "make-keys"),
    ],
)
def test_each_setting_that_is_unfit_is_named(fit, settings, name, value, words):
    setattr(settings, name, value)
    found, passed = check("--production")
    assert not passed
    [line] = failing(found)
    assert words in line


def test_without_the_flag_the_same_is_said_and_nothing_fails(fit, settings):
    settings.HTTPS = False
    mark_demo(by=HOUSE_ITSELF, at=datetime.now(UTC))
    (fit / "seal.pem").unlink()
    failing, passed = check("--production")
    assert not passed
    out = io.StringIO()
    call_command("check", stdout=out)
    said = out.getvalue().splitlines()
    assert [line[4:] for line in said if line.startswith("warn")] == [line[4:] for line in failing]
    assert any("marked as a demo: start with a fresh one" in line for line in said)
    assert said[-1] == (
        f"{len(failing)} of these keep residents out; `linli check --production` fails on them."
    )
    for part in (["identity"], ["--tag", "models"], ["--list-tags"]):
        out = io.StringIO()
        call_command("check", *part, stdout=out)
        assert "warn" not in out.getvalue()


def test_without_tables_it_says_how_to_make_them(fit, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)
    found, passed = check("--production")
    assert not passed
    [line] = found
    assert line.startswith("FAIL  the database can be read: There are no tables in ")
    assert "`linli prepare` makes them" in line


def test_a_missing_key_and_an_open_one_are_named(fit):
    (fit / "seal.pem").unlink()
    (fit / "fields.json").chmod(0o644)
    found, passed = check("--production")
    assert not passed
    assert [line.split(":")[0] for line in failing(found)] == [
        "FAIL  fields.json is read by nobody else",
        "FAIL  seal.pem is there",
        "FAIL  seal.pem is read by nobody else",
    ]


def test_a_database_others_may_read_is_named(fit, monkeypatch):
    file = fit / "linli.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    for end in ("", "-wal", "-shm"):
        (fit / f"linli.sqlite3{end}").touch(mode=0o600)
    (fit / "linli.sqlite3-wal").chmod(0o640)
    assert failing(check("--production")[0]) == (
        [f"FAIL  the database is read by nobody else: chmod 600 {file}-wal"]
        if connection.vendor == "sqlite"
        else []
    )


def test_a_broken_key_is_named_and_ends_nothing_early(fit):
    (fit / "fields.json").write_text("x")
    found, passed = check("--production")
    assert not passed
    [line] = failing(found)
    assert line.startswith("FAIL  the keys can be read: A key of this house is missing")
    assert len(looks()) == 2
    assert check()[1]


def test_the_database_role_is_looked_at_on_postgresql(fit):
    found, _ = check("--production")
    named = [words for words in OWNER if any(words in line for line in found)]
    assert named == (OWNER if connection.vendor == "postgresql" else [])


def looks():
    out = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("check", "--production", stdout=out, stderr=io.StringIO())
    return [line[6:] for line in out.getvalue().splitlines() if line.startswith("look")]


def test_what_is_mostly_a_mistake_is_said_and_stops_nobody(fit, settings, tmp_path):
    settings.HOME = tmp_path
    first, second = looks()
    assert "set LINLI_TRUSTED_PROXIES=1" in first
    assert second.startswith("there is a fresh backup: none was made here")
    settings.TRUSTED_PROXIES = "1"
    (tmp_path / "last-backup.txt").write_text(f"{datetime.now(UTC) - timedelta(days=9)}\n")
    assert looks() == ["there is a fresh backup: the last is 9 days old"]
    (tmp_path / "last-backup.txt").write_text(f"{datetime.now(UTC)}\n")
    assert looks() == []


def test_reactions_that_were_given_up_are_counted(fit, settings, tmp_path):
    settings.HOME, settings.TRUSTED_PROXIES = tmp_path, "1"
    (tmp_path / "last-backup.txt").write_text(f"{datetime.now(UTC)}\n")
    now = datetime.now(UTC)
    Pending.objects.create(line_id=1, next_at=now)
    assert looks() == []
    Pending.objects.create(line_id=2, next_at=now, gave_up_at=now)
    [line] = looks()
    assert line.startswith("what follows from each act was done: for 1 it failed for good;")


def test_values_under_a_former_key_are_counted(fit, settings, tmp_path):
    settings.HOME = tmp_path
    KeptAnswer.objects.create(
        district=1,
        appointment=1,
        key="a",
        asked_hash=b"",
        answer=Sealed.of("a"),
        kept_at=datetime.now(UTC),
    )
    add_field_key(fit)
    assert [line for line in looks() if "former key" in line] == [
        "no value lies under a former key: 1 do; run `linli rotate-key` again"
    ]


def test_an_open_key_folder_is_named(fit):
    fit.chmod(0o755)
    assert any(
        "the key folder is opened by nobody else" in line for line in check("--production")[0]
    )
