"""
What every test stands on: throw-away keys, quick hashing, strict templates, no network.

The database is SQLite in memory, or whatever ``LINLI_DATABASE_URL`` names.
"""

import gc
import os
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import jinja2
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from linli.basics import Actor
from linli.fabric import jinja, keyring, versions
from linli.fabric.management.commands import migrate
from tests import kept, tables

# In CI a test may be skipped only for want of what the project cannot bring along.
MAY_SKIP = frozenset({"shared", "citus"})
# Those that start houses of their own, as processes.
LONGEST = (
    "tests/safety/test_crash.py",
    "tests/safety/test_import_killed.py",
    "tests/verify/test_backup.py",
    "tests/interop/test_demo.py",
)
BEGUN = pytest.StashKey[subprocess.Popen[bytes]]()
LOOPBACK = ("127.", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run only the tests that touch the database (for a second engine)",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Begin with the longest, whatever order the others are in: at the end they would run alone.

    For a second engine, leave out what does not touch the database, or cannot depend on it.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    if not config.getoption("--only-database"):
        return
    touching = {"db", "transactional_db", "live_server", "django_db_setup"}
    kept, left = [], []
    for item in items:
        names, mark = set(getattr(item, "fixturenames", ())), item.get_closest_marker
        touches = (touching & names or mark("django_db")) and not mark("once")
        (kept if touches else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is read here stands to the end: the collector of garbage need never walk it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Make the settings quick and strict, before anything reads them."""
    # How long an example takes says something about the machine, not about the rule.
    hypothesis.settings.register_profile("linli", deadline=None)
    hypothesis.settings.load_profile("linli")
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STRICT_TEMPLATES = True
    django_settings.SECRET_KEY = "tests-only"  # noqa: S105
    django_settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    if os.environ.get("LINLI_TEST_FILE"):  # a browser's server runs in threads of its own
        default = django_settings.DATABASES["default"]
        if default["ENGINE"].endswith("sqlite3"):
            default.setdefault("TEST", {})["NAME"] = os.environ["LINLI_TEST_FILE"]
            default["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # it is thrown away
    keep_templates()
    config.pluginmanager.register(SkipCounter(config), "linli-skips")
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.stash[BEGUN] = tables.begin()  # the workers read the tests meanwhile


def keep_templates() -> None:
    """Keep templates as they were compiled, until their text changes or what compiles them."""
    told = blake2b(Path(jinja.__file__).read_bytes(), digest_size=8)
    told.update(jinja2.__version__.encode())
    folder = tables.KEPT.with_name("templates")
    folder.mkdir(parents=True, exist_ok=True)
    kept_there = jinja2.FileSystemBytecodeCache(str(folder), f"{told.hexdigest()}-%s")
    django_settings.TEMPLATES[0]["OPTIONS"]["bytecode_cache"] = kept_there


class SkipCounter:
    """Counts skipped tests, says so at the end, and fails in CI when one had no right to be."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.allowed: list[str] = []
        self.refused: list[str] = []

    @property
    def strict(self) -> bool:
        return os.environ.get("CI") == "true" and not hasattr(self.config, "workerinput")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            excused = MAY_SKIP & set(report.keywords)
            (self.allowed if excused else self.refused).append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.refused.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.strict and self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.allowed:
            terminalreporter.write_line(f"skipped, as shared or citus: {len(self.allowed)}")
        if self.refused:
            word = "REFUSED in CI" if self.strict else "would fail in CI"
            terminalreporter.write_line(f"skipped without leave ({word}): {len(self.refused)}")
            for name in self.refused:
                terminalreporter.write_line(f"  {name}")


@contextmanager
def triggers_off() -> Iterator[None]:
    """Let a test do what the database's own triggers refuse: empty tables, plant a fault."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        try:
            yield
        finally:
            for _, statement in triggers:
                cursor.execute(statement)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """
    Set up the test database with tables that are kept, see ``tables``.

    After a test with real commits Django would empty every table, which the append-only ones
    refuse; it is ``kept`` that lets them be again as they were.
    """

    def lay_tables(*words: object, **options: object) -> None:
        if connection.vendor == "postgresql":
            server = urlsplit(os.environ["LINLI_DATABASE_URL"])
            tables.fill(server._replace(path=f"/{connection.settings_dict['NAME']}").geturl())
            return
        file = tmp_path_factory.mktemp("tables") / "linli.sqlite3"
        tables.put(file)
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as made:
            made.backup(connection.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate.Command, "handle", lay_tables)
        request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        kept.learn()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: kept.empty())
        yield


@pytest.fixture(autouse=True, scope="session")
def no_outside() -> Iterator[None]:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if not str(host).startswith(LOOPBACK):
            raise RuntimeError(f"A test tried to reach {host}; tests stay on this machine.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    keyring.make_keys(folder)
    django_settings.KEYS = folder
    return folder


@pytest.fixture(autouse=True, scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give the tests folders of their own for files, letters and static things."""
    home = tmp_path_factory.mktemp("home")
    for name in ("FILES", "OUTBOX", "STATIC_ROOT"):
        (home / name.lower()).mkdir()
        setattr(django_settings, name, home / name.lower())
    django_settings.HOME = home


@pytest.fixture
def noon() -> datetime:
    """A Monday, 12:00 in Shanghai."""
    return datetime(2026, 11, 16, 4, tzinfo=UTC)


@pytest.fixture
def clerk() -> Actor:
    """One who holds every permission, for tests that are not about permissions."""
    return Actor(
        kind="staff", district=1, user=1, appointment=1, hat="station", permissions=Everything()
    )


class Everything(frozenset):
    """Holds whatever is asked for."""

    def __contains__(self, permission: object) -> bool:
        return True


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Undone tests reuse version numbers, so what processes keep must go between tests."""
    versions.forget_everything()
    cache.clear()
    # A command run in a test leaves its language behind.
    translation.activate(django_settings.LANGUAGE_CODE)
