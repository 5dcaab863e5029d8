"""
What the facts answer already: an office's words read as a definition, counted, and compared.

Before they are taken no number is shown: what nobody wrote down could not be held against the next
question. Numbers leave here as they leave on a form: below five they are hidden, with those that
would give them back. None is exact here: exact ones are for a form whose duty line grants them.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from linli.basics import Actor
from linli.fabric.jinja import local_text
from linli.gate.domain import told_people
from linli.gate.models import TakenNumbers
from linli.reports import queries as reports
from linli.reports.domain import (
    FEWEST,
    PURPOSE,
    Cell,
    Comparison,
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
from linli.reports.domain import Difference as Apart
from linli.reports.domain import read_cell as cell_of
from linli.rulebook.domain import And, Expression, InSet, Known, Not, Or, local_date, phrase

WHOLE = "whole"
_GROUP, _UNSAID = "group", "unknown"


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

    ``numbers``: community → number, None where it is hidden; empty before they are taken. ``many``:
    whether the facts cannot tell it of five or more; these remain as a question. ``untold``: where
    nought was told though nothing is recorded, of how many, by steps (``told_people``); its keys
    are those of ``kept_numbers``.
    """

    words: str
    as_of: date
    cell: Cell | None = None
    why: str = ""
    numbers: Mapping[int, int | None] = field(default_factory=dict)
    total: int | None = None
    many: bool = False
    nearest: Difference | None = None
    split_by: str = ""
    groups: Mapping[str, int | None] = field(default_factory=dict)
    untold: Mapping[str, int] = field(default_factory=dict)


def kept_numbers(told: Told) -> dict[str, Any]:
    """Return what an office was told, as it is kept: by community, all together, by group."""
    numbers: dict[str, Any] = {str(one): number for one, number in told.numbers.items()}
    if told.groups:
        numbers |= {"by": told.split_by, "groups": dict(told.groups)}
    if told.untold:
        numbers["untold"] = dict(told.untold)
    return numbers | {WHOLE: told.total}


def look_up(
    by: Actor, words: str, communities: Collection[int], *, cell: Cell | None = None, at: datetime
) -> Told:
    """Return what would be counted and how it differs from what is counted anyway, and no number."""
    on = local_date(at)
    found = cell if cell is not None else _matched(words, by.district, on)
    if not isinstance(found, Cell):
        return Told(words, on, why=(found.words if found else "") or words)
    unknown = reports.Counts(by.district, on, at, sorted(communities)).count(found).unknown
    return Told(
        words,
        on,
        cell=found,
        many=int(unknown.sum()) >= FEWEST,
        nearest=_nearest(by.district, found, on),
    )


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
    known = look_up(by, words, communities, cell=cell, at=at)
    if known.cell is None:
        return known
    counts = reports.Counts(by.district, known.as_of, at, sorted(communities))
    counted, order = counts.count(known.cell), counts.order(known.cell.of)
    numbers = {community: int(counted.value[row]) for row, community in enumerate(order)}
    parts = _groups(known.cell, split_by)
    groups = {code: int(counts.count(part).value.sum()) for code, part in parts.items()}
    behind = _behind(known.cell, parts, counts)
    shown, told, total = _shown(known.cell, numbers, (parts, groups, behind), by, known.as_of)
    unknown = {str(community): int(counted.unknown[row]) for row, community in enumerate(order)}
    nought = [str(one) for one, number in shown.items() if number == 0]
    nought += [WHOLE] if total == 0 else []
    unknown[WHOLE] = sum(unknown.values())
    return replace(
        known,
        numbers=shown,
        total=total,
        split_by=split_by if parts else "",
        groups=told,
        untold={one: told_people(unknown[one]) for one in nought if unknown[one]},
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


def _behind(
    cell: Cell, parts: Mapping[str, Cell], counts: reports.Counts
) -> dict[tuple[str, ...], int]:
    """Return how many stand behind each number of a sum; nothing where things are only counted."""
    if cell.total is None:
        return {}
    found = counts.count(cell).behind
    of: dict[tuple[str, ...], int] = {
        (str(community),): int(found[row]) for row, community in enumerate(counts.order(cell.of))
    }
    of |= {(_GROUP, code): int(counts.count(one).behind.sum()) for code, one in parts.items()}
    return {**of, (WHOLE,): int(found.sum())}


def _shown(
    cell: Cell,
    numbers: Mapping[int, int],
    split: tuple[Mapping[str, Cell], Mapping[str, int], Mapping[tuple[str, ...], int]],
    by: Actor,
    on: date,
) -> tuple[dict[int, int | None], dict[str, int | None], int | None]:
    """Return numbers, groups and their sum as they may be told: small ones, and their tells, hidden."""
    parts, groups, behind = split
    places_: dict[tuple[str, ...], int] = {(str(one),): n for one, n in numbers.items()}
    codes: dict[tuple[str, ...], int] = {(_GROUP, code): n for code, n in groups.items()}
    whole, top = sum(numbers.values()), (WHOLE,)
    named: dict[tuple[str, ...], int] = {**places_, **codes, top: whole}
    totals = [Total(top, tuple(one)) for one in (places_, codes) if one]
    gone = set(hidden(named, totals, behind=behind))
    asked: list[tuple[tuple[str, ...], Cell, int]] = [
        (name, cell, n) for name, n in places_.items()
    ]
    asked += [((_GROUP, code), parts[code], n) for code, n in groups.items()]
    taken = _taken(by, on)
    for name, mine, number in [*asked, (top, cell, whole)]:
        where = name[0] if len(name) == 1 else WHOLE
        if any(_tells(mine, other, told, number, on) for other, told in _before(taken, where)):
            gone.add(name)
    return (
        {one: None if (str(one),) in gone else number for one, number in numbers.items()},
        {code: None if (_GROUP, code) in gone else number for code, number in groups.items()},
        None if top in gone else whole,
    )


def _taken(by: Actor, on: date) -> list[tuple[Cell, Mapping[str, Any]]]:
    """Return what the district told on a day, to whomever: cell and numbers as they are kept."""
    rows = TakenNumbers.objects.filter(district=by.district, as_of=on).order_by("id")
    return [
        (cell_of(json.loads(cell), reports.dictionaries()), json.loads(numbers))
        for cell, numbers in rows.values_list("cell", "numbers")
    ]


def _before(
    taken: Sequence[tuple[Cell, Mapping[str, Any]]], where: str
) -> Iterator[tuple[Cell, int]]:
    """Yield what was told of a community, or of all together and of its groups."""
    for cell, kept in taken:
        told = kept.get(where)
        if told is not None:
            yield cell, told
        parts = _groups(cell, kept.get("by", "")) if where == WHOLE else {}
        groups = kept.get("groups", {})
        yield from ((part, groups[code]) for code, part in parts.items() if groups.get(code))


def _tells(cell: Cell, other: Cell, told: int, number: int, on: date) -> bool:
    if (other.of, other.total) != (cell.of, cell.total):
        return False
    if cell.total is None and not gives_away(Relation.WIDER, told, number):
        return False
    relation = compare(other, cell, reports.dictionaries()[cell.of], on=on).relation
    if cell.total is not None:  # how many stood behind the other is not kept
        return told != number and relation in (Relation.NARROWER, Relation.WIDER)
    return gives_away(relation, told, number)


def _nearest(district: int, cell: Cell, on: date) -> Difference | None:
    found = reports.nearest(district, cell, on=on)
    if found is None:
        return None
    return difference_words(found.indicator.code, found.indicator.name, found.comparison)


def difference_words(code: str, name: object, comparison: Comparison) -> Difference:
    """Return how what is asked (second) lies to a definition in force (first), in sentences."""
    return Difference(
        code,
        local_text(name),
        comparison.relation is Relation.SAME,
        more=_said(comparison.more),
        less=_said(comparison.less),
    )


def _said(apart: Apart | None) -> tuple[str, ...]:
    if apart is None:
        return ()
    return tuple(
        gettext(" or ").join(_condition(one) for one in alternatives)
        for alternatives in apart.parts
        if alternatives
    )


def _condition(condition: Expression) -> str:
    """Return one condition as a sentence."""
    if isinstance(condition, Not) and isinstance(condition.part, Known):
        return gettext("%(name)s is not on record") % {"name": _fact(condition.part.name)}
    if isinstance(condition, (And, Or, Not)):
        return ""
    asked = phrase(condition)
    return gettext(asked.msgid) % {
        "name": _fact(asked.name),
        "least": asked.least,
        "most": asked.most,
        "codes": gettext(" or ").join(_code(asked.name, code) for code in asked.codes),
    }


def _fact(attribute: str) -> str:
    return reports.fact_name(attribute)


def _code(attribute: str, code: str) -> str:
    return reports.code_names(attribute, [code])[0]
