"""``linli backup FILE``: database, keys and files in one archive."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linli.verify import queries
from linli.verify.queries import CannotDo


class Command(BaseCommand):
    help = "Write database, keys and files to one archive; the house stays open meanwhile."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive to write, such as linli.tar.gz")

    def handle(self, *, file: Path, **options: object) -> None:
        del options
        try:
            counts = queries.write_backup(file)
        except CannotDo as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as trouble:
            raise CommandError(f"{file} cannot be written: {trouble.strerror}.") from trouble
        self.stdout.write(
            f"{file}: the database, {counts['keys']} keys, {counts['files']} files\n"
            "Whoever holds this file can read everything. Keep it where nobody else reaches it."
        )
