"""A baseline import: many people in one act, from one source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Actor, Invalid, gettext_noop
from linli.fabric.bulk import insert_rows, new_row, reserve_ids
from linli.fabric.fields import Sealed
from linli.fabric.keyring import Keyring, keyring
from linli.fabric.writing import write_atomic
from linli.journal.actions import record, record_many
from linli.people import domain, queries
from linli.people.domain import HouseholdRow, Note, Permission, PersonRow
from linli.people.events import NotesLoaded, PeopleLoaded
from linli.people.models import Confirmation, Household, Person, Source, Trait
from linli.rulebook.domain import IdentityNumber, local_date, read_identity_number

from .facts import check_day
from .registering import agree, hold

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LoadedPeople:
    """
    What a load brought: the ids by the import's own keys.

    ``known`` are the rows whose identity number was on the register; they were left as they are.
    """

    source: int | None
    people: Mapping[str, int]
    households: Mapping[str, int]
    known: frozenset[str]


@write_atomic
def load_people(
    *,
    by: Actor,
    at: datetime,
    source: str,
    on: date,
    households: Sequence[HouseholdRow],
    people: Sequence[PersonRow],
) -> LoadedPeople:
    """
    Bring households and people in, in one act with one line; give at most some 5,000 at a time.

    ``household`` and ``guardian`` of a row are keys of the same load. Homes are not looked up: the
    caller gives each its community. Somebody known by identity number is not loaded again.

    :param source: what the list is called, without anybody's name
    :param on: the day the list was true
    :raises NotAllowed: without ``people.load``
    :raises Refused: if a row is no legal person, as ``register_person`` says
    """
    by.must(Permission.LOAD_PEOPLE)
    today = local_date(at)
    numbers = {
        row.key: read_identity_number(row.id_number, on=today) for row in people if row.id_number
    }
    ring = keyring()
    indexes = {key: ring.blind(number.text) for key, number in numbers.items()}
    registered = _registered(
        by.district, {key: ring.blinds(number.text) for key, number in numbers.items()}
    )
    fresh = [row for row in people if row.key not in registered]
    if not fresh:
        return LoadedPeople(None, registered, {}, frozenset(registered))
    houses = _houses(households, fresh, district=by.district)
    load = _Load(
        by.district, at, local_date(at), ring, numbers, indexes, houses, dict(registered), []
    )
    # Guardians first: a ward's row needs the id of theirs.
    rows = load.insert([row for row in fresh if row.guardian is None])
    rows += load.insert([row for row in fresh if row.guardian is not None])
    traits = load.traits
    for trait in traits:
        trait.person_id = trait.person.pk
    insert_rows(traits)
    origin = Source.objects.create(
        district=by.district,
        code=source,
        on=on,
        people=len(rows),
        households=len(houses),
        loaded_at=at,
    )
    record(
        PeopleLoaded(at=at, source_id=origin.pk, people=len(rows), households=len(houses)),
        by=by,
        rows=[origin, *houses.values(), *rows, *traits],
    )
    return LoadedPeople(
        origin.pk, load.ids, {key: house.pk for key, house in houses.items()}, frozenset(registered)
    )


@write_atomic
def load_notes(*, by: Actor, at: datetime, notes: Iterable[Note]) -> int:
    """
    Write many notes of “no change” (无变化) at once; those that stand already are left out.

    Return how many are new. The caller answers for the people being its own.

    :raises NotAllowed: without ``people.keep_facts``
    :raises UnknownAttribute: if no fact belongs to a topic
    :raises Invalid: if a day has not come
    """
    by.must(Permission.KEEP_FACTS)
    wanted = {(note.person, note.topic, note.on): note for note in notes}
    for topic in {note.topic for note in wanted.values()}:
        if not domain.facts_noted(topic, queries.dictionary()):
            raise domain.UnknownAttribute(attribute=topic)
    days = {note.on for note in wanted.values()}
    for day in days:
        check_day(day, at)
    held = Confirmation.objects.filter(district=by.district, on__in=days)
    known = set(held.values_list("person", "topic", "on"))
    fresh = [note for place, note in wanted.items() if place not in known]
    ids = reserve_ids(Confirmation, len(fresh))
    rows = [
        new_row(
            Confirmation,
            id=pk,
            district=by.district,
            person_id=note.person,
            topic=note.topic,
            on=note.on,
            appointment=note.appointment,
        )
        for pk, note in zip(ids, fresh, strict=True)
    ]
    insert_rows(rows)
    parts = [rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE)]
    record_many(
        [(NotesLoaded(at=at, confirmation_id=part[0].pk, notes=len(part)), part) for part in parts],
        by=by,
    )
    return len(rows)


def _registered(district: int, indexes: Mapping[str, Sequence[bytes]]) -> dict[str, int]:
    """Return which keys of the import are on the register, and as whom."""
    wanted = [one for possible in indexes.values() for one in possible]
    found = Person.objects.filter(
        district=district, id_number_index__in=wanted, merged_into=None
    ).values_list("id_number_index", "pk")
    known = {bytes(index or b""): pk for index, pk in found}
    return {
        key: known[one] for key, possible in indexes.items() for one in possible if one in known
    }


def _houses(
    households: Sequence[HouseholdRow], people: Sequence[PersonRow], *, district: int
) -> dict[str, Household]:
    """Make the households that somebody new lives in."""
    lived_in = {row.household for row in people}
    wanted = {row.key: row for row in households if row.key in lived_in}
    houses = {
        key: Household(
            district=district, kind=row.kind, home_id=row.home, community_id=row.community
        )
        for key, row in wanted.items()
    }
    insert_rows(list(houses.values()))
    return houses


@dataclass(frozen=True, slots=True)
class _Load:
    """What the rows of one load are read against; ``ids`` and ``traits`` grow as it goes."""

    district: int
    at: datetime
    today: date
    ring: Keyring
    numbers: Mapping[str, IdentityNumber]
    indexes: Mapping[str, bytes]
    houses: Mapping[str, Household]
    ids: dict[str, int]
    traits: list[Trait]

    def insert(self, rows: Sequence[PersonRow]) -> list[Person]:
        """Write the people of these rows and note their ids."""
        people = [self.person(row) for row in rows]
        insert_rows(people)
        self.ids.update((row.key, person.pk) for row, person in zip(rows, people, strict=True))
        return people

    def person(self, row: PersonRow) -> Person:
        """Return the person of a row; their traits go to ``traits``."""
        house = self.houses.get(row.household) if row.household else None
        lost = row.household is not None and house is None
        if lost or (row.guardian is not None and row.guardian not in self.ids):
            raise Invalid(
                field=row.key,
                reason=gettext_noop("The household or the guardian is not in the list."),
            )
        number = self.numbers.get(row.key)
        phone = domain.check_phone(row.phone) if row.phone else None
        home, community = row.home, row.community
        if house is not None:
            home = house.home_id if home is None else home
            community = house.community_id if community is None else community
        person = Person(
            district=self.district,
            name=domain.check_name(row.name),
            household=house,
            home_id=home,
            community_id=community,
            id_number=Sealed(self.ring.seal(number.text)) if number else None,
            id_number_index=self.indexes[row.key] if number else None,
            phone=Sealed(self.ring.seal(phone)) if phone else None,
            phone_index=self.ring.blind(phone) if phone else None,
            guardian_id=self.ids[row.guardian] if row.guardian else None,
            registered_at=self.at,
        )
        facts: dict[str, object] = dict(row.facts)
        if number:
            agree(facts, number)
        self.traits.extend(hold(person, facts, self.today))
        domain.check_guardian(person.birth_on, row.guardian, self.today)
        return person
