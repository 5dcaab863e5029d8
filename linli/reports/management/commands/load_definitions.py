"""``linli load-definitions [FOLDER …]``: indicators and words of headings; default: all packs."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from linli.basics import Refused
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_bytes
from linli.journal.actions import system
from linli.reports.actions import load_definitions, read_definitions
from linli.rulebook.domain import local_date


class Command(BaseCommand):
    help = "Load what reports count and what their headings mean. Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, help="default: all in packs/")
        parser.add_argument(
            "--begins",
            type=date.fromisoformat,
            help="the first day in force; default: the first of last year, so that forms of earlier "
            "periods are understood too",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        folders = options["folders"] or sorted(
            path.parent for path in (settings.BASE_DIR / "packs").glob("*/pack.yaml")
        )
        at = datetime.now(UTC)
        begins = options["begins"] or date(local_date(at).year - 1, 1, 1)
        for folder in folders:
            read_bytes(folder / "pack.yaml")
            try:
                indicators, terms = read_definitions(folder)
                changed = load_definitions(
                    by=system(settings.DISTRICT),
                    pack=folder.resolve().name,
                    indicators=indicators,
                    terms=terms,
                    begins=begins,
                    at=at,
                )
            except Refused as refusal:
                raise CommandError(f"{folder}: {sentence(refusal)}") from refusal
            self.stdout.write(f"{folder.name}: {changed} definitions changed")
