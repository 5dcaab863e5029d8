"""``linli export FILE.zip``: a package anyone can check without trusting this house."""

import os
from contextlib import suppress
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linli.verify import queries
from linli.verify.management.tables import check_tables


class Command(BaseCommand):
    help = "Write the record, its seals, all bound rows and files to one package, signed."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "package", type=Path, help="the file to write; it must not be there yet"
        )

    def handle(self, *, package: Path, **options: object) -> None:
        del options
        part = package.with_name(f"{package.name}.part")
        if package.exists():
            raise CommandError(f"{package} is there already; choose another name.")
        check_tables()
        try:
            # Rows hold personal data: nobody else on this machine reads the package.
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                manifest = queries.write_package(file)["manifest"]
            part.rename(package)
        except OSError as trouble:
            with suppress(OSError):  # it may never have been there
                part.unlink()
            raise CommandError(f"{package} cannot be written: {trouble.strerror}.") from trouble
        rows = sum(m["count"] for n, m in manifest["members"].items() if n.startswith("rows/"))
        self.stdout.write(
            f"{package}: {rows:,} rows, {manifest['lines']:,} lines, {manifest['seals']:,} seals\n"
            f"root {manifest['root'] or 'none yet'}\n"
            "It holds personal data. Check it anywhere: linli verify FILE.zip"
        )
