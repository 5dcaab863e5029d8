"""名册: the benefits that have a roll or want one, and what a roll would bring, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import Matched, RollRead
from linli.catalogue import queries as catalogue
from linli.fabric.edge import sentence
from linli.fabric.jinja import local_text
from linli.people import queries as people

SHOWN = 20  # of each kind; the counts are of all


@dataclass(frozen=True, slots=True)
class RollItem:
    """A benefit whose decision goes on, and how many in reach have it on record."""

    code: str
    name: str
    holders: int


@dataclass(frozen=True, slots=True)
class RollPerson:
    """Somebody on a roll or missing on it, masked; ``line`` and ``since`` where the roll says so."""

    id: int
    name: str
    line: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class RollPage:
    """What a roll would bring: counts of all, and the first of each kind."""

    name: str
    fresh: int
    held: int
    left: int
    missing: int
    new: tuple[RollPerson, ...]
    dropped: tuple[tuple[str, str], ...]
    beside: tuple[RollPerson, ...]


def roll_items(by: Actor, on: date) -> list[RollItem]:
    """Return the benefits a roll can be brought in for, in the order of the catalogue."""
    held = cases.holders_counted(by)
    found = (one.definition for one in catalogue.items(on, district=by.district))
    return [
        RollItem(one.code, local_text(one.name), held.get(one.code, 0))
        for one in found
        if one.award
    ]


def roll_page(by: Actor, read: RollRead, on: date) -> RollPage:
    """Return what was read as the page shows it: people masked, reasons in the reader's language."""
    fresh = [one for one in read.matched if not one.held]
    shown, beside = fresh[:SHOWN], read.missing[:SHOWN]
    names = people.masked_names([*(one.person for one in shown), *beside])
    definition = catalogue.current(read.item, on, district=by.district).definition
    return RollPage(
        name=local_text(definition.name),
        fresh=len(fresh),
        held=read.held,
        left=len(read.left),
        missing=len(read.missing),
        new=tuple(_named(shown, names)),
        dropped=tuple(
            (gettext("line %(n)s") % {"n": one.line}, sentence(one.why))
            for one in read.left[:SHOWN]
        ),
        beside=tuple(RollPerson(one, names.get(one, "")) for one in beside),
    )


def _named(matched: Iterable[Matched], names: dict[int, str]) -> Iterable[RollPerson]:
    for one in matched:
        yield RollPerson(one.person, names.get(one.person, ""), one.line, one.from_on)
