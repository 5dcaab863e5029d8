"""
Reading rows of other systems: messages to a mayor's page, and work orders of a dispatch centre.

A row becomes plain values or a reason why it cannot be read; texts and moments are kept as given.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from linli.rulebook.domain import SHANGHAI

LONGEST_WORDS = 100_000
LONGEST_PLACE = 200
LONGEST_NAME = 60
MESSAGE_COLUMNS = ("id", "title", "detail", "time")
WORK_ORDER_COLUMNS = ("REC_ID", "CREATE_TIME", "EVENT_TYPE_NAME", "SUB_TYPE_NAME")
_FORMS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d",
)
# The first name of a street, estate, village or road in the words, as far as punctuation.
_PLACE = re.compile(
    r"[^\s，。、；：！？,.;:!?（）()“”\"《》]{2,30}?(?:街道|社区|小区|公寓|花园|村|镇|路|街)"
)
_NOTHING = frozenset({"", "-", "—", "无"})


class BadRow(Exception):
    """A row that cannot be read; ``reason`` goes to the error file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """
    One matter as another system holds it. ``kind`` is a word of that system for what it is,
    ``classes`` are what it files it under, the narrowest first; None where it has only the words.
    """

    key: str
    words: str
    opened_at: datetime
    name: str = field(default="", repr=False)
    place_words: str = ""
    community: str = ""
    reply: str = ""
    replied_at: datetime | None = None
    kind: str = ""
    classes: tuple[str, ...] | None = None
    answers: Mapping[str, int | str] = field(default_factory=dict)


def read_message(row: Mapping[str | None, object], *, now: datetime) -> Imported:
    """
    Return one message; the words are its title, a line break, and its detail.

    :raises BadRow: saying what is wrong
    """
    texts = _texts(row, MESSAGE_COLUMNS)
    title, detail = texts["title"], texts["detail"]
    if "\n" in title:
        raise BadRow("The title has a line break.")
    if not title.strip() and not detail.strip():
        raise BadRow("Nothing was said: title and detail are empty.")
    reply, replied = texts.get("reply", ""), texts.get("reply_time", "")
    if bool(reply.strip()) != bool(replied.strip()):
        raise BadRow("A reply needs a time, and a time needs a reply.")
    words = f"{title}\n{detail}"
    return Imported(
        key=f"message:{_id(texts['id'])}",
        words=_checked(words),
        opened_at=_moment(texts["time"], now=now),
        name=texts.get("user", "")[:LONGEST_NAME],
        place_words=place_words_of(words),
        reply=_checked(reply),
        replied_at=_moment(replied, now=now) if reply.strip() else None,
        answers={name: _count(texts[name]) for name in ("likes", "dislikes") if texts.get(name)},
    )


def read_work_order(row: Mapping[str | None, object], *, now: datetime) -> Imported:
    """
    Return one work order; it has no free text, so its kinds from wide to narrow are its words.

    :raises BadRow: saying what is wrong
    """
    texts = _texts(row, WORK_ORDER_COLUMNS)
    kinds = [texts.get(f"{level}_TYPE_NAME", "") for level in ("EVENT", "MAIN", "SUB")]
    said = [one for one in dict.fromkeys(kinds) if one.strip() not in _NOTHING]
    if not said:
        raise BadRow("Nothing was said: every kind of the order is empty.")
    where = [texts.get(f"{level}_NAME", "") for level in ("DISTRICT", "STREET", "COMMUNITY")]
    community = where[-1] if where[-1].strip() not in _NOTHING else ""
    kept = ("EVENT_PROPERTY_NAME", "EVENT_SRC_NAME", "DISPOSE_UNIT_NAME")
    return Imported(
        key=f"work_order:{_id(texts['REC_ID'])}",
        words=_checked(" · ".join(said)),
        opened_at=_moment(texts["CREATE_TIME"], now=now),
        place_words="".join(one for one in where if one.strip() not in _NOTHING)[:LONGEST_PLACE],
        community=community,
        kind=texts.get("EVENT_PROPERTY_NAME", ""),
        classes=tuple(one for one in kinds[:0:-1] if one.strip() not in _NOTHING),
        answers={name.lower(): texts[name] for name in kept if texts.get(name)},
    )


def place_words_of(text: str) -> str:
    """Return the first words that sound like an address; empty if none do."""
    found = _PLACE.search(text)
    return found[0][:LONGEST_PLACE] if found else ""


def community_in(text: str, names: Iterable[str]) -> str:
    """Return the longest of the names that stands in the text; empty if none does."""
    return max((name for name in names if name and name in text), key=len, default="")


def _texts(row: Mapping[str | None, object], needed: Iterable[str]) -> dict[str, str]:
    if None in row:
        raise BadRow("There are more fields than columns.")
    texts = {name: value for name, value in row.items() if name and isinstance(value, str)}
    for name in needed:
        if name not in texts:
            raise BadRow("A field is missing.")
    for value in texts.values():
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise BadRow("There are bytes in it that are no text in UTF-8.")
    return texts


def _id(text: str) -> str:
    key = text.strip()
    if not key or len(key) > 40:
        raise BadRow("The id is missing or too long.")
    return key


def _checked(words: str) -> str:
    if len(words) > LONGEST_WORDS:
        raise BadRow("The text is longer than 100,000 signs.")
    return words


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRow("Likes and dislikes are whole numbers.")
    return int(text)


def _moment(text: str, *, now: datetime) -> datetime:
    """Return a moment written in Shanghai's time; a day alone is its first moment."""
    for form in _FORMS:
        try:
            found = datetime.strptime(text.strip(), form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
        if found > now:
            raise BadRow("The time has not come yet.")
        return found
    raise BadRow("The time cannot be read; write it as 2019-08-01 09:30:00.")
