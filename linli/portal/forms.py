"""From what a browser sends to the values of the actions. What cannot be read keeps its words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from linli.basics import Refused
from linli.fabric.edge import sentence
from linli.files.domain.cleaning import Clean, clean

from .domain import MOST_PHOTOS, TooManyPhotos
from .queries import Match, Question

LONGEST_WORDS = 4_000
LONGEST_PLACE = 200
LONGEST_NAME = 60
DIGITS = re.compile(r"[^0-9+]")
MOBILE = 11


@dataclass(frozen=True, slots=True)
class Draft:
    """A report on its way: everything as it was typed."""

    want: str = ""
    item: str = ""
    at: str = ""  # "home" or "other"
    community: str = ""
    place_words: str = ""
    door: str = ""
    phone: str = ""
    name: str = ""
    hidden: bool = False
    near_shown: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)


def without_nul(typed: str) -> str:
    """Return what was typed without the one sign that PostgreSQL cannot keep."""
    return typed.replace("\x00", "")


def read_draft(sent: QueryDict) -> Draft:
    """Return what was typed, trimmed, whatever it is worth."""

    def word(name: str, most: int = LONGEST_PLACE) -> str:
        return without_nul(sent.get(name, "")).strip()[: most + 1]

    return Draft(
        # One sign more than may be kept, so that too long a text is refused and not cut.
        want=word("want", LONGEST_WORDS),
        item=word("item", 60),
        at=word("at", 5),
        community=word("community", 20),
        place_words=word("place_words"),
        door=word("door", 40),
        phone=word("phone", 40),
        name=word("name", LONGEST_NAME),
        hidden=sent.get("hidden") == "yes",
        near_shown=frozenset(sent.get("near_shown", "").split()),
        answers={
            key.removeprefix("answer-"): word(key, 2_000)
            for key in sent
            if key.startswith("answer-")
        },
    )


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood, and for each box what was not."""

    answers: dict[str, Any]
    phone: str
    errors: dict[str, str]


def check_draft(
    draft: Draft, chosen: Match | None, *, placed: bool, phone_known: bool = False
) -> Read:
    """Return the draft as values, with one sentence for every box that must be mended."""
    phone, wrong = read_phone(draft.phone)
    missing_phone = chosen is not None and chosen.asks_phone and not (phone or phone_known)
    checks = {
        "want": _wrong_words(draft.want),
        "item": ""
        if chosen is not None
        else gettext("Choose what fits best. If nothing does, choose the last one."),
        "community": gettext("Choose the community, so that the right people come.")
        if chosen is not None and chosen.place == "required" and not placed
        else "",
        "place_words": gettext("Shorten the place to 200 signs.")
        if len(draft.place_words) > LONGEST_PLACE
        else "",
        "name": gettext("A name has at most 60 signs.") if len(draft.name) > LONGEST_NAME else "",
        "phone": wrong
        or (
            gettext("We need a telephone number to tell you what was decided.")
            if missing_phone
            else ""
        ),
    }
    answers: dict[str, Any] = {}
    for asked in chosen.questions if chosen is not None else ():
        # Boxes carry the item before the code: two items may ask under one code.
        box = f"{chosen.code}-{asked.code}" if chosen is not None else ""
        value, checks[f"answer-{box}"] = read_answer(asked, draft.answers.get(box, ""))
        if value is not None:
            answers[asked.code] = value
    return Read(answers, phone, {field: words for field, words in checks.items() if words})


def _wrong_words(want: str) -> str:
    if not want:
        return gettext("Say in one sentence what it is about.")
    if len(want) > LONGEST_WORDS:
        return gettext("That is longer than we can keep. Shorten it to 4,000 signs.")
    return ""


def read_phone(typed: str) -> tuple[str, str]:
    """Return the digits of a telephone number, and a sentence if they cannot be one."""
    if not typed:
        return "", ""
    digits = DIGITS.sub("", typed)
    plain = digits.removeprefix("+86")
    if plain.startswith("1") and len(plain) != MOBILE and len(plain) > 5:
        values = {"count": len(plain)}
        if len(plain) < MOBILE:
            return "", gettext(
                "This has %(count)s digits; a mobile number has 11. Some are missing."
            ) % values
        return "", gettext(
            "This has %(count)s digits; a mobile number has 11. There are too many."
        ) % values
    if not 7 <= len(plain) <= 15 or not plain.isdecimal():
        return "", gettext("Write the number in digits, with the area code if it is a landline.")
    return plain, ""


def read_answer(asked: Question, raw: str) -> tuple[Any, str]:
    """Return one answer as its kind of value, and a sentence if it cannot be read."""
    if not raw:
        return None, (gettext("Please answer this one.") if asked.required else "")
    reader = {"choice": _choice, "number": _number, "date": _date}.get(asked.kind, _text)
    return reader(asked, raw)


def _date(asked: Question, raw: str) -> tuple[Any, str]:  # noqa: ARG001  # as its siblings
    try:
        return date.fromisoformat(raw).isoformat(), ""
    except ValueError:
        return None, gettext("Write the day like this: 2026-11-21.")


def _text(asked: Question, raw: str) -> tuple[Any, str]:
    if asked.longest and len(raw) > asked.longest:
        return None, gettext("Shorten this to %(most)s signs.") % {"most": asked.longest}
    if asked.pattern and not re.search(asked.pattern, raw):
        if asked.kind == "time":
            return None, gettext("Write the time like this: 14:30.")
        return None, gettext("This does not look right. Check it and write it again.")
    return raw, ""


def _choice(asked: Question, raw: str) -> tuple[Any, str]:
    if raw not in {choice.value for choice in asked.choices}:
        return None, gettext("Choose one of the answers.")
    # A question of yes or no is answered with a truth value, as its schema says.
    if {choice.value for choice in asked.choices} == {"yes", "no"}:
        return raw == "yes", ""
    return raw, ""


def _number(asked: Question, raw: str) -> tuple[Any, str]:
    try:
        value = int(raw)
    except ValueError:
        return None, gettext("Write a whole number in digits.")
    if asked.least is not None and value < asked.least:
        return None, gettext("The least is %(least)s.") % {"least": asked.least}
    if asked.most is not None and value > asked.most:
        return None, gettext("The most is %(most)s.") % {"most": asked.most}
    return value, ""


def read_files(
    sent: "MultiValueDict[str, UploadedFile[bytes]]", name: str
) -> tuple[list[Clean], str]:
    """Return the files ready to be kept, and a sentence if one of them is not taken."""
    uploads: Sequence[UploadedFile[bytes]] = [one for one in sent.getlist(name) if one.size]
    try:
        if len(uploads) > MOST_PHOTOS:
            raise TooManyPhotos
        return [clean(content=one.read(), name=one.name or "") for one in uploads], ""
    except Refused as refusal:
        return [], sentence(refusal)


def read_rating(sent: QueryDict) -> int | None:
    """Return the rating from 1 to 5, None if none was given."""
    raw = sent.get("rating", "")
    return int(raw) if raw in {"1", "2", "3", "4", "5"} else None
