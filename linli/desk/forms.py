"""From what a browser sends to the values of the actions. What cannot be read keeps its words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from linli.basics import Invalid, gettext_noop
from linli.cases.actions import Identified
from linli.cases.domain import Channel, End, PauseReason, Proof
from linli.cases.queries import ORDERS, CaseFilter
from linli.catalogue.domain import FieldDefinition
from linli.fabric.asked import number
from linli.files.domain.cleaning import Clean, clean
from linli.rulebook.domain import SHANGHAI

from .domain import LARGEST_BYTES, WINDOW_CHANNELS, AnswerMissing, TableTooLong, read_table

MOST_WORDS = 4_000
MOST_LINE = 200
LAST_MINUTE = time(18, 0)
PAGE_SIZES = (20, 50, 100)
NOT_READ = gettext_noop("Choose one from the list.")
TOO_MANY = gettext_noop("At most six at a time.")
MOST_FILES = 6
NO_DAY = gettext_noop("Write a day such as 2026-11-30.")


def text(sent: QueryDict, name: str, *, most: int = MOST_LINE) -> str:
    """Return what was typed, trimmed and no longer than one sign over ``most``."""
    return sent.get(name, "").replace("\x00", "").strip()[: most + 1]


def needed(sent: QueryDict, name: str) -> int:
    """:raises Invalid: unless a whole number was sent"""
    found = number(sent, name)
    if found is None:
        raise Invalid(field=name, reason=NOT_READ)
    return found


def deadline(sent: QueryDict, name: str) -> datetime:
    """
    Return the evening (Shanghai) of the day that was typed.

    :raises Invalid: if it is no day
    """
    try:
        day = date.fromisoformat(sent.get(name, "").strip())
    except ValueError as wrong:
        raise Invalid(field=name, reason=NO_DAY) from wrong
    return datetime.combine(day, LAST_MINUTE, SHANGHAI)


def words(sent: QueryDict, name: str = "words") -> str:
    """
    Return the sentence that was typed.

    :raises Invalid: if it is too long
    """
    found = text(sent, name, most=MOST_WORDS)
    if len(found) > MOST_WORDS:
        raise Invalid(field=name, reason=gettext_noop("That is too long. Use 4,000 signs at most."))
    return found


def end(sent: QueryDict) -> End:
    """:raises Invalid: if no end was chosen"""
    try:
        return End(sent.get("end", ""))
    except ValueError as wrong:
        raise Invalid(field="end", reason=NOT_READ) from wrong


def pause_reason(sent: QueryDict) -> PauseReason:
    """:raises Invalid: if no reason was chosen"""
    try:
        return PauseReason(sent.get("reason", ""))
    except ValueError as wrong:
        raise Invalid(field="reason", reason=NOT_READ) from wrong


def papers(sent: QueryDict) -> tuple[str, ...]:
    """
    Return the papers ticked, and those written by hand, one a line.

    :raises Invalid: if there is none
    """
    given = [*sent.getlist("papers"), *sent.get("other_papers", "").splitlines()]
    lines = [one.replace("\x00", "").strip()[:MOST_LINE] for one in given]
    found = tuple(dict.fromkeys(one for one in lines if one))[:30]
    if not found:
        raise Invalid(field="papers", reason=gettext_noop("Tick or write what is missing."))
    return found


def files(sent: "MultiValueDict[str, UploadedFile[bytes]]", name: str) -> list[Clean]:
    """
    Return the files that came along, ready to be kept.

    :raises FileRefused: in one of its kinds, if one is not taken
    :raises Invalid: if there are too many
    """
    uploads = [one for one in sent.getlist(name) if one.size]
    if len(uploads) > MOST_FILES:
        raise Invalid(field=name, reason=TOO_MANY)
    return [clean(content=one.read(), name=one.name or "") for one in uploads]


def roll(
    sent: QueryDict, sent_files: "MultiValueDict[str, UploadedFile[bytes]]"
) -> tuple[str, list[list[str]]]:
    """
    Return the benefit that was chosen and the rows of its roll.

    :raises Invalid: if one of them is missing
    :raises Refused: if the file is no table, or too long
    """
    item, file = text(sent, "item", most=60), sent_files.get("roll")
    if not item:
        raise Invalid(field="item", reason=NOT_READ)
    if file is None or not file.size:
        raise Invalid(field="roll", reason=gettext_noop("Choose the file of the roll."))
    if file.size > LARGEST_BYTES:
        raise TableTooLong
    return item, read_table(file.read())


def identified(sent: QueryDict) -> Identified:
    """
    Return how a clerk was made sure of a reporter, as it was typed.

    :raises Invalid: if a text is too long
    """
    return Identified(
        proof=Proof.CODE if sent.get("proof") == Proof.CODE else Proof.IDENTITY,
        code=text(sent, "code", most=12),
        statement=words(sent, "statement"),
        reason=words(sent, "reason"),
        channel=Channel.WINDOW if sent.get("channel") == Channel.WINDOW else Channel.PHONE,
    )


@dataclass(frozen=True, slots=True)
class ListAsked:
    """What a list was asked for: filters, order, page."""

    filter: CaseFilter
    order: str
    after: str
    limit: int

    def link(self, **changes: str) -> dict[str, str]:
        """Return the query of the same list with some things changed; empty ones are left out."""
        kept = {
            "status": self.filter.status,
            "item": self.filter.item,
            "role": self.filter.role,
            "q": self.filter.text,
            "order": self.order,
            "limit": str(self.limit) if self.limit != PAGE_SIZES[0] else "",
        }
        return {name: value for name, value in {**kept, **changes}.items() if value}

    def choices(self) -> dict[str, str]:
        """Return what was chosen from lists: neither the words that were typed, nor how many to a page."""
        return {name: value for name, value in self.link().items() if name not in ("q", "limit")}


def read_list(sent: QueryDict) -> ListAsked:
    """Return what the address of a list asks; what it does not know, it leaves aside."""
    order = sent.get("order", "")
    status = text(sent, "status", most=10)
    limit = number(sent, "limit") or PAGE_SIZES[0]
    over = status in ("answered", "ended")  # has no day it is due any more
    if order not in ORDERS or (over and order == "due"):
        order = "opened" if over else "due"
    return ListAsked(
        filter=CaseFilter(
            status=status,
            item=text(sent, "item", most=60),
            role=text(sent, "role", most=10),
            text=text(sent, "q"),
        ),
        order=order,
        after=sent.get("after", "")[:600],
        limit=limit if limit in PAGE_SIZES else PAGE_SIZES[0],
    )


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand at the window as typed so far."""

    words: str = ""
    item: str = ""
    channel: str = "window"
    name: str = ""
    fact: str = "phone"
    value: str = ""
    person: int | None = None
    own_name: str = ""
    own_phone: str = ""
    behalf_words: str = ""
    hidden: bool = False
    place: int | None = None
    place_words: str = ""
    answer: str = ""
    once: str = ""
    booking: int | None = None
    ticked: frozenset[str] = frozenset()
    raw: Mapping[str, str] = field(default_factory=dict)


def read_errand(sent: QueryDict) -> Errand:
    """Return everything as it was typed, whatever it is worth."""
    channel = sent.get("channel", "window")
    return Errand(
        words=text(sent, "words", most=MOST_WORDS),
        item=text(sent, "item", most=60),
        channel=channel if channel in WINDOW_CHANNELS else "window",
        name=text(sent, "name", most=60),
        fact=sent.get("fact", "phone"),
        value=text(sent, "value", most=40),
        person=number(sent, "person"),
        own_name=text(sent, "own_name", most=60),
        own_phone=text(sent, "own_phone", most=30),
        behalf_words=text(sent, "behalf_words"),
        hidden=sent.get("hidden") == "yes",
        place=number(sent, "place"),
        place_words=text(sent, "place_words"),
        answer=text(sent, "answer", most=MOST_WORDS),
        booking=number(sent, "booking"),
        once=_sitting(text(sent, "once", most=32)),
        ticked=frozenset(one[:60] for one in sent.getlist("ticked")[:30]),
        raw={
            name[2:]: text(sent, name, most=2_000)
            for name in sent
            if name.startswith("a.") and sent.get(name, "").strip()
        },
    )


def _sitting(typed: str) -> str:
    """Return the mark of one sitting, empty unless it can stand in an address."""
    return typed if typed.isascii() and typed.isalnum() else ""


def finding_value(errand: Errand) -> object:
    """
    Return the second fact a person is looked for by.

    :raises Invalid: if a birth date is none
    """
    if errand.fact != "birth_on":
        return errand.value
    digits = re.sub(r"[年月./ ]", "-", errand.value.replace("日", ""))
    try:
        year, month, day = (int(part) for part in digits.split("-"))
        return date(year, month, day)
    except ValueError as wrong:
        raise Invalid(field="value", reason=NO_DAY) from wrong


def lenient_answers(errand: Errand, fields: tuple[FieldDefinition, ...]) -> dict[str, Any]:
    """Return the answers that can be read; the others count as not given."""
    found = {}
    for one in fields:
        try:
            value = _answer(one, errand.raw.get(one.code, ""))
        except ValueError:
            continue
        if value is not None:
            found[one.code] = value
    return found


def strict_answers(
    errand: Errand, fields: tuple[FieldDefinition, ...], label: Mapping[str, str]
) -> dict[str, Any]:
    """
    Return the answers as a case keeps them: days as text.

    :raises AnswerMissing: if one is required and missing, or cannot be read
    """
    found: dict[str, Any] = {}
    for one in fields:
        try:
            value = _answer(one, errand.raw.get(one.code, ""))
        except ValueError as wrong:
            raise AnswerMissing(code=one.code, label=label[one.code]) from wrong
        if value is None and one.required:
            raise AnswerMissing(code=one.code, label=label[one.code])
        if value is not None:
            found[one.code] = value.isoformat() if isinstance(value, date) else value
    return found


def _answer(asked: FieldDefinition, typed: str) -> Any:
    """:raises ValueError: if the answer is none the field takes"""
    schema = asked.schema
    if not typed:
        return None
    if "oneOf" in schema:
        codes = {str(choice["const"]): choice["const"] for choice in schema["oneOf"]}
        if typed not in codes:
            raise ValueError(typed)
        return codes[typed]
    if schema.get("type") == "boolean":
        return {"yes": True, "no": False}[typed] if typed in ("yes", "no") else None
    if schema.get("type") == "integer":
        number = int(typed)
        if not schema.get("minimum", number) <= number <= schema.get("maximum", number):
            raise ValueError(typed)
        return number
    if schema.get("format") == "date":
        return date.fromisoformat(typed)
    pattern = schema.get("pattern")
    if len(typed) > schema.get("maxLength", MOST_WORDS) or (
        pattern and not re.search(pattern, typed)
    ):
        raise ValueError(typed)
    return typed


def channel(errand: Errand) -> Channel:
    """Return the way the errand came."""
    return Channel(errand.channel)
