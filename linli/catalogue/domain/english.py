"""
The English of a pack: one table from its Chinese words to English ones, filled in at reading.

Written once, a word is English everywhere; where a place needs another, it gives both itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from linli.basics import gettext_noop

from .entries import Entry
from .yaml_marks import Flaw, Path, Sheet

# The keys whose plain words are shown to people, and those under which nothing is.
SHOWN = frozenset(
    {"name", "summary", "label", "why", "unless_met", "when", "words", "note", "per", "standard"}
)
INNER = frozenset({"examples", "eligibility", "needed_when", "schema", "english"})


@dataclass(frozen=True, slots=True)
class English:
    """Chinese → English, with the place of each line of this pack's own, and what was used."""

    words: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[Sheet, Path]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def add(self, sheet: Sheet) -> None:
        """:raises PackFlaw: if a line is no words for words, or says again what was said"""
        with sheet.naming_flaws():
            for chinese, english in _lines(sheet):
                _check_new(chinese, self.words)
                self.words[chinese] = english
                self.places[chinese] = (sheet, ("english", chinese))

    def check_used(self) -> None:
        """:raises PackFlaw: at the first line whose Chinese stands nowhere in the pack"""
        for chinese, (sheet, path) in self.places.items():
            if chinese not in self.used:
                flaw = Flaw(path, gettext_noop("Nothing in this pack is worded like this."))
                raise sheet.flaw(flaw.path, flaw.reason)


def _check_new(chinese: str, words: Mapping[str, str]) -> None:
    if chinese in words:
        raise Flaw(("english", chinese), gettext_noop("These words stand here twice."))


def _lines(sheet: Sheet) -> Iterable[tuple[str, str]]:
    data = sheet.data.get("english") if isinstance(sheet.data, Mapping) else None
    if data is None:
        return
    if not isinstance(data, Mapping):
        raise Flaw(("english",), gettext_noop("Write keys and values here."))
    for chinese, english in data.items():
        if not isinstance(chinese, str) or not isinstance(english, str) or not english:
            raise Flaw(("english", str(chinese)), gettext_noop("Write Chinese: and English words."))
        yield chinese, english


def in_both(
    sheets: Iterable[Sheet], below: Mapping[str, str], *, needed: bool
) -> tuple[list[Sheet], dict[str, str]]:
    """
    Return the sheets with every shown word in both languages, and this pack's own table.

    :param below: the tables of the packs this one needs
    :param needed: whether a word without English is a flaw
    :raises PackFlaw: naming the place that is not in both languages, or the line nobody needs
    """
    sheets = list(sheets)
    table = English()
    for sheet in sheets:
        table.add(sheet)
    found = []
    for sheet in sheets:
        with sheet.naming_flaws():
            found.append(replace(sheet, data=_filled(sheet.data, (), table, below, needed)))
    table.check_used()
    return found, table.words


def _filled(data: Any, path: Path, table: English, below: Mapping[str, str], needed: bool) -> Any:
    if isinstance(data, list):
        return [
            _filled(one, (*path, place), table, below, needed) for place, one in enumerate(data)
        ]
    if not isinstance(data, Mapping):
        return data
    filled = {}
    for key, value in data.items():
        here = (*path, str(key))
        shown = key in SHOWN or path[-1:] == ("choices",)
        if shown and isinstance(value, str | Mapping) and value:
            filled[key] = _text(value, here, table, below, needed)
        else:
            filled[key] = value if key in INNER else _filled(value, here, table, below, needed)
    return filled


def _text(
    value: str | Mapping[Any, Any],
    path: Path,
    table: English,
    below: Mapping[str, str],
    needed: bool,
) -> Any:
    if isinstance(value, str):
        english = table.words.get(value) or below.get(value)
        if value in table.words:
            table.used.add(value)
        value = {"zh-Hans": value} | ({"en": english} if english else {})
    if needed and not value.get("en"):
        raise Flaw(path, gettext_noop("The English words are missing."))
    return value


def needs_english(head: Entry) -> bool:
    """Whether the pack says it speaks both languages; then no word may lack its English."""
    return "en" in head.codes("languages", ("zh-Hans",))
