"""A pack: items, duty lines, certificates nobody issues, and lists, read from its files as one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from linli.basics import gettext_noop
from linli.rulebook.domain import AttributeType, Period

from .checks import Surroundings, check_different, check_item, check_no_circle
from .dated import wordings
from .definitions import ItemDefinition
from .english import in_both, needs_english
from .entries import Entry
from .kept import plain_item
from .lists import LISTS, CertificateData, DutyLineData, certificate, duty_line, list_entry
from .reading import read_item
from .yaml_marks import WHOLE_FILE, Flaw, PackFlaw, Path, Reason, Sheet, read_sheet

EXAMPLES_ON = date(2026, 11, 21)  # the day on which a pack's examples are judged, unless it says
OTHERS = ("duty_lines", "certificates", "items")


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
    english: Mapping[str, str] = field(default_factory=dict)  # its own and of those below
    folder: str = ""  # where it was read, as flaws name it


@dataclass(frozen=True, slots=True)
class _Place:
    sheet: Sheet
    path: Path


def needs_of(text: str, trouble_with: Callable[[str], str | None]) -> tuple[str, ...]:
    """
    Return the packs that must be read before the one whose ``pack.yaml`` this is.

    :param trouble_with: why one cannot be read before it; None if it can
    :raises PackFlaw: if it is no YAML, its needs are no list, or there is trouble with one
    """
    sheet = read_sheet("pack.yaml", text)
    with sheet.naming_flaws():
        entry = Entry(sheet.data, ())
        needs = entry.codes("needs")
        for place, need in enumerate(needs):
            if reason := trouble_with(need):
                raise Flaw((*entry.at("needs"), place), reason, need=need)
    return needs


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
    below = tuple(below)
    sheets = [read_sheet(name, text) for name, text in sorted(files.items())]
    known = {zh: en for one in below for zh, en in one.english.items()}
    sheets, english = in_both(sheets, known, needed=_speaks_english(sheets))
    places: list[_Place] = []
    for sheet in sheets:
        with sheet.naming_flaws():
            places += _entries_of(sheet)
    head = _head(sheets)
    reading = _Reading(places, head.valid_from, below)
    laws = reading.laws()
    pack = replace(
        head,
        lists={
            kind: found
            for kind in LISTS
            if (found := tuple(reading.each(kind, partial(list_entry, kind=kind, laws=laws))))
        },
        duty_lines=tuple(reading.each("duty_lines", partial(duty_line, laws=laws))),
        certificates=tuple(reading.each("certificates", partial(certificate, laws=laws))),
        english=known | english,
    )
    return replace(pack, items=_items(pack, reading, facts))


def _head(sheets: list[Sheet]) -> Pack:
    """Return the pack as ``pack.yaml`` names it, still empty."""
    sheet = next((one for one in sheets if one.file == "pack.yaml"), None)
    if sheet is None:
        reason = Reason(gettext_noop("This file is missing."))
        raise PackFlaw(file="pack.yaml", line=1, field=WHOLE_FILE, reason=reason)
    with sheet.naming_flaws():
        entry = Entry(sheet.data, ())
        entry.text("note", {})
        entry.codes("languages")
        entry.raw("from")
        pack = Pack(
            code=entry.code("code"),
            name=entry.text("name"),
            needs=entry.codes("needs"),
            examples_on=entry.day("examples_on") or EXAMPLES_ON,
            valid_from=entry.day("from") or EXAMPLES_ON,
        )
        entry.done()
    return pack


def _speaks_english(sheets: Iterable[Sheet]) -> bool:
    for sheet in sheets:
        if sheet.file == "pack.yaml":
            with sheet.naming_flaws():
                return needs_english(Entry(sheet.data, ()))
    return False


def _entries_of(sheet: Sheet) -> list[_Place]:
    """Return the place of every entry of every list in a file; ``pack.yaml`` has none."""
    if sheet.file == "pack.yaml" or sheet.data is None:
        return []
    entry = Entry(sheet.data, ())
    found = []
    for kind in entry.data:
        if kind == "english":
            continue
        if kind not in LISTS and kind not in OTHERS:
            raise entry.flaw(str(kind), gettext_noop("A pack has no list of this name."))
        found += [_Place(sheet, (kind, place)) for place, _ in enumerate(entry.list(kind))]
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """The entries of one pack in their files, and the packs below."""

    places: Sequence[_Place]
    start: date
    below: tuple[Pack, ...]

    def laws(self) -> dict[str, date]:
        """Return every law of this pack and those below, with its first day in force."""
        found = {
            str(one["code"]): date.fromisoformat(str(one["from"]))
            for pack in self.below
            for one in pack.lists.get("laws", ())
        }
        for entry, place in self.entries("laws"):
            with place.sheet.naming_flaws():
                found[entry.words("code")] = entry.day("from") or self.start
        return found

    def entries(self, kind: str) -> Iterator[tuple[Entry, _Place]]:
        """Yield every wording of every entry of one list, with its place."""
        for place in self.places:
            if place.path[0] != kind:
                continue
            with place.sheet.naming_flaws():
                written = Entry(place.sheet.data[kind][place.path[1]], place.path)
                found = [Entry(data, place.path) for data in wordings(written, self.start)]
            for entry in found:
                yield entry, place

    def each(self, kind: str, read: Callable[..., Any]) -> Iterator[Any]:
        """Yield what ``read`` makes of the entries; a code stands once, here and below."""
        seen = {code: pack.code for pack in self.below for code in _codes(pack, kind)}
        last: tuple[object, object] = (None, None)
        for entry, place in self.entries(kind):
            said = entry.data.get("code")
            code = said if isinstance(said, str) else None
            with place.sheet.naming_flaws():
                if (code, place) != last:
                    _check_once(entry, code, seen)
                last = (code, place)
                found = read(entry, start=self.start)
            yield found


def _codes(pack: Pack, kind: str) -> Iterable[object]:
    if kind == "duty_lines":
        return (line.code for line in pack.duty_lines)
    if kind == "certificates":
        return (one.code for one in pack.certificates)
    return (one["code"] for one in pack.lists.get(kind, ()))


def _check_once(entry: Entry, code: object, seen: dict[object, str]) -> None:
    """What is said once is referred to; said again it would come apart."""
    if code in seen:
        raise (
            entry.flaw(
                "code",
                gettext_noop(
                    "%(code)s already stands in the pack %(pack)s. Refer to it, or give another "
                    "code."
                ),
                code=code,
                pack=seen[code],
            )
            if seen[code]
            else entry.flaw("code", gettext_noop("%(code)s stands here twice."), code=code)
        )
    seen[code] = ""


def _items(pack: Pack, reading: _Reading, facts: FactBook) -> tuple[ReadItem, ...]:
    all_packs = (*reading.below, pack)
    levels = levels_of(all_packs)
    read: list[tuple[ItemDefinition, Entry, _Place]] = []
    for entry, place in reading.entries("items"):
        with place.sheet.naming_flaws():
            item = read_item(entry, facts.types, levels)
        read.append((item, entry, place))
    earlier = {one.definition.code: one.definition for p in reading.below for one in p.items}
    codes = [*earlier, *(item.code for item, *_ in read)]
    around = _surroundings(all_packs, facts, codes, reading.laws())
    for item, _, place in read:
        with place.sheet.naming_flaws():
            check_item(item, place.path, around)
    # The example before an item is the same item; only the later wording is compared with others.
    _check_together([(item, place) for item, _, place in read if not item.valid_to], earlier)
    general = general_clauses(all_packs)
    return tuple(
        ReadItem(
            definition=replace(item, clauses=(*dict.fromkeys((*item.clauses, *general)),)),
            data=plain_item(entry.data, item, general, facts.types),
            file=place.sheet.file,
            line=place.sheet.lines[place.path],
        )
        for item, entry, place in read
    )


def _check_together(
    read: list[tuple[ItemDefinition, _Place]], earlier: Mapping[str, ItemDefinition]
) -> None:
    seen: dict[object, str] = {}
    for item in earlier.values():
        check_different(item, (), seen)
    for item, place in read:
        with place.sheet.naming_flaws():
            check_different(item, place.path, seen)
    if read:
        with read[0][1].sheet.naming_flaws():
            check_no_circle(dict(earlier) | {item.code: item for item, _ in read})


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


def _surroundings(
    packs: Sequence[Pack], facts: FactBook, items: Iterable[str], laws: Mapping[str, date]
) -> Surroundings:
    def codes(kind: str) -> frozenset[str]:
        return frozenset(str(one["code"]) for p in packs for one in p.lists.get(kind, ()))

    return Surroundings(
        dictionary=facts.types,
        facts=facts.purposes,
        duty_lines={line.code: line.kind for p in packs for line in p.duty_lines},
        units=codes("units"),
        laws=laws,
        begins=packs[-1].valid_from,
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
