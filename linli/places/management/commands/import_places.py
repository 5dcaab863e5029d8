"""``linli import-places FILE``: streets from the division codes, or a tree from a workbook."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from python_calamine import CalamineWorkbook
from tqdm import tqdm

from linli.basics import Refused
from linli.fabric.edge import sentence
from linli.journal.actions import system
from linli.places import actions, queries
from linli.places.domain import (
    CodeTaken,
    Kind,
    Permission,
    PlaceRow,
    check_parent,
    check_row,
    local_code,
)
from linli.rulebook.domain import local_date

BATCH = 5_000
# Of a workbook with several sheets, which one; and what marks a line that is only an example.
SHEET, NOTE, EXAMPLE = "地方", "备注", "示例"
# The columns of a workbook, widest first, by either name.
COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.STREET: ("street", "街道"),
    Kind.COMMUNITY: ("community", "社区"),
    Kind.GRID: ("grid", "网格"),
    Kind.COURTYARD: ("courtyard", "院落"),
    Kind.BUILDING: ("building", "楼幢"),
    Kind.STAIRWELL: ("stairwell", "单元"),
    Kind.DOOR: ("door", "门牌"),
}
CODES: Mapping[Kind, tuple[str, ...]] = {
    Kind.STREET: ("street_code", "街道代码"),
    Kind.COMMUNITY: ("community_code", "社区代码"),
}


@dataclass
class Bad:
    """Lines that could not be read, each with its reason."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, reason: str) -> None:
        self.found.append((line, reason))

    def write(self, path: Path) -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([("line", "reason"), *self.found])


class Command(BaseCommand):
    help = "Bring places in from a CSV of streets or an Excel workbook; the same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV or workbook")
        parser.add_argument("--area", default="", help="6-digit code of the district")
        parser.add_argument("--name", default="", help="Chinese name of a district not there yet")
        parser.add_argument(
            "--errors", type=Path, help="where bad lines go; beside the file if not said"
        )
        parser.add_argument("--on", type=date.fromisoformat, help="the day the list was true")

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ARG002
        path: Path = options["file"]
        if not path.exists():
            raise CommandError(f"There is no file {path}.")
        area = options["area"] or self._area()
        at, bad = timezone.now(), Bad()
        by = replace(system(settings.DISTRICT), permissions=frozenset(Permission))
        on = options["on"] or local_date(at)
        rows = list(self._district(area, options["name"]))
        if path.suffix.lower() == ".csv":
            rows += streets(path, area, bad)
        else:
            rows += Reader(settings.DISTRICT, area).rows(path, bad)
        added = renamed = 0
        for first in tqdm(range(0, len(rows), BATCH), desc="places", disable=len(rows) < BATCH):
            done = actions.load_places(by=by, at=at, rows=rows[first : first + BATCH], on=on)
            added, renamed = added + done.added, renamed + done.renamed
        if bad.found:
            errors = options["errors"] or path.with_name(path.name + ".errors.csv")
            bad.write(errors)
            self.stdout.write(f"{len(bad.found)} lines could not be read; see {errors}.")
        unchanged = len(rows) - added - renamed
        self.stdout.write(f"{added} added, {renamed} renamed, {unchanged} unchanged.")

    def _area(self) -> str:
        roots = queries.tree(settings.DISTRICT).roots()
        if not roots:
            raise CommandError("Say which district: --area 330102 --name 上城区")
        return roots[0].code

    def _district(self, area: str, name: str) -> Iterator[PlaceRow]:
        """Yield the district's own row if it is not there yet."""
        roots = queries.tree(settings.DISTRICT).roots()
        if roots and roots[0].code != area:
            raise CommandError(f"This installation serves {roots[0].code}, not {area}.")
        if not roots:
            if not name:
                raise CommandError(f"The district {area} is new: give its name with --name.")
            row = PlaceRow(kind=Kind.DISTRICT, code=area, parent_code=None, name={"zh-Hans": name})
            check_row(row)
            yield row


def streets(path: Path, area: str, bad: Bad) -> Iterator[PlaceRow]:
    """Yield the streets of one district from a CSV with columns code, name, areaCode."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, entry in enumerate(csv.DictReader(file), start=2):
            if (entry.get("areaCode") or "").strip() != area:
                continue
            row = PlaceRow(
                kind=Kind.STREET,
                code=(entry.get("code") or "").strip(),
                parent_code=area,
                name={"zh-Hans": (entry.get("name") or "").strip()},
            )
            if not row.code.startswith(area):
                bad.add(line, "The code does not lie in the area.")
            elif not (trouble := complaint(row)):
                yield row
            else:
                bad.add(line, trouble)


def complaint(row: PlaceRow) -> str:
    """Return what is wrong with a row, nothing if it is right."""
    try:
        check_row(row)
    except Refused as refusal:
        return sentence(refusal)
    return ""


class Reader:
    """
    Reads a workbook: a line names a place and all those above it, and each place comes once.

    Streets and communities that are not known yet need their division codes.
    """

    def __init__(self, district: int, area: str) -> None:
        self.area = area
        tree = queries.tree(district)
        self.known: dict[tuple[str, Kind, str], str] = {}
        self.codes: set[str] = set()
        for code, kind, name, above in queries.all_codes(district):
            parent = tree.node(above).code if above is not None else ""
            self.known[parent, Kind(kind), name["zh-Hans"]] = code
            self.codes.add(code)

    def rows(self, path: Path, bad: Bad) -> Iterator[PlaceRow]:
        """Yield the places of the sheet 地方, else of the first, those above first."""
        book = CalamineWorkbook.from_path(str(path))
        sheet = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        table = book.get_sheet_by_name(sheet).to_python()
        head = [str(cell).strip().lower() for cell in table[0]] if table else []
        if not set(head) & set(COLUMNS[Kind.STREET]):
            raise CommandError("The first line must name the columns: street, community, grid, …")
        for line, cells in enumerate(table[1:], start=2):
            texts = dict(zip(head, map(words, cells), strict=False))
            if texts.get(NOTE, "").startswith(EXAMPLE):
                continue
            try:
                fresh = self.line(texts)
            except Refused as refusal:
                bad.add(line, sentence(refusal))
                continue
            for row in fresh:
                self.known[row.parent_code or "", row.kind, row.name["zh-Hans"]] = row.code
                self.codes.add(row.code)
            yield from fresh

    def line(self, texts: Mapping[str, str]) -> list[PlaceRow]:
        """
        Return the rows of the places of one line that are new.

        :raises Refused: if one of them is no legal place
        """
        above, outer = self.area, Kind.DISTRICT
        fresh: list[PlaceRow] = []
        for kind, names in COLUMNS.items():
            name = next((texts[one] for one in names if texts.get(one)), "")
            if not name:
                continue
            check_parent(kind, outer)
            code = self.known.get((above, kind, name), "")
            if not code:
                code = next((texts[one] for one in CODES.get(kind, ()) if texts.get(one)), "")
                row = PlaceRow(
                    kind=kind,
                    code=code if kind in CODES else self.new_code(above, kind, name),
                    parent_code=above,
                    name={"zh-Hans": name},
                )
                check_row(row)
                if row.code in self.codes:
                    raise CodeTaken(code=row.code)
                fresh.append(row)
                code = row.code
            above, outer = code, kind
        return fresh

    def new_code(self, above: str, kind: Kind, name: str) -> str:
        """Return a free local code that looks like the name: 12幢 is B12, and 12号楼 then B12A."""
        tries = ("", *"ABCDEFGHJKLMNPQRSTUVWXYZ")
        found = (local_code(above, kind, label(name) + letter) for letter in tries)
        return next((code for code in found if code not in self.codes), "")


def label(name: str) -> str:
    """Return what a name adds to a local code: its ASCII letters and digits, else a number of it."""
    plain = "".join(one for one in name.upper() if one.isascii() and one.isalnum())[:9]
    return plain or str(sum(ord(one) * 31**place for place, one in enumerate(name)) % 10**8)


def words(cell: object) -> str:
    """Return a cell as it was meant: 301, not 301.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""
