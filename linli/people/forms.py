"""From what a browser sends to the values of the actions. What cannot be read is refused there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from linli.basics import Actor, Invalid, gettext_noop
from linli.fabric.asked import day_of, number, text
from linli.rulebook.domain import Kind

from . import actions, queries
from .domain import ReasonMissing


@dataclass(frozen=True, slots=True)
class Search:
    """A full name and one more fact, as typed."""

    name: str = ""
    fact: str = "phone"
    typed: str = ""

    @classmethod
    def read(cls, sent: QueryDict) -> "Search":
        return cls(text(sent, "name"), text(sent, "fact"), text(sent, "value"))

    def value(self) -> object:
        """:raises Invalid: if a birth date is no day"""
        if self.fact == "birth_on" and self.typed:
            return day_of(self.typed, "value")
        return self.typed


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, its new value, from which day, and how it is known."""

    attribute: str
    value: object
    valid_from: date | None
    reason: str

    @classmethod
    def read(cls, sent: QueryDict) -> "Change":
        """
        :raises UnknownAttribute: if the dictionary has no such fact
        :raises ReasonMissing: if no reason was chosen
        :raises Invalid: if a number or a day cannot be read
        """
        attribute, reason = text(sent, "attribute"), text(sent, "reason")
        value = _value(attribute, text(sent, "value"))
        if not reason:
            raise ReasonMissing
        since = text(sent, "since")
        return cls(attribute, value, day_of(since, "since") if since else None, reason)


@dataclass(frozen=True, slots=True)
class Moving:
    """Which door, from which day, how it is known, and whether the household moves along."""

    home: int
    on: date
    reason: str
    together: bool

    @classmethod
    def read(cls, sent: QueryDict) -> "Moving":
        """
        :raises Invalid: if no door was chosen, or the day cannot be read
        :raises ReasonMissing: if no reason was chosen
        """
        home, reason = number(sent, "home"), text(sent, "reason")
        if home is None:
            raise Invalid(field="home", reason=gettext_noop("Choose the door they moved to."))
        if not reason:
            raise ReasonMissing
        return cls(home, day_of(text(sent, "on"), "on"), reason, text(sent, "who") == "household")

    def act(self, by: Actor, person: int, *, at: datetime) -> None:
        """:raises Refused: whatever ``move_person`` and ``move_household`` do"""
        move = actions.move_household if self.together else actions.move_person
        move(by=by, at=at, person=person, home=self.home, on=self.on, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody new behind a door; ``household`` is theirs to found, one that stands there, or none."""

    name: str
    home: int
    household: int | None
    own_household: bool
    guardian: int | None
    id_number: str
    phone: str
    facts: Mapping[str, object]

    @classmethod
    def read(cls, sent: QueryDict) -> "Newcomer":
        """:raises Invalid: if no door was chosen, or the birth date cannot be read"""
        home, born = number(sent, "home"), text(sent, "birth_on")
        if home is None:
            raise Invalid(field="home", reason=gettext_noop("Choose the door they live behind."))
        said = {"birth_on": day_of(born, "birth_on") if born else None, "sex": text(sent, "sex")}
        return cls(
            name=text(sent, "name"),
            home=home,
            household=number(sent, "household"),
            own_household=text(sent, "household") == "own",
            guardian=number(sent, "guardian"),
            id_number=text(sent, "id_number"),
            phone=text(sent, "phone"),
            facts={name: value for name, value in said.items() if value},
        )

    def act(self, by: Actor, *, at: datetime) -> int:
        """
        Return the new record.

        :raises Refused: whatever ``register_person`` does
        """
        made = actions.register_person(
            by=by,
            at=at,
            name=self.name,
            home=self.home,
            household=self.household,
            own_household=self.own_household,
            guardian=self.guardian,
            id_number=self.id_number or None,
            phone=self.phone or None,
            facts=self.facts,
        )
        return made.pk


def _value(attribute: str, typed: str) -> object:
    """Return what was typed in the type of the dictionary; nothing typed is "no longer known"."""
    fact = queries.fact(attribute)
    if not typed:
        return None
    match fact.type.kind if fact.type else None:
        case Kind.BOOL:
            return {"yes": True, "no": False}.get(typed, typed)
        case Kind.INT:
            if not (typed.isascii() and typed.isdecimal()):
                raise Invalid(field="value", reason=gettext_noop("Write a whole number."))
            return int(typed)
        case Kind.DATE:
            return day_of(typed, "value")
        case _:
            return typed
