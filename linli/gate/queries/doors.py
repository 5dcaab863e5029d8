"""What admitted work asks at doors: of whom, what stands open, and which visits evidence it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import F, Q, QuerySet

from linli.basics import Actor, NoSuchThing
from linli.gate.domain import AT_WORK, Kind, TaskState, fives_of, minutes_of, share_of
from linli.gate.models import Request, Task, TaskQuestion, Worked
from linli.people import queries as people
from linli.places import queries as places
from linli.reports import queries as reports
from linli.reports.domain import Cell, read_cell
from linli.rulebook.domain import attributes, local_date
from linli.visits import queries as visits
from linli.visits.domain import Subject

from .asking import live_tasks

_AT_WORK = [str(one) for one in AT_WORK]


def whom_of(request: Request) -> Cell | None:
    """Return whom a request is about, None where it is nobody's door."""
    if request.cell is None:
        return None
    return read_cell(json.loads(request.cell), reports.dictionaries())


def unknown_of(
    request: Request, communities: Collection[int], *, at: datetime
) -> set[tuple[int, str]]:
    """Return person and fact of everything that would decide what a question asks, and is not known."""
    cell = whom_of(request)
    return set() if cell is None else unknown_facts(cell, communities, request.district, at=at)


def unknown_facts(
    cell: Cell, communities: Collection[int], district: int, *, at: datetime
) -> set[tuple[int, str]]:
    """Return person and fact of what the facts of some communities do not decide."""
    if cell.where is None or cell.of != "people" or not communities:
        return set()
    counts = reports.Counts(district, local_date(at), at, communities)
    found = counts.everybody()
    undecided = set(map(int, counts.undecided(cell)))
    pairs: set[tuple[int, str]] = set()
    for name in attributes(cell.where) & set(people.dictionary()):
        column = found.population.columns[name]
        pairs |= {(one, name) for one in found.ids[~column.known].tolist() if one in undecided}
    return pairs


def fives_asked(task: Task) -> int:
    """Return how many answers or doors are five people's at least: each may be asked several facts."""
    if task.facts is not None or task.request.kind != Kind.DATA:
        return fives_of(task.facts or 1)
    cell = whom_of(task.request)  # put on the list before the number was kept
    return fives_of(len(attributes(cell.where)) if cell and cell.where else 1)


def asking_tasks(
    at: datetime, communities: Collection[int] | None, *, district: int
) -> QuerySet[Task]:
    """Return the tasks whose question stands, or stood, on the list under a mandate that holds."""
    rows = live_tasks(at, district=district, states=[*_AT_WORK, str(TaskState.DONE)])
    rows = rows.filter(request__kind=str(Kind.DATA), asked__isnull=False, put_under=F("mandate"))
    return rows if communities is None else rows.filter(community__in=communities)


def not_asked_yet(task: Task, *, at: datetime) -> set[tuple[int, str]]:
    """Return person and fact that the facts do not decide, and that its request asks nowhere."""
    rows = TaskQuestion.objects.filter(task__request=task.request_id)
    asked = set(rows.values_list("question__person", "question__attribute"))
    return unknown_of(task.request, [task.community_id], at=at) - asked


def still_open(task: Task, *, at: datetime) -> int:
    """Return how many questions of a task somebody who lives there can still answer."""
    rows = task.questions.filter(question__answered_at=None, question__withdrawn_at=None)
    there = living_at(task.community_id, task.district, at=at)
    found = rows.values_list("question__person", flat=True)
    return sum((True, person) in there for person in found)


def short_of_minutes(tasks: Collection[int], *, district: int) -> list[int]:
    """Return which tasks could not ask all who came."""
    rows = Task.objects.filter(district=district, pk__in=tasks, unasked__gt=0)
    return list(rows.order_by("id").values_list("id", flat=True))


def doors_of(request: Request, community: int, *, at: datetime) -> set[Subject]:
    """Return the doors a request goes to: households, and who belongs to none."""
    cell = whom_of(request)
    if cell is None:
        return set()
    counts = reports.Counts(request.district, local_date(at), at, [community])
    meant = set(map(int, counts.who(cell)))
    if cell.of == "households":
        return {(False, one) for one in meant}
    found = counts.everybody()
    if cell.of == "buildings":
        meant = _living_in(meant, community, request.district, at=at)
    return {
        (not household, household or person)
        for person, household in zip(found.ids.tolist(), found.households.tolist(), strict=True)
        if person in meant
    }


def living_at(community: int, district: int, *, at: datetime) -> set[Subject]:
    """Return who lives in a community now: every person, and every household."""
    found = people.neighbours(district, [community], local_date(at))
    persons = {(True, one) for one in found.ids.tolist()}
    return persons | {(False, one) for one in found.households.tolist()}


def _living_in(buildings: set[int], community: int, district: int, *, at: datetime) -> set[int]:
    """Return who lives in some buildings of a community."""
    tree = places.tree(district)
    lies: dict[int, int] = {
        door: parent for door, parent, _ in places.doors_in(district, [community]) if parent
    }
    found = people.neighbours(district, [community], local_date(at))

    def inside(home: int) -> bool:
        place: int | None = home if home in tree else lies.get(home)
        while place is not None and place not in buildings:
            place = tree.node(place).parent if place in tree else None
        return place is not None

    homes = {home: inside(home) for home in set(found.homes.tolist())}
    return {
        one
        for one, home in zip(found.ids.tolist(), found.homes.tolist(), strict=True)
        if homes[home]
    }


def to_put_on_list(at: datetime, *, district: int) -> list[int]:
    """Return the live tasks that are done at doors and do not stand there under their mandate."""
    rows = live_tasks(at, district=district).filter(
        ~Q(put_under=F("mandate")) | Q(put_under=None), request__cell__isnull=False
    )
    return list(rows.order_by("id").values_list("id", flat=True))


def met_by_visits(task: Task, at: datetime) -> int:
    """Return how many of a task's questions are answered, or doors visited, before its lapse."""
    ends = at if task.request.valid_to is None else min(at, task.request.valid_to)
    if task.request.kind == Kind.DATA:
        return task.questions.filter(question__answered_at__lte=ends).count()
    rows = visits.errands_of(task.request.number, task.community_id, district=task.district)
    return rows.filter(visit__entered_at__lte=ends).count()


@dataclass(frozen=True, slots=True)
class Causes:
    """The visits that may have gone into a task, and which of their causes are the task's."""

    visits: frozenset[int]
    errands: frozenset[int]
    questions: frozenset[int]


def causes_of(task: Task) -> Causes:
    """Return the visits made for a task: those that answered it, met it, or tried to."""
    if task.request.kind == Kind.DATA:
        found = dict(task.questions.values_list("question", "question__visit"))
        answered = frozenset(one for one in found.values() if one is not None)
        return Causes(answered, frozenset(), frozenset(found))
    rows = visits.errands_of(task.request.number, task.community_id, district=task.district)
    errands = dict(rows.values_list("id", "visit"))
    tried = visits.visits_under(task.mandate_id, task.community_id, district=task.district)
    met = frozenset(one for one in errands.values() if one is not None)
    return Causes(met | frozenset(tried), frozenset(errands), frozenset())


def minutes_spent(task: Task) -> int:
    """Return the minutes of visits that went into a task; a visit's are spread over all it was for."""
    return sum(minutes for _, minutes in visits_of(task))


def visits_of(task: Task) -> list[tuple[visits.Spent, int]]:
    """Return the visits made for a task in the order they were entered, and the minutes that are its."""
    mine = causes_of(task)
    found = visits.spent_on(mine.visits, district=task.district)
    return [(one, _minutes(one, task, mine)) for one in found]


def _minutes(one: visits.Spent, task: Task, mine: Causes) -> int:
    ours, others = Fraction(0), Fraction(one.others)
    for errand in one.errands:
        ours, others = (ours + 1, others) if errand in mine.errands else (ours, others + 1)
    for question, wanted_by in one.questions:
        part = share_of(wanted_by) if question in mine.questions else Fraction(0)
        ours, others = ours + part, others + 1 - part
    if not one.errands and one.mandate == task.mandate_id:
        ours += 1  # nobody was home, or they did not want to: the way was made all the same
    return minutes_of(one.minutes, ours, others)


def tasks_at_visit(visit: int, *, district: int) -> list[int]:
    """Return the open tasks that a visit may have gone into."""
    spent = next(iter(visits.spent_on([visit], district=district)), None)
    if spent is None:
        return []
    asked = TaskQuestion.objects.filter(
        district=district, question__in=[one for one, _ in spent.questions]
    ).values("task")
    sent = Q(mandate=spent.mandate, community=spent.community)
    met = Q(request__number__in=visits.forms_met(visit), community=spent.community)
    rows = Task.objects.filter(Q(pk__in=asked) | sent | met, district=district, asked__gt=0)
    return list(rows.filter(state__in=_AT_WORK).order_by("id").values_list("id", flat=True))


def tasks_about(person: int, *, district: int) -> list[int]:
    """Return the open tasks that asked a person something that is answered now."""
    rows = TaskQuestion.objects.filter(
        district=district,
        question__person=person,
        question__answered_at__isnull=False,
        task__state__in=_AT_WORK,
    )
    return sorted(set(rows.values_list("task", flat=True)))


def wanting_too(task: Task) -> QuerySet[Task]:
    """Return other open tasks that want questions of a task: they carry them on under their own."""
    asked = task.questions.filter(question__answered_at=None).values("question")
    rows = Task.objects.filter(district=task.district, state__in=_AT_WORK)
    others = TaskQuestion.objects.filter(question__in=asked).values("task")
    return rows.filter(pk__in=others).exclude(pk=task.pk)


def worked_for(actor: Actor, worked: int) -> Worked:
    """:raises NoSuchThing: if there are no such minutes at the actor's communities"""
    rows = Worked.objects.filter(district=actor.district, task__community__in=actor.communities)
    found = rows.filter(pk=worked).first()
    if found is None:
        raise NoSuchThing
    return found
