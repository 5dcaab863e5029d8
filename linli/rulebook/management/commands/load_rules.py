"""``linli load-rules``: enter the law and the calendars that come with the house, or others."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, override

from linli.basics import Refused
from linli.fabric.edge import sentence
from linli.fabric.management.handed import files_in, read_document
from linli.journal.actions import system
from linli.rulebook import actions, queries
from linli.rulebook.domain import (
    CalendarYear,
    Rule,
    local_date,
    read_calendar_year,
    read_rules,
)

DATA = Path(__file__).parents[2] / "data"


class Command(BaseCommand):
    help = "Enter dated rules and working calendars. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, default=DATA, help="rules.yaml, calendar_*.yaml"
        )

    def handle(self, *args: object, folder: Path, **options: object) -> None:  # noqa: ARG002
        at = datetime.now(UTC)
        by = system(settings.DISTRICT)
        # Everything is read before anything is written: a bad file changes nothing.
        rules: list[Rule] = []
        years: list[CalendarYear] = []
        for path in files_in(folder):
            read(path, rules, years)
        try:
            changed_rules = actions.load_rules(by=by, rules=rules, at=at)
        except Refused as refusal:
            raise CommandError(sentence(refusal)) from None
        changed_years = sum(actions.load_calendar_year(by=by, year=year, at=at) for year in years)
        self.stdout.write(f"{changed_rules} rules and {changed_years} calendar years changed")
        self.warn(local_date(at))

    def warn(self, today: date) -> None:
        for warning in queries.calendar_warnings(today):
            with override("en"):  # as everything the commands say
                text = gettext(warning.message) % {"year": warning.year}
            self.stderr.write(self.style.WARNING(text))


def read(path: Path, rules: list[Rule], years: list[CalendarYear]) -> None:
    """
    Add what a file holds to the lists.

    :raises CommandError: naming the file
    """
    data = read_document(path)
    try:
        if path.name.startswith("calendar_"):
            years.append(read_calendar_year(data))
        else:
            rules += read_rules(data)
    except Refused as refusal:
        raise CommandError(f"{path}: {sentence(refusal)}") from None
