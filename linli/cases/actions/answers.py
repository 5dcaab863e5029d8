"""The end of a case: what the office says, what the resident says, and the way back."""

from datetime import datetime, timedelta

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    ANSWERS,
    End,
    NotYours,
    Permission,
    Status,
    StepsOpen,
    StepState,
    StepView,
    TooLateToReopen,
    WrongMoment,
    check_open,
    check_words,
    deadline,
    next_mark,
    unfinished,
)
from linli.cases.events import CaseAnswered, CaseEnded, CaseReopened
from linli.cases.models import Case, Report, Step
from linli.catalogue import queries as catalogue
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.rulebook import queries as rulebook

from ._lists import relist_case
from ._locked import change, check_not_mine, lock_case
from .steps import begin_working

# 示例 until the operator's rule says otherwise: rule key `cases.reopen_days`, `cases.word_days`.
REOPEN_DAYS = 30
WORD_DAYS = 7


@write_atomic
def answer_case(*, by: Actor, case_id: int, end: End, words: str, at: datetime) -> Case:
    """
    Tell the resident how it ended; the clock stops, and the resident has the next word.

    :raises NotYours: unless the actor's office is the accountable one
    :raises StepsOpen: while other offices are still at work
    :raises WordsMissing: without reasons in words
    """
    by.must(Permission.ACT)
    check_words(words)
    case = lock_case(by, case_id)
    check_open(Status(case.status))
    if case.owner_id != by.party:
        raise NotYours
    check_not_mine(by, case)
    if end not in ANSWERS:
        raise WrongMoment(state=end)
    rows = _close_steps(case, by, end, at)
    begin_working(case, by, at)
    change(
        case,
        status=Status.ANSWERED,
        end=end,
        answer=words.strip(),
        answered_at=at,
        next_mark_at=None,
    )
    relist_case(case)
    record(
        CaseAnswered(at=at, case_id=case.pk, end=end, party_id=case.owner_id),
        by=by,
        rows=[case, *rows],
    )
    return case


def _close_steps(case: Case, by: Actor, end: End, at: datetime) -> list[Bound]:
    """Close the owner's own steps; an answer of “solved” must not run ahead of other offices."""
    steps = list(Step.objects.filter(case=case).order_by("id"))
    others = [s for s in steps if s.party_id != by.party]
    still = unfinished([StepView(s.code, tuple(s.after), StepState(s.state)) for s in others])
    if still and end == End.SOLVED:
        raise StepsOpen(count=still)
    closed: list[Bound] = []
    for step in steps:
        if step.state in (StepState.DONE, StepState.DROPPED):
            continue
        mine = step.party_id == by.party and step.state == StepState.ACCEPTED
        change(
            step,
            state=StepState.DONE if mine else StepState.DROPPED,
            done_at=at if mine else None,
            next_mark_at=None,
        )
        closed.append(step)
    return closed


@write_atomic
def confirm_case(*, by: Actor, report: Report, rating: int | None, at: datetime) -> Case:
    """
    The resident says it is solved; the case ends. A rating is asked once and may be left out.

    :raises WrongMoment: unless the case waits for the resident's word
    """
    case = _answered(report)
    change(case, status=Status.ENDED, ended_at=at, confirmed=True, rating=rating)
    relist_case(case)
    record(CaseEnded(at=at, case_id=case.pk, end=case.end, confirmed=True), by=by, rows=[case])
    return case


@write_atomic
def reopen_case(*, by: Actor, report: Report, words: str, at: datetime) -> Case:
    """
    “没解决，重开”: one tap, back to the same accountable office; the first day of the clock stays.

    :raises TooLateToReopen: when the window is over
    :raises WrongMoment: if the case was never answered, or was merged or withdrawn
    """
    case = _locked(report)
    if case.status not in (Status.ANSWERED, Status.ENDED) or case.end not in ANSWERS:
        raise WrongMoment(state=case.status)
    told = case.answered_at or at
    if at - told > timedelta(days=REOPEN_DAYS):
        raise TooLateToReopen(days=REOPEN_DAYS)
    definition = catalogue.definition(case.version_id)
    due = deadline(at, definition.whole, rulebook.calendar())
    mark = next_mark(opened_at=at, due_at=due, turned=None) if due else None
    change(
        case,
        status=Status.OFFERED,
        end="",
        answered_at=None,
        ended_at=None,
        confirmed=False,
        reopened=case.reopened + 1,
        due_at=due,
        extended=False,
        mark="",
        next_mark_at=mark.at if mark else None,
    )
    step = Step.objects.filter(case=case, party_id=case.owner_id).order_by("-id").first()
    step = step or Step.objects.filter(case=case).order_by("-id").first()
    rows: list[Bound] = [case]
    if step is not None:
        change(
            step,
            state=StepState.OFFERED,
            party_id=case.owner_id,
            offered_at=at,
            accepted_at=None,
            done_at=None,
            due_at=due,
            note=words.strip(),
        )
        rows.append(step)
    relist_case(case)
    record(
        CaseReopened(
            at=at,
            case_id=case.pk,
            party_id=case.owner_id,
            times=case.reopened,
            offered=(step.pk,) if step else (),
        ),
        by=by,
        rows=rows,
    )
    return case


@write_atomic
def withdraw_case(*, by: Actor, report: Report, at: datetime) -> Case:
    """
    The resident takes the matter back; nobody works on it any more.

    :raises WrongMoment: if it is already answered or over
    """
    case = _locked(report)
    check_open(Status(case.status))
    rows: list[Bound] = [case]
    for step in Step.objects.filter(case=case).exclude(
        state__in=[StepState.DONE, StepState.DROPPED]
    ):
        change(step, state=StepState.DROPPED, next_mark_at=None)
        rows.append(step)
    change(
        case,
        status=Status.ENDED,
        end=End.WITHDRAWN,
        answered_at=at,
        ended_at=at,
        next_mark_at=None,
    )
    relist_case(case)
    record(CaseEnded(at=at, case_id=case.pk, end=End.WITHDRAWN, confirmed=None), by=by, rows=rows)
    return case


@write_atomic
def end_unanswered(*, by: Actor, at: datetime, most: int = 200) -> int:
    """End cases whose resident did not say a word in time; they stay counted as not reached."""
    since = at - timedelta(days=WORD_DAYS)
    waiting = Case.objects.filter(status=Status.ANSWERED, answered_at__lt=since).order_by("id")[
        :most
    ]
    count = 0
    for case in waiting:
        change(case, status=Status.ENDED, ended_at=at, confirmed=None)
        relist_case(case)
        record(CaseEnded(at=at, case_id=case.pk, end=case.end, confirmed=None), by=by, rows=[case])
        count += 1
    return count


def _locked(report: Report) -> Case:
    case = Case.objects.select_for_update(of=("self",)).filter(pk=report.case_id).first()
    if case is None:
        raise NoSuchThing
    return case


def _answered(report: Report) -> Case:
    case = _locked(report)
    if case.status != Status.ANSWERED:
        raise WrongMoment(state=case.status)
    return case
