"""What the screens of people show: masked until a card is opened, every fact with day and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing, NotAllowed, gettext_noop
from linli.fabric.jinja import day, language, local_text
from linli.people.domain import Fact, MaskedPerson, Permission, PersonCard, only
from linli.people.models import Confirmation, Merge, Person, Superseded
from linli.places import queries as places
from linli.rulebook.domain import Kind

from .dictionaries import dictionary, purposes
from .register import current_values, masked, person_for, signs_in

SOURCES: Mapping[str, str] = {
    "identity_document": gettext_noop("identity document"),
    "told_by_person": gettext_noop("told by the person"),
    "household_register": gettext_noop("household register"),
    "disability_certificate": gettext_noop("disability certificate"),
    "civil_affairs": gettext_noop("civil affairs office"),
    "visit": gettext_noop("seen on a visit"),
    "assessment": gettext_noop("assessment"),
    "social_insurance": gettext_noop("social insurance"),
}
# The hats are a vocabulary of the storey above; here they are only shown.
HATS: Mapping[str, str] = {
    "office": gettext_noop("government office"),
    "station": gettext_noop("public service station"),
    "committee": gettext_noop("residents' committee"),
    "party_org": gettext_noop("community Party organisation"),
    "oversight": gettext_noop("residents' affairs oversight committee"),
    "organisation": gettext_noop("organisation"),
    "autonomous_body": gettext_noop("residents' own body"),
}
ENDS: Mapping[str, str] = {
    "moved": gettext_noop("moved away"),
    "died": gettext_noop("died"),
    "merged": gettext_noop("part of another record"),
    "erased": gettext_noop("erased"),
}
TOPICS: Mapping[str, str] = {
    "identity": gettext_noop("Who it is"),
    "contact": gettext_noop("How to reach them"),
    "residence": gettext_noop("Where and how they live"),
    "health": gettext_noop("Health"),
    "aid": gettext_noop("Assistance"),
    "family": gettext_noop("Family"),
    "work": gettext_noop("Work"),
    "insurance": gettext_noop("Insurance"),
    "civic": gettext_noop("In the community"),
}


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of an opened card: what it says, since when, and from where."""

    attribute: str
    label: str
    words: str
    since: str
    source: str
    stale: bool


@dataclass(frozen=True, slots=True)
class FactBox:
    """A fact as a form asks for it; ``kind`` is that of the field."""

    attribute: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person at the workbench, masked."""

    person: MaskedPerson
    home: str
    ended: str
    into: int | None
    members: tuple[MaskedPerson, ...]
    merges: tuple[tuple[int, MaskedPerson, datetime], ...]
    signs_in: bool


def person_page(by: Actor, person: int) -> PersonPage:
    """
    Return a person with those of the same household, all masked, and what was merged into them.

    :raises NotAllowed: to whoever may neither find people nor lay two records together
    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    if not {Permission.FIND_PEOPLE, Permission.MERGE_PEOPLE} & by.permissions:
        raise NotAllowed
    found = person_for(by, person)
    members = Person.objects.filter(district=by.district, household=found.household_id)
    members = members.filter(ended_on=None, community_id__in=by.communities)
    merges = Merge.objects.filter(kept=found, undone_at=None).select_related("gone")
    ended = gettext(ENDS.get(found.end_reason, found.end_reason)) if found.ended_on else ""
    return PersonPage(
        person=masked(found),
        home=_home(by, found),
        ended=f"{ended} · {day(found.ended_on)}" if ended else "",
        into=found.merged_into_id,
        members=tuple(
            masked(one) for one in members.exclude(pk=found.pk).order_by("birth_on", "id")
        )
        if found.household_id
        else (),
        merges=tuple((one.pk, masked(one.gone), one.merged_at) for one in merges.order_by("-id")),
        signs_in=signs_in(found.pk),
    )


def _home(by: Actor, found: Person) -> str:
    """Return the way to the house; the door itself is part of the card."""
    if found.home_id is None or found.community_id is None:
        return ""
    tree = places.tree(by.district)
    return tree.path_words(found.community_id, language()) if found.community_id in tree else ""


def fact_label(attribute: str) -> str:
    """Return what a fact is called."""
    entry = dictionary().get(attribute)
    return local_text(entry.name) if entry else attribute


def fact_words(fact: Fact, value: object) -> str:
    """Return a value in words."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return day(value)
    if fact.codes:
        return local_text(fact.codes.get(str(value), str(value)))
    return str(value)


def value_words(attribute: str, value: object) -> str:
    """Return a value of a fact in words."""
    return gettext("not known") if value is None else fact_words(dictionary()[attribute], value)


def card_lines(by: Actor, card: PersonCard) -> list[FactLine]:
    """Return the facts of an opened card, each with the day it is held since and its source."""
    found = person_for(by, card.id)
    past = dict(
        Superseded.objects.filter(person=found)
        .values_list("attribute")
        .annotate(last=Max("valid_to"))
        .values_list("attribute", "last")
    )
    seen = dict(
        Confirmation.objects.filter(person=found)
        .values_list("topic")
        .annotate(last=Max("on"))
        .values_list("topic", "last")
    )
    values: dict[str, object] = {"phone": card.phone, "id_number": card.id_number}
    if card.home is not None:
        values["home"] = places.place_words(by.district, card.home, language())
    values |= card.facts
    lines = []
    for name, fact in dictionary().items():
        value = values.get(name)
        if value is None:
            continue
        since = max(
            past.get(name, found.registered_at.date()),
            seen.get(fact.topic, date.min),
            seen.get(only(name), date.min),
        )
        source = gettext(SOURCES.get(fact.source, fact.source))
        lines.append(
            FactLine(
                attribute=name,
                label=local_text(fact.name),
                words=fact_words(fact, value),
                since=day(since),
                source=source,
                stale=name in card.stale,
            )
        )
    return lines


def fact_boxes() -> list[FactBox]:
    """Return the facts a form may change, in the order of the dictionary."""
    boxes = []
    for name, fact in dictionary().items():
        if fact.held == "place":
            continue
        kind, options = "text", tuple[tuple[str, str], ...]()
        if fact.type and fact.type.kind is Kind.BOOL:
            kind, options = "select", (("yes", gettext("yes")), ("no", gettext("no")))
        elif fact.codes:
            kind = "select"
            options = tuple((code, local_text(words)) for code, words in fact.codes.items())
        elif fact.type:
            kind = "date" if fact.type.kind is Kind.DATE else "number"
        boxes.append(FactBox(name, local_text(fact.name), kind, options))
    return boxes


def topics() -> list[tuple[str, str]]:
    """Return the groups of facts that can be confirmed together."""
    held = dict.fromkeys(fact.topic for fact in dictionary().values())
    return [(topic, gettext(TOPICS.get(topic, topic))) for topic in held]


def purpose_words() -> list[tuple[str, str]]:
    """Return why a record is opened: code and name."""
    return [(code, local_text(one.name)) for code, one in purposes().items()]


def opening_purposes() -> list[tuple[str, str]]:
    """Return why a record may be opened where no item is at hand: code and name."""
    known = purposes()
    return [(code, words) for code, words in purpose_words() if not known[code].of_an_item]


def hat_names() -> dict[str, str]:
    """Return the hats under which a record is opened, in words."""
    return {hat: gettext(words) for hat, words in HATS.items()}


@dataclass(frozen=True, slots=True)
class Two:
    """Two records side by side: what the kept one would take over, by name and never by value."""

    kept: MaskedPerson
    gone: MaskedPerson
    taken: tuple[str, ...]
    differ: tuple[str, ...]


def two_records(by: Actor, kept: int, gone: int) -> Two:
    """
    Return two records for a merge to be decided on, masked.

    :raises NotAllowed: without ``people.merge``
    :raises NoSuchThing: if one is not there, or not for this actor, or both are the same
    """
    by.must(Permission.MERGE_PEOPLE)
    first, second = person_for(by, kept), person_for(by, gone)
    if kept == gone:
        raise NoSuchThing
    mine, theirs = current_values(first), current_values(second)
    named = {name: local_text(fact.name) for name, fact in dictionary().items()}
    return Two(
        kept=masked(first),
        gone=masked(second),
        taken=tuple(words for one, words in named.items() if one in theirs and one not in mine),
        differ=tuple(
            words
            for one, words in named.items()
            if one in theirs and mine.get(one, theirs[one]) != theirs[one]
        ),
    )
