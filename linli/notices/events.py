"""What this storey announces."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeQueued(Event):
    """Somebody is to be told something; on the site it can be read from now on."""

    SUBJECT: ClassVar[str] = "notice"

    notice_id: int
    event: str
    channel: str
    about_kind: str
    about_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(Event):
    """The carrier took it."""

    SUBJECT: ClassVar[str] = "notice"

    notice_id: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFailed(Event):
    """The last try failed; a person must tell the recipient another way."""

    SUBJECT: ClassVar[str] = "notice"

    notice_id: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead(Event):
    """The user opened it."""

    SUBJECT: ClassVar[str] = "notice"

    notice_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold(Event):
    """It could not be sent; somebody of the office told the recipient, by telephone."""

    SUBJECT: ClassVar[str] = "notice"

    notice_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeForgotten(Event):
    """Its address and its text were erased."""

    SUBJECT: ClassVar[str] = "notice"

    notice_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyChanged(Event):
    """A ready reply was loaded, or loaded anew with other words."""

    SUBJECT: ClassVar[str] = "reply"

    reply_id: int
