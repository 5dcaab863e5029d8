"""The directory of items: by life event, by people, by provider; one item with all it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from linli.basics import gettext_noop
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition, article_in_english
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

from .matters import fee_words
from .wording import (
    Rule,
    condition_words,
    fact_words,
    language,
    performer_words,
    period_words,
    rule_words,
    said,
    source_words,
)

PROVIDERS: Mapping[str, str] = {
    "community": gettext_noop("The community"),
    "street": gettext_noop("The street"),
    "district": gettext_noop("The district"),
    "organisation": gettext_noop("Organisations"),
}
SECTORS: Mapping[str, str] = {
    "government": gettext_noop("The government answers for it"),
    "community": gettext_noop("The community answers for it"),
    "organisation": gettext_noop("An organisation answers for it"),
}
WAYS: Mapping[str, str] = {
    "portal": gettext_noop("on this site"),
    "window": gettext_noop("at the station's window"),
    "phone": gettext_noop("by telephone"),
    "paper": gettext_noop("on paper"),
    "proxy": gettext_noop("somebody on your behalf"),
    "door_code": gettext_noop("by the code at your door"),
}
# What a member of staff would say first; the pack's own words follow in the list.
LEAD_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Shelf:
    """One heading of the directory: its code, its words, how many items, and a taste of them."""

    code: str
    words: str
    count: int
    taste: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item in a list."""

    code: str
    name: str
    summary: str
    example: bool
    free: bool


def shelves(kind: str, at: datetime) -> list[Shelf]:
    """
    Return the headings of the directory that have items.

    :param kind: ``life_events``, ``people`` or ``providers``
    """
    on = local_date(at)
    if kind == "providers":
        heads = [(code, gettext(words)) for code, words in PROVIDERS.items()]
    else:
        heads = list({e["code"]: said(e["name"]) for e in catalogue.entries(kind, on)}.items())
    found = []
    for code, words in heads:
        offers = listed(on, kind, code)
        if offers:
            joint = gettext(", ")
            taste = joint.join(said(one.name) for one in offers[:LEAD_ITEMS])
            found.append(Shelf(code, words, len(offers), taste))
    return found


def listed(on: date, kind: str, code: str) -> list[ItemDefinition]:
    """Return the items under one heading of the directory, all of them without one."""
    offers = catalogue.directory(
        on,
        life_event=code if kind == "life_events" else "",
        people_group=code if kind == "people" else "",
        provider_kind=code if kind == "providers" else "",
    )
    return [offer.definition for offer in offers]


def count_of(at: datetime) -> int:
    """Return how many items are on offer."""
    return len(catalogue.items(local_date(at)))


def lines(kind: str, code: str, at: datetime) -> list[Line]:
    """Return the items under a heading of the directory, all of them without one."""
    return [_line(item) for item in listed(local_date(at), kind, code)]


def found(words: str, at: datetime) -> list[Line]:
    """Return the items that fit plain words, the best first."""
    on = local_date(at)
    hits = catalogue.search(words, 12, on=on)
    return [_line(catalogue.current(hit.code, on).definition) for hit in hits]


def _line(item: ItemDefinition) -> Line:
    return Line(
        code=item.code,
        name=said(item.name),
        summary=said(item.summary),
        example=item.example,
        free=item.fee.kind == "free",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that will be asked, and why; ``known`` says where we have it from already."""

    label: str
    why: str
    known: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, and what makes it unnecessary."""

    name: str
    instead: str
    when: str
    have: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """One step: its name, who does it, within which time, after which steps, who assists."""

    name: str
    who: str
    within: str
    after: tuple[str, ...]
    assist: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the item is for the reader: ``yes``, ``no``, ``unknown``, and why."""

    verdict: str
    reasons: tuple[tuple[str, bool], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the page of one item shows."""

    code: str
    name: str
    summary: str
    example: bool
    sector: str
    accountable: str
    people: tuple[str, ...]
    first: str
    whole: str
    illustrative: bool  # the times are ours
    rule: Rule | None
    unless_met: str
    asked: tuple[Asked, ...]
    papers: tuple[Paper, ...]
    legs: tuple[Leg, ...]
    fee: str
    basis: tuple[str, ...]
    ways: tuple[str, ...]
    at_window: bool
    standard: str
    errand: str
    answer: Answer | None


def card(
    code: str, *, facts: Mapping[str, Any], signed_in: bool, community: int | None, at: datetime
) -> Card:
    """
    Return the page of one item; with the reader's own facts it also says whether it is for them.

    :raises NoSuchThing: if it is not on offer
    """
    on = local_date(at)
    item = catalogue.current(code, on).definition
    names = {step.code: said(step.name) for step in item.steps}
    people = {e["code"]: said(e["name"]) for e in catalogue.entries("people", on)}
    laws = {e["code"]: said(e["name"]) for e in catalogue.entries("laws", on)}
    return Card(
        code=item.code,
        name=said(item.name),
        summary=said(item.summary),
        example=item.example or not item.basis,
        sector=gettext(SECTORS[str(item.sector)]),
        accountable=_office(item.accountable, community, on),
        people=tuple(people.get(one, one) for one in item.people),
        first=period_words(item.first_response),
        whole=period_words(item.whole),
        illustrative="whole" in item.illustrative,
        rule=rule_words(item.eligibility, item) if item.eligibility is not None else None,
        unless_met=said(item.unless_met),
        asked=_asked(item, facts),
        papers=_papers(item, facts),
        legs=tuple(
            Leg(
                name=said(step.name),
                who=_office(step.performer, community, on),
                within=period_words(step.within),
                after=tuple(names[one] for one in step.after),
                assist=tuple(_office(one, community, on) for one in step.assist),
            )
            for step in item.steps
        ),
        fee=fee_words(item),
        basis=tuple(_basis(laws.get(one.law, one.law), one.article) for one in item.basis),
        ways=tuple(gettext(WAYS[one]) for one in item.channels or ("portal", "window", "phone")),
        at_window="window" in (item.channels or ("window",)),
        standard=said(item.standard),
        errand=str(item.errand),
        answer=_answer(item, facts, on) if signed_in else None,
    )


def _basis(law: str, article: str) -> str:
    english = language().startswith("en")
    return f"{law}, {article_in_english(article)}" if english else f"《{law}》{article}"


def _office(performer: str, community: int | None, on: date) -> str:
    if community is not None:
        return parties.party_words(parties.unit_for(performer, community))
    return performer_words(performer, on)


def _asked(item: ItemDefinition, facts: Mapping[str, Any]) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            label=said(field.label),
            why=said(field.why),
            known=source_words(field.fact)
            if field.fact and facts.get(field.fact) is not None
            else "",
        )
        for field in item.fields
    )


def _papers(item: ItemDefinition, facts: Mapping[str, Any]) -> tuple[Paper, ...]:
    return tuple(
        Paper(
            name=said(paper.name),
            instead=fact_words(paper.replaced_by, item) if paper.replaced_by else "",
            when=_flat(rule_words(paper.needed_when, item))
            if paper.needed_when is not None
            else "",
            have=bool(paper.replaced_by) and facts.get(paper.replaced_by) is not None,
        )
        for paper in item.papers
    )


def _flat(rule: Rule) -> str:
    if rule.kind == "one":
        return rule.words
    if rule.kind == "not":
        return gettext("not: %(rule)s") % {"rule": _flat(rule.parts[0])}
    joint = gettext(" or ") if rule.kind == "any" else gettext(" and ")
    return joint.join(_flat(part) for part in rule.parts)


def _answer(item: ItemDefinition, facts: Mapping[str, Any], on: date) -> Answer:
    verdict = catalogue.eligibility(item, facts, on=on)
    return Answer(
        verdict=verdict.answer,
        reasons=tuple((condition_words(one.condition, item), one.held) for one in verdict.reasons),
        missing=tuple(_names(item, verdict.missing)),
    )


def _names(item: ItemDefinition, names: Sequence[str]) -> list[str]:
    return [fact_words(name, item) for name in names]
