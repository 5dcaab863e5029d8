"""What makes a clock stand still, run longer, or ring."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    RUNNING,
    Mark,
    PauseReason,
    Status,
    Windows,
    WrongMoment,
    check_extension,
    check_open,
    check_pause,
    check_words,
    next_mark,
)
from linli.cases.events import (
    CasePaused,
    CaseSupervised,
    ClockTurned,
    DeadlineExtended,
    PapersAsked,
    PapersBrought,
)
from linli.cases.models import Attachment, Case, Extension, Pause, Report, Step
from linli.cases.queries import rings_at, windows_at
from linli.fabric.writing import write_atomic
from linli.journal.actions import record

from ._lists import relist_case
from ._locked import change, check_standing, lock_overseen, lock_steered
from ._paused import run_on

WHOLE, FIRST = "", "first_"  # how the columns of a clock begin: due_at, mark, next_mark_at


@write_atomic
def ask_papers(
    *, by: Actor, case_id: int, papers: Sequence[str], words: str, review_at: datetime, at: datetime
) -> Pause:
    """
    Say once, and all of it, what is missing (缺件一次告知); the clock waits for the resident.

    :raises NotInCharge: unless the actor's office answers for it, or watches over the one that does
    :raises WrongMoment: unless the clock is running
    :raises PauseTooLong: if the review lies beyond the cap
    """
    pause = _pause(
        by, case_id, PauseReason.PAPERS, words=words, review_at=review_at, at=at, papers=papers
    )
    record(
        PapersAsked(at=at, case_id=case_id, papers=tuple(papers), review_at=review_at),
        by=by,
        rows=[pause.case, pause],
    )
    return pause


@write_atomic
def pause_case(
    *, by: Actor, case_id: int, reason: PauseReason, words: str, review_at: datetime, at: datetime
) -> Pause:
    """
    挂起: stop the clock for a listed reason until a day of review; the resident is told.

    :raises NotInCharge: unless the actor's office answers for it, or watches over the one that does
    :raises WrongMoment: unless the clock is running
    :raises PauseTooLong: if the review lies beyond the cap
    """
    pause = _pause(by, case_id, reason, words=words, review_at=review_at, at=at)
    record(
        CasePaused(at=at, case_id=case_id, reason=reason, review_at=review_at),
        by=by,
        rows=[pause.case, pause],
    )
    return pause


def _pause(
    by: Actor,
    case_id: int,
    reason: PauseReason,
    *,
    words: str,
    review_at: datetime,
    at: datetime,
    papers: Sequence[str] = (),
) -> Pause:
    check_words(words)
    check_pause(at=at, review_at=review_at, windows=windows_at(at))
    case = lock_steered(by, case_id)
    if case.status not in RUNNING:
        raise WrongMoment(state=case.status)
    pause = Pause(
        district=case.district,
        case=case,
        reason=reason,
        words=words,
        papers=list(papers),
        begun_at=at,
        review_at=review_at,
    )
    pause.save(force_insert=True)
    status = Status.ASKING if reason == PauseReason.PAPERS else Status.PAUSED
    change(
        case,
        status=status,
        next_mark_at=None,
        responded_at=case.responded_at or at,
        first_next_mark_at=None,
    )
    relist_case(case)
    return pause


@write_atomic
def bring_papers(*, by: Actor, report: Report, file_ids: Sequence[int], at: datetime) -> Case:
    """
    The resident (or a clerk for them) adds what was missing; the clock runs on from where it stood.

    :raises NoSuchThing: if there is no such case
    :raises ReportTakenBack: if they took their report back
    """
    case = Case.objects.select_for_update(of=("self",)).filter(pk=report.case_id).first()
    if case is None:
        raise NoSuchThing
    check_open(Status(case.status))
    check_standing(report)
    attachments = [
        Attachment(
            district=case.district, case=case, file_id=file, brought_by=by.kind, attached_at=at
        )
        for file in file_ids
    ]
    Attachment.objects.bulk_create(attachments)
    record(
        PapersBrought(at=at, case_id=case.pk, file_ids=tuple(file_ids), report_id=report.pk),
        by=by,
        rows=[case, *attachments],
    )
    if case.status == Status.ASKING:
        run_on(case, by=by, at=at)
    return case


@write_atomic
def resume_case(*, by: Actor, case_id: int, at: datetime) -> Case:
    """
    Let the clock run on; the time it stood still is added to its end, up to the day of review.

    :raises NotInCharge: unless the actor's office answers for it, or watches over the one that does
    :raises WrongMoment: unless it stands still
    """
    case = lock_steered(by, case_id)
    if case.status not in (Status.ASKING, Status.PAUSED):
        raise WrongMoment(state=case.status)
    run_on(case, by=by, at=at)
    return case


@write_atomic
def end_pauses(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Let every clock run on whose day of review has come (the cap); return how many."""
    standing = (Status.ASKING, Status.PAUSED)
    over = Pause.objects.filter(ended_at=None, review_at__lte=at, case__status__in=standing)
    ids = list(over.order_by("review_at").values_list("case_id", flat=True)[: max(most, 0)])
    for case in Case.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("id"):
        run_on(case, by=by, at=at)
    return len(ids)


@write_atomic
def extend_deadline(
    *, by: Actor, case_id: int, new_due_at: datetime, words: str, at: datetime
) -> Case:
    """
    延期: the office above moves the end once; the reason goes to the resident.

    :raises NotAllowed: unless the hat may supervise
    :raises OwnTime: if the actor's own office is the one that works
    :raises NotInCharge: if other offices watch over the accountable one
    :raises WrongMoment: once it is over, or where it has no end to move
    :raises ExtensionRefused: beyond its limits
    """
    check_words(words)
    case = lock_overseen(by, case_id)
    check_open(Status(case.status))
    if case.due_at is None:
        raise WrongMoment(state=case.status)
    check_extension(
        began_at=case.clock_began_at,
        due_at=case.due_at,
        new_due_at=new_due_at,
        extended=case.extended,
        windows=windows_at(at),
    )
    extension = Extension(
        district=case.district,
        case=case,
        words=words,
        was_due_at=case.due_at,
        due_at=new_due_at,
        granted_at=at,
    )
    extension.save(force_insert=True)
    ringing = rings_at(start=case.clock_began_at, due_at=new_due_at, at=at)
    change(
        case,
        due_at=new_due_at,
        extended=True,
        mark="",
        next_mark_at=ringing if case.status in RUNNING else None,
    )
    relist_case(case)
    extended = DeadlineExtended(at=at, case_id=case.pk, due_at=new_due_at)
    record(extended, by=by, rows=[case, extension])
    return case


@write_atomic
def supervise_case(*, by: Actor, case_id: int, at: datetime) -> Case:
    """
    督办: a higher office puts its name to the urging; it stands in the timeline.

    :raises NotAllowed: unless the hat may supervise
    :raises OwnTime: if the actor's own office is the one that works
    :raises NotInCharge: if other offices watch over the accountable one
    """
    case = lock_overseen(by, case_id)
    check_open(Status(case.status))
    record(CaseSupervised(at=at, case_id=case.pk, party_id=by.party or 0), by=by, rows=[case])
    return case


@write_atomic
def turn_clocks(*, by: Actor, at: datetime, most: int = 500) -> int:
    """
    Turn every clock whose next mark has come: amber, red, escalated. Return how many.

    A case has one for its first response and one for the whole, a step has its own. While a case
    waits, the clocks of its steps stand with its own.
    """
    turned, windows = 0, windows_at(at)
    steps = Step.objects.filter(case__status__in=RUNNING)
    for rows, clock in ((Case.objects, FIRST), (Case.objects, WHOLE), (steps, WHOLE)):
        ringing = rows.filter(**{f"{clock}next_mark_at__lte": at}).order_by(f"{clock}next_mark_at")
        for row in ringing.select_for_update(of=("self",))[: max(most, 0)]:
            _turn(row, clock, by, at, windows)
            turned += 1
    return turned


def began_at(row: Case | Step, clock: str) -> datetime | None:
    """Return when a clock of a case or of a step began; None of a step that was not offered yet."""
    if isinstance(row, Step):
        return row.offered_at
    return row.opened_at if clock == FIRST else row.clock_began_at


def _turn(row: Case | Step, clock: str, by: Actor, at: datetime, windows: Windows) -> None:
    started = began_at(row, clock)
    due = getattr(row, f"{clock}due_at")
    if due is None or started is None:
        return
    was = getattr(row, f"{clock}mark")
    now = Mark(was) if was else None
    ask = partial(next_mark, began_at=started, due_at=due, windows=windows)
    coming = ask(turned=now)
    while coming is not None and coming.at <= at:
        now, coming = coming.mark, ask(turned=coming.mark)
    columns = {f"{clock}mark": now or was, f"{clock}next_mark_at": coming.at if coming else None}
    change(row, **columns)
    record(
        ClockTurned(
            at=at,
            case_id=row.pk if isinstance(row, Case) else row.case_id,
            step_id=row.pk if isinstance(row, Step) else None,
            first=clock == FIRST,
            mark=now if now and now != was else "",
            due_at=due,
        ),
        by=by,
        rows=[row],
    )
