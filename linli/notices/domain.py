"""What is said to whom, in which language, by which way, and when it is tried again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from linli.basics import Refused, gettext_noop

ZH, EN = "zh-Hans", "en"
LANGUAGES = (ZH, EN)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What may stand in a message that anybody may read over a shoulder: nothing that says what it is about.
HARMLESS = frozenset({"number", "code", "due", "phone"})
PATIENCE = (
    60,
    300,
    1_800,
    7_200,
    43_200,
)  # seconds before each further try; then a person must look
LEASE = timedelta(minutes=10)  # how long one sender may take before another tries
TITLE_LENGTH, BODY_LENGTH = 120, 2_000


class Channel(StrEnum):
    """The ways a notice goes."""

    INAPP = "inapp"
    EMAIL = "email"
    SMS = "sms"


class State(StrEnum):
    """Where a notice stands. Only an in-app notice is ever read, as far as we can know."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    READ = "read"
    TOLD = "told"


CHANNEL_WORDS = {
    Channel.INAPP: gettext_noop("On this site"),
    Channel.EMAIL: gettext_noop("E-mail"),
    Channel.SMS: gettext_noop("Text message"),
}
STATE_WORDS = {
    State.QUEUED: gettext_noop("Waiting to be sent"),
    State.SENT: gettext_noop("Sent"),
    State.FAILED: gettext_noop("Could not be sent"),
    State.READ: gettext_noop("Read"),
    State.TOLD: gettext_noop("Told by telephone"),
}


class AlreadyTold(Refused):
    """What could not be sent was told by somebody else meanwhile."""

    status = 409
    message = gettext_noop("A colleague has told them already.")


class BadTemplate(Exception):
    """A file of templates is wrong; the message says where. A fault of the data, not of a person."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who is told: a user on this site, or an address outside it."""

    channel: Channel
    language: str = ZH
    user_id: int | None = None
    address: str = ""

    @classmethod
    def to_user(cls, user_id: int, language: str = ZH) -> "Recipient":
        """Tell a user on this site."""
        return cls(Channel.INAPP, language, user_id=user_id)

    @classmethod
    def to_phone(cls, phone: str, language: str = ZH) -> "Recipient":
        """Send a text message."""
        return cls(Channel.SMS, language, address=phone)

    @classmethod
    def to_email(cls, address: str, language: str = ZH) -> "Recipient":
        """Send an e-mail."""
        return cls(Channel.EMAIL, language, address=address)


@dataclass(frozen=True, slots=True)
class Words:
    """
    What one template says in one language.

    ``title`` and ``body`` go on the site and by e-mail, ``short`` by text message; ``quiet_title``
    and ``quiet`` take their place outside the site when the matter is sensitive.
    """

    title: str
    body: str
    short: str
    quiet_title: str
    quiet: str


@dataclass(frozen=True, slots=True)
class Template:
    """The words for one event from a day on, by language."""

    event: str
    since: date
    words: Mapping[str, Words]

    @property
    def names(self) -> frozenset[str]:
        """Every value the template may need, whatever the way and however quiet."""
        return _all_names(self.words[ZH])


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way. ``key`` is the same at every try, so that a carrier can drop repeats."""

    notice_id: int
    key: str
    channel: Channel
    address: str
    message: Message


def templates_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Template, ...]:
    """
    Return the templates a file holds.

    :raises BadTemplate: if a language or a text is missing, or a quiet text could give the matter away
    """
    return tuple(_template(row) for row in rows)


def _template(row: Mapping[str, Any]) -> Template:
    event = str(row["event"])
    words = {}
    for language in LANGUAGES:
        texts = row.get("words", {}).get(language)
        if texts is None:
            raise BadTemplate(f"{event}: {language} is missing")
        try:
            words[language] = Words(**{name: str(text).strip() for name, text in texts.items()})
        except TypeError as wrong:
            raise BadTemplate(f"{event}: {language}: {wrong}") from wrong
        told = names_in(words[language].quiet_title) | names_in(words[language].quiet)
        if told - HARMLESS:
            raise BadTemplate(f"{event}: {language}: quiet text names {sorted(told - HARMLESS)}")
    wanted = [_all_names(words[language]) for language in LANGUAGES]
    if wanted[0] != wanted[1]:
        raise BadTemplate(f"{event}: the languages name different things: {wanted[0] ^ wanted[1]}")
    return Template(event=event, since=row["since"], words=words)


def _all_names(words: Words) -> frozenset[str]:
    texts = (words.title, words.body, words.short, words.quiet_title, words.quiet)
    return names_in(" ".join(texts))


def names_in(text: str) -> frozenset[str]:
    """Return the placeholders of a text."""
    return frozenset(PLACEHOLDER.findall(text))


def template_on(templates: Sequence[Template], event: str, day: date) -> Template:
    """
    Return the template of ``event`` in force on ``day``: the newest that has begun.

    :raises BadTemplate: if there is none
    """
    begun = [one for one in templates if one.event == event and one.since <= day]
    if not begun:
        raise BadTemplate(f"{event}: no template on {day}")
    return max(begun, key=lambda one: one.since)


def message_of(
    template: Template, recipient: Recipient, values: Mapping[str, str], *, sensitive: bool
) -> Message:
    """
    Return the message, filled in. Outside the site a sensitive matter is only told quietly.

    :raises BadTemplate: if a value the template names is missing, even one this way does not use
    """
    if template.names - values.keys():
        raise BadTemplate(f"{template.event}: no {sorted(template.names - values.keys())}")
    words = template.words[recipient.language if recipient.language in LANGUAGES else ZH]
    outside = recipient.channel is not Channel.INAPP
    title, body = words.title, words.body
    if recipient.channel is Channel.SMS:
        body = words.short
    if outside and sensitive:
        title, body = words.quiet_title, words.quiet
    one_line = " ".join(fill(title, values).split())  # a line break would forge an e-mail's headers
    return Message(title=one_line[:TITLE_LENGTH], body=fill(body, values)[:BODY_LENGTH])


def fill(text: str, values: Mapping[str, str]) -> str:
    """
    Return the text with its ``{names}`` replaced; what stands inside a value is left as it is.

    :raises BadTemplate: if a value is missing
    """
    missing = names_in(text) - values.keys()
    if missing:
        raise BadTemplate(f"no value for {sorted(missing)}")
    return PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def fill_known(text: str, values: Mapping[str, str]) -> str:
    """Return the text with those of its ``{names}`` replaced that are known; a person fills the rest."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text)


def next_try(tries: int, at: datetime) -> datetime | None:
    """Return when to try again after ``tries`` have failed; None if that was the last."""
    return None if tries > len(PATIENCE) else at + timedelta(seconds=PATIENCE[tries - 1])
