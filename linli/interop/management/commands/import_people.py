"""``linli import-people FILE``: the residents of a district, with their households, homes and facts."""

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext
from tqdm import tqdm

from linli.basics import Refused, gettext_noop
from linli.fabric.bulk import update_statistics, without_pauses
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_tables, write_bad_lines
from linli.interop.domain.founding import BadLine, Table, Wrong
from linli.interop.domain.residents import SHEET, Resident, Roll
from linli.interop.management.residents_book import write_template
from linli.journal.actions import system
from linli.people import actions, queries
from linli.people.domain import Permission, PersonEnded, check_brought_in
from linli.places import queries as places
from linli.places.domain import as_called
from linli.rulebook.domain import local_date

AT_ONCE = 2_000  # people an act; killed in between, the next run brings in the rest
PURPOSES = ("registry", "item")
LONGEST_SOURCE = 60
UNNUMBERED = gettext_noop(
    "Somebody of this name and birth date lives behind this door without an identity number on "
    "record. If it is the same person, enter the number on their record."
)
RENAMED = gettext_noop(
    "On record this identity number has another name. Compare the papers; if the name changed, "
    "change it on the record."
)


class Command(BaseCommand):
    help = "Bring in the residents of a district from Excel or CSV; the same again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the workbook or CSV")
        parser.add_argument("--template", type=Path, help="write an empty workbook here, and end")
        parser.add_argument(
            "--purpose", action="append", help=f"what for; {' and '.join(PURPOSES)} if not said"
        )
        parser.add_argument("--source", default="", help="what the list is called, if not the file")
        parser.add_argument("--on", type=date.fromisoformat, help="the day it was true; else today")
        parser.add_argument(
            "--errors", type=Path, help="where bad lines go, if not beside the file"
        )

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ARG002
        if options["template"]:
            write_template(options["template"], queries.dictionary(), queries.purposes())
            self.stdout.write(f"empty workbook: {options['template']}")
            return
        path, now = options["file"], datetime.now(UTC)
        if path is None:
            raise CommandError("Name the file, or --template FILE for an empty workbook.")
        source, on = options["source"] or path.stem, options["on"] or local_date(now)
        if len(source) > LONGEST_SOURCE:
            raise CommandError(f"Name the list with --source, in at most {LONGEST_SOURCE} letters.")
        if on > local_date(now):
            raise CommandError(f"{on} has not come yet.")
        with without_pauses():
            roll = _read(path, on=local_date(now))
            purposes = self._state(options["purpose"] or PURPOSES, roll)
            self._bring(roll, source=source, on=on, at=now, purposes=purposes)
        self._tell(roll, options["errors"] or path.with_name(path.name + ".errors.csv"))

    def _state(self, stated: Sequence[str], roll: Roll) -> Sequence[str]:
        """Say what the list is brought in for and on which basis; refuse what is none of that."""
        known, facts = queries.purposes(), queries.dictionary()
        for code in stated:
            if code not in known:
                raise CommandError(f"No purpose is called {code}: {', '.join(known)}.")
        try:
            check_brought_in(
                [known[code] for code in stated],
                [facts[one] for one in sorted(roll.columns & facts.keys())],
            )
        except Refused as refusal:
            raise CommandError(sentence(refusal)) from None
        for code in stated:
            self.stdout.write(f"for: {code} ({', '.join(known[code].articles)})")
        if roll.unread:
            self.stdout.write(f"columns not read: {', '.join(sorted(roll.unread))}")
        return stated

    def _bring(
        self, roll: Roll, *, source: str, on: date, at: datetime, purposes: Sequence[str]
    ) -> None:
        """Bring the people in, part by part; each part is an act of its own."""
        by = replace(system(settings.DISTRICT), permissions=frozenset(Permission))
        people = households = known = 0
        count = len(roll.residents)
        with tqdm(total=count, desc="residents", disable=count <= AT_ONCE) as bar:
            for part in roll.parts(AT_ONCE):
                houses = {one.house.key: one.house for one in part if one.house}
                loaded = actions.load_people(
                    by=by,
                    at=at,
                    source=source,
                    on=on,
                    households=list(houses.values()),
                    people=[one.row for one in part],
                    purposes=purposes,
                )
                people += len(part) - len(loaded.known)
                households += loaded.founded
                known += len(loaded.known - loaded.closed - loaded.unnumbered - loaded.renamed)
                _complain(roll, part, loaded)
                bar.update(len(part))
        if people > AT_ONCE:
            update_statistics()
        self.stdout.write(
            f"{people} new residents in {households} new households, {known} on record already, "
            f"{len(roll.flaws)} bad lines"
        )

    def _tell(self, roll: Roll, errors: Path) -> None:
        """Write the bad lines."""
        write_bad_lines(errors, ("sheet", "line", "column", "reason"), _told(roll.flaws))
        if roll.flaws:
            self.stdout.write(f"bad lines and reasons: {errors}")


def _sheets(path: Path) -> dict[str, Table]:
    """Return the sheets that begin with 居民, else the only one there is."""
    tables: dict[str, Table] = {**read_tables(path)}
    found = {name: table for name, table in tables.items() if name.startswith(SHEET)}
    if not found and len(tables) != 1:
        raise CommandError(f"{path}: no sheet is called {SHEET}. Name one so.")
    return found or tables


def _read(path: Path, *, on: date) -> Roll:
    homes = places.homes_by_words(settings.DISTRICT)
    roll = Roll(on, queries.dictionary(), lambda said: homes.get(as_called(said), ()))
    for sheet, table in _sheets(path).items():
        shown = partial(tqdm, desc=sheet, total=len(table) - 1, disable=len(table) <= AT_ONCE)
        try:
            roll.read(sheet, table, shown)
        except BadLine as flaw:
            raise CommandError(f"{path}: {sentence(flaw)}") from None
    guardians = roll.guardians_elsewhere()
    roll.settle(queries.numbers_on_record(settings.DISTRICT, guardians))
    return roll


def _complain(roll: Roll, part: Iterable[Resident], loaded: actions.LoadedPeople) -> None:
    """Note who is on record, but not so that the line could be left alone."""
    for one in part:
        if one.row.key in loaded.closed:
            roll.tell(one, "name", PersonEnded())
        elif one.row.key in loaded.renamed:
            roll.tell(one, "name", RENAMED)
        elif one.row.key in loaded.unnumbered:
            roll.tell(one, "id_number", UNNUMBERED)


def _told(flaws: Sequence[BadLine]) -> list[tuple[str, int, str, str]]:
    told = []
    for flaw in sorted(flaws, key=lambda one: (one.sheet, one.line)):
        wrong = flaw.reason
        assert isinstance(wrong, Wrong)  # noqa: S101  # the roll makes no other
        why = wrong.reason
        reason = sentence(why) if isinstance(why, Refused) else gettext(why)
        told.append((flaw.sheet, flaw.line, wrong.column, reason))
    return told
