"""Who may do what with the register of people, and the shapes it hands out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from linli.basics import Actor, Invalid, NoSuchThing, Refused, gettext_noop
from linli.rulebook.domain import IdentityNumber, tidied
from linli.rulebook.domain.expressions import latest_start

from .history import Value

# 个人信息保护法 31: below fourteen a parent or another guardian consents.
OWN_CONSENT_YEARS = 14
# Why a fact is changed: it stands in the line, so it is a code and never a sentence.
CHANGE_REASONS: Mapping[str, str] = {
    "told": gettext_noop("The person said so"),
    "document": gettext_noop("Seen on a document"),
    "visit": gettext_noop("Seen on a visit"),
    "office": gettext_noop("An office told us"),
    "mistake": gettext_noop("It was entered wrongly"),
}
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_COUNTRY = re.compile(r"^(\+|00)86(?=1[0-9]{10}$)")


class Permission(StrEnum):
    REGISTER_PEOPLE = "people.register"
    KEEP_FACTS = "people.keep_facts"
    OPEN_CARDS = "people.open_cards"
    FIND_PEOPLE = "people.find"
    MERGE_PEOPLE = "people.merge"
    DECIDE_RIGHTS = "people.decide_rights"
    LOAD_PEOPLE = "people.load"


class GuardianNeeded(Refused):
    """A child under fourteen needs a guardian on record."""

    message = gettext_noop(
        "This child is under %(years)s. Register a parent or another guardian first and name them."
    )

    def __init__(self) -> None:
        super().__init__()
        self.years = OWN_CONSENT_YEARS


class AlreadyRegistered(Refused):
    """Another record has this identity number."""

    message = gettext_noop("Somebody is registered with this identity number already.")


class SignsInAlready(Refused):
    """The person has a login."""

    message = gettext_noop("They sign in already.")


class PersonEnded(Refused):
    """The record is closed: moved away, died, merged or erased."""

    message = gettext_noop("This person's record is closed. It cannot be changed any more.")


class NotADoor(Refused):
    """One lives behind a door that stands: not in a street, nor in a house pulled down."""

    message = gettext_noop("Nobody can live there. Choose a door that is in use.")
    status = 422


class ReasonMissing(Refused):
    """A fact is changed for a reason that stands in the record."""

    message = gettext_noop("Say how you know. Choose a reason from the list.")
    status = 422


class WordsMissing(Refused):
    """A correction says what is wrong, in words that can be kept."""

    message = gettext_noop("Write what is wrong and what is right, in up to 1000 characters.")
    status = 422


class TooLittleToSearch(Refused):
    """A name alone finds nobody (decisions 13)."""

    message = gettext_noop(
        "Enter the full name and one more thing: telephone, identity number, birth date or door."
    )
    status = 422


class NotMergeable(Refused):
    """These two records cannot be one person."""

    message = gettext_noop(
        "These two records cannot be merged: the identity numbers differ, or one is closed."
    )


class UndoTooLate(Refused):
    """The merge was undone, or the kept record was merged on."""

    message = gettext_noop("This merge can no longer be undone.")


class AlreadyAsked(Refused):
    """The same request is open."""

    message = gettext_noop("You have asked for this already. We are working on it.")


class AlreadyDecided(Refused):
    """The request is closed."""

    message = gettext_noop("This request has been answered already.")


class ReasonsNeeded(Refused):
    """A refusal needs reasons (个人信息保护法 50)."""

    message = gettext_noop("Write why you refuse. The person reads it and may go to court.")
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedPerson:
    """A person as they stand on a list: nothing here needs a log entry."""

    id: int
    name: str
    phone: str
    id_number: str
    community: int | None
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """
    A person opened for a purpose. ``facts`` are those the purpose may use, the errand needs and we know.

    ``stale`` names those whose greatest age has passed since they were last confirmed.
    """

    id: int
    purpose: str
    name: str = field(repr=False)
    phone: str | None = field(repr=False)
    id_number: str | None = field(repr=False)
    facts: Mapping[str, Value] = field(repr=False)
    stale: frozenset[str]
    home: int | None
    household: int | None
    community: int | None
    guardian: int | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """One line of 谁看过我."""

    appointment: int
    hat: str
    purpose: str
    hour: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """无变化: that somebody looked on a day. ``topic`` is a topic, or ``only`` and one of its facts."""

    person: int
    topic: str
    on: date
    appointment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRow:
    """A household as an import gives it; ``key`` is the import's own."""

    key: str
    home: int | None
    community: int | None
    kind: str = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """
    A person as an import gives them.

    ``guardian`` is the ``key`` of another row; ``guardian_record`` the id of one on record already.
    """

    key: str
    name: str = field(repr=False)
    household: str | None = None
    home: int | None = None
    community: int | None = None
    id_number: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    guardian: str | None = None
    guardian_record: int | None = None
    facts: Mapping[str, Value] = field(default_factory=dict, repr=False)


def is_under_fourteen(birth_on: date | None, on: date) -> bool:
    """Return whether the person is known to be under fourteen on a day."""
    return birth_on is not None and birth_on > latest_start(on, OWN_CONSENT_YEARS)


def agree_with_number(facts: dict[str, object], number: IdentityNumber) -> None:
    """
    Fill birth date and sex from the identity number.

    :raises Invalid: if they were given and differ
    """
    for name, said in (("birth_on", number.born_on), ("sex", number.sex)):
        if facts.setdefault(name, said) != said:
            raise Invalid(field=name, reason=gettext_noop("This differs from the identity number."))


def check_guardian(birth_on: date | None, guardian: object, on: date) -> None:
    """:raises GuardianNeeded: for a child under fourteen without a guardian"""
    if guardian is None and is_under_fourteen(birth_on, on):
        raise GuardianNeeded


def check_name(name: str) -> str:
    """
    Return the name with single spaces.

    :raises Invalid: if there is none, or it has over 60 characters
    """
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= 60:
        raise Invalid(field="name", reason=gettext_noop("A name has 1 to 60 characters."))
    return tidy


def check_phone(typed: str) -> str:
    """
    Return the digits of a telephone number, with + before a country's code.

    :raises Invalid: if it is none
    """
    tidy = _COUNTRY.sub("", tidied(typed).replace("(", "").replace(")", ""))
    if not _PHONE.fullmatch(tidy):
        raise Invalid(field="phone", reason=gettext_noop("A telephone number has 7 to 15 digits."))
    return tidy


def check_may_reach(
    by: Actor, *, community: int | None, person: int | None = None, guardian: int | None = None
) -> None:
    """
    Let staff reach their communities' people, residents themselves and their wards.

    :raises NoSuchThing: for anybody else; we do not say whether the person is here
    """
    if by.kind == "system":
        return
    if by.kind == "staff" and community is not None and community in by.communities:
        return
    if by.kind == "resident" and by.person is not None and by.person in (person, guardian):
        return
    raise NoSuchThing


def check_merge(*, closed: bool, same: bool, numbers_differ: bool) -> None:
    """:raises NotMergeable: unless two open records may be one person's"""
    if closed or same or numbers_differ:
        raise NotMergeable
