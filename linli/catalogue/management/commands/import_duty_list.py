"""``linli import-duty-list FILE --place CODE``: the duty list of a street or community."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from linli.basics import Refused
from linli.catalogue import queries
from linli.catalogue.actions import import_duty_list
from linli.catalogue.domain import read_duty_list
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_first_table
from linli.journal.actions import system
from linli.places import queries as places
from linli.rulebook.domain import local_date


class Command(BaseCommand):
    help = "Bring in the duty list of a street or community from Excel or CSV; it ends the list before it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list, an Excel workbook or a CSV")
        parser.add_argument("--place", required=True, help="code of the street or community")
        parser.add_argument(
            "--from", dest="begins", type=date.fromisoformat, help="first day; today if not said"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        now = datetime.now(UTC)
        lines, flaws = read_duty_list(read_first_table(options["file"]), _units(local_date(now)))
        if flaws:
            told = "\n".join(sentence(flaw) for flaw in flaws)
            raise CommandError(f"{told}\nNothing was brought in.")
        try:
            changed = import_duty_list(
                by=system(settings.DISTRICT),
                place=_place(options["place"]),
                lines=lines,
                begins=options["begins"] or local_date(now),
                at=now,
            )
        except Refused as refusal:
            raise CommandError(sentence(refusal)) from refusal
        self.stdout.write(f"{len(lines)} lines, {changed} changes")


def _place(code: str) -> int:
    node = places.tree(settings.DISTRICT).by_code(code)
    if node is not None and node.kind in ("street", "community") and not node.ended:
        return node.id
    raise CommandError(f"There is no street or community {code}.")


def _units(on: date) -> dict[str, str]:
    """Return performer, and Chinese name, of every unit → performer."""
    found = {}
    for entry in queries.entries("units", on):
        found[str(entry["code"])] = found[entry["name"]["zh-Hans"]] = str(entry["code"])
    return found
