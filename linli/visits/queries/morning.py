"""Who to see today and why, for one who walks a community of some thousands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.models import Count, Max, Q

from linli.basics import Actor
from linli.cases import queries as cases
from linli.fabric.jinja import language
from linli.fabric.numbers import NONE
from linli.people import queries as people
from linli.people.queries import Neighbours
from linli.places import queries as places
from linli.places.domain import PlaceTree
from linli.rulebook.domain import SHANGHAI
from linli.rulebook.domain.expressions import latest_start
from linli.visits.domain import Door, Permission, Reason, Rounds, Subject, in_order
from linli.visits.models import Visit

from .errands import open_errands
from .questions import open_rows
from .rounds import rounds


@dataclass(frozen=True, slots=True)
class Stop:
    """
    One door of the list as it is shown, masked. ``cases`` are numbers the office is part of,
    ``admitted`` numbers of admitted work.
    """

    door: Door
    names: tuple[str, ...]
    home: str
    cases: tuple[str, ...]
    admitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Morning:
    """The list of a day: the doors within its capacity, how many more there are, how many seen."""

    stops: tuple[Stop, ...]
    more: int
    seen_today: int
    rounds: Rounds


def morning_list(by: Actor, on: date) -> Morning:
    """
    Return who to see on a day and why, in the actor's communities. At most twelve queries.

    Left out: who was visited that day, and who shut the door lately.

    :raises NotAllowed: without ``visits.visit``
    """
    by.must(Permission.VISIT)
    rules = rounds(on, district=by.district)
    judged = cases.facts_judged(on, district=by.district)
    found = people.neighbours(by.district, by.communities, on, judged)
    without = _without(by, found, on)
    numbers = cases.open_about(by)
    last, shut, today = _visited(by, on, rules)
    open_by_person: dict[int, int] = {}
    for person in open_rows(by.district, by.communities, on).values_list("person", flat=True):
        open_by_person[person] = open_by_person.get(person, 0) + 1
    sent = _sent(by, on)
    members: dict[Subject, list[int]] = {}
    for place, (person, house) in enumerate(
        zip(found.ids.tolist(), found.households.tolist(), strict=True)
    ):
        members.setdefault((house == NONE, person if house == NONE else house), []).append(place)
    walk = _walks(by)
    elder = _elders(found, on, rules)
    doors = []
    for subject, rows in members.items():
        if subject in shut:
            continue
        why = _why(
            found,
            rows,
            elder=elder,
            seen=last.get(subject),
            on=on,
            rules=rules,
            questions=open_by_person,
            numbers=numbers,
            without=without,
        )
        if subject in sent:
            why[Reason.ADMITTED] = len(sent[subject])
        if why:
            home = int(found.homes[rows[0]])
            way = walk.get(home, (len(walk), "", home))
            doors.append(Door(of=subject[1], alone=subject[0], home=home, walk=way, why=why))
    chosen = in_order(doors, rules.weights)
    shown = chosen[: rules.capacity]
    inside = {(one.alone, one.of): members[one.alone, one.of] for one in shown}
    return Morning(
        stops=tuple(_stops(by, shown, inside, found, numbers=numbers, sent=sent)),
        more=len(chosen) - len(shown),
        seen_today=today,
        rounds=rules,
    )


def _sent(by: Actor, on: date) -> dict[Subject, list[str]]:
    """Return door → the numbers of admitted work that sends somebody there on a day."""
    sent: dict[Subject, list[str]] = {}
    at = datetime.combine(on, time(12), SHANGHAI)
    rows = open_errands(by.district, by.communities, at).order_by("form")
    for household, person, form in rows.values_list("household", "person", "form"):
        sent.setdefault((household is None, household or person or 0), []).append(form)
    return sent


def _without(by: Actor, found: Neighbours, on: date) -> dict[int, int]:
    """Return person → how many benefits they may have by what we know, and go without."""
    counted = np.zeros(len(found.ids), dtype=np.int64)
    for one in cases.judge(
        found.ids, found.facts, district=by.district, communities=by.communities, on=on
    ):
        counted += one.without
    rows_of = np.flatnonzero(counted)
    return dict(zip(found.ids[rows_of].tolist(), counted[rows_of].tolist(), strict=True))


def _elders(
    found: Neighbours, on: date, rules: Rounds
) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Return who is known to be old and to live alone."""
    limit = latest_start(on, rules.elder_years).toordinal()
    elders: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (
        found.alone & (found.born != NONE) & (found.born <= limit)
    )
    return elders


def _visited(by: Actor, on: date, rules: Rounds) -> tuple[dict[Subject, date], set[Subject], int]:
    """Return when each door was last opened, which are left in peace, and how many were today's."""
    doors = (
        Visit.objects.filter(
            district=by.district, community_id__in=by.communities, visited_on__lte=on
        )
        .values_list("household", "person")
        .annotate(
            seen=Max("visited_on", filter=Q(outcome="done")),
            refused=Max("visited_on", filter=Q(outcome="refused")),
            today=Count("id", filter=Q(visited_on=on)),
        )
        .order_by()
    )
    last, shut, today = dict[Subject, date](), set[Subject](), 0
    peace = on - timedelta(days=rules.after_refusal_days)
    for household, person, seen, refused, times in doors:
        subject = (household is None, household or person or 0)
        if seen is not None:
            last[subject] = seen
        today += times
        if times or (refused is not None and refused > peace):
            shut.add(subject)
    return last, shut, today


def _why(
    found: Neighbours,
    rows: Sequence[int],
    *,
    elder: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    seen: date | None,
    on: date,
    rules: Rounds,
    questions: Mapping[int, int],
    numbers: Mapping[int, Sequence[str]],
    without: Mapping[int, int],
) -> dict[str, int]:
    """Return reason → how much of it, for the people of one door."""
    why = dict[str, int]()
    since = (on - seen).days if seen else None
    if any(elder[row] for row in rows) and (since is None or since > rules.elder_alone_days):
        why[Reason.ELDER_ALONE] = since or 0
    people_here = [int(found.ids[row]) for row in rows]
    for reason, amount in (
        (Reason.ENTITLED, sum(without.get(one, 0) for one in people_here)),
        (Reason.OPEN_CASE, sum(len(numbers.get(one, ())) for one in people_here)),
        (Reason.QUESTION, sum(questions.get(one, 0) for one in people_here)),
        (Reason.DUE, int(sum(found.old[row] for row in rows))),
    ):
        if amount:
            why[reason] = amount
    known = (on - date.fromordinal(int(max(found.registered[row] for row in rows)))).days
    unseen = known if since is None else since
    if unseen > rules.household_days and Reason.ELDER_ALONE not in why:
        why[Reason.UNSEEN] = unseen
    return why


def _walks(by: Actor) -> dict[int, tuple[int, str, int]]:
    """Return home → its place on a walk through its community: buildings as their sort keys say."""
    tree = places.tree(by.district)
    order = {place: number for number, place in enumerate(_walked(tree, sorted(by.communities)))}
    return {
        door: (order.get(parent or 0, len(order)), sort_key, door)
        for door, parent, sort_key in places.doors_in(by.district, by.communities)
    } | {place: (number, "", place) for place, number in order.items()}


def _walked(tree: PlaceTree, communities: Sequence[int]) -> Iterator[int]:
    for community in communities:
        ahead = [community] if community in tree else []
        while ahead:
            place = ahead.pop()
            yield place
            ahead.extend(node.id for node in reversed(tree.children(place)))


def _known_words(by: Actor) -> str:
    """Return the name every home of the list would begin with: that of the one community."""
    tree = places.tree(by.district)
    mine = [one for one in by.communities if one in tree]
    return tree.path_words(mine[0], language()) if len(mine) == 1 else ""


def _stops(
    by: Actor,
    doors: Sequence[Door],
    inside: Mapping[Subject, Sequence[int]],
    found: Neighbours,
    *,
    numbers: Mapping[int, Sequence[str]],
    sent: Mapping[Subject, Sequence[str]],
) -> Iterator[Stop]:
    """Yield the doors as they are shown; two queries for all of them."""
    everybody = [int(found.ids[row]) for rows in inside.values() for row in rows]
    names = people.masked_names(everybody)
    homes = sorted({one.home for one in doors if one.home != NONE})
    words = places.many_place_words(by.district, homes, language())
    known = _known_words(by)
    for door in doors:
        ids = [int(found.ids[row]) for row in inside[door.alone, door.of]]
        yield Stop(
            door=door,
            names=tuple(names[one] for one in ids),
            home=words.get(door.home, "").removeprefix(known).removesuffix(f", {known}"),
            cases=tuple(number for one in ids for number in numbers.get(one, ())),
            admitted=tuple(sent.get((door.alone, door.of), ())),
        )
