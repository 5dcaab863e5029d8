"""``linli import-messages FILE.csv``: residents' messages of another system become cases."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from linli.cases.domain.imports import MESSAGE_COLUMNS, read_message
from linli.cases.management.importing import import_cases, summary


class Command(BaseCommand):
    help = "Bring residents' messages in as cases. The same file again changes nothing; a killed run resumes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=f"a CSV with {', '.join(MESSAGE_COLUMNS)}")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        path, began = options["file"], time.perf_counter()
        report = import_cases(path, read_message, MESSAGE_COLUMNS, name="residents' messages")
        self.stdout.write(summary(report, path, time.perf_counter() - began))
