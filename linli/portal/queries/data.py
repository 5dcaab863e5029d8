"""我的数据: what is held, who looked at it, what was asked about it, and on which legal basis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing, Refused, gettext_noop
from linli.cases import queries as cases
from linli.cases.domain import AWARD_ENDS, spoken
from linli.fabric.jinja import day as plain_day
from linli.parties import queries as parties
from linli.people import queries as people
from linli.people.domain import last_moment
from linli.places import queries as places
from linli.rulebook import queries as rulebook
from linli.visits import queries as visits

from .wording import day, fact_words, language, moment, said, source_words, value_words

BASES: Mapping[str, str] = {
    "statutory_duty": gettext_noop("needed for a duty the law gives us"),
    "consent": gettext_noop("only with your consent"),
    "emergency": gettext_noop("to protect life and health in an emergency"),
    "contract": gettext_noop("needed for a contract with you"),
}
RIGHTS: Mapping[str, str] = {
    "correction": gettext_noop("Correct something that is wrong"),
    "export": gettext_noop("Give me a copy of everything"),
    "erasure": gettext_noop("Erase what the law does not make you keep"),
}
STATES: Mapping[str, str] = {
    "open": gettext_noop("being looked at"),
    "granted": gettext_noop("agreed and done"),
    "refused": gettext_noop("refused, with reasons"),
    "withdrawn": gettext_noop("you took it back"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One fact held: what it is called, what it says, where it comes from."""

    label: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One opening of the record: who, under which hat, what for, in which hour."""

    who: str
    hat: str
    purpose: str
    when: str


@dataclass(frozen=True, slots=True)
class Asked:
    """
    One request about one's own data, as whoever asked reads it.

    ``remedies`` are what a refusal leaves (个人信息保护法 50, 65): words and article.
    """

    id: int
    kind: str
    state: str
    asked: str
    due: str
    late: bool
    details: str
    reasons: str
    decided: str
    open: bool
    copy: bool
    remedies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mine:
    """Who looked at the reader's record, and what the reader asked about it."""

    name: str
    seen: tuple[Seen, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """One purpose that rests on consent, and the day it was given; empty where it is not."""

    purpose: str
    name: str
    why: str
    since: str


@dataclass(frozen=True, slots=True)
class Word:
    """What the reader has agreed to, for whom they may speak, and what holds afterwards."""

    consents: tuple[Agreed, ...]
    children: tuple[tuple[int, str], ...]
    dead: tuple[tuple[int, str], ...]
    relatives_may: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A child of the reader, or a near relative who died: what one may see and ask for them."""

    person: int
    name: str
    child: bool
    seen: tuple[Seen, ...]
    asked: tuple[Asked, ...]
    consents: tuple[Agreed, ...]
    held: "Record | None"


@dataclass(frozen=True, slots=True)
class Award:
    """What the reader has or had by a decision; ``number`` is that of its case, ``ended`` why."""

    name: str
    since: str
    number: str
    ended: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is held of the reader, in full; the identity number masked until they ask to see it."""

    name: str
    phone: str
    id_number: str
    home: str
    facts: tuple[Held, ...]
    awards: tuple[Award, ...]


def mine(actor: Actor, *, at: datetime) -> Mine:
    """
    Return who saw the reader's record and what was asked about it.

    :raises NoSuchThing: without a record of the reader
    """
    person = _self(actor)
    return Mine(
        name=people.person_for(actor, person).name,
        seen=tuple(_seen(entry) for entry in people.who_saw(actor, person)),
        asked=tuple(_asked(row, at) for row in people.requests_of(actor, person)),
    )


def asked_before(actor: Actor, *, at: datetime) -> tuple[Asked, ...]:
    """Return what a sign-in asked, also where its record was erased since."""
    return tuple(_asked(row, at) for row in people.requests_by(actor))


def word_of(actor: Actor, *, at: datetime) -> Word:
    """
    Return what the reader has agreed to, whom they speak for, and what holds afterwards.

    :raises NoSuchThing: without a record of the reader
    """
    person = _self(actor)
    return Word(
        consents=_agreed(actor, person),
        children=_named(people.wards_of(actor, at=at)),
        dead=_named(people.deceased_of(actor)),
        relatives_may=people.relatives_may_ask(person),
    )


def near_page(actor: Actor, person: int, *, at: datetime) -> Near:
    """
    Return what the reader may see of a child of theirs, or ask about a near relative who died.

    :raises NoSuchThing: for anybody else's
    :raises ArrangedOtherwise: if the relative had arranged that nobody asks (个人信息保护法 49)
    """
    child = person in {one.pk for one in people.wards_of(actor, at=at)}
    if not child:
        found = people.asked_by_relative(actor, person)
        theirs = set(people.records_of(person))
        asked = tuple(
            _asked(row, at) for row in people.requests_by(actor) if row.person_id in theirs
        )
        return Near(person, found.name, child, (), asked, (), None)
    return Near(
        person=person,
        name=people.person_for(actor, person).name,
        child=child,
        seen=tuple(_seen(entry) for entry in people.who_saw(actor, person)),
        asked=tuple(_asked(row, at) for row in people.requests_of(actor, person)),
        consents=_agreed(actor, person),
        held=_held(actor, person, bare=False),
    )


def _named(found: Iterable[Any]) -> tuple[tuple[int, str], ...]:
    return tuple((one.pk, one.name) for one in found)


def _agreed(actor: Actor, person: int) -> tuple[Agreed, ...]:
    known = people.purposes()
    return tuple(
        Agreed(
            purpose=one.purpose,
            name=said(known[one.purpose].name),
            why=said(known[one.purpose].why),
            since=day(one.since) if one.since else "",
        )
        for one in people.consents_of(actor, person)
    )


def _asked(row: Any, at: datetime) -> Asked:  # a request of people
    return Asked(
        id=row.pk,
        kind=gettext(RIGHTS.get(row.kind, row.kind)),
        state=gettext(STATES.get(row.state, row.state)),
        asked=day(row.asked_at),
        due=rulebook.by_guess(day(last_moment(row.due_at)), row.due_at),
        late=row.state == "open" and row.due_at < at,
        details=row.details,
        reasons=row.reasons,
        decided=day(row.decided_at) if row.decided_at else "",
        open=row.state == "open",
        copy=row.kind == "export" and row.state == "granted",
        remedies=tuple(people.remedy_words()) if row.state == "refused" else (),
    )


def record_of(actor: Actor, *, bare: bool = False) -> Record:
    """
    Return what is held of the reader.

    :param bare: with the whole identity number, which a screen others may see does not show unasked
    :raises NoSuchThing: without a record of the reader
    """
    return _held(actor, _self(actor), bare=bare)


def _held(actor: Actor, person: int, *, bare: bool) -> Record:
    found = people.person_for(actor, person)
    home, number = found.home_id, found.id_number
    return Record(
        name=found.name,
        phone=found.phone.open() if found.phone else "",
        id_number=(number.open() if bare else people.masked(found).id_number) if number else "",
        home=places.place_words(settings.DISTRICT, home, language()) if home else "",
        facts=tuple(
            Held(fact_words(name), value_words(name, value), source_words(name))
            for name, value in people.facts_of(found.pk).items()
        ),
        awards=tuple(
            Award(
                name=said(one.name),
                since=plain_day(one.from_on),
                number=spoken(one.number) if one.number else "",
                ended=f"{gettext(AWARD_ENDS[one.end_reason])} · {plain_day(one.to_on)}"
                if one.to_on
                else "",
            )
            for one in cases.awards_of(actor, found.pk, timezone.localdate())
        ),
    )


def _self(actor: Actor) -> int:
    if actor.kind != "resident" or actor.person is None:
        raise NoSuchThing
    return actor.person


def _seen(entry: Any) -> Seen:  # a value of people.domain
    try:
        words = parties.staff_words(entry.appointment)
    except Refused:
        return Seen(gettext("a member of staff"), "", _purpose(entry.purpose), moment(entry.hour))
    hat = parties.hat_words(entry.hat)
    return Seen(f"{words.name} · {words.party}", hat, _purpose(entry.purpose), moment(entry.hour))


def _purpose(code: str) -> str:
    found = people.purposes().get(code)
    return said(found.name) if found else code


@dataclass(frozen=True, slots=True)
class Clause:
    """One purpose of the privacy notice (个人信息保护法 17)."""

    name: str
    why: str
    basis: str
    articles: tuple[str, ...]
    facts: tuple[str, ...]
    sensitive: str
    of_an_item: bool
    months: int
    example: bool


def notice() -> list[Clause]:
    """Return the privacy notice: each purpose with its facts, basis and time."""
    return [
        Clause(
            name=said(purpose.name),
            why=said(purpose.why),
            basis=gettext(BASES.get(purpose.basis, purpose.basis)),
            articles=purpose.articles,
            facts=tuple(said(fact.name) for fact in facts),
            sensitive=said(purpose.sensitive_because) if purpose.sensitive_because else "",
            of_an_item=purpose.of_an_item,
            months=purpose.retention_months,
            example=purpose.example,
        )
        for purpose, facts in people.privacy_notice()
    ]


def rights_words() -> list[tuple[str, str]]:
    """Return what one may ask about one's own data: code and words."""
    return [(kind, gettext(RIGHTS.get(kind, kind))) for kind in people.rights()]


def copy_of(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """
    Return a copy of everything held of the reader, to take along (个人信息保护法 45).

    :raises NoSuchThing: without a record of the reader
    """
    return visits.copy_of(actor, people.person_for(actor, _self(actor)), at=at)


def granted_copy(actor: Actor, asked: int, *, at: datetime) -> dict[str, Any]:
    """
    Return the copy that was granted: one's own, a child's, or that of a relative who died (49).

    :raises NoSuchThing: if none was granted, or not to this actor
    """
    if actor.kind != "resident":  # staff take it at the workbench, where it is written down
        raise NoSuchThing
    return visits.copy_of(actor, people.granted_copy(actor, asked), at=at)
