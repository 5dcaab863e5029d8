"""减负账单 as anybody may read it: a month's bill, one request, and what the minutes went into. No person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.gate.domain import (
    EFFORT_WORDS,
    TASK_WORDS,
    Bill,
    Effort,
    State,
    TaskState,
    month_before,
    month_of,
    next_month,
)
from linli.gate.models import Request, Task
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

from . import asking, billing, doors, screens, task_rows
from .words import basis_words, findings_words, place_words, whom_words

MOST_ENTRIES = (500, 60)  # of one office, of all
MOST_REFUSALS = 50


@dataclass(frozen=True, slots=True)
class BillPage:
    """One month's bill, with names of offices and its entries."""

    bill: Bill
    offices: dict[int, str]
    entries: Sequence[tuple[screens.Row, str, str]]
    refused: Sequence[tuple[datetime, str, str, str]]
    earlier: str
    later: str
    share: str
    codes: dict[int, str]
    office: str = ""


def bill_page(month: date, *, district: int, at: datetime, office: str = "") -> BillPage:
    """
    Return the bill of a month: requests, never persons; whoever approved an exception is named.

    :param office: the code of the one office whose requests are listed; by default the newest of all
    """
    found = billing.bill(month, on=local_date(at), district=district)
    directory = parties.directory(district).parties
    codes = office_codes(found, district=district)
    chosen = next((party for party, code in codes.items() if code == office), None)
    after = next_month(month)
    entries = billing.entries_of(month, chosen, district=district)
    return BillPage(
        bill=found,
        offices={one.party: parties.party_words(directory[one.party]) for one in found.lines},
        entries=[
            (screens.row(one), _why_returned(one), screens.staff_name(one.declared_by))
            for one in entries[: MOST_ENTRIES[chosen is None]]
        ],
        refused=_refused(month, district),
        earlier=f"{month_before(month):%Y-%m}",
        later="" if after > local_date(at) else f"{after:%Y-%m}",
        share=_share(found.door_share),
        codes=codes,
        office=parties.party_words(directory[chosen]) if chosen else "",
    )


def _refused(month: date, district: int) -> list[tuple[datetime, str, str, str]]:
    """Return when a community refused work or sent a form back, which, to whom, and by what; newest first."""
    offices = parties.directory(district).parties
    refused = [
        (
            one.refused_at,
            parties.party_words(one.party),
            parties.party_words(one.asked_by) if one.asked_by else one.asked_words,
            basis_words(one.basis),
        )
        for one in billing.refusals_of(month, district=district)[:MOST_REFUSALS]
    ]
    back = [
        (
            one.at,
            place_words(one.community, district),
            parties.party_words(offices[one.asked_by]),
            basis_words(one.basis),
        )
        for one in billing.forms_back(month, district=district)[:MOST_REFUSALS]
    ]
    return sorted(refused + back, key=lambda one: one[0], reverse=True)[:MOST_REFUSALS]


def _share(share: tuple[int, int] | None) -> str:
    return f"{share[0] * 100 / share[1]:.1f} %" if share else ""


def _why_returned(one: Request) -> str:
    """Return the first check that failed, in words; empty unless the request was returned."""
    failed = [found for found in one.reasons if not found["passed"]]
    if one.state != State.RETURNED or not failed:
        return ""
    said = findings_words(failed[:1], district=one.district, line=screens.line_words(one))
    return str(said[0]["words"])


def office_codes(found: Bill, *, district: int) -> dict[int, str]:
    """Return party → its code, for open data."""
    directory = parties.directory(district).parties
    return {one.party: directory[one.party].code for one in found.lines}


@dataclass(frozen=True, slots=True)
class PublicTask:
    """
    A community's part of a request, as anybody may read it; ``met`` in fives, empty for fewer.

    ``may_open``: whether the reader may open the task behind it.
    """

    id: int
    place: str
    state: str
    worked: int
    met: str
    fen: int
    may_open: bool


@dataclass(frozen=True, slots=True)
class PublicPage:
    """
    A request as anybody of the district may read it: what, why, how long, what was paid; no person.

    ``may_open``: whether the reader may open the whole request.
    """

    row: screens.Row
    request: Request
    basis: str
    line: str
    whom: str
    why: str
    month: str
    tasks: Sequence[PublicTask]
    officer: str
    may_open: bool


def public_page(actor: Actor, number: str, *, district: int) -> PublicPage:
    """:raises NoSuchThing: if there is no such request, or it was not handed in"""
    rows = Request.objects.filter(district=district, number=number)
    one = rows.exclude(state=str(State.DRAFT)).select_related("asked_by").first()
    if one is None or one.submitted_at is None:
        raise NoSuchThing
    return PublicPage(
        row=screens.row(one),
        request=one,
        basis=basis_words(one.basis),
        line=screens.line_words(one),
        whom=whom_words(doors.whom_of(one)),
        why=_why_returned(one),
        month=f"{month_of(local_date(one.submitted_at)):%Y-%m}",
        tasks=[_public_task(each, actor) for each in asking.tasks_of(one)],
        officer=screens.staff_name(one.declared_by),
        may_open=asking.requests_for(actor).filter(pk=one.pk).exists(),
    )


def _public_task(one: Task, actor: Actor) -> PublicTask:
    told = task_rows.asked_and_met(one, exact=False)
    return PublicTask(
        id=one.pk,
        place=place_words(one.community_id, one.district),
        state=gettext(TASK_WORDS[TaskState(one.state)]),
        worked=one.worked,
        met=f"{told[0]}/{told[1]}" if told else "",
        fen=one.committed_fen,
        may_open=task_rows.sees_task(actor, one),
    )


@dataclass(frozen=True, slots=True)
class TimeRow:
    """Minutes booked on one community's task; ``may_open``: whether the reader may open the task."""

    task: int
    title: str
    place: str
    effort: str
    minutes: int
    may_open: bool


@dataclass(frozen=True, slots=True)
class TimePage:
    """上门时间占比 of a month, opened: what was spent on what, and the tasks behind it."""

    month: str
    share: str
    cards: int
    spent: Sequence[tuple[str, int]]
    tasks: Sequence[TimeRow]


def time_page(actor: Actor, month: date, *, district: int) -> TimePage:
    """Return what a month's minutes went into, and the tasks they were booked on."""
    spent = billing.time_spent(month, district=district)
    by_hand, on_tasks = 0, Counter[tuple[int, str]]()
    tasks: dict[int, Task] = {}
    for one in billing.minutes_of_month(month, district=district):
        by_hand += one.minutes if one.task.asked is None and one.effort == Effort.DOOR else 0
        on_tasks[one.task_id, one.effort] += one.minutes
        tasks[one.task_id] = one.task
    return TimePage(
        month=f"{month:%Y-%m}",
        share=_share(Bill(month, (), spent).door_share),
        cards=spent.get(Effort.DOOR, 0) - by_hand,
        spent=[(gettext(EFFORT_WORDS[one]), spent.get(one, 0)) for one in Effort],
        tasks=[
            _time_row(actor, tasks[task], Effort(effort), minutes)
            for (task, effort), minutes in on_tasks.most_common(200)
        ],
    )


def _time_row(actor: Actor, one: Task, effort: Effort, minutes: int) -> TimeRow:
    return TimeRow(
        task=one.pk,
        title=f"{one.request.title} · {parties.party_words(one.request.asked_by)}",
        place=place_words(one.community_id, one.district),
        effort=gettext(EFFORT_WORDS[effort]),
        minutes=minutes,
        may_open=task_rows.sees_task(actor, one),
    )
