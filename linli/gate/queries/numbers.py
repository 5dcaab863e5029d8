"""
What the facts answer already: an office's words read as a definition, counted, and compared.

Before they are taken no number is shown: what nobody wrote down could not be held against the next
question. Numbers leave here as they leave on a form: below five they are hidden, with those that
would give them back. None is exact here: exact ones are for a form whose duty line grants them.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from linli.basics import Actor
from linli.fabric.jinja import local_text
from linli.gate.models import TakenNumbers
from linli.reports import queries as reports
from linli.reports.domain import (
    PURPOSE,
    Cell,
    Relation,
    Total,
    Unmatched,
    codes_of,
    compare,
    gives_away,
    hidden,
    match,
    narrowed,
)
from linli.reports.domain import read_cell as cell_of
from linli.rulebook.domain import InSet, Known, Not, attributes, local_date

WHOLE = "whole"
_PLACE, _GROUP, _UNSAID = "place", "group", "unknown"
_TOP = (WHOLE, WHOLE)
Name = tuple[str, ...]  # of one number of an answer: place, group or whole; and which
Taken = tuple[Cell, Mapping[str, Any]]  # what was counted, and the numbers as they are kept


@dataclass(frozen=True, slots=True)
class _Part:
    """One number: what it counts, of which communities, how many, and how many stand behind it."""

    cell: Cell
    area: frozenset[str]
    number: int
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """The definition in force that comes closest, and how it differs, in sentences."""

    code: str
    name: str
    same: bool
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """
    What an office's words come to. Without ``cell`` they were not understood, and ``why`` says it.

    ``numbers``: community → number, None where it is hidden; empty before they are taken. ``untold``:
    where nought was told and hardly anything is on record; its members are keys of ``kept_numbers``.
    """

    words: str
    as_of: date
    cell: Cell | None = None
    why: str = ""
    numbers: Mapping[int, int | None] = field(default_factory=dict)
    total: int | None = None
    nearest: Difference | None = None
    split_by: str = ""
    groups: Mapping[str, int | None] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()


def kept_numbers(told: Told) -> dict[str, Any]:
    """Return what an office was told, as it is kept: by community, all together, by group."""
    numbers: dict[str, Any] = {str(one): number for one, number in told.numbers.items()}
    if told.groups:
        numbers |= {"by": told.split_by, "groups": dict(told.groups)}
    if told.untold:
        numbers["untold"] = dict.fromkeys(sorted(told.untold), True)
    return numbers | {WHOLE: told.total}


def look_up(by: Actor, words: str, *, cell: Cell | None = None, at: datetime) -> Told:
    """Return what would be counted and how it differs from what is counted anyway, and no number."""
    on = local_date(at)
    found = cell if cell is not None else _matched(words, by.district, on)
    if not isinstance(found, Cell):
        return Told(words, on, why=(found.words if found else "") or words)
    return Told(words, on, cell=found, nearest=_nearest(by.district, found, on))


def ask_facts(
    by: Actor,
    words: str,
    communities: Collection[int],
    *,
    cell: Cell | None = None,
    split_by: str = "",
    at: datetime,
) -> Told:
    """
    Return what the facts say to an office's words, or to what it put together, on a moment's day.

    Whoever tells it on keeps it too, as ``take_numbers`` does: it is held against what is asked next.

    :param split_by: a fact of people whose values the number is split by
    """
    known = look_up(by, words, cell=cell, at=at)
    if known.cell is None:
        return known
    counts = reports.Counts(by.district, known.as_of, at, sorted(communities))
    parts = _parts(known.cell, split_by, counts)
    gone = _gone(parts, _taken(by, known.as_of), known.as_of)
    told = {name: None if name in gone else part.number for name, part in parts.items()}
    groups = {code: number for (kind, code), number in told.items() if kind == _GROUP}
    nought = {code for (_, code), number in told.items() if number == 0}
    return replace(
        known,
        numbers={int(code): number for (kind, code), number in told.items() if kind == _PLACE},
        total=told[_TOP],
        split_by=split_by if groups else "",
        groups=groups,
        untold=_hardly_recorded(known.cell, counts) & nought if nought else frozenset(),
    )


def _hardly_recorded(cell: Cell, counts: reports.Counts) -> frozenset[str]:
    """
    Return where a fact that is counted by is on record of fewer than half of all people.

    It hangs on the fact and the place alone: putting the conditions differently tells no more.
    """
    if cell.of != "people" or cell.where is None:
        return frozenset()
    found = counts.everybody()
    columns = found.population.columns
    known = [columns[name].known for name in attributes(cell.where) if name in columns]
    places_ = {str(one): found.communities == one for one in counts.order(cell.of)}
    places_[WHOLE] = found.communities >= 0
    return frozenset(
        name
        for name, there in places_.items()
        if any(2 * int(one[there].sum()) < int(there.sum()) for one in known)
    )


def _matched(words: str, district: int, on: date) -> Cell | Unmatched | None:
    lexicon = reports.lexicon(district, on)
    return match([words], lexicon, on=on) if lexicon.terms else None


def _groups(cell: Cell, split_by: str) -> dict[str, Cell]:
    """Return code → the cell of one group; nothing where the number is not split."""
    kind = reports.dictionaries()[cell.of].get(split_by)
    codes = codes_of(kind)
    if not codes or kind is None or not (kind.purposes is None or PURPOSE in kind.purposes):
        return {}
    found: dict[str, Cell] = {
        code: narrowed(cell, InSet(split_by, frozenset({code}))) for code in codes
    }
    return {**found, _UNSAID: narrowed(cell, Not(Known(split_by)))}


def _parts(cell: Cell, split_by: str, counts: reports.Counts) -> dict[Name, _Part]:
    """Return every number of an answer: by community, by group, and all together."""
    counted, groups, area = counts.count(cell), _groups(cell, split_by), counts.order(cell.of)
    whole = frozenset(map(str, area))
    parts: dict[Name, _Part] = {
        (_PLACE, str(one)): _Part(
            cell, frozenset({str(one)}), int(counted.value[row]), int(counted.behind[row])
        )
        for row, one in enumerate(area)
    }
    for name, one in [*(((_GROUP, code), group) for code, group in groups.items()), (_TOP, cell)]:
        found = counts.count(one)
        parts[name] = _Part(one, whole, int(found.value.sum()), int(found.behind.sum()))
    return parts


def _gone(parts: Mapping[Name, _Part], taken: Sequence[Taken], on: date) -> frozenset[Name]:
    """Return which numbers are not told: small ones, their tells, and what an earlier one gives away."""
    sums = [[name for name in parts if name[0] == kind] for kind in (_PLACE, _GROUP)]
    summed = parts[_TOP].cell.total is not None
    small = hidden(
        {name: part.number for name, part in parts.items()},
        [Total(_TOP, tuple(names)) for names in sums if names],
        behind={name: part.behind for name, part in parts.items()} if summed else None,
    )
    before = list(_before(taken))

    @cache
    def lies(other: Cell, mine: Cell) -> Relation:
        return compare(other, mine, reports.dictionaries()[mine.of], on=on).relation

    return small | {
        name for name, part in parts.items() if any(_tells(part, one, lies) for one in before)
    }


def _taken(by: Actor, on: date) -> list[Taken]:
    """Return what the district told on a day, to whomever: cell and numbers as they are kept."""
    rows = TakenNumbers.objects.filter(district=by.district, as_of=on).order_by("id")
    return [
        (cell_of(json.loads(cell), reports.dictionaries()), json.loads(numbers))
        for cell, numbers in rows.values_list("cell", "numbers")
    ]


def _before(taken: Sequence[Taken]) -> Iterator[_Part]:
    """Yield every number that was told: of a community, of all together, of a group."""
    for cell, kept in taken:
        area = frozenset(name for name in kept if name.isdecimal())
        for name in (*area, WHOLE):
            if kept.get(name) is not None:
                yield _Part(cell, area if name == WHOLE else frozenset({name}), kept[name])
        groups = kept.get("groups", {})
        for code, part in _groups(cell, kept.get("by", "")).items():
            if groups.get(code):
                yield _Part(part, area, groups[code])


def _tells(mine: _Part, told: _Part, lies: Callable[[Cell, Cell], Relation]) -> bool:
    """Return whether a number beside one that was told would tell of fewer than five."""
    summed = mine.cell.total is not None  # how many stood behind the other is not kept
    if (told.cell.of, told.cell.total) != (mine.cell.of, mine.cell.total):
        return False
    if not (mine.area <= told.area or told.area <= mine.area) or told.number == mine.number:
        return False
    if not summed and not gives_away(Relation.WIDER, told.number, mine.number):
        return False
    found = {lies(told.cell, mine.cell)}
    if mine.area != told.area:
        found.add(Relation.NARROWER if mine.area < told.area else Relation.WIDER)
    found -= {Relation.SAME}
    return found in ({Relation.NARROWER}, {Relation.WIDER})


def _nearest(district: int, cell: Cell, on: date) -> Difference | None:
    found = reports.nearest(district, cell, on=on)
    if found is None:
        return None
    return Difference(
        found.indicator.code,
        local_text(found.indicator.name),
        found.comparison.relation is Relation.SAME,
        more=reports.difference_words(found.comparison.more),
        less=reports.difference_words(found.comparison.less),
    )
