"""From what a browser sends to the values of the actions. What cannot be read is refused there."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from linli.basics import Invalid, gettext_noop
from linli.fabric.asked import day_of, text
from linli.rulebook.domain import Kind

from . import queries
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
