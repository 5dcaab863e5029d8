"""What people have by a decision, and who may have it and does not (应享未享)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from linli.basics import Actor
from linli.cases.models import Award
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition, Text, told_by_facts
from linli.fabric.numbers import NONE, place_in, read_numbers
from linli.people import queries as people
from linli.people.domain import Numbers
from linli.rulebook.domain import Population, attributes, to_bitmap

Bits = NDArray[np.bool_]
# Items with a roll; one that facts do not judge is NONE, for a null would shift the column.
_ROLL = (
    "SELECT COALESCE({item}, {none}), 0 FROM case_award "
    "WHERE district = %s AND case_id IS NULL GROUP BY item"
)
# Whoever was merged, and the record that stands for them now, however often it was merged on.
_STANDING = (
    "WITH RECURSIVE ahead(gone, kept) AS ("
    "SELECT id, merged_into_id FROM people_person WHERE merged_into_id IS NOT NULL UNION ALL "
    "SELECT o.gone, n.merged_into_id FROM ahead o JOIN people_person n ON n.id = o.kept "
    "WHERE n.merged_into_id IS NOT NULL) SELECT o.gone, o.kept FROM ahead o "
    "JOIN people_person n ON n.id = o.kept WHERE n.merged_into_id IS NULL"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What one person has or had: ``to_on`` and ``end_reason`` are empty while it holds."""

    id: int
    item: str
    name: Text
    number: str
    from_on: date
    to_on: date | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """
    One benefit and some people, in their order: who may have it by what we know, who has it.

    Whoever is in neither ``may`` nor ``not_for`` cannot be judged yet; that is a question, and no
    reason to knock.
    """

    item: str
    name: Text
    purpose: str
    may: Bits
    not_for: Bits
    has: Bits

    @property
    def without(self) -> Bits:
        """Who may have it and goes without."""
        return self.may & ~self.has

    @property
    def untold(self) -> Bits:
        """Of whom too little is known."""
        return ~(self.may | self.not_for | self.has)


def awards_of(by: Actor, person: int, on: date) -> list[Held]:
    """
    Return what a person has and had, what holds first.

    Whoever was merged into this record brought theirs along.

    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    if person != by.person:  # one's own record is always within reach
        people.person_for(by, person)
    return held_awards(by.district, person, on)


def held_awards(district: int, person: int, on: date) -> list[Held]:
    """Return what a person has and had, what holds first, for a caller that asked who may see it."""
    rows = Award.objects.filter(
        district=district, person__in=people.records_of(person)
    ).select_related("case")
    names = _names(on, district)
    held = [
        Held(
            id=row.pk,
            item=row.item,
            name=names.get(row.item, {"zh-Hans": row.item}),
            number=row.case.number if row.case else "",
            from_on=row.from_on,
            to_on=row.to_on,
            end_reason=row.end_reason or "",
        )
        for row in rows.order_by("from_on", "id")
    ]
    return sorted(held, key=lambda one: one.to_on is not None)


def _names(on: date, district: int) -> dict[str, Text]:
    found = catalogue.items(on, district=district)
    return {one.definition.code: one.definition.name for one in found if one.definition.award}


def awarded(on: date, *, district: int) -> tuple[ItemDefinition, ...]:
    """
    Return what is had by a decision and can be judged by facts alone, on a day.

    What rests on the person's own consent is left out: nobody is sought out for it.
    """
    known = people.attribute_types()
    agreed = {code for code, one in people.purposes().items() if one.consent}
    found = [one.definition for one in catalogue.items(on, district=district)]
    return tuple(
        one
        for one in found
        if one.award and one.eligibility and one.purpose not in agreed
        if told_by_facts(one.eligibility, known)
    )


def facts_judged(on: date, *, district: int) -> frozenset[str]:
    """Return the facts that decide who may have what."""
    known = people.attribute_types()
    rules = [one.eligibility for one in awarded(on, district=district) if one.eligibility]
    return frozenset(name for rule in rules for name in attributes(rule) if name in known)


def judge(
    ids: Numbers, facts: Population, *, district: int, communities: Collection[int], on: date
) -> tuple[Judged, ...]:
    """
    Return who of some people may have what, and who has it; one query.

    The rule is the item's own eligibility, read for all of them at once. An item counts from the
    day on which its roll was brought in: before, nobody knows who goes without.

    :param ids: in order, of those who live in ``communities``
    :param facts: what is known of them, in the same order
    """
    items = awarded(on, district=district)
    if not items:
        return ()
    place, person = _having(items, district, communities, on)
    judged = []
    for number, item in enumerate(items):
        its = person[place == number]
        if item.eligibility is None or not (its == 0).any():
            continue
        found = to_bitmap(item.eligibility, facts, on=on)
        judged.append(
            Judged(item.code, item.name, item.purpose, found.yes, found.no, np.isin(ids, its))
        )
    return tuple(judged)


def going_without(
    by: Actor, seen: Mapping[int, Collection[str]], on: date
) -> dict[int, list[Text]]:
    """
    Return person → what they may have by what we know and do not have; for a few people.

    :param seen: person → the facts the reader may see: the name of a benefit tells what it rests on
    """
    items = awarded(on, district=by.district)
    if not items or not seen:
        return {}
    place, person = _having(items, by.district, by.communities, on)
    having = set(zip(place.tolist(), person.tolist(), strict=True))
    facts = {
        one: {name: value for name, value in held.items() if name in seen[one]}
        for one, held in people.facts_of_many(seen).items()
    }
    found: dict[int, list[Text]] = {}
    for number, item in enumerate(items):
        if (number, 0) not in having:
            continue
        for one in seen:
            may = catalogue.eligibility(item, facts.get(one, {}), on=on).answer == "yes"
            if may and (number, one) not in having:
                found.setdefault(one, []).append(item.name)
    return found


def _having(
    items: Collection[ItemDefinition], district: int, communities: Collection[int], on: date
) -> tuple[Numbers, Numbers]:
    """Return place of the item and person for whoever has it; person 0 where there is a roll."""
    item = place_in("item", [one.code for one in items])
    here = ", ".join(str(int(one)) for one in sorted(communities)) or "NULL"
    day = on.isoformat()
    place, person = read_numbers(
        [item, "COALESCE(s.kept, p.id)"],
        "FROM case_award a JOIN people_person p ON p.id = a.person_id "
        f"LEFT JOIN ({_STANDING}) s ON s.gone = p.id "
        "WHERE a.district = %s AND a.from_on <= %s AND (a.to_on IS NULL OR a.to_on > %s) "
        f"AND (p.community_id IN ({here}) OR p.merged_into_id IS NOT NULL) "
        f"UNION ALL {_ROLL.format(item=item, none=NONE)}",
        [district, day, day, district],
    )
    return place, person
