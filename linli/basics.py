"""The few words every storey speaks. Standard library only."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators. The edge translates it; the core only carries it."""
    return text


class Refused(Exception):
    """
    A request the rules do not allow. Expected; shown to the person who asked.

    Subclasses stand beside the rule they speak for, carry their data as attributes, and phrase
    one sentence that says what is wrong and what to do, with ``%(name)s`` for the attributes.
    """

    message: ClassVar[str] = gettext_noop("That is not possible.")
    status: ClassVar[int] = 409


class NotAllowed(Refused):
    """The actor may not do this under the hat worn now."""

    message = gettext_noop(
        "You may not do this with the hat you wear now. Switch hats, or ask your office."
    )
    status = 403


class NoSuchThing(Refused):
    """There is no such thing, or it is not yours to see. We do not say which."""

    message = gettext_noop("We cannot find this. Check the number, or go back to the list.")
    status = 404


class Invalid(Refused):
    """What was typed cannot be read. ``field`` names where."""

    message = gettext_noop("This cannot be read: %(reason)s")
    status = 422

    def __init__(self, *, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who is acting, under which hat, and what that hat reaches.

    ``kind`` is ``resident`` (signed in or not), ``staff`` or ``system``. ``party`` is the office
    or organisation of the appointment worn; ``communities`` are the ids the appointment covers.
    """

    kind: str
    district: int
    user: int | None = None
    person: int | None = None
    appointment: int | None = None
    hat: str = ""
    party: int | None = None
    communities: frozenset[int] = frozenset()
    permissions: frozenset[str] = frozenset()

    def office(self) -> int:
        """
        Return the party of the hat worn now.

        :raises NotAllowed: if none is worn
        """
        if self.party is None:
            raise NotAllowed
        return self.party

    def must(self, permission: str) -> None:
        """:raises NotAllowed: unless the hat worn now holds ``permission``"""
        if permission not in self.permissions:
            raise NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    Something that happened. Subclasses are named in the past tense and versioned for ever.

    ``SUBJECT`` names the kind of thing it happened to; the field ``<SUBJECT>_id`` holds its id.
    Fields hold ids, codes, whole numbers and moments: never names, free text or fractions.
    """

    SUBJECT: ClassVar[str]
    VERSION: ClassVar[int] = 1

    at: datetime

    @property
    def subject_id(self) -> int:
        found: int = getattr(self, f"{self.SUBJECT}_id")
        return found
