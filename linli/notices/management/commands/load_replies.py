"""Load the ready replies of a pack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from linli.journal.actions import system
from linli.notices.actions import load_replies
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
        rows = yaml.safe_load(options["file"].read_text(encoding="utf-8"))
        changed = load_replies(by=system(settings.DISTRICT), rows=rows, at=timezone.now())
        self.stdout.write(f"{changed} of {len(rows)} replies were new or changed.")
