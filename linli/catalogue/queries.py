"""Asking the catalogue: what is on offer on a day, what fits these words, who may have it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from linli.basics import NoSuchThing
from linli.fabric.versions import cached
from linli.people import queries as people
from linli.places import queries as places
from linli.rulebook.domain import number_of

from . import domain
from .domain import (
    Certificate,
    Duty,
    DutyKind,
    EnglishIndex,
    Found,
    Index,
    ItemDefinition,
    PaperDefinition,
    Verdict,
    article_in_english,
    build_english,
    build_index,
    holds,
    in_force,
    read_kept,
)
from .models import DutyLine, DutyTerms, ItemVersion, Mandate, NegativeCertificate, PackList


@dataclass(frozen=True, slots=True)
class Offer:
    """One version of an item: its ids, its days, and what it is."""

    version_id: int
    item_id: int
    number: int
    valid_from: date
    valid_to: date | None
    pack: str
    definition: ItemDefinition


@cached("catalogue")
def _shelf(district: int) -> Mapping[int, Offer]:
    """Return every version of every item, by its id."""
    dictionary = people.attribute_types()
    rows = ItemVersion.objects.filter(district=district).select_related("item")
    return {
        row.pk: Offer(
            version_id=row.pk,
            item_id=row.item_id,
            number=row.number,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            pack=row.item.pack,
            definition=read_kept(json.loads(row.definition), dictionary),
        )
        for row in rows.order_by("item__code", "number")
    }


def definition(version_id: int, *, district: int | None = None) -> ItemDefinition:
    """
    Return what an item version says. A case is pinned to one.

    :raises NoSuchThing: if there is no such version
    """
    return offer(version_id, district=district).definition


def offer(version_id: int, *, district: int | None = None) -> Offer:
    """:raises NoSuchThing: if there is no such version"""
    found = _shelf(_district(district)).get(version_id)
    if found is None:
        raise NoSuchThing
    return found


def current(code: str, on: date, *, district: int | None = None) -> Offer:
    """
    Return the version of an item in force on a day.

    :raises NoSuchThing: if the item is unknown or not on offer that day
    """
    for one in items(on, district=district):
        if one.definition.code == code:
            return one
    raise NoSuchThing


def wordings(code: str, *, district: int | None = None) -> tuple[Offer, ...]:
    """Return every wording of an item, the oldest first; none where it is unknown."""
    shelf = _shelf(_district(district)).values()
    return tuple(one for one in shelf if one.definition.code == code)


def items(on: date, *, district: int | None = None) -> tuple[Offer, ...]:
    """Return everything on offer on a day, by code."""
    return tuple(one for one in _shelf(_district(district)).values() if holds(one, on))


def directory(
    on: date,
    *,
    life_event: str = "",
    people_group: str = "",
    provider_kind: str = "",
    district: int | None = None,
) -> tuple[Offer, ...]:
    """
    Return what is on offer for a life event, a group of people or a kind of provider.

    :param provider_kind: ``community``, ``street``, ``district``, ``organisation`` or a performer
    """
    return tuple(
        one
        for one in items(on, district=district)
        if (not life_event or life_event in one.definition.life_events)
        and (not people_group or people_group in one.definition.people)
        and (not provider_kind or _provided_by(one.definition, provider_kind))
    )


def _provided_by(item: ItemDefinition, kind: str) -> bool:
    return any(
        one == kind or one.startswith(f"{kind}.") for one in (item.accountable, *item.providers)
    )


@cached("catalogue")
def _lists(district: int) -> tuple[PackList, ...]:
    return tuple(PackList.objects.filter(district=district).order_by("pack", "kind", "number"))


def entries(kind: str, on: date, *, district: int | None = None) -> list[dict[str, Any]]:
    """
    Return the entries of a list in force on a day, those of all packs together.

    :param kind: levels, clauses, laws, units, people, life_events, replies, synonyms, dangers,
        templates
    """
    return [
        entry
        for row in _lists(_district(district))
        if row.kind == kind and holds(row, on)
        for entry in row.body
        if _entry_holds(entry, on)
    ]


@cached("catalogue")
def _laws(district: int) -> Mapping[str, Mapping[str, str]]:
    return {
        str(entry["code"]): entry["name"]
        for row in _lists(district)
        if row.kind == "laws"
        for entry in row.body
    }


def cite(law: str, article: str, *, english: bool, district: int | None = None) -> str:
    """Return a citation: 社会救助法 第三十七条; in English ``Social Assistance Law, art. 37``."""
    if not english:
        return f"{law} {article}"
    name = _laws(_district(district)).get(law, {}).get("en") or law
    return f"{name}, {article_in_english(article)}"


def law_on_record(law: str, article: str, on: date, *, district: int | None = None) -> str:
    """
    Return what the lists of laws know of a citation: “” if it is there, or nothing is listed at all.

    Else ``unknown_law``: none is in force on that day under that name; ``unknown_article``: it has
    not so many.
    """
    listed = entries("laws", on, district=district)
    called = [one for one in listed if law in (one["code"], one["name"]["zh-Hans"])]
    if not called:
        return "unknown_law" if listed else ""
    number = number_of(domain.PART.findall(article)[0][0])
    most = called[0].get("articles")
    return "unknown_article" if number < 1 or (most and number > most) else ""


def search(text: str, limit: int = 10, *, on: date, district: int | None = None) -> list[Found]:
    """Return up to ``limit`` items that fit plain words, the best first."""
    if domain.is_english(text):
        found = domain.search_english(_english(_district(district), on), text, limit)
        if found:
            return list(found)
    return list(domain.search(_index(_district(district), on), text, limit))


def match_report(text: str, *, on: date, district: int | None = None) -> list[Found]:
    """Return the one to three items a resident's own words most likely mean; none if none fits."""
    if domain.is_english(text):
        return list(domain.match_english(_english(_district(district), on), text))
    return list(domain.match(_index(_district(district), on), text))


def tells_of_danger(text: str, *, on: date, district: int | None = None) -> bool:
    """Whether a life may be at stake in a resident's own words."""
    known = entries("dangers", on, district=district)
    return domain.tells_of_danger(text, (str(word) for entry in known for word in entry["words"]))


def _index(district: int, on: date) -> Index:
    return _built(district, *_offered(district, on))


def _english(district: int, on: date) -> EnglishIndex:
    return _built_english(district, *_offered(district, on))


def _offered(district: int, on: date) -> tuple[tuple[int, ...], tuple[tuple[str, ...], ...]]:
    """Return the wordings on offer, and the groups of words that mean the same."""
    offered = tuple(one.version_id for one in items(on, district=district))
    groups = tuple(
        tuple(str(word) for word in entry["words"])
        for entry in entries("synonyms", on, district=district)
    )
    return offered, groups


@lru_cache(maxsize=8)
def _built(district: int, offered: tuple[int, ...], groups: tuple[tuple[str, ...], ...]) -> Index:
    shelf = _shelf(district)
    return build_index([shelf[one].definition for one in offered], groups)


@lru_cache(maxsize=8)
def _built_english(
    district: int, offered: tuple[int, ...], groups: tuple[tuple[str, ...], ...]
) -> EnglishIndex:
    shelf = _shelf(district)
    return build_english([shelf[one].definition for one in offered], groups)


def eligibility(item: ItemDefinition, facts: Mapping[str, object], *, on: date) -> Verdict:
    """Say yes, no or unknown, with the conditions that decide or the facts that are missing."""
    return domain.eligibility(item, facts, on=on)


def missing_papers(
    item: ItemDefinition, facts: Mapping[str, object], on_file: Collection[str], *, on: date
) -> tuple[PaperDefinition, ...]:
    """Return the papers still to bring."""
    return domain.missing_papers(item, facts, on_file, on=on)


@cached("catalogue")
def _certificates(district: int) -> tuple[Certificate, ...]:
    return tuple(
        Certificate(
            code=row.code,
            name=row.name,
            words=tuple(row.words),
            basis=row.basis,
            instead=row.instead,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in NegativeCertificate.objects.filter(district=district).order_by("code", "number")
    )


def certificates(on: date, *, district: int | None = None) -> tuple[Certificate, ...]:
    """Return the papers a community must not issue on a day."""
    return tuple(one for one in _certificates(_district(district)) if holds(one, on))


def refused_certificate(text: str, *, on: date, district: int | None = None) -> Certificate | None:
    """Return the line of the negative list that ``text`` asks for, None where it asks for none."""
    return domain.refused_certificate(text, _certificates(_district(district)), on=on)


def duty_lines(on: date, *, district: int | None = None) -> QuerySet[DutyLine]:
    """Return the duty list in force on a day."""
    return (
        DutyLine.objects.filter(district=_district(district), valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .order_by("code")
    )


def duty_line(code: str, on: date, *, district: int | None = None) -> DutyLine:
    """:raises NoSuchThing: if no such line is in force that day"""
    found = duty_lines(on, district=district).filter(code=code).first()
    if found is None:
        raise NoSuchThing
    return found


@cached("catalogue")
def _duties(district: int) -> tuple[Duty, ...]:
    """Return every line of every list, those that ended too."""
    beside = {row.line_id: row for row in DutyTerms.objects.filter(district=district)}
    lines = DutyLine.objects.filter(district=district).order_by("code", "number")
    return tuple(_duty(line, beside.get(line.pk)) for line in lines)


def _duty(line: DutyLine, terms: DutyTerms | None) -> Duty:
    """Lines from before there were terms are the district's, and grant nothing."""
    return Duty(
        line_id=line.pk,
        code=terms.code if terms else line.code,
        place=terms.place_id if terms else None,
        kind=DutyKind(line.kind),
        name=line.name,
        basis=tuple(line.basis),
        department=line.department,
        expected_minutes=line.expected_minutes,
        minutes_example=bool(terms and terms.minutes_example),
        evidence=tuple(terms.evidence) if terms else (),
        exact_counts=bool(terms and terms.exact_counts),
        names=bool(terms and terms.names),
        example=line.example,
        communities=tuple(line.communities),
        valid_from=line.valid_from,
        valid_to=line.valid_to,
    )


def duty_list(community: int, on: date, *, district: int | None = None) -> Mapping[str, Duty]:
    """
    Return the duty list of a community on a day, by the code items use.

    A line of its own counts before one of its street, and that before the district's.

    :raises NoSuchThing: if there is no such place
    """
    own = _district(district)
    path = places.tree(own).path(community)
    nearest = [node.id for node in reversed(path)]
    return in_force(_duties(own), nearest, path[-1].code, on)


def duty_line_for(code: str, community: int, on: date, *, district: int | None = None) -> Duty:
    """
    Return the line a community may or may not work under on a day.

    :raises NoSuchThing: if no list names it, or there is no such place
    """
    found = duty_list(community, on, district=district).get(code)
    if found is None:
        raise NoSuchThing
    return found


def mandates_for(community: int, at: datetime, *, district: int | None = None) -> list[Mandate]:
    """Return the mandates in force for a community at a moment, the first to end first."""
    rows = mandates(at, district=district).select_related("duty_line").order_by("valid_to", "id")
    return [one for one in rows if not one.communities or community in one.communities]


def mandates(at: datetime, *, district: int | None = None) -> QuerySet[Mandate]:
    """Return the mandates in force at a moment; expiry is a predicate, not a sweep."""
    return Mandate.objects.filter(
        Q(revoked_at=None) | Q(revoked_at__gt=at),
        district=_district(district),
        valid_from__lte=at,
        valid_to__gt=at,
    )


def _entry_holds(entry: Mapping[str, Any], on: date) -> bool:
    """Entries may have days of their own within their list, as ISO text."""
    day = on.isoformat()
    return str(entry.get("from") or "") <= day and not (entry.get("to") and entry["to"] <= day)


def _district(district: int | None) -> int:
    return settings.DISTRICT if district is None else district
