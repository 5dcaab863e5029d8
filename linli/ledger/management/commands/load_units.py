"""``linli load-units``: what can be counted."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from linli.basics import Refused
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_entries
from linli.journal.actions import system
from linli.ledger import actions
from linli.ledger.domain import read_units

DATA = Path(__file__).parents[2] / "data" / "units.yaml"


class Command(BaseCommand):
    help = "Enter the units accounts are kept in. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=DATA, help="a YAML list of units")

    def handle(self, *args: object, file: Path, **options: object) -> None:  # noqa: ARG002
        try:
            units = read_units(read_entries(file))
        except Refused as refusal:
            raise CommandError(f"{file}: {sentence(refusal)}") from None
        changed = actions.load_units(
            by=system(settings.DISTRICT), at=datetime.now(UTC), units=units
        )
        self.stdout.write(f"{changed} units changed")
