"""``linli load-awards FILE --item CODE``: the roll of those who have a benefit already."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from linli.basics import Refused
from linli.cases import actions
from linli.desk.domain import read_table
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_bytes, write_bad_lines
from linli.journal.actions import system

BATCH = 500


class Command(BaseCommand):
    help = "Bring in the roll of those who have a benefit, from Excel or CSV; the same again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the roll, an Excel workbook or a CSV")
        parser.add_argument("--item", required=True, help="code of the item that gives the benefit")

    def handle(self, *args: object, file: Path, item: str, **options: Any) -> None:  # noqa: ARG002
        by, at = system(settings.DISTRICT), datetime.now(UTC)
        try:
            rows = read_table(read_bytes(file))
            read = actions.look_through_roll(by=by, item=item, rows=rows, at=at)
            fresh, new = read.fresh, 0
            # Each part is an act of its own: killed in between, the next run brings in the rest.
            for first in range(0, len(fresh), BATCH):
                part = fresh[first : first + BATCH]
                new += actions.load_awards(by=by, item=item, roll=part, at=at)
        except Refused as refusal:
            raise CommandError(f"{file}: {sentence(refusal)}") from None
        self.stdout.write(
            f"{len(read.matched) + len(read.left)} lines: {new} new, {read.held} there already, "
            f"{len(read.left)} bad\n{len(read.missing)} on record are not on this roll"
        )
        errors = file.with_name(file.name + ".errors.csv")
        bad = [(one.line, sentence(one.why)) for one in read.left]
        write_bad_lines(errors, ("line", "reason"), bad)
        if bad:
            self.stdout.write(f"bad lines and reasons: {errors}")
