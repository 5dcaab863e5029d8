"""The rarer turns in the life of a loaded case, each by the rule of the living act of its name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from linli.basics import Actor
from linli.cases.domain import (
    OPEN,
    RUNNING,
    End,
    PauseReason,
    Status,
    StepState,
    WrongMoment,
    check_extension,
    check_open,
    check_pause,
    check_words,
)
from linli.cases.domain.lives import Deed, Happened
from linli.cases.events import (
    CaseEnded,
    CaseJoined,
    CasePaused,
    CaseReopened,
    CasesMerged,
    CaseSupervised,
    DeadlineExtended,
    PapersAsked,
    PapersBrought,
    ReportWithdrawn,
)
from linli.cases.models import Extension, Pause, Report, Step
from linli.fabric.blanks import Bound
from linli.fabric.bulk import new_row
from linli.fabric.fields import Sealed

from ._lived import Lived
from ._lived_clocks import run_on
from ._lived_parts import finish
from ._lived_returns import close_returns
from ._lived_rows import change_row


def pause(lived: Lived, one: Happened) -> None:
    """:raises WrongMoment: unless the clock is running"""
    case, asks = lived.case, one.deed is Deed.ASK
    until = one.until or one.at
    check_words(one.words)
    check_pause(at=one.at, review_at=until, windows=lived.desk.windows(one.at))
    if case.status not in RUNNING:
        raise WrongMoment(state=case.status)
    reason = PauseReason.PAPERS if asks else one.reason or PauseReason.EXPERT
    made = new_row(
        Pause,
        id=next(lived.ids.pauses),
        district=case.district,
        case_id=case.pk,
        reason=str(reason),
        words=one.words,
        papers=list(one.papers),
        begun_at=one.at,
        review_at=until,
    )
    lived.pauses.append(made)
    change_row(
        case,
        status=str(Status.ASKING if asks else Status.PAUSED),
        next_mark_at=None,
        responded_at=case.responded_at or one.at,
        first_next_mark_at=None,
    )
    at, by = lived.line_at(one.at), lived.of_office(case.owner_id)
    event = (
        PapersAsked(at=at, case_id=case.pk, papers=one.papers, review_at=until)
        if asks
        else CasePaused(at=at, case_id=case.pk, reason=str(reason), review_at=until)
    )
    lived.draft(event, [case, made], by)


def resume(lived: Lived, one: Happened) -> None:
    """:raises WrongMoment: unless the clock stands still"""
    case = lived.case
    if case.status not in (Status.ASKING, Status.PAUSED):
        raise WrongMoment(state=case.status)
    by = lived.of_office(case.owner_id)
    if case.status == Status.ASKING:
        by = lived.reporter
        brought = PapersBrought(
            at=lived.line_at(one.at), case_id=case.pk, file_ids=(), report_id=lived.report.pk
        )
        lived.draft(brought, [case], by)
    run_on(lived, one.at, by)


def extend(lived: Lived, one: Happened) -> None:
    """
    Without ``until`` half of the time given is given again.

    :raises ExtensionRefused: beyond its limits
    """
    case, windows = lived.case, lived.desk.windows(one.at)
    check_words(one.words)
    check_open(Status(case.status))
    if case.due_at is None:
        raise WrongMoment(state=case.status)
    until = one.until or case.due_at + (case.due_at - case.clock_began_at) / 2
    check_extension(
        began_at=case.clock_began_at,
        due_at=case.due_at,
        new_due_at=until,
        extended=case.extended,
        windows=windows,
    )
    extension = new_row(
        Extension,
        id=next(lived.ids.extensions),
        district=case.district,
        case_id=case.pk,
        words=one.words,
        was_due_at=case.due_at,
        due_at=until,
        granted_at=one.at,
    )
    lived.extensions.append(extension)
    ringing = lived.desk.next_mark_at(start=case.clock_began_at, due_at=until, at=one.at)
    running = case.status in RUNNING
    change_row(
        case, due_at=until, extended=True, mark="", next_mark_at=ringing if running else None
    )
    event = DeadlineExtended(at=lived.line_at(one.at), case_id=case.pk, due_at=until)
    above = lived.of_office(lived.desk.unit(one.performer, lived.ground))
    lived.draft(event, [case, extension], above)


def supervise(lived: Lived, one: Happened) -> None:
    """Put the name of a higher office to the urging."""
    case, party = lived.case, lived.desk.unit(one.performer, lived.ground)
    check_open(Status(case.status))
    event = CaseSupervised(at=lived.line_at(one.at), case_id=case.pk, party_id=party)
    lived.draft(event, [case], lived.of_office(party))


def reopen(lived: Lived, one: Happened) -> None:
    """:raises WrongMoment: unless the case was answered"""
    case, desk = lived.case, lived.desk
    if case.status not in (Status.ANSWERED, Status.ENDED):
        raise WrongMoment(state=case.status)
    due = desk.due(case.owner_id, one.at, lived.definition.whole) if lived.life.timed else None
    ringing = desk.next_mark_at(start=one.at, due_at=due, at=one.at)
    change_row(
        case,
        status=str(Status.OFFERED),
        end="",
        answered_at=None,
        ended_at=None,
        confirmed=False,
        reopened=case.reopened + 1,
        reopened_at=one.at,
        due_at=due,
        extended=False,
        mark="",
        next_mark_at=ringing,
    )
    rows: list[Bound] = [case]
    step = _last_step(lived)
    if step is not None:
        change_row(
            step,
            state=str(StepState.OFFERED),
            party_id=case.owner_id,
            offered_at=one.at,
            accepted_at=None,
            done_at=None,
            due_at=due,
            mark="",
            next_mark_at=ringing,
            note=one.words.strip(),
        )
        rows.append(step)
    event = CaseReopened(
        at=lived.line_at(one.at),
        case_id=case.pk,
        party_id=case.owner_id,
        times=case.reopened,
        offered=(step.pk,) if step else (),
    )
    lived.draft(event, rows, lived.reporter)


def _last_step(lived: Lived) -> Step | None:
    steps = sorted(lived.steps.values(), key=lambda step: step.pk)
    own = [step for step in steps if step.party_id == lived.case.owner_id]
    return next(reversed(own or steps), None)


def answer(lived: Lived, one: Happened) -> None:
    """Tell how it ended; what is open in the name of a step it dropped is called off."""
    lived.answer(one)
    _call_off_parts(lived, one.at, lived.of_office(lived.case.owner_id))


def withdraw(lived: Lived, one: Happened) -> None:
    """
    The first reporter takes their report back; where others joined, the case goes on for them.

    :raises WrongMoment: if it is already answered or over
    """
    case, report = lived.case, lived.report
    check_open(Status(case.status))
    report.withdrawn_at = one.at
    if lived.joined:
        left = ReportWithdrawn(at=lived.line_at(one.at), case_id=case.pk, report_id=report.pk)
        lived.draft(left, [report], lived.reporter)
        return
    _call_off(lived, one.at, lived.reporter, [report])


def _call_off(lived: Lived, at: datetime, by: Actor, rows: Sequence[Report] = ()) -> None:
    ended, *steps = _stop(lived, at, End.WITHDRAWN, by)
    case = lived.case
    event = CaseEnded(at=lived.line_at(at), case_id=case.pk, end=case.end, confirmed=None)
    lived.draft(event, [ended, *rows, *steps], by)


def _call_off_parts(lived: Lived, at: datetime, by: Actor) -> None:
    """Let the sub-cases of dropped steps live until then, and call off what is open of them."""
    dropped = {step.pk for step in lived.steps.values() if step.state == StepState.DROPPED}
    for part in lived.parts:
        if part.case.parent_step_id in dropped:
            part.go_on(DEEDS, until=at)
            part.life = replace(part.life, after=())
            if part.case.status in OPEN:
                _call_off(part, at, by)


def merge(lived: Lived, one: Happened) -> None:
    """:raises NoSuchThing: if no earlier case has the number"""
    case, into = lived.case, lived.desk.case_id(one.into)
    by = lived.of_office(case.owner_id)
    rows = _stop(lived, one.at, End.MERGED, by, merged_into_id=into)
    dropped = tuple(row.pk for row in rows if isinstance(row, Step))
    event = CasesMerged(at=lived.line_at(one.at), case_id=case.pk, into_id=into, dropped=dropped)
    lived.draft(event, rows, by)


def _stop(lived: Lived, at: datetime, end: End, by: Actor, **columns: int) -> list[Bound]:
    """Drop all that is open of a case and end it; return the rows, the case first."""
    case = lived.case
    check_open(Status(case.status))
    rows: list[Bound] = [case]
    run_on(lived, at, by)
    for step in lived.steps.values():
        if step.state not in (StepState.DONE, StepState.DROPPED):
            change_row(step, state=str(StepState.DROPPED), next_mark_at=None)
            rows.append(step)
    close_returns(lived, by=by, at=at)
    _call_off_parts(lived, at, by)
    change_row(
        case,
        status=str(Status.ENDED),
        end=str(end),
        answered_at=at,
        ended_at=at,
        next_mark_at=None,
        first_next_mark_at=None,
        **columns,
    )
    return rows


def join(lived: Lived, one: Happened) -> None:
    """:raises WrongMoment: if the case is over, or not of a kind others may join"""
    case, ring = lived.case, lived.desk.ring
    if case.status not in OPEN or case.sensitive or not lived.definition.joinable:
        raise WrongMoment(state=case.status)
    report = new_row(
        Report,
        id=next(lived.ids.reports),
        district=case.district,
        case_id=case.pk,
        first=False,
        name=one.name,
        phone=Sealed(ring.seal(one.phone)) if one.phone else None,
        phone_index=ring.blind(one.phone) if one.phone else None,
        words=one.words.strip(),
        code_hash=ring.blind(f"{case.number}:{one.code}"),
        language=lived.life.language,
        reported_at=one.at,
    )
    lived.joined.append(report)
    event = CaseJoined(at=lived.line_at(one.at), case_id=case.pk, report_id=report.pk)
    lived.draft(event, [report], lived.desk.resident)


DEEDS: Mapping[Deed, Callable[[Lived, Happened], None]] = {
    Deed.ACCEPT: Lived.accept,
    Deed.FINISH: finish,
    Deed.HAND_OVER: Lived.hand_over,
    Deed.RETURN: Lived.give_back,
    Deed.RULE: Lived.rule,
    Deed.ANSWER: answer,
    Deed.END: Lived.end,
    Deed.PAUSE: pause,
    Deed.ASK: pause,
    Deed.RESUME: resume,
    Deed.EXTEND: extend,
    Deed.SUPERVISE: supervise,
    Deed.REOPEN: reopen,
    Deed.WITHDRAW: withdraw,
    Deed.JOIN: join,
    Deed.MERGE: merge,
}
