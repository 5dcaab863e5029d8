"""Asking about people. Lists are masked; a whole record is opened by an action that logs it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from linli.basics import Actor, NoSuchThing
from linli.fabric.fields import Sealed
from linli.people.domain import (
    MaskedPerson,
    Past,
    ReadEntry,
    Value,
    check_may_reach,
    mask_id_number,
    mask_name,
    mask_phone,
    only,
    value_at,
)
from linli.people.models import (
    Confirmation,
    Household,
    Person,
    ReadLog,
    RightsRequest,
    Superseded,
    Trait,
)
from linli.rulebook.domain import Kind

from .dictionaries import dictionary, fact
from .merged import standing_record, their_records


def facts_of(person: int) -> dict[str, Value]:
    """
    Return what is known of a person in the types of the expression language, two queries.

    For rules, not for eyes: what is shown goes through ``open_card``.

    :raises NoSuchThing: if there is no such person
    """
    found = Person.objects.filter(pk=person).first()
    if found is None:
        raise NoSuchThing
    return facts_held(found, Trait.objects.filter(person=person))


def facts_of_many(people: Iterable[int]) -> dict[int, dict[str, Value]]:
    """Return person → facts for a list, two queries."""
    found = {row.pk: row for row in Person.objects.filter(pk__in=list(people))}
    traits: dict[int, list[Trait]] = {}
    for trait in Trait.objects.filter(person__in=found):
        traits.setdefault(trait.person_id, []).append(trait)
    return {pk: facts_held(row, traits.get(pk, ())) for pk, row in found.items()}


def facts_held(person: Person, traits: Iterable[Trait]) -> dict[str, Value]:
    """Return the known facts that rows hold, by attribute."""
    held: dict[str, Value] = {}
    for name, entry in dictionary().items():
        if entry.held == "column" and entry.type:
            value = getattr(person, name)
            if value is not None:
                held[name] = value
    for trait in traits:
        value = trait_value(trait)
        if value is not None:
            held[trait.attribute] = value
    return held


def trait_value(trait: Trait) -> Value | None:
    """Return what a trait says, a bool for yes and no."""
    return _said(trait.attribute, trait.code, trait.number, trait.day)


def _said(attribute: str, code: str | None, number: int | None, day: date | None) -> Value | None:
    entry = dictionary()[attribute]
    if entry.type and entry.type.kind is Kind.BOOL:
        return None if code is None else code == "yes"
    return next((value for value in (code, number, day) if value is not None), None)


def current_value(person: Person, attribute: str) -> Value | None:
    """Return what is held now; a sealed value in plain text, so the caller answers for the log."""
    entry = fact(attribute)
    if entry.held == "trait":
        trait = Trait.objects.filter(person=person, attribute=attribute).first()
        return None if trait is None else trait_value(trait)
    return column_value(person, attribute)


def column_value(person: Person, attribute: str) -> Value | None:
    """Return what the row itself holds, of a fact that is no trait; sealed values in plain text."""
    name = "home_id" if fact(attribute).held == "place" else attribute
    value = getattr(person, name)
    found: Value | None = value.open() if isinstance(value, Sealed) else value
    return found


def current_values(person: Person) -> dict[str, Value]:
    """Return all that is held now, by attribute, as ``current_value`` does one by one; one query."""
    told = {one.attribute: trait_value(one) for one in Trait.objects.filter(person=person)}
    held = {
        name: told.get(name) if entry.held == "trait" else column_value(person, name)
        for name, entry in dictionary().items()
    }
    return {name: value for name, value in held.items() if value is not None}


def past_values(person: int, attribute: str) -> list[Past]:
    """Return what was held before, oldest first."""
    rows = Superseded.objects.filter(person=person, attribute=attribute).order_by("known_to", "id")
    return [
        Past(
            row.sealed.open() if row.sealed else _said(attribute, row.code, row.number, row.day),
            row.valid_from,
            row.valid_to,
            row.known_from,
            row.known_to,
        )
        for row in rows
    ]


def fact_as_of(person: int, attribute: str, *, on: date, known_at: datetime) -> Value | None:
    """
    Return a fact of day ``on`` as known at a moment; None is unknown.

    :raises NoSuchThing: if there is no such person
    :raises UnknownAttribute: if the dictionary has no such fact
    """
    found = Person.objects.filter(pk=person).first()
    if found is None:
        raise NoSuchThing
    if known_at < found.registered_at:
        return None
    return value_at(
        current_value(found, attribute), past_values(person, attribute), on=on, known_at=known_at
    )


def stale_facts(person: Person, held: Iterable[str], *, on: date) -> frozenset[str]:
    """Return which of the facts are older than their greatest age and should be asked anew."""
    rows: list[tuple[str, date]] = list(
        Confirmation.objects.filter(person=person)
        .values_list("topic")
        .annotate(last=Max("on"))
        .values_list("topic", "last")
    )
    confirmed = dict(rows)
    changed: dict[str, datetime] = dict(
        Superseded.objects.filter(person=person)
        .values_list("attribute")
        .annotate(last=Max("known_to"))
        .values_list("attribute", "last")
    )
    stale = set()
    for name in held:
        entry = dictionary()[name]
        if entry.greatest_age_days is None:
            continue
        seen = max(
            changed.get(name, person.registered_at).date(),
            confirmed.get(entry.topic, date.min),
            confirmed.get(only(name), date.min),
        )
        if on - seen > timedelta(days=entry.greatest_age_days):
            stale.add(name)
    return frozenset(stale)


def person_for(by: Actor, person: int) -> Person:
    """
    Return a person the actor may reach. What is shown of them is masked, or opened by ``open_card``.

    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    found = Person.objects.filter(district=by.district, pk=person).first()
    if found is None:
        raise NoSuchThing
    check_reach(by, found)
    return found


def check_reach(by: Actor, found: Person) -> None:
    """
    Let staff reach their communities' people, residents themselves and their wards.

    :raises NoSuchThing: for anybody else
    """
    guardian = guardian_of(found) if by.kind == "resident" else None
    check_may_reach(by, community=found.community_id, person=found.pk, guardian=guardian)


def guardian_of(found: Person) -> int | None:
    """Return the record that stands for somebody's guardian, whatever it was merged into."""
    return None if found.guardian_id is None else standing_record(found.guardian_id)


def masked(person: Person) -> MaskedPerson:
    """Return a row as lists show it. Logs nothing."""
    return MaskedPerson(
        id=person.pk,
        name=mask_name(person.name),
        phone=mask_phone(person.phone.open()) if person.phone else "",
        id_number=mask_id_number(person.id_number.open()) if person.id_number else "",
        community=person.community_id,
        ended=person.ended_on is not None,
    )


def masked_card(by: Actor, person: int) -> MaskedPerson:
    """
    Return one person masked.

    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    return masked(person_for(by, person))


def masked_people(people: Iterable[int]) -> list[MaskedPerson]:
    """Return several people masked, in order of id, one query. Logs nothing, as all lists."""
    rows = Person.objects.filter(pk__in=list(people)).order_by("id")
    return [masked(row) for row in rows]


def masked_names(people: Iterable[int]) -> dict[int, str]:
    """Return person → masked name, one query."""
    rows = Person.objects.filter(pk__in=list(people)).values_list("pk", "name")
    return {pk: mask_name(name) for pk, name in rows}


def person_of_user(district: int, user: int) -> Person | None:
    """Return the record that stands for one who signs in; one query, but for merged records."""
    found = Person.objects.filter(district=district, user=user).first()
    if found is None or found.merged_into_id is None:
        return found
    return Person.objects.get(pk=standing_record(found.pk))


def home_community() -> Subquery:
    """Return the community one who signs in lives in, within a question about users."""
    rows = Person.objects.filter(
        district=OuterRef("district"), user=OuterRef("pk"), merged_into=None
    )
    return Subquery(rows.values("community_id")[:1])


def household_for(by: Actor, household: int) -> Household:
    """
    Return a household of the actor's communities.

    :raises NoSuchThing: if there is none, or not for this actor
    """
    found = Household.objects.filter(district=by.district, pk=household).first()
    if found is None:
        raise NoSuchThing
    check_may_reach(by, community=found.community_id)
    return found


def who_saw(by: Actor, person: int) -> list[ReadEntry]:
    """
    Return who opened the person's record, newest first: for the person, their guardian, or staff.

    Looks at the records that were merged into it count, however often they were merged on.

    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    return _looks_at(person_for(by, person).pk)


def _looks_at(person: int) -> list[ReadEntry]:
    rows = ReadLog.objects.filter(person__in=their_records(person)).order_by("-hour", "-id")
    return [
        ReadEntry(appointment=row.appointment, hat=row.hat, purpose=row.purpose, hour=row.hour)
        for row in rows
    ]


def requests_of(by: Actor, person: int) -> QuerySet[RightsRequest]:
    """
    Return what was asked about the person's data, newest first.

    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    found = person_for(by, person)
    return RightsRequest.objects.filter(person__in=their_records(found.pk)).order_by("-id")


def signs_in(person: int) -> bool:
    """Whether somebody signs in as this person, on whichever of their records."""
    return login_of(person) is not None


def login_of(person: int) -> int | None:
    """Return the user who signs in as this person: the record's own, else a merged one's."""
    rows = Person.objects.filter(pk__in=their_records(person), user__isnull=False)
    nearest = rows.order_by(F("merged_into").asc(nulls_first=True), "pk")
    return nearest.values_list("user", flat=True).first()


def phone_of(district: int, person: int) -> str:
    """Return the number a text message to this person goes to; empty where none is known."""
    found = Person.objects.filter(district=district, pk=person).only("phone").first()
    return str(found.phone.open()) if found and found.phone else ""


def reached_requests(by: Actor) -> QuerySet[RightsRequest]:
    """Return what was asked about data in the actor's communities, answered or not."""
    return RightsRequest.objects.filter(
        district=by.district, person__community_id__in=by.communities
    )


def open_requests(by: Actor) -> QuerySet[RightsRequest]:
    """Return the open requests of the actor's communities, the most urgent first."""
    return reached_requests(by).filter(state="open").order_by("due_at", "id")


def data_of(found: Person) -> dict[str, Any]:
    """Return all that is held of a person (个人信息保护法 45), for a caller that asked who may have it."""
    return {
        "name": found.name,
        "phone": found.phone.open() if found.phone else None,
        "id_number": found.id_number.open() if found.id_number else None,
        "home": found.home_id,
        "facts": facts_of(found.pk),
        "read_by": _looks_at(found.pk),
    }
