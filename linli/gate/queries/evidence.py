"""One community's task and what evidences it: answers, visits, minutes. No person is named."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.gate.domain import (
    EFFORT_WORDS,
    Effort,
    Permission,
    fives_of,
    month_of,
    told_progress,
)
from linli.gate.models import Request, Task, Worked
from linli.people import queries as people
from linli.rulebook.domain import local_date
from linli.visits import queries as visits
from linli.visits.domain import OUTCOME_WORDS

from . import asking, doors, task_rows
from .shown import Shown, files_shown, may_see_files
from .words import whom_words


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit that went into a task: its day, its minutes, those for the task, and no person."""

    id: int
    on: date
    outcome: str
    minutes: int
    mine: int


@dataclass(frozen=True, slots=True)
class BookedRow:
    """Minutes booked by hand, or once for all visits; ``undone`` if they were taken back."""

    id: int
    on: date
    effort: str
    minutes: int
    undone: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """
    One community's task and its evidence. ``may_open``: whether this hat may open the visits.

    ``questions`` are facts: label, how many were asked, how many are answered; others than the
    community are told in fives, None where that is fewer. ``elsewhere`` were answered without a
    visit. ``hidden``: there are visits, and they are not this hat's to know: each tells of one door.
    ``files`` show that it was done; ``kept_back``: there are some, and they are not this hat's to see.
    """

    task: task_rows.TaskRow
    request: Request
    whom: str
    month: str
    questions: Sequence[tuple[str, int | None, int | None]]
    elsewhere: int
    visits: Sequence[VisitRow]
    booked: Sequence[BookedRow]
    hidden: bool
    files: Sequence[Shown]
    kept_back: bool
    may_open: bool
    may_undo: bool
    may_work: bool


def task_page(actor: Actor, task: int, *, at: datetime) -> TaskPage:
    """
    Return a task with what evidences it, for its community, who asked, and who decides.

    :raises NoSuchThing: if there is none, or it is not theirs to see
    """
    actor.must(Permission.SEE)
    rows = Task.objects.filter(district=actor.district, pk=task)
    one = rows.select_related("request__asked_by", "request__budget_line").first()
    if one is None or not task_rows.sees_task(actor, one):
        raise NoSuchThing
    exact = task_rows.knows_exactly(actor, one.community_id)
    booked = one.minutes.order_by("worked_on", "id")
    if not exact:  # each visit was booked by itself before decision 24
        booked = booked.filter(visit=None)
    hidden = one.asked is not None and not exact
    found, elsewhere = _questions(one, exact=exact)
    works = Permission.WORK in actor.permissions and one.community_id in actor.communities
    day = local_date(one.request.submitted_at or at)
    files, may_see = files_shown(one), may_see_files(actor, one)
    return TaskPage(
        task=task_rows.task_row(one, actor, at),
        request=one.request,
        whom=whom_words(doors.whom_of(one.request)),
        month=f"{month_of(day):%Y-%m}",
        questions=found,
        elsewhere=elsewhere if exact else 0,
        visits=[] if hidden else _visits(one),
        booked=[_booked(each) for each in booked],
        hidden=hidden,
        files=files if may_see else [],
        kept_back=bool(files) and not may_see,
        may_open=visits.may_see_visits(actor, one.community_id),
        may_undo=works and one.paid_at is None,
        may_work=works and asking.live_tasks(at, district=one.district).filter(pk=one.pk).exists(),
    )


def _booked(one: Worked) -> BookedRow:
    return BookedRow(
        id=one.pk,
        on=one.worked_on,
        effort=gettext(EFFORT_WORDS[Effort(one.effort)]),
        minutes=one.minutes,
        undone=one.undone_id is not None,
    )


def _visits(one: Task) -> list[VisitRow]:
    found = [] if one.asked is None else doors.visits_of(one)
    return [
        VisitRow(each.id, each.visited_on, gettext(OUTCOME_WORDS[each.outcome]), each.minutes, mine)
        for each, mine in found
    ]


def _questions(one: Task, *, exact: bool) -> tuple[list[tuple[str, int | None, int | None]], int]:
    asked, answered, elsewhere = Counter[str](), Counter[str](), 0
    for attribute, at, visit in one.questions.values_list(
        "question__attribute", "question__answered_at", "question__visit"
    ):
        asked[attribute] += 1
        answered[attribute] += at is not None
        elsewhere += at is not None and visit is None
    rows: list[tuple[str, int | None, int | None]] = []
    for name in sorted(asked):
        told: tuple[int, int] | None = (answered[name], asked[name])
        if not exact:
            told = told_progress(answered[name], asked[name], fives_of(1))
        rows.append((people.fact_label(name), told[1], told[0]) if told else _too_few(name))
    return rows, elsewhere


def _too_few(name: str) -> tuple[str, None, None]:
    return people.fact_label(name), None, None
