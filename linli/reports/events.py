"""What the compiler of reports announces."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPublished(Event):
    """A definition has a wording in force from a day on."""

    SUBJECT: ClassVar[str] = "indicator"

    indicator_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorEnded(Event):
    """A wording of a definition is in force no longer."""

    SUBJECT: ClassVar[str] = "indicator"

    indicator_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPublished(Event):
    """A word of headings has a meaning from a day on."""

    SUBJECT: ClassVar[str] = "term"

    term_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEnded(Event):
    """A meaning of a word is in force no longer."""

    SUBJECT: ClassVar[str] = "term"

    term_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTakenIn(Event):
    """An office's form is asked for from now on; so many of its places were understood."""

    SUBJECT: ClassVar[str] = "form"

    form_id: int
    party_id: int
    asked: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormEnded(Event):
    """A form is asked for no longer."""

    SUBJECT: ClassVar[str] = "form"

    form_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionsOpened(Event):
    """A form is due for a period, at so many places."""

    SUBJECT: ClassVar[str] = "form"

    form_id: int
    as_of: date
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSent(Event):
    """A place's numbers went out; so many places of the form stayed empty."""

    SUBJECT: ClassVar[str] = "edition"

    edition_id: int
    form_id: int
    place_id: int
    filled: int
    empty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSentBack(Event):
    """A community sent a form back that its duty list does not bear; the basis stands in the row."""

    SUBJECT: ClassVar[str] = "edition"

    edition_id: int
    form_id: int
    place_id: int
