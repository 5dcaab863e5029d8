"""``linli import-places FILE``: streets from the division codes, or a tree from a workbook."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext
from tqdm import tqdm

from linli.basics import Refused
from linli.fabric.edge import sentence
from linli.fabric.management.handed import read_tables, write_bad_lines
from linli.journal.actions import system
from linli.places import actions, queries
from linli.places.domain import (
    MICRO,
    CodeTaken,
    Kind,
    OtherCode,
    Permission,
    PlaceRow,
    check_code,
    check_parent,
    check_row,
    possible_codes,
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
# Where the last place of a line is: WGS-84, in degrees.
POINT = (("longitude", "经度"), ("latitude", "纬度"))
# The columns of the country's list of streets.
DIVISIONS = ("code", "name", "areacode")
CODES: Mapping[Kind, tuple[str, ...]] = {
    Kind.STREET: ("street_code", "街道代码"),
    Kind.COMMUNITY: ("community_code", "社区代码"),
}


Lines = Sequence[tuple[int, Mapping[str, str]]]  # number, column → text
Bad = list[tuple[int, str]]  # lines that could not be read, each with its reason


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
        parser.add_argument(
            "--outlines", type=Path, help="GeoJSON whose features have the code of a place"
        )

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ARG002
        path: Path = options["file"]
        head, lines = lines_of(path)
        area = options["area"] or self._area()
        at, bad = timezone.now(), Bad()
        by = replace(system(settings.DISTRICT), permissions=frozenset(Permission))
        on = options["on"] or local_date(at)
        rows = list(self._district(area, options["name"]))
        if head.issuperset(DIVISIONS):
            rows += streets(lines, area, bad)
        elif head.intersection(COLUMNS[Kind.STREET]):
            rows += Reader(settings.DISTRICT, area).rows(lines, bad)
        else:
            raise CommandError(
                f"{path}: the first line must name the columns, such as 街道, 社区, 网格 and 门牌."
            )
        if options["outlines"]:
            rows += outlines(options["outlines"], rows)
        added = renamed = drawn = unchanged = 0
        for first in tqdm(range(0, len(rows), BATCH), desc="places", disable=len(rows) < BATCH):
            done = actions.load_places(by=by, at=at, rows=rows[first : first + BATCH], on=on)
            added, renamed = added + done.added, renamed + done.renamed
            drawn += done.drawn
            unchanged += done.unchanged
        errors = options["errors"] or path.with_name(path.name + ".errors.csv")
        write_bad_lines(errors, ("line", "reason"), bad)
        if bad:
            self.stdout.write(f"{len(bad)} lines could not be read; see {errors}.")
        said = f"{drawn} drawn, " if drawn else ""
        self.stdout.write(f"{added} added, {renamed} renamed, {said}{unchanged} unchanged.")

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


def lines_of(path: Path) -> tuple[frozenset[str], Lines]:
    """
    Return the columns and the lines of the sheet 地方, else of the first, or of a CSV.

    :raises CommandError: if the file cannot be read
    """
    tables = read_tables(path)
    table = tables.get(SHEET, next(iter(tables.values()), []))
    filled = [
        (number, texts)
        for number, cells in enumerate(table, start=1)
        if any(texts := [words(cell) for cell in cells])
    ]
    head = [name.lower() for name in filled[0][1]] if filled else []
    lines = [(number, dict(zip(head, texts, strict=False))) for number, texts in filled[1:]]
    return frozenset(head), lines


def streets(lines: Lines, area: str, bad: Bad) -> Iterator[PlaceRow]:
    """Yield the streets of one district from the country's list."""
    code_of, name_of, area_of = DIVISIONS
    for line, texts in lines:
        if texts.get(area_of) != area:
            continue
        row = PlaceRow(
            kind=Kind.STREET,
            code=texts.get(code_of, ""),
            parent_code=area,
            name={"zh-Hans": texts.get(name_of, "")},
        )
        trouble = complaint(row)
        if not trouble and not row.code.startswith(area):
            trouble = gettext("The code does not lie in the area.")
        if trouble:
            bad.append((line, trouble))
        else:
            yield row


def outlines(path: Path, rows: Sequence[PlaceRow]) -> list[PlaceRow]:
    """
    Return the places a GeoJSON FeatureCollection draws, known by ``properties.code``.

    :raises CommandError: if it is none, or draws a place that is not there
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        drawn = {str(one["properties"]["code"]): one["geometry"] for one in features}
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        raise CommandError(f"{path} is no GeoJSON with a code in each feature.") from trouble
    tree, listed = queries.tree(settings.DISTRICT), {row.code: row for row in rows}
    found = []
    for code, outline in drawn.items():
        node = tree.by_code(code)
        if code in listed:
            row = listed[code]
        elif node is None:
            raise CommandError(f"{path} draws {code}, which is no place here.")
        else:
            above = tree.node(node.parent).code if node.parent is not None else None
            row = PlaceRow(kind=node.kind, code=code, parent_code=above, name=node.name)
        row = replace(row, outline=outline)
        check_row(row)
        found.append(row)
    return found


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
        self.codes: dict[str, tuple[str, Kind, str]] = {}  # code → parent's code, kind, name
        for code, kind, name, above in queries.all_codes(district):
            parent = tree.node(above).code if above is not None else ""
            self.note(code, (parent, Kind(kind), name["zh-Hans"]))

    def rows(self, lines: Lines, bad: Bad) -> Iterator[PlaceRow]:
        """Yield the places of the lines, those above first."""
        for line, texts in lines:
            if texts.get(NOTE, "").startswith(EXAMPLE):
                continue
            try:
                fresh = self.line(texts)
            except Refused as refusal:
                bad.append((line, sentence(refusal)))
                continue
            except (InvalidOperation, OverflowError, ValueError):
                bad.append((line, gettext("A point is written in degrees: 120.16 and 30.24.")))
                continue
            for row in fresh:
                self.note(row.code, (row.parent_code or "", row.kind, row.name["zh-Hans"]))
            yield from fresh

    def note(self, code: str, key: tuple[str, Kind, str]) -> None:
        """Remember a place by its name and by its code."""
        self.known[key] = code
        self.codes[code] = key

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
            said = next((texts[one] for one in CODES.get(kind, ()) if texts.get(one)), "")
            code = self.known.get((above, kind, name), "")
            if code and said and said != code:
                check_code(kind, said)
                raise OtherCode(code=said, known=code)
            if not code:
                row = PlaceRow(
                    kind=kind,
                    code=said if kind in CODES else self.new_code(above, kind, name),
                    parent_code=above,
                    name={"zh-Hans": name},
                )
                check_row(row)
                if row.code in self.codes:
                    raise CodeTaken(code=row.code)
                fresh.append(row)
                code = row.code
            above, outer = code, kind
        point = [next((texts[one] for one in names if texts.get(one)), "") for names in POINT]
        if any(point):
            return [*(row for row in fresh if row.code != above), self.drawn(above, fresh, point)]
        return fresh

    def drawn(self, code: str, fresh: Sequence[PlaceRow], point: Sequence[str]) -> PlaceRow:
        """
        Return the row of a place with its point, be it new or not.

        :raises Invalid: if there is half a point, or none on earth
        """
        longitude, latitude = (int(Decimal(one) * MICRO) if one else None for one in point)
        row = next((row for row in fresh if row.code == code), None)
        if row is None:
            above, kind, name = self.codes[code]
            row = PlaceRow(kind=kind, code=code, parent_code=above, name={"zh-Hans": name})
        row = replace(row, longitude=longitude, latitude=latitude)
        check_row(row)
        return row

    def new_code(self, above: str, kind: Kind, name: str) -> str:
        """Return a free local code that looks like the name."""
        tried = possible_codes(above, kind, name)
        return next((code for code in tried if code not in self.codes), "")


def words(cell: object) -> str:
    """Return a cell as it was meant: 301, not 301.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""
