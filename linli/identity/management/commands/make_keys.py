"""Make the keys that are missing in the key folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from linli.fabric.database import has_lines
from linli.fabric.keyring import make_keys, missing_keys


class Command(BaseCommand):
    help = "Make the keys that are missing; those that are there stay as they are."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="make keys though the former ones are lost"
        )

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:  # noqa: ARG002
        folder = Path(settings.KEYS)
        missing = missing_keys(folder)
        if missing and not anew and has_lines():
            raise CommandError(
                f"{' and '.join(missing)} should be in {folder}, for this database has been in use. "
                "Bring the keys back from the backup. If they are lost for good, values sealed with "
                "them stay closed for ever; then: linli make-keys --anew"
            )
        made = make_keys(folder)
        words = "Keys made in" if made else "The keys are already in"
        self.stdout.write(f"{words} {folder}. Keep a copy: without them sealed data is lost.")
