"""``linli check``: Django's own checks, and whether residents may be let in; ``--production`` fails if not."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.check import Command as DjangoCheck
from django.db import DatabaseError, connection
from django.utils.translation import override

from linli.fabric.database import LAST_BACKUP, database_files, is_private, what_is_amiss
from linli.fabric.edge import sentence
from linli.fabric.keyring import FIELDS, SEAL, SESSION, KeysMissing, keyring, missing_keys
from linli.fabric.limits import trusted_proxies
from linli.fabric.resealing import count_former
from linli.identity import queries

MONTH = 30 * 86_400  # seconds
BACKUP_AGE = timedelta(days=2)
# A member of the owner may do what the owner may.
ROLE = """
    SELECT
        EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema()
            AND pg_has_role(tableowner, 'MEMBER')),
        EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND
            (rolsuper OR rolbypassrls OR rolreplication OR rolcreaterole OR rolcreatedb)),
        has_schema_privilege(current_schema(), 'CREATE'),
        has_table_privilege('journal_line', 'DELETE, TRUNCATE')
            OR has_table_privilege('journal_seal', 'UPDATE, DELETE, TRUNCATE')
            OR has_column_privilege('journal_line', 'body', 'UPDATE')
"""
GIVEN_UP = "SELECT count(*) FROM journal_pending WHERE gave_up_at IS NOT NULL"
SKEW = 5.0  # seconds the clocks of house and database may differ
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "testserver"}
Finding = tuple[bool, str, str]  # is it good; what was looked at; what to do if it is not


class Command(DjangoCheck):
    help = "Check whether the house may be opened to residents; with --production, fail if not."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--production", action="store_true", help="fail unless residents may be let in"
        )

    def handle(self, *app_labels: Any, **options: Any) -> None:
        super().handle(*app_labels, **options)
        production = options["production"]
        if not production and (app_labels or options["tags"] or options["list_tags"]):
            return  # one part was asked for
        kept, advice = _kept()
        findings = [*_settings(), *_keys(), *kept]
        self._tell(findings, "FAIL" if production else "warn")
        self._tell(advice, "look")
        count = sum(not good for good, _, _ in findings)
        if count and production:
            raise CommandError("Not fit for residents yet; see above.")
        if count:
            self.stdout.write(
                f"{count} of these keep residents out; `linli check --production` fails on them."
            )

    def _tell(self, findings: Iterable[Finding], bad: str) -> None:
        for good, what, remedy in findings:
            self.stdout.write(f"{'ok  ' if good else bad}  {what}{'' if good else ': ' + remedy}")


def _kept() -> tuple[list[Finding], list[Finding]]:
    """Return what the database shows, and what is advised; only why, if it cannot be read."""
    what, amiss = "the database can be read", " ".join(what_is_amiss().split())
    try:
        if not amiss:
            return [(True, what, ""), *_database()], list(_advice())
    except DatabaseError as trouble:  # tables of an earlier release
        amiss = f"{' '.join(str(trouble).split())}; run `linli migrate`"
    return [(False, what, amiss)], []


def _settings() -> Iterator[Finding]:
    yield not settings.DEBUG, "tracebacks are hidden", "unset LINLI_DEBUG"
    yield settings.HTTPS, "cookies travel by TLS only", "set LINLI_HTTPS=1 behind TLS"
    kept = settings.SECURE_HSTS_SECONDS >= MONTH
    yield kept, "browsers keep to TLS (HSTS)", "set LINLI_HTTPS=1 behind TLS"
    named = set(settings.ALLOWED_HOSTS) - LOOPBACK
    yield bool(named) and "*" not in named, "the house knows its name", "set LINLI_HOSTS"
    made = not settings.SECRET_KEY.startswith("not-yet-made")
    yield made, "cookies are signed with a key of our own", "run `linli make-keys`"
    try:
        trusted_proxies(settings.TRUSTED_PROXIES)
    except ImproperlyConfigured as wrong:
        yield False, "the proxies that are trusted are named", str(wrong)


def _advice() -> Iterator[Finding]:
    """Yield what does no harm by itself, but is mostly a mistake."""
    known = bool(settings.TRUSTED_PROXIES) or not settings.HTTPS
    yield (
        known,
        "tries are counted where they come from",
        "behind a proxy all residents count as one; set LINLI_TRUSTED_PROXIES=1",
    )
    noted = Path(settings.HOME) / LAST_BACKUP
    age = datetime.now(UTC) - _moment(noted) if noted.exists() else None
    yield (
        age is not None and age < BACKUP_AGE,
        "there is a fresh backup",
        f"the last is {age.days} days old" if age else "none was made here; `linli backup FILE`",
    )
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP)
        lines = cursor.fetchone()[0]
    yield (
        not lines,
        "what follows from each act was done",
        f"for {lines} it failed for good; `linli work --once --again` names them and tries once more",
    )
    if _trouble_with_keys():  # said already
        return
    left = count_former()
    yield not left, "no value lies under a former key", f"{left} do; run `linli rotate-key` again"


def _moment(noted: Path) -> datetime:
    try:
        return datetime.fromisoformat(noted.read_text().strip())
    except ValueError:
        return datetime.fromtimestamp(noted.stat().st_mtime, UTC)


def _keys() -> Iterator[Finding]:
    folder = Path(settings.KEYS)
    closed = folder.is_dir() and is_private(folder)
    yield closed, "the key folder is opened by nobody else", f"chmod 700 {folder}"
    for name in (FIELDS, SEAL, SESSION):
        path = Path(settings.KEYS) / name
        there = path.exists()
        yield there, f"{name} is there", "run `linli make-keys`, or bring it back from the backup"
        yield there and is_private(path), f"{name} is read by nobody else", f"chmod 600 {path}"
    if not missing_keys(folder):
        trouble = _trouble_with_keys()
        yield not trouble, "the keys can be read", trouble


def _trouble_with_keys() -> str:
    try:
        keyring()
    except KeysMissing as broken:
        with override("en"):  # as everything the commands say
            return sentence(broken)
    return ""


def _database() -> Iterator[Finding]:
    yield not queries.is_demo(), "the database is not marked as a demo", "start with a fresh one"
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("PRAGMA synchronous")
            yield cursor.fetchone()[0] == 2, "an answer survives a power cut", "synchronous=FULL"
            loose = " ".join(str(path) for path in database_files() if not is_private(path))
            yield not loose, "the database is read by nobody else", f"chmod 600 {loose}"
            return
        cursor.execute("SHOW synchronous_commit")
        level = cursor.fetchone()[0]
        yield level != "off", "an answer survives a power cut", "set synchronous_commit on"
        cursor.execute(ROLE)
        owns, mighty, makes, wipes = cursor.fetchone()
        remedy = "serve as a role of its own (`linli grants`, docs/operating/settings.md)"
        yield not owns, "the role that serves owns no table", remedy
        yield not mighty, "the role that serves is no superuser", remedy
        yield not makes, "the role that serves makes no tables", remedy
        yield not wipes, "the role that serves cannot take anything off the record", remedy
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((datetime.now(UTC) - cursor.fetchone()[0]).total_seconds())
        yield apart < SKEW, "the clocks agree", f"they are {apart:.0f} s apart; set them by NTP"
