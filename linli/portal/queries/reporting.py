"""What a sentence most likely means, who said it already, and what is still to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.cases import queries as cases
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import FieldDefinition, ItemDefinition
from linli.parties import queries as parties
from linli.people import queries as people
from linli.places import queries as places
from linli.rulebook.domain import local_date

from .matters import fee_words
from .wording import (
    day,
    language,
    performer_words,
    period_words,
    said,
    source_words,
    value_words,
)

MOST_CHOICES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked, and why. ``kind``: line, paragraph, number, date, time, choice, phone."""

    code: str
    kind: str
    label: str
    why: str
    required: bool
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """Something we hold already and do not ask again."""

    label: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Match:
    """One item that fits, with all that would be asked for it."""

    code: str
    name: str
    summary: str
    promise: str
    who: str
    fee: str
    questions: tuple[Question, ...]
    known: tuple[KnownFact, ...]
    later: tuple[str, ...]
    place: str
    asks_phone: bool
    sensitive: bool
    catch_all: bool


@dataclass(frozen=True, slots=True)
class Near:
    """An open case others have reported near by: its kind, its place and its date. No words."""

    number: str
    kind: str
    place: str
    since: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of the reader and therefore not asked: name, telephone, home."""

    name: str = ""
    phone: str = ""
    home: int | None = None


def held(actor: Actor) -> Held:
    """Return what is held of the one who signed in, for their own report; empty of anybody else."""
    if actor.kind != "resident" or actor.person is None:
        return Held()
    found = people.person_for(actor, actor.person)
    return Held(
        name=found.name,
        phone=found.phone.open() if found.phone else "",
        home=found.home_id,
    )


def known_facts(actor: Actor) -> dict[str, Any]:
    """Return what is held of the signed-in resident; nothing of anybody else."""
    if actor.kind != "resident" or actor.person is None:
        return {}
    return dict(people.facts_of(actor.person))


def matches(
    words: str, *, chosen: str, facts: Mapping[str, Any], community: int | None, at: datetime
) -> list[Match]:
    """Return the one to three items the words most likely mean, and the way to a person."""
    on = local_date(at)
    anyone = catch_all(at)
    codes = [found.code for found in catalogue.match_report(words, on=on)] if words else []
    if chosen and chosen not in codes and chosen != anyone:
        codes = [chosen, *codes]
    codes = [code for code in codes if code != anyone][:MOST_CHOICES]
    found = []
    for code in [*codes, anyone]:
        try:
            item = catalogue.current(code, on).definition
        except NoSuchThing:
            continue
        found.append(match(item, facts=facts, community=community, at=at))
    return found


def pressing(words: str, at: datetime) -> bool:
    """Whether the words tell of a life at stake, so that ringing comes before reporting."""
    return catalogue.tells_of_danger(words, on=local_date(at))


def catch_all(at: datetime) -> str:
    """Return the item under which a person reads the words first and files them; empty if none."""
    asks = [
        one.definition for one in catalogue.items(local_date(at)) if one.definition.errand == "ask"
    ]
    by_station = [item.code for item in asks if item.accountable == "community.station"]
    return next(iter(by_station or [item.code for item in asks]), "")


def match(
    item: ItemDefinition, *, facts: Mapping[str, Any], community: int | None, at: datetime
) -> Match:
    """Return what an item asks, once what is known is left out."""
    anyone = item.code == catch_all(at)
    fields = () if anyone else item.fields
    asked, known, later = [], [], []
    for field in fields:
        if field.fact and facts.get(field.fact) is not None:
            words = value_words(field.fact, facts[field.fact], item)
            known.append(KnownFact(said(field.label), words, source_words(field.fact)))
        elif field.fact in ("phone", "name"):
            continue  # every report may give them, in boxes of their own
        elif is_sealed(field.fact):
            later.append(said(field.label))
        else:
            asked.append(question(field))
    return Match(
        code=item.code,
        name=gettext("None of these; let a person look") if anyone else said(item.name),
        summary=gettext("Your words go to the community's station as they are.")
        if anyone
        else said(item.summary),
        promise=gettext("First answer within %(first)s, done or explained within %(whole)s.")
        % {"first": period_words(item.first_response), "whole": period_words(item.whole)},
        who=_answers(item, community, at),
        fee=fee_words(item),
        questions=tuple(asked),
        known=tuple(known),
        later=tuple(later),
        place=str(item.place),
        asks_phone=any(field.fact == "phone" and field.required for field in fields),
        sensitive=item.sensitive,
        catch_all=anyone,
    )


def _answers(item: ItemDefinition, community: int | None, at: datetime) -> str:
    if community is not None:
        return parties.party_words(parties.unit_for(item.accountable, community))
    return performer_words(item.accountable, local_date(at))


def is_sealed(fact: str) -> bool:
    """Whether a fact is kept sealed and is therefore not typed into a form anybody may open."""
    entry = people.dictionary().get(fact)
    return entry is not None and entry.sensitivity == "sealed"


def question(field: FieldDefinition) -> Question:
    """Return a field of an item as a question on the page."""
    schema = field.schema
    choices: tuple[Choice, ...] = ()
    kind = "line"
    if field.choices:
        kind = "choice"
        choices = tuple(Choice(code, said(words)) for code, words in field.choices.items())
    elif schema.get("type") == "boolean":
        kind = "choice"
        choices = (Choice("yes", gettext("yes")), Choice("no", gettext("no")))
    elif schema.get("type") == "integer":
        kind = "number"
    elif schema.get("format") == "date":
        kind = "date"
    elif "[01][0-9]|2[0-3]" in schema.get("pattern", ""):
        kind = "time"
    elif schema.get("maxLength", 0) > 200:
        kind = "paragraph"
    return Question(
        code=field.code,
        kind=kind,
        label=said(field.label),
        why=said(field.why),
        required=field.required,
        choices=choices,
        least=schema.get("minimum"),
        most=schema.get("maximum"),
        longest=schema.get("maxLength"),
        pattern=schema.get("pattern", ""),
    )


def definition(code: str, *, at: datetime) -> ItemDefinition:
    """
    Return an item on offer now.

    :raises NoSuchThing: if it is not
    """
    return catalogue.current(code, local_date(at)).definition


def near(
    district: int, *, item: str, words: str, community: int | None, at: datetime
) -> list[Near]:
    """Return the open cases of one kind near by, for “我也是”: kind, place and date only."""
    if community is None or not item:
        return []
    told = catalogue.current(item, local_date(at)).definition
    if told.sensitive or not told.joinable:
        return []
    found = cases.similar_open(
        district=district, item=item, words=words, community=community, at=at
    )
    ids = [case.place_id for case, _ in found if case.place_id is not None]
    where = places.many_place_words(district, ids, language()) if ids else {}
    return [
        Near(
            number=case.number,
            kind=said(catalogue.definition(case.version_id).name),
            place=where.get(case.place_id or 0, ""),
            since=day(case.opened_at),
        )
        for case, _ in found
    ]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on offer in the list of communities, grouped by street."""

    id: int
    words: str


def communities() -> list[tuple[str, list[Spot]]]:
    """Return every living community under its street."""
    tree = places.tree(settings.DISTRICT)
    found = []
    for root in tree.roots():
        for street in tree.children(root.id):
            inside = [
                Spot(one.id, one.words(language()))
                for one in tree.children(street.id)
                if one.kind == "community"
            ]
            if inside:
                found.append((street.words(language()), inside))
    return found


def is_community(place: int) -> bool:
    """Whether a place is a living community of this district."""
    tree = places.tree(settings.DISTRICT)
    return place in tree and tree.node(place).kind == "community" and not tree.node(place).ended


@dataclass(frozen=True, slots=True)
class Door:
    """A stairwell or door whose plate was scanned."""

    id: int
    token: str
    words: str
    community: int | None


def door(token: str) -> Door:
    """
    Return the door behind a plate's code.

    :raises NoSuchThing: if there is none
    """
    found = places.place_by_token(settings.DISTRICT, token)
    return Door(
        id=found.pk,
        token=token,
        words=places.place_words(settings.DISTRICT, found.pk, language()),
        community=found.community_id,
    )
