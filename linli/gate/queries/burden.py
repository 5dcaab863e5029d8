"""减负账单 as anybody may read it: a month's bill, one request, and what the minutes went into. No person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.gate.domain import (
    BILL_HEADS,
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
from .words import basis_words, findings_words, month_words, place_words, whom_words

MOST_ENTRIES = (500, 60)  # of one office, of all
MOST_REFUSALS = 50
FIGURES = frozenset({*billing.COUNTED, "late"})  # that open to the requests they count


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One request on the bill: why it was returned, and the officer who let it through; empty if not."""

    row: screens.Row
    request: Request
    minutes: int
    why: str
    officer: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """What a community refused or sent back: when, which community, of whom, and by what law."""

    at: datetime
    by: str
    who: str
    basis: str


@dataclass(frozen=True, slots=True)
class BillPage:
    """
    One month's bill, with names of offices and its entries: of ``asked`` the newest, of all that were
    ``refused`` too. ``kind`` and ``office`` say in words to what they were narrowed.

    ``month``, ``earlier`` and ``later`` are as an address carries them.
    """

    bill: Bill
    month: str
    words: str
    offices: dict[int, str]
    entries: Sequence[EntryRow]
    asked: int
    refused: Sequence[RefusedRow]
    refusals: int
    earlier: str
    later: str
    share: str
    codes: dict[int, str]
    office: str = ""
    kind: str = ""


def bill_page(
    month: date, *, district: int, at: datetime, office: str = "", kind: str = ""
) -> BillPage:
    """
    Return the bill of a month: requests, never persons; whoever approved an exception is named.

    :param office: the code of the one office whose requests are listed; by default the newest of all
    :param kind: the figure of the bill whose requests are listed; by default all
    """
    on = local_date(at)
    found = billing.bill(month, on=on, district=district)
    directory = parties.directory(district).parties
    codes = office_codes(found, district=district)
    chosen = next((party for party, code in codes.items() if code == office), None)
    after = next_month(month)
    most = MOST_ENTRIES[chosen is None]
    entries = entry_rows(month, chosen, kind=kind, on=on, district=district)
    refused = refused_rows(month, district=district)
    return BillPage(
        bill=found,
        month=f"{month:%Y-%m}",
        words=month_words(month),
        offices={one.party: parties.party_words(directory[one.party]) for one in found.lines},
        entries=entries[:most],
        asked=len(entries),
        refused=refused[:MOST_REFUSALS],
        refusals=len(refused),
        earlier=f"{month_before(month):%Y-%m}",
        later="" if after > on else f"{after:%Y-%m}",
        share=_share(found.door_share),
        codes=codes,
        office=parties.party_words(directory[chosen]) if chosen else "",
        kind=gettext(dict(BILL_HEADS)[kind]) if kind in FIGURES else "",
    )


def entry_rows(
    month: date, office: int | None = None, *, kind: str = "", on: date, district: int
) -> list[EntryRow]:
    """Return what a month's bill counts, of one office or of all, the newest first."""
    return [
        EntryRow(
            row=screens.row(one),
            request=one,
            minutes=billing.minutes_asked(one),
            why=_why_returned(one),
            officer=screens.staff_name(one.declared_by),
        )
        for one in billing.entries_of(month, office, kind=kind, on=on, district=district)
    ]


def refused_rows(month: date, *, district: int) -> list[RefusedRow]:
    """Return the work communities refused in a month and the forms they sent back, the newest first."""
    offices = parties.directory(district).parties
    refused = [
        RefusedRow(
            at=one.refused_at,
            by=parties.party_words(one.party),
            who=parties.party_words(one.asked_by) if one.asked_by else one.asked_words,
            basis=basis_words(one.basis),
        )
        for one in billing.refusals_of(month, district=district)
    ]
    back = [
        RefusedRow(
            at=one.at,
            by=place_words(one.community, district),
            who=parties.party_words(offices[one.asked_by]),
            basis=basis_words(one.basis),
        )
        for one in billing.forms_back(month, district=district)
    ]
    return sorted(refused + back, key=lambda one: one.at, reverse=True)


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
    A request as anybody of the district may read it: what, why, how long, what was paid; no resident.

    ``officer`` let it through as an emergency, ``reviewer`` decided on that: empty if not.
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
    reviewer: str
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
        reviewer=screens.staff_name(one.decided_by) if one.declared_by else "",
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
    words: str
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
        words=month_words(month),
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
