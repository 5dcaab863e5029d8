"""Putting people and households on the register."""

from collections.abc import Mapping
from datetime import date, datetime

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.fabric.blanks import Bound
from linli.fabric.bulk import new_row
from linli.fabric.writing import write_atomic
from linli.identity import actions as identity
from linli.identity.events import UserAdmitted
from linli.journal.actions import record
from linli.people import domain, queries
from linli.people.domain import Permission
from linli.people.events import HouseholdRegistered, PersonRegistered, UserLinked
from linli.people.models import Household, Person, Trait
from linli.places import queries as places
from linli.places.domain import Kind
from linli.rulebook.domain import local_date, read_identity_number

from .facts import check_number_free, checked, living, put, reached, trait_columns

HOUSEHOLD_KINDS = ("family", "collective")


@write_atomic
def register_household(*, by: Actor, at: datetime, home: int, kind: str = "family") -> Household:
    """
    Put a household behind a door.

    :param kind: ``family`` (家庭户) or ``collective`` (集体户)
    :raises NotAllowed: without ``people.register``
    :raises NoSuchThing: if the door is not there or in another's community
    :raises Invalid: if the kind is another
    """
    by.must(Permission.REGISTER_PEOPLE)
    community = places.community_of(by.district, home)
    domain.check_may_reach(by, community=community)
    if kind not in HOUSEHOLD_KINDS:
        raise Invalid(field="kind", reason=gettext_noop("Choose a kind from the list."))
    household = Household.objects.create(
        district=by.district, kind=kind, home_id=home, community_id=community
    )
    record(
        HouseholdRegistered(at=at, household_id=household.pk, home_id=home),
        by=by,
        rows=[household],
    )
    return household


@write_atomic
def register_person(
    *,
    by: Actor,
    at: datetime,
    name: str,
    home: int | None = None,
    community: int | None = None,
    household: int | None = None,
    own_household: bool = False,
    guardian: int | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> Person:
    """
    Put a person on the register; birth date and sex come from the identity number if not given.

    :param home: a door; the community is the one it lies in, else the household's, else ``community``
    :param own_household: found a household of their own behind the door
    :param facts: attribute → value, as in the dictionary
    :raises NotAllowed: without ``people.register``
    :raises NoSuchThing: if home, household, guardian or community is not there or not in reach
    :raises NotADoor: if the home is no door, or ended
    :raises BadNumber: if the identity number cannot be right
    :raises Invalid: if name or telephone number cannot be, or facts contradict the number
    :raises AlreadyRegistered: if somebody has the identity number
    :raises UnknownAttribute: if the dictionary has no such fact
    :raises WrongValue: if a fact cannot have its value
    :raises GuardianNeeded: for a child under fourteen without a guardian (个人信息保护法 31)
    """
    by.must(Permission.REGISTER_PEOPLE)
    today = local_date(at)
    person = Person(district=by.district, name=domain.check_name(name), registered_at=at)
    if own_household and home is not None:
        household = register_household(by=by, at=at, home=home).pk
    _settle(person, by=by, home=home, household=household, community=community)
    held = dict(facts or {})
    if id_number:
        number = read_identity_number(id_number, on=today)
        check_number_free(person, number.text)
        put(person, "id_number", number.text, held="sealed")
        domain.agree_with_number(held, number)
    if phone:
        put(person, "phone", domain.check_phone(phone), held="sealed")
    traits = hold(person, held, today)
    if guardian is not None:
        person.guardian = living(by, guardian)
    domain.check_guardian(person.birth_on, guardian, today)
    person.save(force_insert=True)
    for trait in traits:
        trait.person_id = person.pk
    rows: list[Bound] = [person, *Trait.objects.bulk_create(traits)]
    record(PersonRegistered(at=at, person_id=person.pk), by=by, rows=rows)
    return person


def _settle(
    person: Person, *, by: Actor, home: int | None, household: int | None, community: int | None
) -> None:
    """Set where the person lives, from the closest thing that is known."""
    if household is not None:
        house = Household.objects.filter(district=by.district, pk=household).first()
        if house is None:
            raise NoSuchThing
        person.household = house
        home, community = home or house.home_id, house.community_id
    if home is not None:
        door = places.place_of(by.district, home)
        community = door.community_id
    domain.check_may_reach(by, community=community)
    if home is not None and (door.kind != Kind.DOOR or door.valid_to is not None):
        raise domain.NotADoor
    person.home_id, person.community_id = home, community


def hold(person: Person, facts: Mapping[str, object], today: date) -> list[Trait]:
    """
    Set the columns a person's facts have, and return the traits for those that have none.

    Whose they are is left to whoever writes them: a new person has no number yet.

    :raises UnknownAttribute: if the dictionary has no such fact
    :raises WrongValue: if a fact cannot have its value
    """
    traits = []
    for attribute, given in facts.items():
        fact = queries.fact(attribute)
        if fact.type is None:
            raise domain.WrongValue(attribute=fact.name["en"])
        value = checked(fact, given, on=today)
        if fact.held == "column":
            setattr(person, attribute, value)
        elif value is not None:
            columns = trait_columns(fact, value)
            held = {"district": person.district, "attribute": attribute, **columns}
            traits.append(new_row(Trait, **held))
    return traits


@write_atomic
def admit_person(*, by: Actor, at: datetime, person: int, username: str) -> tuple[str, str]:
    """
    Let a person sign in whose identity was checked at the window; return login and first password.

    The login is a new one: nobody gets at anybody's sign-in this way.

    :raises NotAllowed: without ``people.register``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises SignsInAlready: if they have a login
    :raises NameTaken: if somebody signs in under the name
    :raises Invalid: if the login cannot be one
    """
    by.must(Permission.REGISTER_PEOPLE)
    if queries.signs_in(living(by, person).pk):
        raise domain.SignsInAlready
    user, password = identity.admit_resident(by=by, username=username)
    record(UserAdmitted(at=at, user_id=user.pk, first=True), by=by, rows=[user])
    link_user(by=by, at=at, person=person, user=user.pk)
    return username, password


@write_atomic
def link_user(*, by: Actor, at: datetime, person: int, user: int) -> Person:
    """
    Let a sign-in belong to a person whose identity was checked at the window.

    :raises NotAllowed: without ``people.register``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises AlreadyRegistered: if the sign-in or the person is linked already
    """
    by.must(Permission.REGISTER_PEOPLE)
    found = reached(by, person)
    taken = Person.objects.filter(district=by.district, user=user).exists()
    if found.ended_on is not None:
        raise domain.PersonEnded
    if taken or found.user_id is not None:
        raise domain.AlreadyRegistered
    found.user_id = user
    found.save(update_fields=["user"])
    record(UserLinked(at=at, person_id=person, user_id=user), by=by, rows=[found])
    return found
