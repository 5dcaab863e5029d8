"""From the bill down to a visit: a request as everybody may read it, a task, and what evidences it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.gate.domain import (
    AT_WORK,
    EFFORT_WORDS,
    TASK_WORDS,
    Effort,
    Permission,
    State,
    TaskState,
    fives_of,
    month_of,
    told_progress,
)
from linli.gate.models import Request, Task, Worked
from linli.parties import queries as parties
from linli.people import queries as people
from linli.rulebook.domain import local_date
from linli.visits import queries as visits
from linli.visits.domain import OUTCOME_WORDS

from . import asking, billing, doors, screens, task_rows
from .words import basis_words, findings_words, place_words, whom_words


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit that went into a task: its day and its minutes, and no person."""

    id: int
    on: date
    outcome: str
    minutes: int
    booked: int


@dataclass(frozen=True, slots=True)
class BookedRow:
    """Minutes booked by hand, or from a visit; ``undone`` if they were taken back."""

    id: int
    on: date
    effort: str
    minutes: int
    visit: int | None
    undone: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """
    One community's task and its evidence. ``may_open``: whether this hat may open the visits.

    ``questions`` are facts: label, how many were asked, how many are answered; others than the
    community are told in fives, None where that is fewer. ``elsewhere`` were answered without a
    visit. ``hidden``: the visits would tell how many answered, and it is not the community that reads.
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
    may_open: bool
    may_undo: bool


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
    booked = list(one.minutes.order_by("worked_on", "id"))
    row, exact = (
        task_rows.task_row(one, actor, at),
        task_rows.knows_exactly(actor, one.community_id),
    )
    hidden = one.asked is not None and not exact and not _visits_told(one)
    found, elsewhere = _questions(one, exact=exact)
    works = Permission.WORK in actor.permissions and one.community_id in actor.communities
    day = local_date(one.request.submitted_at or at)
    return TaskPage(
        task=row,
        request=one.request,
        whom=whom_words(doors.whom_of(one.request)),
        month=f"{month_of(day):%Y-%m}",
        questions=found,
        elsewhere=elsewhere if exact else 0,
        visits=[] if hidden else _visits(one, booked),
        booked=[_booked(each) for each in booked if each.visit_id is None or not hidden],
        hidden=hidden,
        may_open=visits.may_see_visits(actor, one.community_id),
        may_undo=works and one.paid_at is None,
    )


def _visits_told(one: Task) -> bool:
    """Whether the visits of a task that is over may be listed: they are five people's at least."""
    over, fives = TaskState(one.state) not in AT_WORK, doors.fives_asked(one)
    met, asked = one.met or 0, one.asked or 0
    return over and met >= fives and (met == asked or asked - met >= fives)


def _booked(one: Worked) -> BookedRow:
    return BookedRow(
        id=one.pk,
        on=one.worked_on,
        effort=gettext(EFFORT_WORDS[Effort(one.effort)]),
        minutes=one.minutes,
        visit=one.visit_id,
        undone=one.undone_id is not None,
    )


def _visits(one: Task, booked: Sequence[Worked]) -> list[VisitRow]:
    if one.asked is None:
        return []
    minutes = {each.visit_id: each.minutes for each in booked if each.undone_id is None}
    found = visits.spent_on(doors.causes_of(one).visits, district=one.district)
    return [
        VisitRow(
            each.id,
            each.visited_on,
            gettext(OUTCOME_WORDS[each.outcome]),
            each.minutes,
            minutes.get(each.id, 0),
        )
        for each in found
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


@dataclass(frozen=True, slots=True)
class PublicTask:
    """A community's part of a request, as anybody may read it; ``met`` in fives, empty for fewer."""

    id: int
    place: str
    state: str
    worked: int
    met: str
    fen: int


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A request as anybody of the district may read it: what, why, how long, what was paid; no person."""

    row: screens.Row
    request: Request
    basis: str
    line: str
    whom: str
    why: str
    month: str
    tasks: Sequence[PublicTask]
    officer: str


def public_page(number: str, *, district: int) -> PublicPage:
    """:raises NoSuchThing: if there is no such request, or it was not handed in"""
    rows = Request.objects.filter(district=district, number=number)
    one = rows.exclude(state=str(State.DRAFT)).select_related("asked_by").first()
    if one is None or one.submitted_at is None:
        raise NoSuchThing
    failed = [found for found in one.reasons if not found["passed"]]
    return PublicPage(
        row=screens.row(one),
        request=one,
        basis=basis_words(one.basis),
        line=screens.line_words(one),
        whom=whom_words(doors.whom_of(one)),
        why=str(
            findings_words(failed[:1], district=district, line=screens.line_words(one))[0]["words"]
        )
        if one.state == State.RETURNED and failed
        else "",
        month=f"{month_of(local_date(one.submitted_at)):%Y-%m}",
        tasks=[_public_task(each) for each in asking.tasks_of(one)],
        officer=screens.staff_name(one.declared_by),
    )


def _public_task(one: Task) -> PublicTask:
    told = task_rows.asked_and_met(one, exact=False)
    return PublicTask(
        id=one.pk,
        place=place_words(one.community_id, one.district),
        state=gettext(TASK_WORDS[TaskState(one.state)]),
        worked=one.worked,
        met=f"{told[0]}/{told[1]}" if told else "",
        fen=one.committed_fen,
    )


@dataclass(frozen=True, slots=True)
class TimePage:
    """上门时间占比 of a month, opened: what was spent on what, and the tasks behind it."""

    month: str
    share: str
    cards: int
    spent: Sequence[tuple[str, int]]
    tasks: Sequence[tuple[int, str, str, str, int]]


def time_page(month: date, *, district: int) -> TimePage:
    """Return what a month's minutes went into, and the tasks they were booked on."""
    spent = billing.time_spent(month, district=district)
    door, whole = spent.get(Effort.DOOR, 0), sum(spent.values())
    by_hand, on_tasks = 0, Counter[tuple[int, str]]()
    words: dict[int, tuple[str, str]] = {}
    for one in billing.minutes_of_month(month, district=district):
        by_hand += one.minutes if one.visit_id is None and one.effort == Effort.DOOR else 0
        on_tasks[one.task_id, one.effort] += one.minutes
        title = f"{one.task.request.title} · {parties.party_words(one.task.request.asked_by)}"
        words[one.task_id] = (title, place_words(one.task.community_id, district))
    return TimePage(
        month=f"{month:%Y-%m}",
        share=f"{door * 100 / whole:.1f} %" if whole else "",
        cards=door - by_hand,
        spent=[(gettext(EFFORT_WORDS[one]), spent.get(one, 0)) for one in Effort],
        tasks=[
            (task, *words[task], gettext(EFFORT_WORDS[Effort(effort)]), minutes)
            for (task, effort), minutes in on_tasks.most_common(200)
        ],
    )
