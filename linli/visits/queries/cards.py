"""The card as it is shown: what we hold with day and source, and what may be entered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from linli.basics import Actor
from linli.cases import queries as cases
from linli.fabric.jinja import local_text
from linli.people import queries as people
from linli.people.domain import PersonCard
from linli.people.queries import FactBox, FactLine
from linli.rulebook.domain import local_date
from linli.visits.domain import FIRST_QUESTIONS

from .questions import open_rows

# Who somebody is stands on a document, and where they live is moved; neither is said at a door.
NOT_AT_THE_DOOR = frozenset({"identity"})


@dataclass(frozen=True, slots=True)
class Member:
    """
    One person of the card. ``lines`` are facts shown; ``boxes`` facts that may be entered, by name.

    ``asked`` are the facts a form wants, at most seven in the first step; ``later`` the rest;
    ``unknown`` what this purpose may see and nobody has said yet; ``without`` what they may have by
    what we know, and go without.
    """

    person: int
    name: str = field(repr=False)
    lines: tuple[FactLine, ...] = field(repr=False)
    boxes: dict[str, FactBox]
    asked: tuple[FactBox, ...]
    later: tuple[FactBox, ...]
    unknown: tuple[FactBox, ...]
    topics: tuple[str, ...]
    without: tuple[str, ...] = ()


def members_shown(
    by: Actor,
    opened: Sequence[tuple[int, tuple[PersonCard, ...], Collection[str]]],
    at: datetime,
    typed: Collection[tuple[int, str]] = (),
) -> list[Member]:
    """
    Return the people of an opened card as it shows them, those first whom a form asks about.

    :param opened: person, what each purpose gave, and the facts those purposes may see
    :param typed: person and fact of what was typed already, for which there is a box in any case
    """
    questions: dict[int, list[str]] = {}
    for row in open_rows(by.district, by.communities, at).filter(
        person__in=[person for person, _, _ in opened]
    ):
        questions.setdefault(row.person_id, []).append(row.attribute)
    seen = {person: visible for person, _, visible in opened}
    lacking = cases.going_without(by, seen, local_date(at))
    left = FIRST_QUESTIONS
    shown = []
    for person, cards, visible in sorted(opened, key=lambda one: one[0] not in questions):
        wanted = questions.get(person, [])
        more = {*visible, *(name for who, name in typed if who == person)}
        member = _member(by, cards, wanted[:left], wanted[left:], more)
        without = tuple(local_text(name) for name in lacking.get(person, ()))
        shown.append(replace(member, without=without))
        left -= min(left, len(wanted))
    return shown


def _member(
    by: Actor,
    cards: Sequence[PersonCard],
    first: Sequence[str],
    later: Sequence[str],
    more: Collection[str],
) -> Member:
    held = {line.attribute: line for card in cards for line in people.card_lines(by, card)}
    order = [name for name in people.dictionary() if name in held]
    boxes = door_boxes()
    return Member(
        person=cards[0].id,
        name=cards[0].name,
        lines=tuple(held[name] for name in order if name != "name"),
        boxes={name: box for name, box in boxes.items() if name in held},
        asked=tuple(boxes[name] for name in first if name in boxes),
        later=tuple(boxes[name] for name in later if name in boxes),
        unknown=tuple(
            box
            for name, box in boxes.items()
            if name in more and name not in held and name not in (*first, *later)
        ),
        topics=tuple(topics_of(order)),
    )


def door_boxes() -> dict[str, FactBox]:
    """Return the facts that may be entered at a door."""
    facts = people.dictionary()
    return {
        box.attribute: box
        for box in people.fact_boxes()
        if facts[box.attribute].topic not in NOT_AT_THE_DOOR
    }


def topics_of(attributes: Collection[str]) -> list[str]:
    """Return the topics of facts that grow old, which is what 无变化 is said of."""
    facts = people.dictionary()
    return list(
        dict.fromkeys(
            facts[name].topic for name in attributes if facts[name].greatest_age_days is not None
        )
    )
