"""
What the facts answer already: an office's words read as a definition, counted, and compared.

Numbers leave here as they leave on a form: below five they are hidden, with those that would give
them back, unless the duty line grants exact ones.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext

from linli.basics import Actor
from linli.catalogue import queries as catalogue
from linli.fabric.jinja import local_text
from linli.gate.models import TakenNumbers
from linli.people import queries as people
from linli.reports import queries as reports
from linli.reports.domain import (
    Cell,
    Comparison,
    Relation,
    Total,
    Unmatched,
    compare,
    gives_away,
    hidden,
    match,
)
from linli.reports.domain import Difference as Apart
from linli.reports.domain import read_cell as cell_of
from linli.rulebook.domain import And, Expression, Known, Not, Or, local_date, phrase

_WHOLE = "whole"


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

    ``numbers``: community → number, None where it is hidden; ``unknown`` of how many the facts
    cannot tell; these remain as a question.
    """

    words: str
    as_of: date
    cell: Cell | None = None
    why: str = ""
    numbers: Mapping[int, int | None] = field(default_factory=dict)
    total: int | None = None
    unknown: int = 0
    exact: bool = False
    nearest: Difference | None = None


def ask_facts(
    by: Actor, words: str, communities: Collection[int], *, line: str = "", at: datetime
) -> Told:
    """Return what the facts say to an office's words on the day of a moment."""
    on = local_date(at)
    lexicon = reports.lexicon(by.district, on)
    found = match([words], lexicon, on=on) if lexicon.terms else None
    if found is None:
        return Told(words, on, why=words)
    if isinstance(found, Unmatched):
        return Told(words, on, why=found.words or words)
    scope = sorted(communities)
    counts = reports.Counts(by.district, on, at, scope)
    counted, order = counts.count(found), counts.order(found.of)
    numbers = {community: int(counted.value[row]) for row, community in enumerate(order)}
    exact = bool(scope) and _exact(line, scope, on, by.district)
    shown, total = (
        (dict(numbers), sum(numbers.values())) if exact else _shown(found, numbers, by, on)
    )
    return Told(
        words,
        on,
        cell=found,
        numbers=shown,
        total=total,
        unknown=int(counted.unknown.sum()),
        exact=exact,
        nearest=_nearest(by.district, found, on),
    )


def _exact(line: str, communities: Sequence[int], on: date, district: int) -> bool:
    lists = [catalogue.duty_list(one, on, district=district).get(line) for one in communities]
    return all(one is not None and one.open and one.exact_counts for one in lists)


def _shown(
    cell: Cell, numbers: Mapping[int, int], by: Actor, on: date
) -> tuple[dict[int, int | None], int | None]:
    """Return the numbers and their sum as they may be told: small ones, and their tells, hidden."""
    named: dict[tuple[str, ...], int] = {
        (str(community),): number for community, number in numbers.items()
    }
    whole = sum(numbers.values())
    named[(_WHOLE,)] = whole
    totals = [Total((_WHOLE,), tuple((str(one),) for one in numbers))]
    gone = set(hidden(named, totals))
    for community, number in [*numbers.items(), (None, whole)]:
        if any(_tells(cell, other, told, number, on) for other, told in _before(by, community, on)):
            gone.add((_WHOLE if community is None else str(community),))
    shown = {one: None if (str(one),) in gone else number for one, number in numbers.items()}
    return shown, None if (_WHOLE,) in gone else whole


def _before(by: Actor, community: int | None, on: date) -> list[tuple[Cell, int]]:
    """Return what the district told of a community on that day, to whomever."""
    rows = TakenNumbers.objects.filter(district=by.district, as_of=on)
    found = []
    for row in rows:
        told = json.loads(row.numbers).get(_WHOLE if community is None else str(community))
        if told is not None:
            found.append((cell_of(json.loads(row.cell), reports.dictionaries()), told))
    return found


def _tells(cell: Cell, other: Cell, told: int, number: int, on: date) -> bool:
    if other.of != cell.of or not gives_away(Relation.WIDER, told, number):
        return False
    relation = compare(other, cell, reports.dictionaries()[cell.of], on=on).relation
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
    return gettext("Age") if attribute == "age" else people.fact_label(attribute)


def _code(attribute: str, code: str) -> str:
    entry = people.dictionary().get(attribute)
    return local_text(entry.codes.get(code, code)) if entry else code
