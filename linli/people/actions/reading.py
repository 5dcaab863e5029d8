"""Looking at people. A look is an act: it leaves a row the person can see."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from linli.basics import Actor, NotAllowed
from linli.fabric.fields import blind_indexes
from linli.fabric.writing import write_atomic
from linli.people import domain, queries
from linli.people.domain import MaskedPerson, Permission, PersonCard
from linli.people.models import Person, ReadLog, SearchLog, Trait
from linli.rulebook.domain import local_date, read_identity_number

MOST_FOUND = 20
CHUNK = 1_000
ALWAYS = ("name", "home")
FINDING_FACTS = ("phone", "id_number", "birth_on", "home")


@write_atomic
def open_card(
    *,
    by: Actor,
    person: int,
    purpose: str,
    at: datetime,
    needed: Collection[str] | None = None,
) -> PersonCard:
    """
    Show a person unmasked, as far as the purpose and the errand go, and log it once an hour.

    The log is its own record, append-only; there is no journal line for a look.

    :param needed: the facts an item asks, checks or fills in (个人信息保护法 6): beside name and home no
        others are shown; None, for what is no item, shows all the purpose may use
    :raises NotAllowed: without ``people.open_cards``, or without an appointment
    :raises UnknownPurpose: if the purpose is not on the list
    :raises ItemMissing: if the purpose is that of an item, and none says what is needed
    :raises NoSuchThing: if there is no such person, or in another's community
    :raises ConsentMissing: if the purpose rests on a consent that does not stand (13(1)(1), 15)
    """
    by.must(Permission.OPEN_CARDS)
    why = queries.purposes().get(purpose)
    if why is None:
        raise domain.UnknownPurpose
    if why.of_an_item and needed is None:
        raise domain.ItemMissing
    found = queries.person_for(by, person)
    if not queries.has_consent(found.pk, purpose):
        raise domain.ConsentMissing
    _log(by, [found.pk], purpose=purpose, at=at)
    allowed = {
        name
        for name, fact in queries.dictionary().items()
        if purpose in fact.purposes and (needed is None or name in needed or name in ALWAYS)
    }
    facts = {
        name: value
        for name, value in queries.facts_held(found, Trait.objects.filter(person=found)).items()
        if name in allowed
    }
    return PersonCard(
        id=found.pk,
        purpose=purpose,
        name=found.name,
        phone=found.phone.open() if found.phone and "phone" in allowed else None,
        id_number=found.id_number.open() if found.id_number and "id_number" in allowed else None,
        facts=facts,
        stale=queries.stale_facts(found, facts, on=local_date(at)),
        home=found.home_id if "home" in allowed else None,
        household=found.household_id,
        community=found.community_id,
        guardian=found.guardian_id,
        ended_on=found.ended_on,
    )


@write_atomic
def log_reads(*, by: Actor, people: Iterable[int], purpose: str, at: datetime) -> None:
    """
    Log an export: one row per person, written in one statement. The export itself is the caller's.

    :raises NotAllowed: without ``people.open_cards``, or without an appointment
    :raises UnknownPurpose: if the purpose is not on the list
    """
    by.must(Permission.OPEN_CARDS)
    if purpose not in queries.purposes():
        raise domain.UnknownPurpose
    _log(by, people, purpose=purpose, at=at)


@write_atomic
def note_read(*, by: Actor, person: int, purpose: str, at: datetime) -> None:
    """
    Log a look that another storey allowed by a right of its own, such as that on a case.

    :raises NotAllowed: without an appointment
    """
    _log(by, [person], purpose=purpose, at=at)


@write_atomic
def note_reads(*, by: Actor, people: Iterable[int], purpose: str, at: datetime) -> None:
    """
    Log a look at a list that another storey allowed by a right of its own, in one statement.

    :raises NotAllowed: without an appointment
    """
    _log(by, people, purpose=purpose, at=at)


def _log(by: Actor, people: Iterable[int], *, purpose: str, at: datetime) -> None:
    if by.appointment is None:
        raise NotAllowed
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = [
        ReadLog(
            district=by.district,
            month=_month(at),
            person_id=person,
            appointment=by.appointment,
            user_id=by.user,
            hat=by.hat,
            purpose=purpose,
            hour=hour,
        )
        for person in people
    ]
    ReadLog.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)


def _month(at: datetime) -> int:
    day = local_date(at)
    return day.year * 100 + day.month


@write_atomic
def find_people(
    *, by: Actor, name: str, fact: str, value: object, at: datetime
) -> list[MaskedPerson]:
    """
    Return at most 20 masked people of the actor's communities with this full name and fact.

    :param fact: ``phone``, ``id_number``, ``birth_on`` (a date) or ``home`` (a place id)
    :raises NotAllowed: without ``people.find``, or without an appointment
    :raises TooLittleToSearch: without a name or a second fact that tells people apart
    :raises BadNumber: if an identity number cannot be right
    :raises Invalid: if a telephone number cannot be
    """
    by.must(Permission.FIND_PEOPLE)
    if by.appointment is None:
        raise NotAllowed
    if not name.strip() or fact not in FINDING_FACTS or value in (None, ""):
        raise domain.TooLittleToSearch
    term = domain.check_name(name)
    rows = Person.objects.filter(
        district=by.district,
        community_id__in=by.communities,
        name=term,
        merged_into=None,
        **_condition(fact, value, on=local_date(at)),
    ).order_by("id")[:MOST_FOUND]
    found = [queries.masked(row) for row in rows]
    SearchLog.objects.create(
        district=by.district,
        month=_month(at),
        appointment=by.appointment,
        user_id=by.user,
        hat=by.hat,
        term=term,
        by_fact=fact,
        found=len(found),
        at=at,
    )
    return found


def _condition(fact: str, value: object, *, on: date) -> dict[str, object]:
    if fact == "phone":
        return {"phone_index__in": blind_indexes(domain.check_phone(str(value)))}
    if fact == "id_number":
        number = read_identity_number(str(value), on=on).text
        return {"id_number_index__in": blind_indexes(number)}
    if (fact == "birth_on") != isinstance(value, date) or (
        fact == "home" and type(value) is not int
    ):
        raise domain.TooLittleToSearch
    return {"birth_on" if fact == "birth_on" else "home_id": value}
