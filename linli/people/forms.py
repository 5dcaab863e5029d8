"""From what a browser sends to the values of the actions. What cannot be read is refused there."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from linli.basics import Invalid, NoSuchThing, gettext_noop
from linli.rulebook.domain import Kind

from . import queries
from .domain import ReasonMissing

MOST_LINE = 80
NO_DAY = gettext_noop("Write a day such as 2026-11-30.")


def text(sent: QueryDict, name: str) -> str:
    """Return what was typed, trimmed."""
    return sent.get(name, "").replace("\x00", "").strip()[:MOST_LINE]


def number(sent: QueryDict, name: str) -> int | None:
    """Return a whole number of at most 18 digits, None where there is none."""
    typed = sent.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


def needed(sent: QueryDict, name: str) -> int:
    """:raises NoSuchThing: unless an id was sent"""
    found = number(sent, name)
    if found is None:
        raise NoSuchThing
    return found


def day(typed: str, field: str) -> date:
    """:raises Invalid: if it is no day"""
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise Invalid(field=field, reason=NO_DAY) from wrong


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
            return day(self.typed, "value")
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
        return cls(attribute, value, day(since, "since") if since else None, reason)


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
            return day(typed, "value")
        case _:
            return typed
