"""``linli check --production`` names each thing that would let residents down."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from linli.fabric.keyring import make_keys

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
    settings.ALLOWED_HOSTS = ["linli.example"]
    settings.SECRET_KEY = "something of our own"  # noqa: S105
    return tmp_path


# A throw-away server has one role, and it owns everything.
OWNER = ["the role that serves owns no table", "the role that serves is no superuser"]
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
        ("SECRET_KEY", "not-yet-made-run-linli-make-keys", "make-keys"),
    ],
)
def test_each_setting_that_is_unfit_is_named(fit, settings, name, value, words):
    setattr(settings, name, value)
    found, passed = check("--production")
    assert not passed
    [line] = failing(found)
    assert words in line


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


def test_the_database_role_is_looked_at_on_postgresql(fit):
    found, _ = check("--production")
    named = [words for words in OWNER if any(words in line for line in found)]
    assert named == (OWNER if connection.vendor == "postgresql" else [])
