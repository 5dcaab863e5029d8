"""``linli prepare``: everything between an empty folder and a district that can be served."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, execute_from_command_line, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from linli.fabric import versions
from linli.fabric.database import database_files, is_private


class Command(BaseCommand):
    help = "Make keys, tables, rules and packs, and the demo district. What is done is skipped."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bare", action="store_true", help="keys and tables only")
        parser.add_argument("--no-demo", action="store_true", help="leave the district empty")

    def handle(self, *, bare: bool, no_demo: bool, **options: object) -> None:  # noqa: ARG002
        self._ground()
        if bare:
            return
        if not no_demo and "remove_demo" in get_commands():
            call_command("remove_demo", half_built=True, stdout=self.stdout)
        for words in settings.PREPARE:
            self._run(words)
        if not no_demo and "demo" in get_commands() and not versions.current(versions.DEMO_LOADED):
            self._run(["demo", "--prepared"])
            versions.bump(versions.DEMO_LOADED)
        self._tell()

    def _ground(self) -> None:
        Path(settings.HOME).mkdir(mode=0o700, parents=True, exist_ok=True)  # SQLite lies in it
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("make_keys", stdout=self.stdout)
        call_command("migrate", verbosity=0, stdout=self.stdout)
        call_command("createcachetable", verbosity=0, stdout=self.stdout)
        for path in [*Path(settings.KEYS).glob("*"), *database_files()]:
            if not is_private(path):  # made by an earlier release, or copied there by hand
                path.chmod(0o600)
        if settings.RUNTIME_ROLE:  # a migration may have made tables it has no rights on yet
            words = ["--runtime-role", settings.RUNTIME_ROLE, "--apply"]
            call_command("grants", *words, stdout=self.stdout)
        where = connection.settings_dict
        place = where["NAME"] if connection.vendor == "sqlite" else f"PostgreSQL, {where['NAME']}"
        self.stdout.write(f"database: {place}")

    def _run(self, words: list[str]) -> None:
        """Run one command of another storey, if the house has it already."""
        missing = any(os.sep in word and not Path(word).exists() for word in words)
        if words[0] not in get_commands() or missing:
            return
        self.stdout.write(f"linli {' '.join(words)}")
        self.stdout.flush()
        try:
            execute_from_command_line(["linli", *words])
        except SystemExit as ended:
            if ended.code:
                raise CommandError(f"`linli {' '.join(words)}` did not end well.") from ended

    def _tell(self) -> None:
        logins = Path(settings.HOME) / "demo-logins.txt"
        port = os.environ.get("PORT", "8000")
        lines = [f"data:     {settings.HOME}", f"address:  http://127.0.0.1:{port}/"]
        if logins.exists():
            lines += ["logins of the demo, one per role:", logins.read_text().rstrip()]
        self.stdout.write("\n".join(lines))
        sys.stdout.flush()
