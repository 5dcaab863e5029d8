"""Units: offices, a community's hats, organisations. Each is known again by where it is and what it does."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from linli.parties.domain import CENTER, Kind, PartyRow, check_party, check_phone, sector_of

from .cells import Texts, name
from .words import (
    HATS,
    KINDS,
    NEEDS_OFFICE,
    NO_HAT_HERE,
    PROFIT,
    SEVERAL,
    TWICE,
    UNIT_COLUMNS,
    UNKNOWN_KIND,
    UNKNOWN_OFFICE,
    UNKNOWN_PLACE,
    UNKNOWN_UNIT,
    WRONG_LEVEL,
    Ground,
    Spot,
    Wrong,
)

CENTER_WORDS = frozenset({"中心", CENTER})
LEVELS: Mapping[str, str] = {"district": "district", "street": "street"}
_OFFICE = re.compile(r"[a-z][a-z0-9_]{0,29}")


def _wrong(texts: Texts, column: str, reason: str) -> Wrong:
    return Wrong(column=UNIT_COLUMNS[column][0], cell=texts[column], reason=reason)


class Units:
    """The units that stand and those a workbook adds, found by code and by name."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._spots = {spot.id: spot for spots in ground.spots.values() for spot in spots}
        self.by_code = {one.code: one for one in ground.parties}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for one in ground.parties:
            self._by_name[one.name["zh-Hans"]].add(one.code)
        self._read: set[str] = set()

    def read(self, texts: Texts) -> tuple[PartyRow, str]:
        """
        Return a unit, and what stands in the column of the one above it.

        :raises Wrong: naming the cell that cannot be used
        :raises Refused: if no such unit may exist
        """
        names = {"zh-Hans": name(texts, "name", UNIT_COLUMNS["name"][0])}
        if texts["name_en"]:
            names["en"] = texts["name_en"]
        kind = KINDS.get(texts["kind"])
        if kind is None:
            raise _wrong(texts, "kind", UNKNOWN_KIND)
        spot = self._spot(texts)
        if kind in HATS and spot.kind != "community":
            raise _wrong(texts, "place", NO_HAT_HERE)
        office = "" if kind in HATS else self._office(texts, kind, spot)
        profit = texts["kind"] == PROFIT
        check_party(kind=kind, sector=sector_of(kind), legal_person=False, for_profit=profit)
        row = PartyRow(
            code=self._code(texts, kind, office, spot),
            kind=kind,
            name=names,
            place=spot.id,
            office=office,
            phone=check_phone(texts["phone"]),
            for_profit=profit,
            from_on=self._ground.today,
        )
        self._read.add(row.code)
        self.by_code[row.code] = row
        self._by_name[names["zh-Hans"]].add(row.code)
        return row, texts["parent"]

    def below(self, read: tuple[PartyRow, str]) -> PartyRow:
        """
        Return the unit with the code of the one above it; where none is said, the center above.

        :raises Wrong: if there is no such unit, or several
        """
        row, above = read
        if above:
            return replace(row, parent=self.find(above, UNIT_COLUMNS["parent"][0]))
        spot = self._spots[row.place]
        district = next((one.code for one in self._spots.values() if one.kind == "district"), "")
        centers = (f"{place}.{CENTER}" for place in (spot.street, district) if place)
        found = (code for code in centers if code in self.by_code and code != row.code)
        return replace(row, parent=next(found, ""))

    def find(self, said: str, column: str) -> str:
        """
        Return the code of the unit that is meant by a code or a name.

        :raises Wrong: if there is none, or several
        """
        if said in self.by_code:
            return said
        found = self._by_name.get(said, set())
        if len(found) != 1:
            raise Wrong(column=column, cell=said, reason=SEVERAL if found else UNKNOWN_UNIT)
        return next(iter(found))

    def _spot(self, texts: Texts) -> Spot:
        found = self._ground.spots.get(texts["place"], ())
        if len(found) != 1:
            raise _wrong(texts, "place", SEVERAL if found else UNKNOWN_PLACE)
        return found[0]

    def _office(self, texts: Texts, kind: Kind, spot: Spot) -> str:
        """Return what a unit does, as a performer names it: ``civil_affairs`` of ``street.civil_affairs``."""
        said = texts["office"]
        if not said:
            raise _wrong(texts, "office", NEEDS_OFFICE)
        if kind == Kind.OFFICE and said in CENTER_WORDS:
            return CENTER
        level, _, office = self._ground.offices.get(said, "").partition(".")
        if not office:
            if not _OFFICE.fullmatch(said):
                raise _wrong(texts, "office", UNKNOWN_OFFICE)
            return said
        if level != (spot.kind if kind == Kind.OFFICE else "organisation"):
            raise _wrong(texts, "office", WRONG_LEVEL)
        return office

    def _code(self, texts: Texts, kind: Kind, office: str, spot: Spot) -> str:
        """
        Return the code of a unit: the one it has, or a free one.

        One place has one office of a kind, but may have two property companies.
        """
        if kind in HATS or kind == Kind.OFFICE:
            code = f"{spot.code}.{office or kind}"
            if code in self._read:
                raise _wrong(texts, "kind" if kind in HATS else "office", TWICE)
            return code
        free = base = f"{spot.code}.organisation_{office}"
        number = 1
        while free in self.by_code:
            if self.by_code[free].name["zh-Hans"] == texts["name"]:
                if free in self._read:
                    raise _wrong(texts, "name", TWICE)
                return free
            number += 1
            free = f"{base}_{number}"
        return free
