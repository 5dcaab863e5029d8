"""``linli found-district FILE``: the places, posts, units and people a district begins with."""

import csv
import os
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from linli.basics import Refused
from linli.catalogue import queries as catalogue
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_tables
from linli.identity import actions as identity
from linli.interop.domain.founding import (
    PLACES,
    POSTS,
    STAFF,
    UNITS,
    BadLine,
    Ground,
    Spot,
    Table,
    read_book,
)
from linli.interop.management.founding_book import write_template
from linli.journal.actions import system
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import SeatRow
from linli.places import queries as places
from linli.places.domain import Kind
from linli.rulebook.domain import local_date

NOTHING = "Nothing of the units and people was brought in. Mend the lines and run it again."
MANY = 20  # sign-ins that take longer than two seconds to hash
SHEETS = frozenset({PLACES, POSTS, UNITS, STAFF})
WIDE = frozenset({Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY})


class Command(BaseCommand):
    help = "Bring in the places, posts, units and people of a district; the same again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the workbook")
        parser.add_argument("--template", type=Path, help="write an empty workbook here, and end")
        parser.add_argument("--area", default="", help="6-digit code of a district not there yet")
        parser.add_argument("--name", default="", help="its Chinese name")

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ARG002
        now = datetime.now(UTC)
        if options["template"]:
            self._template(options["template"], local_date(now))
            return
        if options["file"] is None:
            raise CommandError("Name the workbook, or --template FILE for an empty one.")
        sheets = read_tables(options["file"])
        if not SHEETS & set(sheets):
            raise CommandError(
                f"{options['file']}: None of the sheets is called {', '.join(sorted(SHEETS))}. "
                "--template FILE writes a workbook with all of them."
            )
        flaws = self._places(options, sheets)
        book = read_book(sheets, _ground(local_date(now)))
        flaws += book.flaws
        if flaws:
            told = "\n".join(map(sentence, flaws))
            raise CommandError(f"{told}\n{NOTHING}")
        self._open(
            now,
            posts={code: {"zh-Hans": name} for _, (code, name) in book.posts},
            rows=[row for _, row in book.parties],
            seats=[row for _, row in book.seats],
        )

    def _template(self, path: Path, on: date) -> None:
        offices = {str(one["code"]): one["name"]["zh-Hans"] for one in _offices(on)}
        write_template(path, offices)
        self.stdout.write(f"empty workbook: {path}")

    def _places(self, options: Mapping[str, Any], sheets: Mapping[str, Table]) -> list[BadLine]:
        """Bring in the places, line by line; return those that could not be."""
        if len(sheets.get(PLACES, ())) < 2:
            return []
        said = StringIO()
        with TemporaryDirectory() as folder:
            errors = Path(folder) / "errors.csv"
            call_command(
                "import_places",
                options["file"],
                area=options["area"],
                name=options["name"],
                errors=errors,
                stdout=said,
            )
            bad = list(_bad_lines(errors)) if errors.exists() else []
        self.stdout.write(f"places: {said.getvalue().splitlines()[-1]}")
        return bad

    def _open(
        self,
        at: datetime,
        *,
        posts: Mapping[str, Mapping[str, str]],
        rows: Sequence[Any],
        seats: Sequence[SeatRow],
    ) -> None:
        by = system(settings.DISTRICT)
        fresh = {one.login: one.name for one in seats if one.login}
        fresh = {
            login: name
            for login, name in fresh.items()
            if party_queries.name_of_login(by.district, login) is None
        }
        passwords = {login: identity.new_password() for login in fresh}
        shown = tqdm(passwords.items(), desc="sign-ins", disable=len(passwords) < MANY)
        hashes = {login: make_password(password) for login, password in shown}
        # Written first: a password that opens nothing does no harm, one that is lost does.
        kept = _keep(passwords, fresh, at) if passwords else None
        try:
            done = parties.open_offices(
                by=by, at=at, posts=posts, parties=rows, seats=seats, hashes=hashes
            )
        except BaseException as trouble:
            if kept:
                kept.unlink()
            if isinstance(trouble, Refused):
                raise CommandError(f"{sentence(trouble)}\n{NOTHING}") from trouble
            raise
        self.stdout.write(
            f"posts: {done.posts_new} new\n"
            f"units: {done.parties_new} new, {done.parties_changed} changed, "
            f"{len(rows) - done.parties_new - done.parties_changed} unchanged\n"
            f"people: {done.users_new} new sign-ins; appointments: {done.seats_new} new, "
            f"{done.seats_changed} changed, "
            f"{len(seats) - done.seats_new - done.seats_changed} unchanged"
        )
        if kept:
            self.stdout.write(
                f"first passwords: {kept}\nOnly you can read this file. Hand each line to the one "
                "it belongs to, and delete the file. The first sign-in asks for another."
            )


def _bad_lines(errors: Path) -> list[BadLine]:
    with errors.open(encoding="utf-8-sig", newline="") as file:
        return [
            BadLine(sheet=PLACES, line=int(one["line"]), reason=one["reason"])
            for one in csv.DictReader(file)
        ]


def _offices(on: date) -> Sequence[Mapping[str, Any]]:
    return catalogue.entries("units", on)


def _ground(on: date) -> Ground:
    district = settings.DISTRICT
    spots: dict[str, list[Spot]] = defaultdict(list)
    tree = places.tree(district)
    roots = tree.roots()
    streets = [street for root in roots for street in tree.children(root.id)]
    communities = [one for street in streets for one in tree.children(street.id)]
    for node in (*roots, *streets, *communities):
        if node.kind not in WIDE or node.ended:
            continue
        street = tree.street_of(node.id)
        code = tree.node(street).code if street is not None else ""
        spot = Spot(node.id, node.code, str(node.kind), code)
        for said in {node.code, node.name["zh-Hans"]}:
            spots[said].append(spot)
    offices = {}
    for one in _offices(on):
        offices[str(one["code"])] = offices[one["name"]["zh-Hans"]] = str(one["code"])
    return Ground(
        today=on,
        spots=spots,
        offices=offices,
        named=lambda login: party_queries.name_of_login(district, login),
        parties=party_queries.party_rows(district),
        seats=party_queries.seat_rows(district),
        posts=party_queries.post_codes(district),
    )


def _keep(passwords: Mapping[str, str], names: Mapping[str, str], at: datetime) -> Path:
    """Write the first passwords into a new file nobody else can read; return where it is."""
    path = Path(settings.HOME) / f"first-passwords-{at:%Y%m%d-%H%M%S-%f}.txt"
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.writelines(f"{login}\t{names[login]}\t{word}\n" for login, word in passwords.items())
    return path
