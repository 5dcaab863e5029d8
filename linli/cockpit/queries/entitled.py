"""应享未享: who may have a benefit by what we know, and goes without it."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse

from linli.basics import Actor, NoSuchThing
from linli.cases import queries as cases
from linli.fabric.jinja import local_text
from linli.people import queries as people
from linli.people.domain import MaskedPerson, Permission, Residents

from .wording import community_words

ROWS = 50


@dataclass(frozen=True, slots=True)
class Without:
    """One community: how many there go without; no address where the reader may see nobody."""

    words: str
    n: int
    href: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit over the communities in reach; ``untold`` counts those of whom too little is known."""

    name: str
    without: int
    href: str
    may: int
    has: int
    untold: int
    lines: tuple[Without, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """
    Those behind a number, masked; ``older`` leads to the next page.

    Who could have it tells of them what it rests on, a disability even: whoever shows them logs it.
    """

    name: str
    purpose: str
    place: str
    n: int
    people: tuple[MaskedPerson, ...]
    older: str


def entitled(by: Actor, on: date) -> tuple[Benefit, ...]:
    """Return each benefit that facts can judge and whose roll was brought in. Three queries."""
    found, judged = _judged(by, by.communities, on)
    opens = Permission.FIND_PEOPLE in by.permissions
    benefits = []
    for one in judged:
        where, many = np.unique(found.communities[one.without], return_counts=True)
        lines = [
            Without(
                words=community_words(place, by.communities),
                n=n,
                href=_link(one.item, place) if opens else "",
            )
            for place, n in zip(where.tolist(), many.tolist(), strict=True)
        ]
        benefits.append(
            Benefit(
                name=local_text(one.name),
                without=int(one.without.sum()),
                href=_link(one.item) if opens else "",
                may=int((one.may | one.has).sum()),
                has=int(one.has.sum()),
                untold=int(one.untold.sum()),
                lines=tuple(sorted(lines, key=lambda line: (-line.n, line.words))),
            )
        )
    return tuple(benefits)


def named(by: Actor, item: str, *, community: int | None, after: int, on: date) -> Named:
    """
    Return those behind a number, masked, in order of their ids.

    :raises NotAllowed: unless the hat may find people
    :raises NoSuchThing: if there is no such benefit, or the community is not the reader's
    """
    by.must(Permission.FIND_PEOPLE)
    if community is not None and community not in by.communities:
        raise NoSuchThing
    here = by.communities if community is None else frozenset({community})
    found, judged = _judged(by, here, on)
    one = next((one for one in judged if one.item == item), None)
    if one is None:
        raise NoSuchThing
    ids = found.ids[one.without]
    page = ids[ids > after][: ROWS + 1].tolist()
    return Named(
        name=local_text(one.name),
        purpose=one.purpose,
        place=community_words(community, by.communities) if community else "",
        n=len(ids),
        people=tuple(people.masked_people(page[:ROWS])),
        older=_link(item, community, page[ROWS - 1]) if len(page) > ROWS else "",
    )


def _judged(
    by: Actor, communities: frozenset[int], on: date
) -> tuple[Residents, tuple[cases.Judged, ...]]:
    facts = cases.facts_judged(on, district=by.district)
    found = people.residents_now(by.district, communities, facts)
    judged = cases.judge(
        found.ids, found.population, district=by.district, communities=communities, on=on
    )
    return found, judged


def _link(item: str, community: int | None = None, after: int = 0) -> str:
    asked = {"community": community or "", "after": after or ""}
    kept = {name: value for name, value in asked.items() if value}
    return reverse("cockpit:without", args=[item]) + (f"?{urlencode(kept)}" if kept else "")
