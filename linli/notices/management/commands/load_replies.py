"""Load the ready replies of a pack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linli.fabric.management.handed import read_entries
from linli.journal.actions import system
from linli.notices.actions import load_replies
from linli.notices.domain import BadTemplate
from linli.notices.queries import DATA


class Command(BaseCommand):
    help = "Load the ready replies of a file (by default the examples that come with the house)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=DATA / "replies.yaml",
            help="a YAML list of replies",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        rows = read_entries(options["file"])
        try:
            changed = load_replies(by=system(settings.DISTRICT), rows=rows, at=timezone.now())
        except BadTemplate as trouble:
            raise CommandError(f"{options['file']}: {trouble}. Nothing was loaded.") from None
        self.stdout.write(f"{changed} of {len(rows)} replies were new or changed.")
