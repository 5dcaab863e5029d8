"""The demo's year at the doors of every community, and the rolls of those who have a benefit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases import queries as case_queries
from linli.parties import queries as parties
from linli.people import queries as people
from linli.rulebook.domain import SHANGHAI, local_date, to_bitmap
from linli.visits import actions as visits
from linli.visits.domain import Reason, Stated, Unchanged, VisitCard, Visited

from . import doors

A_YEAR, LATELY = 365, 45  # days; the last weeks are made one by one, with all that follows
A_DAY = 10  # visits a day in the whole district: 2,000 a year and more
KINDS = ("same",) * 13 + ("changed",) + ("not_home",) * 4 + ("refused",) * 2
ON_THE_ROLL = 0.85  # of those who may have it; the others go without
TOPICS = ("residence", "work")
RENTED, ELDERLY = 0.28, 59  # who turns 60 until the next form is asked as well


@dataclass(frozen=True, slots=True)
class Ground:
    """One community: who visits there, and its households with whoever lives in them."""

    appointments: Sequence[int]
    houses: Sequence[tuple[int, Sequence[int]]]


def bring_in_rolls(*, by: Actor, at: datetime, communities: Sequence[int], chance: Random) -> int:
    """Let most of those who may have a benefit have it since some day; return how many do."""
    today, loaded = local_date(at), 0
    wanted = case_queries.facts_judged(today, district=by.district)
    found = people.residents_now(by.district, communities, wanted)
    for item in case_queries.awarded(today, district=by.district):
        if item.eligibility is None:
            continue
        may = found.ids[to_bitmap(item.eligibility, found.population, on=today).yes]
        roll = [
            (person, today - timedelta(days=chance.randint(30, 900)))
            for person in may.tolist()
            if chance.random() < ON_THE_ROLL
        ]
        loaded += cases.load_awards(by=by, item=item.code, roll=roll, at=at)
    return loaded


def visit_for_a_year(*, by: Actor, at: datetime, communities: Sequence[int], chance: Random) -> int:
    """Load the visits of the year up to some weeks ago; return how many there are."""
    grounds = [one for one in _grounds(by, communities, local_date(at)) if one.appointments]
    rows = list(_year(grounds, at, chance)) if grounds else []
    members = {house: inside for ground in grounds for house, inside in ground.houses}
    return visits.load_visits(by=by, rows=rows, at=at, members=members)


def visit_every_door(*, by: Actor, at: datetime, community: int, chance: Random) -> int:
    """
    Load a round to every door of one community, which tells how people live; return how many.

    Whether the oldest live alone is left to the visits of the last weeks.
    """
    today = local_date(at)
    found = people.neighbours(by.district, [community], today)
    members: dict[int, list[tuple[int, int]]] = {}
    lives = zip(found.households.tolist(), found.ids.tolist(), found.born.tolist(), strict=True)
    for house, person, born in lives:
        if house > 0:
            members.setdefault(house, []).append((person, born))
    seats = _visitors(community, today)
    days = [today - timedelta(days=back) for back in range(A_YEAR, LATELY, -1)]
    days = [day for day in days if day.isoweekday() <= 5]
    rows = []
    for number, (house, inside) in enumerate(sorted(members.items())):
        on = days[number * len(days) // len(members)]
        card = VisitCard(
            key=f"demo-round-{number}",
            household=house,
            outcome="done",
            visited_on=on,
            minutes=chance.randint(6, 25),
            reasons=(Reason.UNSEEN,),
            stated=tuple(_how_they_live(inside, on, chance)),
        )
        entered_at = datetime.combine(on, time(16, number % 60), SHANGHAI)
        rows.append(Visited(card=card, appointment=chance.choice(seats), entered_at=entered_at))
    here = {house: [person for person, _ in inside] for house, inside in members.items()}
    return visits.load_visits(by=by, rows=rows, at=at, members=here)


def _how_they_live(inside: Sequence[tuple[int, int]], on: date, chance: Random) -> Iterator[Stated]:
    """Yield what one door tells: whose home it is, and which of the elderly live alone."""
    rented = chance.random() < RENTED
    for place, (person, born) in enumerate(inside):
        home = "tenant" if rented else "with_family" if place else "owner"
        yield Stated(person=person, attribute="residence", value=home, seen=0)
        years = (on.toordinal() - born) // 365
        if years >= ELDERLY and not (len(inside) == 1 and years >= doors.ELDER_YEARS - 1):
            alone = len(inside) == 1
            yield Stated(person=person, attribute="lives_alone", value=alone, seen=0)


def _visitors(community: int, today: date) -> list[int]:
    """Return the appointments that visit in a community."""
    party = parties.unit_for("community.committee", community)
    return [one.pk for one in parties.appointees_of(party.pk, on=today) if one.role != "auditor"]


def _grounds(by: Actor, communities: Sequence[int], today: date) -> Iterator[Ground]:
    found = people.residents_now(by.district, communities, ())
    houses: dict[int, dict[int, list[int]]] = {}
    lives = (found.communities.tolist(), found.households.tolist(), found.ids.tolist())
    for community, house, person in zip(*lives, strict=True):
        if house:
            houses.setdefault(community, {}).setdefault(house, []).append(person)
    for community, inside in sorted(houses.items()):
        yield Ground(_visitors(community, today), sorted(inside.items()))


def _year(grounds: Sequence[Ground], at: datetime, chance: Random) -> Iterator[Visited]:
    today, told = local_date(at), set[int]()
    for back in range(A_YEAR, LATELY, -1):
        on = today - timedelta(days=back)
        if on.isoweekday() > 5:
            continue
        for number in range(A_DAY):
            ground = chance.choice(grounds)
            door = chance.choice(ground.houses)
            key = f"demo-year-{on.isoformat()}-{number}"
            yield Visited(
                card=_card(key, door=door, on=on, told=told, chance=chance),
                appointment=chance.choice(ground.appointments),
                entered_at=datetime.combine(on, time(17, number), SHANGHAI),
            )


def _card(
    key: str, *, door: tuple[int, Sequence[int]], on: date, told: set[int], chance: Random
) -> VisitCard:
    """Return one card: mostly nothing new, now and then a change, a shut door, or a no."""
    (house, inside), kind = door, chance.choice(KINDS)
    person = inside[0]
    shut = kind in ("not_home", "refused")
    same = [Unchanged(person=one, topic=topic, seen={}) for one in inside for topic in TOPICS]
    said = Stated(person=person, attribute="volunteer", value=chance.random() < 0.2, seen=0)
    changed = kind == "changed" and person not in told
    if changed:
        told.add(person)
    return VisitCard(
        key=key,
        household=house,
        outcome=kind if shut else "done",
        visited_on=on,
        minutes=chance.randint(1, 3) if shut else chance.randint(6, 25),
        reasons=(Reason.UNSEEN,) if chance.random() < 0.5 else (Reason.DUE,),
        stated=(said,) if changed else (),
        unchanged=() if shut else tuple(same),
    )
