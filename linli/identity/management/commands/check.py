"""``linli check``: Django's own checks; with ``--production``, whether residents may be let in."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.check import Command as DjangoCheck
from django.db import connection

from linli.fabric.keyring import FIELDS, SEAL, SESSION
from linli.identity import queries

SKEW = 5.0  # seconds the clocks of house and database may differ
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "testserver"}
Finding = tuple[bool, str, str]  # is it good; what was looked at; what to do if it is not


class Command(DjangoCheck):
    help = "Check the house; with --production, whether it may be opened to residents."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--production", action="store_true", help="check keys, roles, clock, and the demo mark"
        )

    def handle(self, *app_labels: Any, **options: Any) -> None:
        super().handle(*app_labels, **options)
        if not options["production"]:
            return
        findings = [*_settings(), *_keys(), *_database()]
        for good, what, remedy in findings:
            self.stdout.write(
                f"{'ok  ' if good else 'FAIL'}  {what}{'' if good else ': ' + remedy}"
            )
        if not all(good for good, _, _ in findings):
            raise CommandError("Not fit for residents yet; see above.")


def _settings() -> Iterator[Finding]:
    yield not settings.DEBUG, "tracebacks are hidden", "unset LINLI_DEBUG"
    yield settings.HTTPS, "cookies travel by TLS only", "set LINLI_HTTPS=1 behind TLS"
    named = set(settings.ALLOWED_HOSTS) - LOOPBACK
    yield bool(named) and "*" not in named, "the house knows its name", "set LINLI_HOSTS"
    made = not settings.SECRET_KEY.startswith("not-yet-made")
    yield made, "cookies are signed with a key of our own", "run `linli make-keys`"


def _keys() -> Iterator[Finding]:
    for name in (FIELDS, SEAL, SESSION):
        path = Path(settings.KEYS) / name
        there = path.exists()
        yield there, f"{name} is there", "run `linli make-keys`, or bring it back from the backup"
        private = there and stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        yield private, f"{name} is read by nobody else", f"chmod 600 {path}"


def _database() -> Iterator[Finding]:
    yield not queries.is_demo(), "the database is not marked as a demo", "start with a fresh one"
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("PRAGMA synchronous")
            yield cursor.fetchone()[0] == 2, "an answer survives a power cut", "synchronous=FULL"
            return
        cursor.execute("SHOW synchronous_commit")
        level = cursor.fetchone()[0]
        yield level != "off", "an answer survives a power cut", "set synchronous_commit on"
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        owned = cursor.fetchone()[0]
        yield owned == 0, "the role that serves owns no table", "serve as a role with grants only"
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        yield not cursor.fetchone()[0], "the role that serves is no superuser", "use another role"
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((datetime.now(UTC) - cursor.fetchone()[0]).total_seconds())
        yield apart < SKEW, "the clocks agree", f"they are {apart:.0f} s apart; set them by NTP"
