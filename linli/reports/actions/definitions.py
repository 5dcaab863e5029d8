"""A pack's indicators and words of headings: dated rows, one line for each that changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.db.models import Max, QuerySet

from linli.basics import Actor, Event, gettext_noop
from linli.catalogue import actions as catalogue
from linli.catalogue.domain import Flaw, read_sheet
from linli.fabric import versions
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record_many
from linli.journal.domain import canonical
from linli.reports import queries
from linli.reports.domain import (
    BadIndicator,
    DefinedElsewhere,
    Permission,
    cell_data,
    read_indicator,
    read_lexicon,
)
from linli.reports.events import (
    IndicatorEnded,
    IndicatorPublished,
    TermEnded,
    TermPublished,
)
from linli.reports.models import Indicator, Term
from linli.rulebook.domain import local_date

Entries = list[tuple[Event, Sequence[Bound]]]
Data = Sequence[Mapping[str, object]]
Row = TypeVar("Row", Indicator, Term)
TWICE = gettext_noop("“%(words)s” stands here a second time. Keep one.")
_INDICATOR = ("name", "definition", "cell", "by", "example")


def read_definitions(folder: Path) -> tuple[Data, Data]:
    """
    Return the indicators and terms of a pack as they are written; a pack may have neither.

    :raises PackFlaw: if a file is no list of entries, or says a thing twice, naming the line
    """
    return _entries(folder, "indicators.yaml", "code"), _entries(folder, "terms.yaml", "say")


def _entries(folder: Path, name: str, key: str) -> Data:
    if not (folder / name).is_file():
        return []
    sheet = read_sheet(name, catalogue.read_text(folder / name, folder))
    found = sheet.data
    with sheet.naming_flaws():
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise Flaw((), gettext_noop("Write a list of entries."))
        known: set[str] = set()
        for place, entry in enumerate(found):
            said = entry.get(key)
            for words in map(str, said if isinstance(said, list) else [said]):
                if words in known:
                    raise Flaw((place, key), TWICE, words=words)
                known.add(words)
    return found


@write_atomic
def load_definitions(
    *, by: Actor, pack: str, indicators: Data, terms: Data, begins: date, at: datetime
) -> int:
    """
    Put a pack's definitions in force from a day on. Return how many rows began or ended.

    What the pack said before and says otherwise now, or no longer, ends that day. The same pack
    again changes nothing.

    :raises NotAllowed: unless the hat may define
    :raises BadIndicator: naming entry and field; nothing is loaded then
    :raises DefinedElsewhere: if another pack in force says one of them; nothing is loaded then
    :raises BadExpression: naming the place within an expression; nothing is loaded then
    """
    if by.kind != "system":
        by.must(Permission.DEFINE)
    entries = _load_indicators(by, pack, indicators, begins, at)
    entries += _load_terms(by, pack, terms, begins, at)
    if entries:
        record_many(entries, by=by)
        versions.bump("reports")
    return len(entries)


def _load_indicators(by: Actor, pack: str, data: Data, begins: date, at: datetime) -> Entries:
    wanted: dict[str, Indicator] = {}
    for entry in data:
        one = read_indicator(entry, queries.dictionaries())
        if one.code in wanted:
            raise BadIndicator(code=one.code, field="code")
        wanted[one.code] = Indicator(
            district=by.district,
            pack=pack,
            code=one.code,
            name=dict(one.name),
            definition=dict(one.definition),
            cell=canonical(cell_data(one.cell)),
            by=one.by or "",
            example=one.example,
            starts_on=begins,
        )
    _check_ours(Indicator.objects.filter(district=by.district), "code", pack, wanted)
    rows = Indicator.objects.filter(district=by.district, pack=pack)
    began = dict(rows.values_list("code").annotate(Max("starts_on")))
    held = {row.code: row for row in rows.filter(ends_on=None)}
    gone, fresh = _swapped(held, wanted, _INDICATOR, _Days(begins, local_date(at), began))
    Indicator.objects.bulk_create(fresh)
    entries: Entries = [(IndicatorEnded(at=at, indicator_id=row.pk), [row]) for row in gone]
    entries += [(IndicatorPublished(at=at, indicator_id=row.pk), [row]) for row in fresh]
    return entries


def _load_terms(by: Actor, pack: str, data: Data, begins: date, at: datetime) -> Entries:
    read_lexicon(list(data), queries.dictionaries())
    wanted = {
        str(words): Term(
            district=by.district,
            pack=pack,
            words=str(words),
            meaning=canonical({name: value for name, value in entry.items() if name != "say"}),
            starts_on=begins,
        )
        for entry in data
        for words in _said(entry)
    }
    _check_ours(Term.objects.filter(district=by.district), "words", pack, wanted)
    rows = Term.objects.filter(district=by.district, pack=pack)
    began = dict(rows.values_list("words").annotate(Max("starts_on")))
    held = {row.words: row for row in rows.filter(ends_on=None)}
    gone, fresh = _swapped(held, wanted, ("meaning",), _Days(begins, local_date(at), began))
    Term.objects.bulk_create(fresh)
    entries: Entries = [(TermEnded(at=at, term_id=row.pk), [row]) for row in gone]
    entries += [(TermPublished(at=at, term_id=row.pk), [row]) for row in fresh]
    return entries


def _check_ours(rows: QuerySet[Row], key: str, pack: str, wanted: Iterable[str]) -> None:
    """:raises DefinedElsewhere: if another pack in force says one of them"""
    held = dict(rows.filter(ends_on=None).exclude(pack=pack).values_list(key, "pack"))
    for code in wanted:
        if code in held:
            raise DefinedElsewhere(code=code, pack=held[code])


def _said(entry: Mapping[str, object]) -> Iterable[object]:
    said = entry["say"]
    return said if isinstance(said, list) else ()


@dataclass(frozen=True, slots=True)
class _Days:
    """On which day a wording begins: not before an earlier wording of the same did."""

    begins: date
    today: date
    began: Mapping[str, date]

    def of(self, key: str) -> date:
        last = self.began.get(key)
        if last is None or last < self.begins:
            return self.begins
        return max(self.today, last + timedelta(days=1))


def _swapped(
    held: Mapping[str, Row], wanted: Mapping[str, Row], compared: Sequence[str], days: _Days
) -> tuple[list[Row], list[Row]]:
    """End what is said otherwise now, or no longer; return it and what is to begin."""
    same = {
        key
        for key, row in held.items()
        if key in wanted
        and all(getattr(row, name) == getattr(wanted[key], name) for name in compared)
    }
    gone: dict[str, Row] = {key: row for key, row in held.items() if key not in same}
    for key, row in gone.items():
        row.ends_on = days.of(key)
        row.save(update_fields=["ends_on"])
    fresh: dict[str, Row] = {key: row for key, row in wanted.items() if key not in same}
    for key, row in fresh.items():
        row.starts_on = days.of(key)
    return list(gone.values()), list(fresh.values())
