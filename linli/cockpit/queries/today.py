"""今天: what is wrong now, and only that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.catalogue.domain import EMERGENCY_LAPSES
from linli.cockpit.domain import URGENT, WRONG
from linli.fabric.jinja import span_brief
from linli.gate import queries as gate
from linli.gate.domain import Lane, State
from linli.gate.domain import Permission as Gate
from linli.parties import queries as parties

from .records import Record, records_of
from .wording import (
    Clock,
    Map,
    clock_to_lapse,
    community_words,
    counts_words,
    map_of,
    records_link,
)

MOST_FIRST = 6


@dataclass(frozen=True, slots=True)
class Wrong:
    """One kind of wrong: how many cases, where most of them lie, and what it counts."""

    code: str
    words: str
    icon: str
    n: int
    href: str
    worst: str
    worst_n: int
    worst_href: str
    counts: str
    longest: str


@dataclass(frozen=True, slots=True)
class Line:
    """One community with something wrong; a number and its link for each kind."""

    words: str
    n: int
    href: str
    cells: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Urgent:
    """One declared emergency nobody has reviewed: what, for whom and where, why, and till when."""

    title: str
    href: str
    office: str
    where: str
    why: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class Today:
    """The page: kinds that occur and kinds that do not, the most urgent cases, and where."""

    n: int
    href: str
    urgent: tuple[Urgent, ...]
    found: tuple[Wrong, ...]
    absent: tuple[str, ...]
    first: tuple[Record, ...]
    lines: tuple[Line, ...]
    map: Map | None
    communities: int
    quiet: int
    checked_words: tuple[tuple[str, str], ...]
    head_words: list[tuple[str, str]]
    at: datetime


def today(actor: Actor, *, at: datetime) -> Today:
    """
    Return what is wrong in the office's docket; two queries, and one for whoever sees the gate.

    :raises NotAllowed: unless the hat may supervise
    """
    rows = cases.what_is_wrong(actor, at=at)
    first = cases.list_cut(actor, cases.Cut(figure="any", at=at), limit=MOST_FIRST).rows
    found = [_wrong(code, rows, actor.communities, at) for code in WRONG]
    sees = Gate.SEE in actor.permissions
    urgent = tuple(_urgent(actor, at)) if sees else ()
    hours = {"hours": EMERGENCY_LAPSES // timedelta(hours=1)}
    counted = [(gettext(URGENT.words), gettext(URGENT.counts) % hours)] if sees else []
    touched = {row["community_id"] for row in rows} & actor.communities
    late = {row["community_id"]: row["late"] for row in rows if row["community_id"]}
    return Today(
        n=sum(row["any"] for row in rows),
        href=records_link("any"),
        urgent=urgent,
        found=tuple(one for one in found if one.n),
        absent=(
            *(one.words for one in found if not one.n),
            *([URGENT.words] if sees and not urgent else []),
        ),
        first=records_of([row.case for row in first], at=at),
        lines=tuple(_line(row, actor.communities) for row in rows),
        map=map_of(actor.communities, late, figure="late", month=None),
        communities=len(actor.communities),
        quiet=len(actor.communities) - len(touched),
        checked_words=(*((gettext(one.words), one.counts) for one in found), *counted),
        head_words=[(gettext(figure.words), "r") for figure in WRONG.values()],
        at=at,
    )


def _urgent(actor: Actor, at: datetime) -> Iterator[Urgent]:
    """Yield the emergencies in reach that run and wait for their review, the first to lapse first."""
    running = gate.requests_for(actor).filter(
        lane=str(Lane.EMERGENCY), state=str(State.ACTIVE), decided_at=None, valid_to__gt=at
    )
    for one in running.order_by("valid_to", "id"):
        here = actor.communities.intersection(one.communities)
        if not here or one.valid_from is None or one.valid_to is None:
            continue
        yield Urgent(
            title=one.title,
            href=reverse("gate:request", args=[one.number]),
            office=parties.party_words(one.asked_by),
            where=community_words(min(here), actor.communities)
            if len(here) == 1
            else gettext("%(count)s communities") % {"count": len(here)},
            why=one.declared_words,
            clock=clock_to_lapse(one.valid_from, one.valid_to, at=at),
        )


def _wrong(code: str, rows: Sequence[dict[str, Any]], reach: frozenset[int], at: datetime) -> Wrong:
    figure = WRONG[code]
    worst = max(rows, key=lambda row: row[code], default=None)
    place = worst["community_id"] if worst else None
    since = [row["first_due_at"] for row in rows if row["first_due_at"]]
    return Wrong(
        code=code,
        words=figure.words,
        icon=figure.icon,
        n=sum(row[code] for row in rows),
        href=records_link(code),
        worst=community_words(place, reach),
        worst_n=worst[code] if worst else 0,
        worst_href=records_link(code, community=place or 0),
        counts=counts_words(figure, at),
        longest=span_brief(at - min(since)) if code == "late" and since else "",
    )


def _line(row: dict[str, Any], reach: frozenset[int]) -> Line:
    place = row["community_id"] or 0
    return Line(
        words=community_words(place, reach),
        n=row["any"],
        href=records_link("any", community=place),
        cells=tuple((row[code], records_link(code, community=place)) for code in WRONG),
    )
