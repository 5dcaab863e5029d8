"""``linli import-work-orders FILE.csv``: work orders of another system become cases."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from linli.cases.domain.imports import WORK_ORDER_COLUMNS, read_work_order
from linli.cases.management.importing import import_cases, summary


class Command(BaseCommand):
    help = (
        "Bring work orders in as cases. The same file again changes nothing; a killed run resumes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=f"a CSV with {', '.join(WORK_ORDER_COLUMNS)}")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        path, began = options["file"], time.perf_counter()
        report = import_cases(path, read_work_order, WORK_ORDER_COLUMNS, name="work orders")
        self.stdout.write(summary(report, path, time.perf_counter() - began))
