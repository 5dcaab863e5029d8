"""A pack: items, duty lines, certificates nobody issues, and lists, read from its files as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from linli.rulebook.domain import AttributeType, Period

from .checks import Surroundings, check_different, check_item, check_no_circle
from .definitions import DutyKind, ItemDefinition
from .entries import Entry
from .reading import read_item
from .yaml_marks import Flaw, PackFlaw, Path, Sheet, read_sheet

EXAMPLES_ON = date(2026, 11, 21)  # the day on which a pack's examples are judged, unless it says
# The lists a pack may bring, and the keys each of their entries has and may have.
LISTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "levels": (frozenset({"code", "name", "first_response", "whole"}), frozenset({"note"})),
    "clauses": (
        frozenset({"code", "name", "when"}),
        frozenset({"basis", "names_line", "general", "example"}),
    ),
    "arbiters": (
        frozenset({"code", "name", "between", "arbiter", "hops", "then"}),
        frozenset({"example"}),
    ),
    "laws": (frozenset({"code", "name", "from"}), frozenset({"to", "source"})),
    "units": (frozenset({"code", "name"}), frozenset({"example"})),
    "people": (frozenset({"code", "name"}), frozenset({"note"})),
    "life_events": (frozenset({"code", "name"}), frozenset({"note"})),
    "replies": (frozenset({"code", "name", "end", "words"}), frozenset({"example"})),
    "synonyms": (frozenset({"code", "words"}), frozenset()),
    "templates": (
        frozenset({"code", "name", "mechanism", "shape", "example", "note"}),
        frozenset({"slots", "body", "basis", "words"}),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLineData:
    code: str
    kind: DutyKind
    name: Mapping[str, str]
    basis: tuple[str, ...]
    department: str
    expected_minutes: int | None
    communities: tuple[str, ...]
    example: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """A paper a community must not issue, how people call it, and who may (operator's data)."""

    code: str
    name: Mapping[str, str]
    words: tuple[str, ...]
    basis: str
    instead: Mapping[str, str]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """An item as a value and as the plain data its version keeps."""

    definition: ItemDefinition
    data: Mapping[str, Any]
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    code: str
    name: Mapping[str, str]
    needs: tuple[str, ...]
    examples_on: date
    valid_from: date
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    duty_lines: tuple[DutyLineData, ...] = ()
    certificates: tuple[CertificateData, ...] = ()
    items: tuple[ReadItem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    sheet: Sheet
    path: Path


def needs_of(text: str) -> tuple[str, ...]:
    """
    Return the packs that must be read before the one whose ``pack.yaml`` this is.

    :raises PackFlaw: if it is no YAML or its needs are no list
    """
    sheet = read_sheet("pack.yaml", text)
    try:
        return Entry(sheet.data, ()).codes("needs")
    except Flaw as flaw:
        raise sheet.flaw(flaw.path, flaw.reason) from flaw


@dataclass(frozen=True, slots=True)
class FactBook:
    """What may be asked of a person: types for expressions, and each fact with its purposes."""

    types: Mapping[str, AttributeType]
    purposes: Mapping[str, frozenset[str]]


def read_pack(files: Mapping[str, str], facts: FactBook, below: Iterable[Pack] = ()) -> Pack:
    """
    Return the pack that ``files`` (name → text) write down, checked against those ``below``.

    :raises PackFlaw: naming file, line and field of the first flaw
    """
    sheets = [read_sheet(name, text) for name, text in sorted(files.items())]
    places: list[_Place] = []
    for sheet in sheets:
        try:
            places += _entries_of(sheet)
        except Flaw as flaw:
            raise sheet.flaw(flaw.path, flaw.reason) from flaw
    head = _head(sheets)
    start = head.valid_from
    pack = replace(
        head,
        lists={
            kind: found
            for kind in LISTS
            if (found := tuple(_each(places, kind, partial(_list_entry, kind=kind))))
        },
        duty_lines=tuple(_each(places, "duty_lines", lambda entry: _duty_line(entry, start))),
        certificates=tuple(_each(places, "certificates", lambda entry: _certificate(entry, start))),
    )
    return _with_items(pack, places, facts, tuple(below))


def _head(sheets: list[Sheet]) -> Pack:
    """Return the pack as ``pack.yaml`` names it, still empty."""
    sheet = next((one for one in sheets if one.file == "pack.yaml"), None)
    if sheet is None:
        reason = "This file is missing."
        raise PackFlaw(file="pack.yaml", line=1, field="(whole file)", reason=reason)
    try:
        entry = Entry(sheet.data, ())
        entry.text("note", {})
        entry.raw("from")
        pack = Pack(
            code=entry.code("code"),
            name=entry.text("name"),
            needs=entry.codes("needs"),
            examples_on=entry.day("examples_on") or EXAMPLES_ON,
            valid_from=entry.day("from") or EXAMPLES_ON,
        )
        entry.done()
    except Flaw as flaw:
        raise sheet.flaw(flaw.path, flaw.reason) from flaw
    return pack


def _entries_of(sheet: Sheet) -> list[_Place]:
    """Return the place of every entry of every list in a file; ``pack.yaml`` has none."""
    if sheet.file == "pack.yaml" or sheet.data is None:
        return []
    entry = Entry(sheet.data, ())
    found = []
    for kind in entry.data:
        if kind not in LISTS and kind not in ("duty_lines", "certificates", "items"):
            raise entry.flaw(str(kind), "A pack has no list of this name.")
        found += [_Place(sheet, (kind, place)) for place, _ in enumerate(entry.list(kind))]
    return found


def _each(places: list[_Place], kind: str, read: Any) -> list[Any]:
    found, codes = [], set()
    for place in places:
        if place.path[0] != kind:
            continue
        data = place.sheet.data[kind][place.path[1]]
        try:
            entry = Entry(data, place.path)
            if data.get("code") in codes:
                raise entry.flaw("code", f"{data['code']} stands here twice.")
            codes.add(data.get("code"))
            found.append(read(entry))
        except Flaw as flaw:
            raise place.sheet.flaw(flaw.path, flaw.reason) from flaw
    return found


def _list_entry(entry: Entry, kind: str) -> dict[str, Any]:
    needed, allowed = LISTS[kind]
    for key in sorted(needed):
        if key not in entry.data:
            raise Flaw(entry.path, f"The key {key} is missing.")
    entry.left -= needed | allowed
    entry.words("code")
    if "name" in needed:
        entry.text("name")
    if kind == "levels":
        entry.period("first_response")
        entry.period("whole")
    if "basis" in entry.data:
        entry.basis()
    entry.done()
    plain: dict[str, Any] = to_plain(entry.data)
    for key in ("name", "when", "words", "note"):
        if isinstance(plain.get(key), str):
            plain[key] = {"zh-Hans": plain[key]}
    return plain


def _duty_line(entry: Entry, start: date) -> DutyLineData:
    line = DutyLineData(
        code=entry.code("code"),
        kind=entry.one_of("kind", DutyKind),
        name=entry.text("name"),
        basis=tuple(f"{one.law} {one.article}" for one in entry.basis()),
        department=entry.words("department", ""),
        expected_minutes=entry.number("expected_minutes"),
        communities=entry.codes("communities"),
        example=entry.yes("example"),
        valid_from=entry.day("from") or start,
        valid_to=entry.day("to"),
    )
    if not line.basis and not line.example:
        raise entry.flaw("basis", "Name the law this line rests on, or mark it example: true.")
    entry.done()
    return line


def _certificate(entry: Entry, start: date) -> CertificateData:
    certificate = CertificateData(
        code=entry.code("code"),
        name=entry.text("name"),
        words=entry.codes("words"),
        basis=entry.words("basis"),
        instead=entry.text("instead", {}),
        valid_from=entry.day("from") or start,
        valid_to=entry.day("to"),
    )
    entry.done()
    return certificate


def _with_items(
    pack: Pack,
    places: list[_Place],
    facts: FactBook,
    below: tuple[Pack, ...],
) -> Pack:
    all_packs = (*below, pack)
    levels = levels_of(all_packs)
    read: list[tuple[ItemDefinition, _Place]] = []
    for place in places:
        if place.path[0] != "items":
            continue
        entry_data = place.sheet.data["items"][place.path[1]]
        try:
            read.append((read_item(Entry(entry_data, place.path), facts.types, levels), place))
        except Flaw as flaw:
            raise place.sheet.flaw(flaw.path, flaw.reason) from flaw
    earlier = {one.definition.code: one.definition for p in below for one in p.items}
    around = _surroundings(all_packs, facts, [*earlier, *(item.code for item, _ in read)])
    for item, place in read:
        try:
            check_item(item, place.path, around)
        except Flaw as flaw:
            raise place.sheet.flaw(flaw.path, flaw.reason) from flaw
    _check_together(read, earlier)
    general = general_clauses(all_packs)
    items = tuple(
        ReadItem(
            definition=replace(item, clauses=(*dict.fromkeys((*item.clauses, *general)),)),
            data=plain_item(place.sheet.data["items"][place.path[1]], item, general),
            file=place.sheet.file,
            line=place.sheet.lines[place.path],
        )
        for item, place in read
    )
    return replace(pack, items=items)


def _check_together(
    read: list[tuple[ItemDefinition, _Place]], earlier: Mapping[str, ItemDefinition]
) -> None:
    seen: dict[object, str] = {}
    for item in earlier.values():
        check_different(item, (), seen)
    for item, place in read:
        try:
            check_different(item, place.path, seen)
        except Flaw as flaw:
            raise place.sheet.flaw(flaw.path, flaw.reason) from flaw
    if read:
        try:
            check_no_circle(dict(earlier) | {item.code: item for item, _ in read})
        except Flaw as flaw:
            raise read[0][1].sheet.flaw(flaw.path, flaw.reason) from flaw


def levels_of(packs: Iterable[Pack]) -> dict[str, tuple[Period, Period]]:
    """Return level → time to the first word, time to the end."""
    found = {}
    for pack in packs:
        for place, one in enumerate(pack.lists.get("levels", ())):
            entry = Entry(one, ("levels", place))
            first, whole = entry.period("first_response"), entry.period("whole")
            if first and whole:
                found[str(one["code"])] = (first, whole)
    return found


def _surroundings(packs: Sequence[Pack], facts: FactBook, items: Iterable[str]) -> Surroundings:
    def codes(kind: str) -> frozenset[str]:
        return frozenset(str(one["code"]) for p in packs for one in p.lists.get(kind, ()))

    return Surroundings(
        dictionary=facts.types,
        facts=facts.purposes,
        duty_lines={line.code: line.kind for p in packs for line in p.duty_lines},
        units=codes("units"),
        laws=codes("laws"),
        clauses=codes("clauses"),
        replies=codes("replies"),
        people=codes("people"),
        life_events=codes("life_events"),
        items=frozenset(items),
        examples_on=packs[-1].examples_on,
    )


def general_clauses(packs: Iterable[Pack]) -> tuple[str, ...]:
    """Return the clauses by which any item may be returned."""
    return tuple(
        str(one["code"])
        for pack in packs
        for one in pack.lists.get("clauses", ())
        if one.get("general")
    )


def plain_item(
    data: Mapping[Any, Any], item: ItemDefinition, general: Iterable[str]
) -> dict[str, Any]:
    """Return what a version keeps: plain JSON in which no list has to be looked up any more."""
    plain: dict[str, Any] = to_plain(data)
    plain["clauses"] = list(dict.fromkeys((*item.clauses, *general)))
    plain["first_response"] = str(item.first_response)
    plain["whole"] = str(item.whole)
    return plain


def to_plain(data: Any) -> Any:
    """Return YAML's values as JSON has them: dates as text, keys as text (yes and no too)."""
    if isinstance(data, Mapping):
        return {_key(key): to_plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [to_plain(one) for one in data]
    return data.isoformat() if isinstance(data, date) else data


def _key(key: object) -> str:
    return {True: "yes", False: "no"}.get(key, str(key)) if isinstance(key, bool) else str(key)
