"""The end of a case: what the office says, what the resident says, and the way back."""

from datetime import datetime, timedelta
from typing import Any

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    ANSWERS,
    End,
    NotThroughTheGate,
    Role,
    Status,
    StepsOpen,
    StepState,
    StepView,
    TooLateToReopen,
    WrongMoment,
    check_open,
    check_reasons,
    check_stands,
    check_words,
    unfinished,
)
from linli.cases.events import CaseAnswered, CaseEnded, CaseReopened, ReportWithdrawn
from linli.cases.models import Case, Report, Step
from linli.cases.queries import due_at_office, rings_at, windows_at
from linli.catalogue import queries as catalogue
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.parties import queries as parties

from ._dropped import call_off, call_off_subcases, end_return
from ._gate import gate, has_leave
from ._lists import add_to_lists, hand_owner, relist_case
from ._locked import change, check_nothing_returned, check_standing, lock_steered
from ._paused import end_left, run_on
from .awards import settle_award
from .steps import begin_working


@write_atomic
def answer_case(*, by: Actor, case_id: int, end: End, words: str, at: datetime) -> Case:
    """
    Tell the resident how it ended; the clock stops, and the resident has the next word.

    :raises NotInCharge: unless the actor's office answers for it, or watches over the one that does
    :raises ReturnPending: if it is solved, while a return waits for the arbiter
    :raises StepsOpen: while other offices are still at work
    :raises WrongMoment: once it is over, or if the end is none an office may choose
    :raises WordsMissing: without reasons in words
    :raises ReasonsMissing: if an administrative “no” says too little of its reasons
    """
    check_words(words)
    case = lock_steered(by, case_id)
    check_open(Status(case.status))
    if end not in ANSWERS:
        raise WrongMoment(state=end)
    item = catalogue.definition(case.version_id)
    check_reasons(item, end, words, signs=windows_at(at).reason_signs)
    run_on(case, by=by, at=at)
    rows = _close_steps(case, end, by=by, at=at)
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
        CaseAnswered(at=at, case_id=case.pk, end=end, party_id=by.office()),
        by=by,
        rows=[case, *rows],
    )
    settle_award(case, item, by=by, at=at)
    return case


def _close_steps(case: Case, end: End, *, by: Actor, at: datetime) -> list[Bound]:
    """
    Close what is open; an answer of “solved” must not run ahead of other offices or the arbiter.

    Any other answer closes a return without a ruling, with a line of its own.
    """
    if end == End.SOLVED:
        check_nothing_returned(case)
    steps = list(Step.objects.filter(case=case).order_by("id"))
    others = [s for s in steps if s.party_id != case.owner_id]
    still = unfinished([StepView(s.code, tuple(s.after), StepState(s.state)) for s in others])
    if still and end == End.SOLVED:
        raise StepsOpen(count=still)
    closed: list[Bound] = []
    for step in steps:
        if step.state in (StepState.DONE, StepState.DROPPED):
            continue
        step.case = case
        end_return(step, by=by, at=at)
        taken_up = step.party_id == case.owner_id and step.state == StepState.ACCEPTED
        mine = taken_up and has_leave(step, at)
        change(
            step,
            state=StepState.DONE if mine else StepState.DROPPED,
            done_at=at if mine else None,
            next_mark_at=None,
        )
        closed.append(step)
    dropped = (step for step in steps if step.state == StepState.DROPPED)
    call_off_subcases(dropped, by=by, at=at)
    return closed


@write_atomic
def confirm_case(*, by: Actor, report: Report, rating: int | None, at: datetime) -> Case:
    """
    The resident says it is solved; the case ends. A rating is asked once and may be left out.

    :raises WrongMoment: unless the case waits for the resident's word
    :raises ReportTakenBack: if they took their report back
    """
    case = _answered(report)
    kept = case.rating if rating is None else rating  # asked once: left out later, it stands
    change(case, status=Status.ENDED, ended_at=at, confirmed=True, rating=kept)
    relist_case(case)
    record(CaseEnded(at=at, case_id=case.pk, end=case.end, confirmed=True), by=by, rows=[case])
    return case


@write_atomic
def reopen_case(*, by: Actor, report: Report, words: str, at: datetime) -> Case:
    """
    “没解决，重开”: one tap, back to the same accountable office, or to the one above where that has
    been closed. Number and first day stay; a whole period runs anew from then.

    :raises TooLateToReopen: when the window is over
    :raises WrongMoment: if the case was never answered, or was merged or withdrawn
    :raises ReportTakenBack: if they took their report back
    """
    case = _locked(report)
    check_standing(report)
    if case.status not in (Status.ANSWERED, Status.ENDED) or case.end not in ANSWERS:
        raise WrongMoment(state=case.status)
    told = case.answered_at or at
    windows = windows_at(at)
    if at - told > timedelta(days=windows.reopen_days):
        raise TooLateToReopen(days=windows.reopen_days)
    definition = catalogue.definition(case.version_id)
    was, owner = case.owner_id, parties.standing(case.owner_id).pk
    if owner != was:  # its office has been closed since
        change(case, owner_id=owner, owner_appointment=None)
        add_to_lists(case, [(owner, Role.OWNER)])
        hand_owner(case, was)
    due = due_at_office(owner, at, definition.whole)
    ringing = rings_at(start=at, due_at=due, at=at)
    change(
        case,
        status=Status.OFFERED,
        end="",
        answered_at=None,
        ended_at=None,
        confirmed=False,
        reopened=case.reopened + 1,
        reopened_at=at,
        due_at=due,
        extended=False,
        mark="",
        next_mark_at=ringing,
    )
    rows: list[Bound] = [case, *end_left(case, at=at)]
    step, way = _step_again(case, at)
    if step is not None:
        change(
            step,
            state=StepState.OFFERED,
            party_id=case.owner_id,
            offered_at=at,
            accepted_at=None,
            done_at=None,
            due_at=due,
            mark="",
            next_mark_at=ringing,
            note=words.strip(),
            **way,
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


def _step_again(case: Case, at: datetime) -> tuple[Step | None, dict[str, Any]]:
    """
    Return the step the owner goes on with, the newest of its own first, and under what.

    A community gets none that nothing gives it any more: what it owes is the answer.
    """
    newest = list(Step.objects.filter(case=case).order_by("-id"))
    for step in sorted(newest, key=lambda one: one.party_id != case.owner_id):
        try:
            return step, gate(case, case.owner_id, performer=step.performer, at=at)
        except NotThroughTheGate:
            continue
    return None, {}


@write_atomic
def withdraw_case(*, by: Actor, report: Report, at: datetime) -> Case:
    """
    One who reported it takes their report back; once the last one did, the case is over.

    :raises WrongMoment: if it is already answered or over
    :raises ReportTakenBack: if they took it back before
    """
    case = _locked(report)
    check_open(Status(case.status))
    held = Report.objects.get(pk=report.pk)
    check_stands(held.withdrawn_at)
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    if Report.objects.filter(case=case, withdrawn_at=None).exists():
        left = ReportWithdrawn(at=at, case_id=case.pk, report_id=held.pk)
        record(left, by=by, rows=[held])
        return case
    call_off(case, by=by, at=at, rows=[held])
    return case


@write_atomic
def end_unanswered(*, by: Actor, at: datetime, most: int = 200) -> int:
    """End cases whose resident did not say a word in time; they stay counted as not reached."""
    since = at - timedelta(days=windows_at(at).silence_days)
    waiting = Case.objects.filter(status=Status.ANSWERED, answered_at__lt=since).order_by("id")
    count = 0
    for case in waiting[: max(most, 0)]:
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
    check_standing(report)
    if case.status != Status.ANSWERED:
        raise WrongMoment(state=case.status)
    return case
