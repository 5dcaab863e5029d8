"""What the catalogue announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemVersionPublished(Event):
    """A wording of an item is on offer from a day on."""

    SUBJECT: ClassVar[str] = "item_version"

    item_version_id: int
    item_id: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackListPublished(Event):
    """A list of a pack (clauses, levels, synonyms …) has a new wording."""

    SUBJECT: ClassVar[str] = "pack_list"

    pack_list_id: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLinePublished(Event):
    """A line of the duty list has a new wording."""

    SUBJECT: ClassVar[str] = "duty_line"

    duty_line_id: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLineEnded(Event):
    """A line stands no longer in the list of its place."""

    SUBJECT: ClassVar[str] = "duty_line"

    duty_line_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeCertificatePublished(Event):
    """A line of the list of certificates nobody issues has a new wording."""

    SUBJECT: ClassVar[str] = "negative_certificate"

    negative_certificate_id: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateGranted(Event):
    """Communities were given leave for work no resident asked for."""

    SUBJECT: ClassVar[str] = "mandate"

    mandate_id: int
    duty_line_id: int
    origin: str
    minutes: int
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRevoked(Event):
    """A mandate ended before its time."""

    SUBJECT: ClassVar[str] = "mandate"

    mandate_id: int
