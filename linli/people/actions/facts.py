"""Changing what is held: the old value is kept beside the days and moments it stood for."""

from datetime import date, datetime

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.fabric.blanks import Bound
from linli.fabric.fields import Sealed, blind_index, blind_indexes
from linli.fabric.writing import act_id, write_atomic
from linli.journal.actions import record, record_many
from linli.people import domain, queries
from linli.people.domain import Fact, Permission, Value
from linli.people.events import (
    CommunityFollowed,
    FactChanged,
    FactsConfirmed,
    PersonEnded,
)
from linli.people.models import Confirmation, Household, Person, Superseded, Trait
from linli.rulebook.domain import Kind, local_date, read_identity_number

CHUNK = 1_000
END_REASONS = ("moved", "died")


def reached(by: Actor, person: int) -> Person:
    """
    Return the person, locked.

    :raises NoSuchThing: if there is none, or not for this actor
    """
    found = Person.objects.select_for_update().filter(district=by.district, pk=person).first()
    if found is None:
        raise NoSuchThing
    queries.check_reach(by, found)
    return found


def living(by: Actor, person: int) -> Person:
    """
    Return the person, locked and open for changes.

    :raises NoSuchThing: if there is none, or not for this actor
    :raises PersonEnded: if the record is closed
    """
    found = reached(by, person)
    if found.ended_on is not None:
        raise domain.PersonEnded
    return found


def checked(fact: Fact, value: object, *, on: date) -> Value | None:
    """
    Return the value as it is kept: numbers tidied, codes on their list.

    :raises Refused: if the fact cannot have it
    """
    if value is not None and fact.held == "sealed":
        typed = str(value)
        if fact.attribute == "id_number":
            return read_identity_number(typed, on=on).text
        return domain.check_phone(typed)
    if fact.attribute == "name":
        return domain.check_name(str(value or ""))
    return domain.check_value(fact, value)


def put(person: Person, attribute: str, value: Value | None, *, held: str) -> None:
    """Set a column of the person; a sealed one together with its index."""
    if held == "sealed":
        text = None if value is None else str(value)
        setattr(person, attribute, None if text is None else Sealed.of(text))
        setattr(person, f"{attribute}_index", None if text is None else blind_index(text))
    else:
        setattr(person, "home_id" if held == "place" else attribute, value)


def change(
    person: Person, fact: Fact, value: Value | None, *, valid_from: date, at: datetime
) -> list[Bound]:
    """
    Replace a value and keep the old one; return the rows written. The person is left to save.

    Nothing is written if the value is the one held already.
    """
    trait = None
    if fact.held == "trait":
        trait = Trait.objects.filter(person=person, attribute=fact.attribute).first()
        old = None if trait is None else queries.trait_value(trait)
    else:
        old = queries.current_value(person, fact.attribute)
    if old == value and type(old) is type(value):
        return []
    kept = keep_past(person, fact.attribute, old, held=fact.held, valid_from=valid_from, at=at)
    if fact.held != "trait":
        put(person, fact.attribute, value, held=fact.held)
        return [kept]
    trait = trait or Trait(district=person.district, person=person, attribute=fact.attribute)
    for name, part in trait_columns(fact, value).items():
        setattr(trait, name, part)
    trait.save()
    return [kept, trait]


def trait_columns(fact: Fact, value: Value | None) -> dict[str, object]:
    """Return the three columns of a trait that hold ``value``."""
    columns: dict[str, object] = {"code": None, "number": None, "day": None}
    kind = fact.type.kind if fact.type else Kind.CODE
    if isinstance(value, bool):
        columns["code"] = "yes" if value else "no"
    else:
        columns[{Kind.INT: "number", Kind.DATE: "day"}.get(kind, "code")] = value
    return columns


def keep_past(
    person: Person, attribute: str, old: Value | None, *, held: str, valid_from: date, at: datetime
) -> Superseded:
    """Write down what stood until now, beside the days it was said of and when it was believed."""
    last = (
        Superseded.objects.filter(person=person, attribute=attribute)
        .order_by("-known_to", "-id")
        .first()
    )
    known_from = last.known_to if last else person.registered_at
    kept = Superseded(
        district=person.district,
        person=person,
        attribute=attribute,
        valid_from=last.valid_to if last else None,
        valid_to=valid_from,
        known_from=known_from,
        known_to=max(at, known_from),
        act_id=act_id(),
    )
    if held == "sealed":
        kept.sealed = None if old is None else Sealed.of(str(old))
    elif isinstance(old, bool):
        kept.code = "yes" if old else "no"
    elif isinstance(old, int):
        kept.number = old
    elif isinstance(old, date):
        kept.day = old
    else:
        kept.code = old
    kept.save(force_insert=True)
    return kept


def change_links(
    person: Person, *, valid_from: date, at: datetime, **links: int | None
) -> list[Superseded]:
    """
    Set ``community`` or ``household`` and keep the old one, for reports of earlier days.

    The person is left to save; nothing is written for a link that stays.
    """
    rows = []
    for name, value in links.items():
        old = getattr(person, f"{name}_id")
        if old != value:
            rows.append(keep_past(person, name, old, held="link", valid_from=valid_from, at=at))
            setattr(person, f"{name}_id", value)
    return rows


def check_day(on: date, at: datetime) -> None:
    """:raises Invalid: if the day has not come; a fact is entered when it holds"""
    if on > local_date(at):
        raise Invalid(field="on", reason=gettext_noop("This day has not come yet."))


def check_number_free(person: Person, number: str) -> None:
    """:raises AlreadyRegistered: if another open record has the identity number"""
    others = Person.objects.filter(
        district=person.district, id_number_index__in=blind_indexes(number), merged_into=None
    )
    if others.exclude(pk=person.pk).exists():
        raise domain.AlreadyRegistered


@write_atomic
def record_fact(
    *,
    by: Actor,
    at: datetime,
    person: int,
    attribute: str,
    value: object,
    valid_from: date | None = None,
    reason: str = "",
) -> bool:
    """
    Enter what is known now; return whether it differs from what was held.

    :param value: in the type of the dictionary, None for "no longer known"
    :param valid_from: the day it holds from; today where it is not said
    :param reason: how it is known, from ``CHANGE_REASONS``; empty where a case or visit says it
    :raises NotAllowed: without ``people.keep_facts``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises UnknownAttribute: if the dictionary has no such fact
    :raises WrongValue: if the fact cannot have this value
    :raises BadNumber: if an identity number cannot be right
    :raises Invalid: if a name, a telephone number or the day cannot be
    :raises AlreadyRegistered: if another record has the identity number
    :raises GuardianNeeded: if the birth date makes this a child without a guardian
    :raises ReasonMissing: if the reason is not on the list
    """
    by.must(Permission.KEEP_FACTS)
    if reason and reason not in domain.CHANGE_REASONS:
        raise domain.ReasonMissing
    fact = queries.fact(attribute)
    found = living(by, person)
    today = local_date(at)
    since = valid_from or today
    check_day(since, at)
    if fact.held == "place":
        raise domain.WrongValue(attribute=fact.name["en"])
    kept = checked(fact, value, on=today)
    if attribute == "id_number" and kept is not None:
        check_number_free(found, str(kept))
    if attribute == "birth_on" and isinstance(kept, date):
        domain.check_guardian(kept, found.guardian_id, today)
    rows = change(found, fact, kept, valid_from=since, at=at)
    if not rows:
        return False
    if fact.held != "trait":
        found.save()
    event = FactChanged(at=at, person_id=person, attribute=attribute, reason=reason)
    record(event, by=by, rows=[found, *rows])
    return True


@write_atomic
def confirm_facts(
    *, by: Actor, at: datetime, person: int, topic: str, on: date | None = None
) -> bool:
    """
    Note that nothing about a topic has changed (无变化); return False if that day's note stands.

    :param on: the day somebody looked; today where it is not said
    :raises Invalid: if the day has not come
    :raises NotAllowed: without ``people.keep_facts``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises UnknownAttribute: if no fact belongs to the topic
    """
    if topic not in {fact.topic for fact in queries.dictionary().values()}:
        raise domain.UnknownAttribute(attribute=topic)
    return _note(by, at, person, topic, on)


@write_atomic
def confirm_fact(
    *, by: Actor, at: datetime, person: int, attribute: str, on: date | None = None
) -> bool:
    """
    Note that one fact was said again as it is held; return False if that day's note stands.

    Of its topic nothing else is noted.

    :param on: the day somebody said so; today where it is not said
    :raises Invalid: if the day has not come
    :raises NotAllowed: without ``people.keep_facts``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises UnknownAttribute: if the dictionary has no such fact
    """
    queries.fact(attribute)
    return _note(by, at, person, domain.only(attribute), on)


def _note(by: Actor, at: datetime, person: int, topic: str, on: date | None) -> bool:
    by.must(Permission.KEEP_FACTS)
    day = on or local_date(at)
    check_day(day, at)
    found = living(by, person)
    note, new = Confirmation.objects.get_or_create(
        district=by.district,
        person=found,
        topic=topic,
        on=day,
        defaults={"appointment": by.appointment},
    )
    if new:
        record(FactsConfirmed(at=at, person_id=person, topic=topic), by=by, rows=[note])
    return new


@write_atomic
def end_person(*, by: Actor, at: datetime, person: int, reason: str, on: date) -> Person:
    """
    Close the record of one who moved out of the district (``moved``) or died (``died``).

    :raises NotAllowed: without ``people.keep_facts``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed already
    :raises Invalid: if the day has not come, or the reason is another
    """
    by.must(Permission.KEEP_FACTS)
    found = living(by, person)
    check_day(on, at)
    if reason not in END_REASONS:
        raise Invalid(field="reason", reason=gettext_noop("Choose a reason from the list."))
    past = keep_past(found, "ended_on", None, held="column", valid_from=on, at=at)
    found.ended_on, found.end_reason = on, reason
    found.save(update_fields=["ended_on", "end_reason"])
    record(PersonEnded(at=at, person_id=person, reason=reason), by=by, rows=[found, past])
    return found


@write_atomic
def follow_place(*, by: Actor, at: datetime, place: int, community: int) -> int:
    """
    Bring people and households to the community their home lies in now; return how many moved.

    For the system alone, after a place changed its community. Nobody's home changes.

    :raises NoSuchThing: for anybody else
    """
    if by.kind != "system":
        raise NoSuchThing
    people = list(
        Person.objects.select_for_update(of=("self",))
        .filter(district=by.district, home__community_id=community)
        .exclude(community_id=community)
        .order_by("id")
    )
    households = list(
        Household.objects.select_for_update(of=("self",))
        .filter(district=by.district, home__community_id=community)
        .exclude(community_id=community)
        .order_by("id")
    )
    for person in people:
        person.community_id = community
    for household in households:
        household.community_id = community
    Person.objects.bulk_update(people, ["community_id"], batch_size=CHUNK)
    Household.objects.bulk_update(households, ["community_id"], batch_size=CHUNK)
    rows: list[Bound] = [*people, *households]
    if rows:
        event = CommunityFollowed(
            at=at, place_id=place, people=len(people), households=len(households)
        )
        record_many(
            [(event, rows[first : first + CHUNK]) for first in range(0, len(rows), CHUNK)], by=by
        )
    return len(rows)
