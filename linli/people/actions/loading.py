"""A baseline import: many people in one act, from one source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from linli.basics import Actor, Invalid, gettext_noop
from linli.fabric.bulk import insert_rows, new_row, reserve_ids, without_pauses
from linli.fabric.fields import Sealed
from linli.fabric.keyring import Keyring, keyring
from linli.fabric.writing import write_atomic
from linli.journal.actions import record, record_many
from linli.people import domain, queries
from linli.people.domain import HouseholdRow, Note, Permission, PersonRow
from linli.people.events import NotesLoaded, PeopleLoaded
from linli.people.models import Confirmation, Household, Person, Source, Trait
from linli.people.queries import Listed, OnRecord
from linli.rulebook.domain import IdentityNumber, local_date, read_identity_number

from .facts import check_day
from .registering import hold

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LoadedPeople:
    """
    What a load brought: the ids by the import's own keys.

    ``known`` are the rows that were on record; they were left as they are. Of these, ``closed`` have
    a record that is closed, ``unnumbered`` one without the identity number the list gives, and
    ``renamed`` one of another name under that number. ``founded`` is how many households are new.
    """

    source: int | None
    people: Mapping[str, int]
    households: Mapping[str, int]
    known: frozenset[str]
    closed: frozenset[str] = frozenset()
    unnumbered: frozenset[str] = frozenset()
    renamed: frozenset[str] = frozenset()
    founded: int = 0


@write_atomic
@without_pauses()
def load_people(
    *,
    by: Actor,
    at: datetime,
    source: str,
    on: date,
    households: Sequence[HouseholdRow],
    people: Sequence[PersonRow],
    purposes: Sequence[str] = (),
) -> LoadedPeople:
    """
    Bring households and people in, in one act with one line; give at most some 5,000 at a time.

    ``household`` and ``guardian`` of a row are keys of the same load. Homes are not looked up: the
    caller gives each its community. Somebody on record (``queries.on_record``) is not loaded again;
    whoever comes to live with them behind the same door joins their household.

    :param source: what the list is called, without anybody's name
    :param on: the day the list was true
    :param purposes: what it is brought in for; they stand in the line. None for invented people.
    :raises NotAllowed: without ``people.load``
    :raises UnknownPurpose: if a purpose is not on the list
    :raises ListCannotConsent: for a purpose that rests on consent
    :raises NotForThese: if a fact is none of the stated purposes'
    :raises Refused: if a row is no legal person, as ``register_person`` says
    """
    by.must(Permission.LOAD_PEOPLE)
    if purposes:
        _check_purposes(purposes, people)
    today = local_date(at)
    numbers = {
        row.key: read_identity_number(row.id_number, on=today) for row in people if row.id_number
    }
    ring = keyring()
    indexes = {key: ring.blinds(number.text) for key, number in numbers.items()}
    known = _known(by.district, households, people, numbers, indexes)
    done = _recognised(known, people, numbers)
    fresh = [row for row in people if row.key not in known]
    if not fresh:
        return done
    houses, made = _houses(households, people, known, district=by.district)
    load = _Load(by.district, at, today, ring, numbers, indexes, houses, dict(done.people), [])
    rows, traits = load.write(fresh)
    origin = Source.objects.create(
        district=by.district,
        code=source,
        on=on,
        people=len(rows),
        households=len(made),
        loaded_at=at,
    )
    event = PeopleLoaded(
        at=at,
        source_id=origin.pk,
        people=len(rows),
        households=len(made),
        purposes=tuple(purposes),
    )
    record(event, by=by, rows=[origin, *made, *rows, *traits])
    return replace(
        done,
        source=origin.pk,
        people=load.ids,
        households={key: house.pk for key, house in houses.items()},
        founded=len(made),
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


def _check_purposes(purposes: Sequence[str], people: Sequence[PersonRow]) -> None:
    known = queries.purposes()
    if not set(purposes) <= known.keys():
        raise domain.UnknownPurpose
    used = {"name", *(attribute for row in people for attribute in row.facts)}
    for attribute, held in (("id_number", "id_number"), ("phone", "phone"), ("home", "home")):
        if any(getattr(row, held) is not None for row in people):
            used.add(attribute)
    domain.check_brought_in(
        [known[one] for one in purposes], [queries.fact(one) for one in sorted(used)]
    )


def _known(
    district: int,
    households: Sequence[HouseholdRow],
    people: Sequence[PersonRow],
    numbers: Mapping[str, IdentityNumber],
    indexes: Mapping[str, Sequence[bytes]],
) -> dict[str, OnRecord]:
    """Return which rows are on record, and as whom."""
    homes = {house.key: house.home for house in households}
    listed = {}
    for row in people:
        born = numbers[row.key].born_on if row.key in numbers else row.facts.get("birth_on")
        listed[row.key] = Listed(
            indexes=indexes.get(row.key, ()),
            name=domain.check_name(row.name),
            birth_on=born if isinstance(born, date) else None,
            home=row.home if row.home is not None else homes.get(row.household or ""),
        )
    return queries.on_record(district, listed)


def _recognised(
    known: Mapping[str, OnRecord],
    people: Sequence[PersonRow],
    numbers: Mapping[str, IdentityNumber],
) -> LoadedPeople:
    """Return what a load brings that finds these on record, and nobody else."""
    names = {row.key: domain.check_name(row.name) for row in people if row.key in known}
    return LoadedPeople(
        source=None,
        people={key: one.id for key, one in known.items()},
        households={},
        known=frozenset(known),
        closed=frozenset(key for key, one in known.items() if one.closed),
        unnumbered=frozenset(k for k, one in known.items() if k in numbers and not one.numbered),
        renamed=frozenset(key for key, one in known.items() if one.name != names[key]),
    )


def _houses(
    households: Sequence[HouseholdRow],
    people: Sequence[PersonRow],
    known: Mapping[str, OnRecord],
    *,
    district: int,
) -> tuple[dict[str, Household], list[Household]]:
    """
    Return the households that somebody new lives in, by key, and those of them that are new.

    A household some of whom are on record behind the same door is theirs.
    """
    lived_in = {row.household for row in people if row.key not in known}
    homes = {row.key: row.home for row in households}
    theirs: dict[str, int] = {}
    for row in people:
        one, key = known.get(row.key), row.household or ""
        if one and one.household and key in lived_in and one.home == homes.get(key):
            theirs.setdefault(key, one.household)
    standing = Household.objects.filter(ended_on=None).in_bulk(set(theirs.values()))
    houses = {key: standing[pk] for key, pk in theirs.items() if pk in standing}
    made = {
        row.key: new_row(
            Household,
            district=district,
            kind=row.kind,
            home_id=row.home,
            community_id=row.community,
        )
        for row in households
        if row.key in lived_in and row.key not in houses
    }
    insert_rows(list(made.values()))
    return houses | made, list(made.values())


@dataclass(frozen=True, slots=True)
class _Load:
    """
    What the rows of one load are read against; ``ids`` and ``held`` grow as it goes.

    ``held`` are the traits of each person, in the order the people are written.
    """

    district: int
    at: datetime
    today: date
    ring: Keyring
    numbers: Mapping[str, IdentityNumber]
    indexes: Mapping[str, Sequence[bytes]]
    houses: Mapping[str, Household]
    ids: dict[str, int]
    held: list[list[Trait]]

    def write(self, rows: Sequence[PersonRow]) -> tuple[list[Person], list[Trait]]:
        """Write people and their traits. Guardians first: a ward's row needs the id of theirs."""
        people = self.insert([row for row in rows if row.guardian is None])
        people += self.insert([row for row in rows if row.guardian is not None])
        for person, traits in zip(people, self.held, strict=True):
            for trait in traits:
                trait.person_id = person.pk
        written = list(chain.from_iterable(self.held))
        insert_rows(written)
        return people, written

    def insert(self, rows: Sequence[PersonRow]) -> list[Person]:
        """Write the people of these rows and note their ids."""
        people = [self.person(row) for row in rows]
        insert_rows(people)
        self.ids.update((row.key, person.pk) for row, person in zip(rows, people, strict=True))
        return people

    def person(self, row: PersonRow) -> Person:
        """Return the person of a row; their traits go to ``held``."""
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
        person = new_row(
            Person,
            district=self.district,
            name=domain.check_name(row.name),
            household_id=house.pk if house else None,
            home_id=home,
            community_id=community,
            id_number=Sealed(self.ring.seal(number.text)) if number else None,
            id_number_index=self.indexes[row.key][0] if number else None,
            phone=Sealed(self.ring.seal(phone)) if phone else None,
            phone_index=self.ring.blind(phone) if phone else None,
            guardian_id=self.ids[row.guardian] if row.guardian else row.guardian_record,
            registered_at=self.at,
        )
        facts: dict[str, object] = dict(row.facts)
        if number:
            domain.agree_with_number(facts, number)
        self.held.append(hold(person, facts, self.today))
        domain.check_guardian(person.birth_on, person.guardian_id, self.today)
        return person
