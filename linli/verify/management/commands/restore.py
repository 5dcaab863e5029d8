"""``linli restore FILE``: bring back what ``linli backup`` wrote, into an empty home."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linli.verify import queries
from linli.verify.queries import CannotDo


class Command(BaseCommand):
    help = "Bring a backup back into an empty home; refuses to overwrite anything."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive that `linli backup` wrote")

    def handle(self, *, file: Path, **options: object) -> None:
        del options
        try:
            counts = queries.read_backup(file)
        except CannotDo as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{file} is back: the database, {counts['keys']} keys, {counts['files']} files\n"
            "Now run: linli verify"
        )
