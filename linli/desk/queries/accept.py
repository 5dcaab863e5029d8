"""受理 on one screen: which item, whose, may they have it, what is still to bring."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.cases import queries as cases
from linli.cases.domain import spoken
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import (
    Certificate,
    Errand,
    FieldDefinition,
    ItemDefinition,
    Verdict,
    facts_used,
)
from linli.fabric.jinja import language, local_text
from linli.people import queries as people
from linli.people.domain import MaskedPerson, PersonCard
from linli.places import queries as places
from linli.places.domain import Kind
from linli.rulebook.domain import local_date

from .wording import (
    basis_words,
    condition_words,
    fact_name,
    law_words,
    party_name,
    value_words,
)

MOST_MATCHES = 4
MOST_PLACES = 400
PURPOSE = "item"


@dataclass(frozen=True, slots=True)
class Match:
    """One item the words may mean."""

    code: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask; ``kind``: text, area, number, date, choice, tel."""

    code: str
    kind: str
    label: str
    why: str
    required: bool
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition in words, and whether it held."""

    words: str
    held: bool


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper: on record (a fact replaces it), ticked as on file, or still missing."""

    code: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Near:
    """An open case near by that reads alike."""

    number: str
    spoken: str
    place: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """The chosen item with everything that follows from who asks."""

    code: str
    name: str
    summary: str
    who: str
    basis: str
    example: bool
    ours: tuple[str, ...]
    asks: bool
    questions: tuple[Question, ...]
    known: tuple[str, ...]
    verdict: str
    reasons: tuple[Reason, ...]
    missing_facts: tuple[str, ...]
    unless_met: str
    papers: tuple[PaperRow, ...]
    missing: tuple[str, ...]
    place_needed: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A certificate nobody here may issue, and the citation."""

    name: str
    basis: str
    instead: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What the screen shows for what was typed so far."""

    matches: tuple[Match, ...]
    item: ItemView | None
    refusal: Refusal | None
    person: MaskedPerson | None
    near: tuple[Near, ...]
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """A person opened for a reason: the name, and what the item needs, each with its words."""

    name: str
    phone: str
    rows: tuple[tuple[str, str, str], ...]
    purpose: str


def intake(
    actor: Actor,
    *,
    words: str,
    item: str,
    person: int | None,
    answers: Mapping[str, Any],
    ticked: Collection[str],
    at: datetime,
) -> Intake:
    """
    Return the screen for what is known so far. Writes nothing and shows nobody unmasked.

    :raises NoSuchThing: if the person is not in the actor's reach
    """
    on = local_date(at)
    matches = _matches(words, item, on)
    chosen = chosen_item(item or (matches[0].code if len(matches) == 1 else ""), on)
    refused = catalogue.refused_certificate(words, on=on) if words else None
    masked = people.masked_card(actor, person) if person is not None else None
    facts = facts_for(chosen, person)
    return Intake(
        matches=matches,
        item=_item(chosen, facts, answers, ticked, on) if chosen else None,
        refusal=_refusal(refused) if refused else None,
        person=masked,
        near=_near(actor, chosen, words, at) if chosen else (),
        places=place_options(actor),
    )


def _matches(words: str, item: str, on: date) -> tuple[Match, ...]:
    codes = [one.code for one in catalogue.search(words, MOST_MATCHES, on=on)] if words else []
    if item and item not in codes:
        codes = [item, *codes]
    offers = {one.definition.code: one.definition for one in catalogue.items(on)}
    return tuple(
        Match(code, local_text(offers[code].name), local_text(offers[code].summary))
        for code in codes
        if code in offers
    )


def chosen_item(code: str, on: date) -> ItemDefinition | None:
    """Return the item that was chosen, if it is offered."""
    try:
        return catalogue.current(code, on).definition if code else None
    except NoSuchThing:
        return None


def opened_for(item: ItemDefinition | None, person: int) -> tuple[str, frozenset[str]]:
    """
    Return for which purpose a card is opened, and which facts the item needs; none without an item.

    Who applies and has not consented to the item's own purpose is looked at for the application alone.
    """
    if item is None:
        return PURPOSE, frozenset()
    agreed = people.has_consent(person, item.purpose)
    return (item.purpose if agreed else PURPOSE), facts_used(item)


def facts_for(item: ItemDefinition | None, person: int | None) -> dict[str, Any]:
    """Return what is held of the person as far as the item's purpose may use it. For rules."""
    if item is None or person is None:
        return {}
    purpose = item.purpose or PURPOSE
    allowed = {name for name, one in people.dictionary().items() if purpose in one.purposes}
    held: dict[str, Any] = dict(people.facts_of(person))
    return {name: value for name, value in held.items() if name in allowed}


def question_item(at: datetime) -> ItemDefinition:
    """
    Return the item under which a one-line question is answered on the spot.

    :raises NoSuchThing: if the catalogue has none
    """
    for one in catalogue.items(local_date(at)):
        if one.definition.errand is Errand.ASK:
            return one.definition
    raise NoSuchThing


def all_facts(
    item: ItemDefinition, facts: Mapping[str, Any], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Return facts and answers together, as eligibility reads them."""
    told = {field.fact or field.code: answers.get(field.code) for field in item.fields}
    return {**{name: value for name, value in told.items() if value is not None}, **facts}


def open_fields(item: ItemDefinition, facts: Mapping[str, Any]) -> tuple[FieldDefinition, ...]:
    """Return the fields still to ask; the person's own card answers name and telephone."""
    return tuple(
        field
        for field in item.fields
        if not field.fact
        or (facts.get(field.fact) is None and field.fact not in ("name", "phone", "id_number"))
    )


def _item(
    item: ItemDefinition,
    facts: Mapping[str, Any],
    answers: Mapping[str, Any],
    ticked: Collection[str],
    on: date,
) -> ItemView:
    together = all_facts(item, facts, answers)
    verdict: Verdict = catalogue.eligibility(item, together, on=on)
    missing = {one.code for one in catalogue.missing_papers(item, together, ticked, on=on)}
    return ItemView(
        code=item.code,
        name=local_text(item.name),
        summary=local_text(item.summary),
        who=_accountable(item, on),
        basis=basis_words(item),
        example=item.example or not item.basis,
        ours=_ours(item),
        asks=item.errand is Errand.ASK,
        questions=tuple(_question(one, answers) for one in open_fields(item, facts)),
        known=tuple(
            local_text(one.label) for one in item.fields if one.fact and facts.get(one.fact)
        ),
        verdict=verdict.answer,
        reasons=tuple(
            Reason(condition_words(one.condition, item), one.held) for one in verdict.reasons
        ),
        missing_facts=tuple(fact_name(one, item) for one in verdict.missing),
        unless_met=local_text(item.unless_met),
        papers=tuple(
            PaperRow(
                one.code,
                local_text(one.name),
                "missing"
                if one.code in missing
                else "ticked"
                if one.code in ticked
                else "on_record",
            )
            for one in item.papers
        ),
        missing=tuple(one.code for one in item.papers if one.code in missing),
        place_needed=item.place == "required",
    )


def _ours(item: ItemDefinition) -> tuple[str, ...]:
    """Name what of an item is illustrative (示例), because no law or publication says it."""
    words = {
        "whole": gettext("the time for all of it"),
        "capacity": gettext("how many it holds"),
        "fee": gettext("the fee"),
    }
    steps = gettext("the times of its steps")
    return tuple(dict.fromkeys(words.get(one, steps) for one in item.illustrative))


def _accountable(item: ItemDefinition, on: date) -> str:
    for entry in catalogue.entries("units", on):
        if entry["code"] == item.accountable:
            return local_text(entry["name"])
    return ""


def _question(field: FieldDefinition, answers: Mapping[str, Any]) -> Question:
    schema = field.schema
    options = tuple((code, local_text(words)) for code, words in field.choices.items())
    if schema.get("type") == "boolean":
        options = (("yes", gettext("yes")), ("no", gettext("no")))
    kind = "choice" if options else {"integer": "number"}.get(schema.get("type", ""), "text")
    if schema.get("format") == "date":
        kind = "date"
    elif kind == "text" and schema.get("maxLength", 0) > 200:
        kind = "area"
    value = answers.get(field.code)
    shown = (
        {True: "yes", False: "no", None: ""}.get(value, str(value))
        if (value is None or isinstance(value, bool))
        else str(value)
    )
    return Question(
        code=field.code,
        kind=kind,
        label=local_text(field.label),
        why=local_text(field.why),
        required=field.required,
        options=options,
        value=shown,
    )


def _refusal(found: Certificate) -> Refusal:
    return Refusal(local_text(found.name), law_words([found.basis]), local_text(found.instead))


def _near(actor: Actor, item: ItemDefinition, words: str, at: datetime) -> tuple[Near, ...]:
    if not item.joinable or not words or len(actor.communities) != 1:
        return ()
    community = next(iter(actor.communities))
    found = cases.similar_open(
        district=actor.district, item=item.code, words=words, community=community, at=at
    )
    return tuple(
        Near(case.number, spoken(case.number), party_name(case.owner_id)) for case, _ in found
    )


def place_options(actor: Actor) -> tuple[tuple[int, str], ...]:
    """Return where it may be: the houses of the one community reached, else the communities."""
    tree = places.tree(actor.district)
    reached = [one for one in sorted(actor.communities) if one in tree]
    if len(reached) == 1:
        houses = [
            one
            for one in map(tree.node, tree.under(reached[0]))
            if one.kind in (Kind.BUILDING, Kind.STAIRWELL) and not one.ended
        ]
        # A building, then its stairs; grids are no part of an address, so not of the order either.
        inside = {
            one.id: [above.sort_key for above in tree.path(one.id) if above.kind is not Kind.GRID]
            for one in houses
        }
        reached += sorted(inside, key=inside.__getitem__)
    living = [one for one in reached if not tree.node(one).ended]
    return tuple((one, tree.path_words(one, language())) for one in living[:MOST_PLACES])


def home_of(actor: Actor, person: int | None) -> int | None:
    """
    Return where a matter about a person lies when nobody says: their home, if one is known.

    :raises NoSuchThing: if the person is not in the actor's reach
    """
    found = people.person_for(actor, person) if person is not None else None
    return (found.home_id or found.community_id) if found is not None else None


def card_view(card: PersonCard) -> CardView:
    """Return an opened card in words; what is older than its greatest age says so."""
    rows = []
    for name, value in card.facts.items():
        if name in ("name", "phone", "id_number"):
            continue
        stale = gettext("old, ask again") if name in card.stale else ""
        rows.append((fact_name(name), value_words(name, value), stale))
    purpose = people.purposes()[card.purpose]
    return CardView(
        name=card.name,
        phone=card.phone or "",
        rows=tuple(rows),
        purpose=local_text(purpose.name),
    )


def days_ahead(at: datetime, days: int) -> str:
    """Return the day so many days ahead as a date field holds it."""
    return (local_date(at) + timedelta(days=days)).isoformat()


def errand_stands(actor: Actor, number: str) -> tuple[bool, bool]:
    """Return whether the office under the hat worn now sees a case, and whether it steers it."""
    try:
        return True, cases.steered_by(actor, cases.case_for(actor, number))
    except NoSuchThing:
        return False, False
