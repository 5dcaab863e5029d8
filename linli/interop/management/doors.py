"""The demo's visits: a few weeks of one worker's doors, each by the front door of its storey."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from linli.basics import Actor
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.rulebook.domain import local_date
from linli.rulebook.domain.expressions import latest_start
from linli.visits import actions as visits
from linli.visits.domain import Reason, Stated, Unchanged, VisitCard

ELDERS, OTHERS = 24, 14
ELDER_YEARS = 70
EVERY_DAYS = 3  # from one door to the next, so that the first ones are due again
OUTCOMES = ("done",) * 8 + ("not_home", "refused")


def visit_doors(*, by: Actor, at: datetime, chance: Random) -> int:
    """
    Let a worker have visited some doors of their community; return how many visits there are.

    Older people found to live alone have agreed to visits and care. At one door two cards
    crossed, and what they say differs.
    """
    today = local_date(at)
    found = people_queries.neighbours(by.district, by.communities, today)
    doors: dict[int, list[int]] = {}
    born: dict[int, int] = {}
    for person, house, day in zip(
        found.ids.tolist(), found.households.tolist(), found.born.tolist(), strict=True
    ):
        if house > 0:
            doors.setdefault(house, []).append(person)
            born[house] = day
    limit = latest_start(today, ELDER_YEARS).toordinal()
    alone = [house for house, inside in doors.items() if len(inside) == 1 and born[house] < limit]
    elders = sorted(alone)[:ELDERS]
    others = sorted(doors.keys() - set(alone))[:OTHERS]
    for number, house in enumerate((*elders, *others)):
        then = at - timedelta(days=1 + EVERY_DAYS * number % (EVERY_DAYS * ELDERS))
        card = _card(f"demo-{number}", house, doors[house], at=then, chance=chance)
        if house in elders:
            people.give_consent(by=by, at=at, person=doors[house][0], purpose="care")
            card = _found_alone(card, doors[house][0])
        visits.record_visit(by=by, at=then, card=card)
    if others:
        _cross(by, at, others[-1], doors[others[-1]][0])
    return len(elders) + len(others) + 2 * bool(others)


def _card(
    key: str, house: int, people_here: Sequence[int], *, at: datetime, chance: Random
) -> VisitCard:
    outcome = chance.choice(OUTCOMES)
    same = [Unchanged(person=one, topic="residence", seen={}) for one in people_here]
    return VisitCard(
        key=key,
        household=house,
        outcome=outcome,
        visited_on=local_date(at),
        minutes=chance.randint(6, 25) if outcome == "done" else chance.randint(1, 3),
        reasons=(Reason.UNSEEN,),
        unchanged=tuple(same) if outcome == "done" else (),
    )


def _found_alone(card: VisitCard, person: int) -> VisitCard:
    """Return the card of an older person, who was home and says that nobody else lives there."""
    said = Stated(person=person, attribute="lives_alone", value=True, seen=0, reason="told")
    minutes = max(card.minutes, 6)
    return replace(card, outcome="done", minutes=minutes, stated=(said,))


def _cross(by: Actor, at: datetime, house: int, person: int) -> None:
    """Send two cards that were opened at the same moment and say different things."""
    seen = people_queries.fact_versions([person]).get((person, "residence"), 0)
    for key, value in (("first", "other"), ("second", "with_family")):
        visits.record_visit(
            by=by,
            at=at,
            card=VisitCard(
                key=f"demo-{key}",
                household=house,
                outcome="done",
                visited_on=local_date(at),
                minutes=9,
                stated=(Stated(person=person, attribute="residence", value=value, seen=seen),),
            ),
        )
