"""``linli remove-demo``: an empty district again, where invented people lived."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from linli.fabric.database import drop_everything
from linli.fabric.versions import forget_everything
from linli.identity import queries


class Command(BaseCommand):
    help = "Remove a demo with all its tables and make empty ones; refused where people are real."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do it; nothing of it comes back")
        parser.add_argument(
            "--half-built", action="store_true", help="only if its loader was ended half-way"
        )

    def handle(self, *, yes: bool, half_built: bool, **options: Any) -> None:
        del options
        if half_built:
            if queries.demo_is_half_built():
                self.stdout.write("The demo was left half built; it is removed and built anew.")
                self._remove()
            return
        if not queries.is_demo():
            raise CommandError("This database is not marked as a demo; nothing was removed.")
        if not yes:
            raise CommandError("This removes the whole district. Say so: linli remove-demo --yes")
        self._remove()
        self.stdout.write("The demo is gone. The tables are there and empty.")

    def _remove(self) -> None:
        drop_everything()
        forget_everything()
        call_command("migrate", verbosity=0, stdout=self.stdout)
        call_command("createcachetable", verbosity=0, stdout=self.stdout)
        if settings.RUNTIME_ROLE:
            words = ["--runtime-role", settings.RUNTIME_ROLE, "--apply"]
            call_command("grants", *words, stdout=self.stdout)
