"""``linli migrate``: Django's, and then ids begin in this installation's range."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import DEFAULT_DB_ALIAS

from linli.fabric import sequences


class Command(DjangoMigrate):
    help = "Bring the tables up to date; ids of new rows begin in this installation's range."

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["database"] == DEFAULT_DB_ALIAS and not options["plan"]:
            raised = sequences.raise_sequences()
            if raised and options["verbosity"] >= 1:
                self.stdout.write(f"ids of {len(raised)} tables begin in this installation's range")
