"""From what a browser sends to the values of the actions. What cannot be read is refused there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from linli.basics import Invalid, gettext_noop
from linli.fabric.asked import day, day_of, is_id, text
from linli.files.domain.cleaning import Clean, clean
from linli.people import queries as people
from linli.people.domain import Value
from linli.rulebook.domain import Kind

from . import queries
from .domain import (
    MOST_PHOTOS,
    REASON_WORDS,
    SHEET_LENGTH,
    SHEET_SIGNS,
    NotOnThisCard,
    Stated,
    Unchanged,
    VisitCard,
)

SALT = "visits.card"
NO_LONGER_KNOWN = "?"
NO_NUMBER = gettext_noop("Write a whole number.")
OPEN_AGAIN = gettext_noop("This card is too old. Open it again; what you typed is still here.")


def sheet_code(typed: str) -> str:
    """
    Return the code of a printed card.

    :raises Invalid: if it cannot be one
    """
    tidy = "".join(typed.split()).replace("-", "").upper()
    if len(tidy) != SHEET_LENGTH or set(tidy) - set(SHEET_SIGNS):
        raise Invalid(field="sheet", reason=gettext_noop("The code on the paper has 8 signs."))
    return tidy


@dataclass(frozen=True, slots=True)
class Token:
    """What a card showed when it was opened, signed, so that it comes back as it went."""

    household: int | None
    person: int | None
    members: Mapping[str, Mapping[str, Any]]

    def signed(self) -> str:
        """Return the token as the form carries it."""
        return signing.dumps([self.household, self.person, self.members], salt=SALT, compress=True)

    @classmethod
    def read(cls, typed: str, *, draft_days: int) -> "Token":
        """:raises Invalid: if it is not ours, or older than a phone keeps a card"""
        try:
            found = signing.loads(typed, salt=SALT, max_age=(draft_days + 1) * 86_400)
        except signing.BadSignature as wrong:
            raise Invalid(field="card", reason=OPEN_AGAIN) from wrong
        return cls(*found)


def read_card(sent: QueryDict, token: Token) -> VisitCard:
    """
    Return the card a form holds. An empty field says nothing; ``?`` says "no longer known".

    :raises Invalid: if a day or a number cannot be read
    :raises NotOnThisCard: if a field is none of the card's
    """
    minutes = text(sent, "minutes")
    everybody = sent.get("do") == "same"
    said = [name for name in text_reasons(sent) if name in REASON_WORDS]
    return VisitCard(
        key=text(sent, "key"),
        household=token.household,
        person=token.person,
        outcome=text(sent, "outcome"),
        visited_on=day(sent, "visited_on"),
        minutes=_whole(minutes, "minutes") if minutes else 0,
        reasons=tuple(said),
        paper=sent.get("paper") == "on",
        stated=tuple(_stated(sent, token)),
        unchanged=tuple(_unchanged(sent, token, everybody=everybody)),
    )


def text_reasons(sent: QueryDict) -> list[str]:
    """Return the codes of reasons, which come with spaces between them."""
    return text(sent, "reasons").split()


def typed_facts(sent: QueryDict) -> list[tuple[int, str]]:
    """Return person and fact of every field with something in it."""
    found = []
    for name in sent:
        kind, person, attribute = (*name.split(".", 2), "", "")[:3]
        if kind == "v" and is_id(person) and attribute and text(sent, name):
            found.append((int(person), attribute))
    return found


def _stated(sent: QueryDict, token: Token) -> list[Stated]:
    found = []
    boxes = queries.door_boxes()
    for name in sent:
        if not name.startswith("v."):
            continue
        typed = text(sent, name)
        if not typed:
            continue
        _, person, attribute = (*name.split(".", 2), "", "")[:3]
        if person not in token.members or attribute not in boxes:
            raise NotOnThisCard
        found.append(
            Stated(
                person=int(person),
                attribute=attribute,
                value=None if typed == NO_LONGER_KNOWN else read_value(attribute, typed, name),
                seen=token.members[person]["versions"].get(attribute, 0),
                reason=text(sent, f"why.{person}") or "visit",
            )
        )
    return found


def _unchanged(sent: QueryDict, token: Token, *, everybody: bool) -> list[Unchanged]:
    facts = people.dictionary()
    return [
        Unchanged(
            person=int(person),
            topic=topic,
            seen={
                name: version
                for name, version in shown["versions"].items()
                if facts[name].topic == topic
            },
        )
        for person, shown in token.members.items()
        if everybody or sent.get(f"same.{person}") == "on"
        for topic in shown["topics"]
    ]


def read_value(attribute: str, typed: str, field: str) -> Value:
    """
    Return what was typed in the type of the dictionary.

    :raises Invalid: if a number or a day cannot be read
    """
    fact = people.fact(attribute)
    match fact.type.kind if fact.type else None:
        case Kind.BOOL:
            return {"yes": True, "no": False}.get(typed, typed)
        case Kind.INT:
            return _whole(typed, field)
        case Kind.DATE:
            return day_of(typed, field)
        case _:
            return typed


def _whole(typed: str, field: str) -> int:
    """:raises Invalid: if it is no whole number"""
    if not is_id(typed):
        raise Invalid(field=field, reason=NO_NUMBER)
    return int(typed)


def photos(sent: "MultiValueDict[str, UploadedFile[bytes]]") -> list[Clean]:
    """
    Return the pictures that came along, ready to be kept.

    :raises FileRefused: in one of its kinds, if one is not taken
    :raises Invalid: if there are too many
    """
    uploads = [one for one in sent.getlist("photos") if one.size]
    if len(uploads) > MOST_PHOTOS:
        raise Invalid(field="photos", reason=gettext_noop("At most six pictures."))
    return [clean(content=one.read(), name=one.name or "") for one in uploads]
