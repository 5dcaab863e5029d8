"""A pack's indicators and words of headings: dated rows, one line for each that changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import yaml

from linli.basics import Actor, Event
from linli.fabric import versions
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record_many
from linli.journal.domain import canonical
from linli.reports import queries
from linli.reports.domain import (
    BadIndicator,
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

Entries = list[tuple[Event, Sequence[Bound]]]
Data = Sequence[Mapping[str, object]]
Row = TypeVar("Row", Indicator, Term)
_INDICATOR = ("name", "definition", "cell", "by", "example")


def read_definitions(folder: Path) -> tuple[Data, Data]:
    """
    Return the indicators and terms of a pack; a pack may have neither. Writes nothing.

    :raises BadIndicator: if a file is no list of entries, or an entry cannot be read
    :raises BadExpression: naming the place within an expression
    """
    indicators, terms = (_entries(folder / name) for name in ("indicators.yaml", "terms.yaml"))
    for entry in indicators:
        read_indicator(entry, queries.dictionaries())
    read_lexicon(list(terms), queries.dictionaries())
    return indicators, terms


def _entries(path: Path) -> Data:
    if not path.is_file():
        return []
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        raise BadIndicator(code=path.name, field="YAML") from None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BadIndicator(code=path.name, field="YAML")
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
    wanted = {}
    for entry in data:
        one = read_indicator(entry, queries.dictionaries())
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
    held = Indicator.objects.filter(district=by.district, pack=pack, ends_on=None)
    gone, fresh = _swapped({row.code: row for row in held}, wanted, _INDICATOR, begins)
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
    held = Term.objects.filter(district=by.district, pack=pack, ends_on=None)
    gone, fresh = _swapped({row.words: row for row in held}, wanted, ("meaning",), begins)
    Term.objects.bulk_create(fresh)
    entries: Entries = [(TermEnded(at=at, term_id=row.pk), [row]) for row in gone]
    entries += [(TermPublished(at=at, term_id=row.pk), [row]) for row in fresh]
    return entries


def _said(entry: Mapping[str, object]) -> Iterable[object]:
    said = entry["say"]
    return said if isinstance(said, list) else ()


def _swapped(
    held: Mapping[str, Row], wanted: Mapping[str, Row], compared: Sequence[str], begins: date
) -> tuple[list[Row], list[Row]]:
    """End what is said otherwise now, or no longer; return it and what is to begin."""
    same = {
        key
        for key, row in held.items()
        if key in wanted
        and all(getattr(row, name) == getattr(wanted[key], name) for name in compared)
    }
    gone = [row for key, row in held.items() if key not in same]
    for row in gone:
        row.ends_on = begins
        row.save(update_fields=["ends_on"])
    return gone, [row for key, row in wanted.items() if key not in same]
