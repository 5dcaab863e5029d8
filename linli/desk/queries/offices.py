"""Which offices a step may go to, and what an office has in hand."""

from collections.abc import Iterable
from datetime import date, datetime

from linli.basics import Actor
from linli.cases import queries as cases
from linli.fabric.jinja import language
from linli.parties import queries as parties
from linli.places import queries as places
from linli.places.domain import language_of
from linli.rulebook.domain import local_date

from .today import StepLine, step_line

MOST_LINES = 100


def offices_for(
    place: int | None, *, district: int, on: date, but: Iterable[int] = ()
) -> list[tuple[int, str]]:
    """
    Return the offices of the place's community, its street and the district: id and name.

    :param but: offices left out, such as the one that holds the step
    """
    tree = places.tree(district)
    inside = place is not None and place in tree
    chain = reversed(tree.path(place)) if inside and place is not None else tree.roots()
    left_out = set(but)
    tag = language_of(language())
    return [
        (one.pk, parties.party_words(one, tag))
        for node in chain
        for one in parties.parties_at(node.id, on=on)
        if one.pk not in left_out
    ]


def offices_near(actor: Actor, *, at: datetime) -> list[tuple[int, str]]:
    """Return the offices steps of the actor's own office may be moved to."""
    unit = parties.party(actor.office())
    return offices_for(
        unit.place_id, district=actor.district, on=local_date(at), but=(actor.party or 0,)
    )


def office_steps(actor: Actor, *, at: datetime) -> list[StepLine]:
    """Return the steps the actor's office has in hand, the most urgent first, one query."""
    return [step_line(actor, step, at=at) for step in cases.list_steps(actor, limit=MOST_LINES)]
