"""``linli load-pack [FOLDER …]``: load packs; without a folder, all that lie in ``packs/``."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from linli.basics import Refused
from linli.catalogue.actions import load_pack
from linli.catalogue.domain import Pack
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_bytes
from linli.journal.actions import system


class Command(BaseCommand):
    help = "Load service packs. Loading again what is loaded changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, help="default: all in packs/")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        folders = options["folders"] or sorted(
            path.parent for path in (settings.BASE_DIR / "packs").glob("*/pack.yaml")
        )
        known: dict[str, Pack] = {}
        for folder in folders:
            read_bytes(folder / "pack.yaml")
            try:
                loaded = load_pack(
                    by=system(settings.DISTRICT),
                    folder=folder,
                    at=datetime.now(UTC),
                    known=known,
                )
            except Refused as refusal:
                raise CommandError(sentence(refusal)) from refusal
            self.stdout.write(
                f"{folder.resolve().name}: {loaded.items} new items, {loaded.versions} new versions"
            )
