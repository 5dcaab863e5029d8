"""Opening the card of a household: an act, for everybody on it is looked at."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import PersonCard
from linli.visits import queries
from linli.visits.domain import MOST_MEMBERS, SHEET_LENGTH, SHEET_SIGNS, Permission
from linli.visits.events import CardPrinted
from linli.visits.models import Photo, Sheet

REGISTRY, CARE = "registry", "care"


@dataclass(frozen=True, slots=True)
class OpenedMember:
    """One person of the card: what the register may show, and what care may, where they agreed."""

    person: int
    cards: tuple[PersonCard, ...] = field(repr=False)
    versions: dict[str, int]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenedCard:
    """
    A card as it was opened. Exactly one of ``household`` and ``person`` names the door.

    ``others`` live there too and are too many for one card; each has one of their own.
    """

    household: int | None
    person: int | None
    members: tuple[OpenedMember, ...]
    others: tuple[int, ...]

    def seen(self) -> dict[str, dict[str, object]]:
        """Return person → versions of facts and topics shown, as JSON holds it."""
        return {
            str(one.person): {"versions": one.versions, "topics": list(one.topics)}
            for one in self.members
        }


@write_atomic
def open_visit_card(
    *, by: Actor, at: datetime, household: int | None = None, person: int | None = None
) -> OpenedCard:
    """
    Open the card of a household, or of one person who belongs to none.

    Everybody on it, six people at most, reads that their record was opened. Health and need are
    shown only of those who agreed to visits and care (个人信息保护法 13(1)(1), 29).

    :raises NotAllowed: without ``visits.visit`` or ``people.open_cards``
    :raises NoSuchThing: if there is no such door, or not for this actor
    """
    by.must(Permission.VISIT)
    members = members_of(by, household=household, person=person)
    versions = people_queries.fact_versions(members)
    opened = []
    for one in members[:MOST_MEMBERS]:
        purposes = [REGISTRY]
        if people_queries.has_consent(one, CARE):
            purposes.append(CARE)
        cards = tuple(
            people.open_card(by=by, person=one, purpose=purpose, at=at) for purpose in purposes
        )
        shown = {name for purpose in purposes for name in attributes_for(purpose)}
        held = {name for card in cards for name in _held(card)}
        opened.append(
            OpenedMember(
                person=one,
                cards=cards,
                versions={name: versions.get((one, name), 0) for name in sorted(shown)},
                topics=tuple(queries.topics_of(sorted(held))),
            )
        )
    return OpenedCard(household, person, tuple(opened), tuple(members[MOST_MEMBERS:]))


def _held(card: PersonCard) -> set[str]:
    """Return the facts a card shows a value of."""
    more = {"phone": card.phone, "home": card.home}
    return {*card.facts, *(name for name, value in more.items() if value is not None)}


def attributes_for(purpose: str) -> set[str]:
    """Return the facts a purpose may see."""
    facts = people_queries.dictionary().items()
    return {name for name, fact in facts if purpose in fact.purposes}


def members_of(by: Actor, *, household: int | None, person: int | None) -> list[int]:
    """
    Return who stands on the card of a door.

    :raises NoSuchThing: if there is nobody, or not for this actor
    """
    if household is not None and person is None:
        people_queries.household_for(by, household)
        found = people_queries.household_members(by, household)
    elif person is not None and household is None:
        found = [people_queries.person_for(by, person).pk]
    else:
        found = []
    if not found:
        raise NoSuchThing
    return found


@write_atomic
def print_card(
    *, by: Actor, at: datetime, household: int | None = None, person: int | None = None
) -> tuple[Sheet, OpenedCard]:
    """
    Put a card on paper: what it showed is kept, so that keying it in later overwrites nothing.

    :raises NotAllowed: without ``visits.visit`` or ``people.open_cards``
    :raises NoSuchThing: if there is no such door, or not for this actor
    """
    opened = open_visit_card(by=by, at=at, household=household, person=person)
    if by.appointment is None:
        raise NotAllowed
    sheet = Sheet.objects.create(
        district=by.district,
        code="".join(secrets.choice(SHEET_SIGNS) for _ in range(SHEET_LENGTH)),
        household_id=household,
        person_id=person,
        seen=opened.seen(),
        appointment=by.appointment,
        printed_at=at,
    )
    record(CardPrinted(at=at, sheet_id=sheet.pk), by=by, rows=[sheet])
    return sheet, opened


@write_atomic
def open_photo(*, by: Actor, at: datetime, visit: int, photo: int) -> Photo:
    """
    Give a picture of a visit; those who live behind the door read that it was looked at.

    :raises NotAllowed: without ``visits.visit`` or ``people.open_cards``
    :raises NoSuchThing: if there is none, or it is another community's
    """
    found = queries.visit_for(by, visit)
    row = Photo.objects.select_related("file").filter(visit=found, pk=photo).first()
    if row is None:
        raise NoSuchThing
    members = members_of(by, household=found.household_id, person=found.person_id)
    people.log_reads(by=by, people=members, purpose=REGISTRY, at=at)
    return row
