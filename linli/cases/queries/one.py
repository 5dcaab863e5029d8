"""One case, for those it concerns: its office by docket, its reporter by receipt or sign-in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    OPEN,
    RUNNING,
    Likeness,
    Permission,
    StepState,
    likenesses,
    read_number,
)
from linli.cases.models import Case, Docket, Extension, Pause, Report, Ruling, Step, StepMove
from linli.catalogue import queries as catalogue
from linli.fabric.composed import composed, slot
from linli.fabric.fields import fits_index
from linli.journal import queries as journal

from .lists import UNRULED
from .rows import CaseRow

# What is written to the clock of a case and to none of its steps; no step has such an id.
PAUSED, EXTENDED = 0, -1
REASON = {"CasePaused": PAUSED, "PapersAsked": PAUSED, "DeadlineExtended": EXTENDED}
WORDLESS = ("ClockTurned",)  # of a step too, maybe in the very moment somebody wrote to it
NEAR_DAYS = 30
MOST_COMPARED = 100  # the newest of a community; some 60 µs each


def case_for(actor: Actor, number: str) -> Case:
    """
    Return a case the actor's office is concerned with. The only way staff get one.

    :raises NoSuchThing: if there is none, or it is another office's; we do not say which
    """
    actor.must(Permission.SEE)
    row = (
        Docket.objects.filter(
            district=actor.district,
            party_id=actor.office(),
            case__district=actor.district,
            case__number=read_number(number),
        )
        .select_related("case", "case__owner", "case__place")
        .first()
    )
    if row is None:
        raise NoSuchThing
    return row.case


def report_for(district: int, number: str, code: str) -> Report:
    """
    Return the report whose receipt the holder of the code has. Compared in constant time.

    :raises NoSuchThing: if number and code do not belong together
    """
    number = read_number(number)
    given = f"{number}:{code.strip().upper()}"
    reports = Report.objects.filter(case__district=district, case__number=number).select_related(
        "case"
    )
    for report in reports:
        if fits_index(given, report.code_hash):
            return report
    raise NoSuchThing


def report_of_user(actor: Actor, number: str) -> Report:
    """
    Return what the signed-in resident reported under a number.

    :raises NoSuchThing: if they did not
    """
    report = (
        Report.objects.filter(
            district=actor.district, user=actor.user, case__number=read_number(number)
        )
        .exclude(user=None)
        .select_related("case")
        .first()
    )
    if report is None:
        raise NoSuchThing
    return report


def reports_of_user(actor: Actor, *, limit: int = 50) -> QuerySet[Report]:
    """Return what the signed-in resident reported, newest first."""
    rows = Report.objects.filter(district=actor.district, user=actor.user).exclude(user=None)
    return rows.select_related("case").order_by("-id")[:limit]


def steps_of(case: Case) -> QuerySet[Step]:
    """Return the steps of a case in order."""
    return Step.objects.filter(case=case).select_related("party").order_by("id")


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline: what, when, by whom (an appointment), under which hat, with what data."""

    kind: str
    at: datetime
    hat: str
    appointment: int | None
    data: dict[str, Any]
    words: str


def history(case: Case | CaseRow) -> list[Happening]:
    """Return the timeline of a case, newest first: it *is* the lines of the journal."""
    lines = journal.told("case", case.pk)
    rows = _written(case.pk, reasons=any(kind in REASON for kind, *_ in lines))
    said = {(written_to, at): words for written_to, at, words in rows}
    found = []
    for kind, at, hat, appointment, body in lines:
        data = json.loads(body)["event"]
        written_to = REASON.get(kind, data.get("step_id"))
        words = "" if kind in WORDLESS else said.get((written_to, at), "")
        found.append(Happening(kind, at, hat, appointment, data, words))
    return found[::-1]


def _written(case_id: int, *, reasons: bool) -> Iterable[tuple[int, datetime, str]]:
    """
    Return what was written to the steps of a case, by step and moment. One query.

    :param reasons: also why its clock stood still or runs longer, by ``REASON``
    """
    if not reasons:
        return _moves.rows({"case_id": case_id})
    moves = StepMove.objects.filter(case=case_id).values_list("step_id", "moved_at", "note")
    pauses = Pause.objects.filter(case=case_id)
    extensions = Extension.objects.filter(case=case_id)
    return moves.union(
        pauses.values_list(Value(PAUSED), "begun_at", "words"),
        extensions.values_list(Value(EXTENDED), "granted_at", "words"),
        all=True,
    )


@composed
def _moves() -> QuerySet[StepMove, Any]:
    rows = StepMove.objects.filter(case_id=slot(StepMove, "case_id"))
    return rows.values_list("step_id", "moved_at", "note")


def similar_open(
    *,
    district: int,
    item: str,
    words: str,
    community: int | None,
    at: datetime,
    place: int | None = None,
    limit: int = 3,
) -> Sequence[tuple[Case, Likeness]]:
    """
    Return open cases near by that read like ``words``, the likest first, whatever item they were given.

    Of the same item and at the same ``place``, less likeness is enough. Sensitive cases and items
    nobody may join are never among them.
    """
    near = Case.objects.filter(
        Q(status__in=[str(status) for status in OPEN]),
        district=district,
        community_id=community,
        sensitive=False,
        opened_at__gte=at - timedelta(days=NEAR_DAYS),
    ).order_by("-opened_at")[:MOST_COMPARED]
    open_ones = [case for case in near if catalogue.definition(case.version_id).joinable]
    scored = [
        (case, Likeness(score, same_door=case.item == item and case.place_id == (place or 0)))
        for case, score in zip(
            open_ones, likenesses(words, [case.words for case in open_ones]), strict=True
        )
    ]
    alike = [(case, score) for case, score in scored if score.propose]
    return sorted(alike, key=lambda pair: -pair[1].words)[:limit]


def step_meant(actor: Actor, case_id: int, named: int | None = None) -> int | None:
    """Return the step of a case that is named, else the one with the actor's office; None if not one."""
    steps = Step.objects.filter(case_id=case_id)
    if named is not None:
        steps = steps.filter(pk=named)
    else:
        states = [StepState.OFFERED, StepState.ACCEPTED]
        steps = steps.filter(party_id=actor.office(), state__in=states)
    return _only(steps)


def return_meant(
    actor: Actor, case_id: int, *, ruling: int | None = None, step: int | None = None
) -> int | None:
    """Return the open return of a case before the actor's office that is named; None if not one."""
    rows = Ruling.objects.filter(UNRULED, case_id=case_id, arbiter_party_id=actor.office())
    if ruling is not None:
        rows = rows.filter(pk=ruling)
    if step is not None:
        rows = rows.filter(step_id=step)
    return _only(rows)


def _only(rows: QuerySet[Step] | QuerySet[Ruling]) -> int | None:
    ids = list(rows.values_list("id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What anybody holding the number may know: where it stands, and until when. No words."""

    number: str
    status: str
    end: str
    opened_at: datetime
    due_at: datetime | None


def standing_of(district: int, number: str) -> Standing:
    """
    Return where a case stands, for anybody who holds its number.

    :raises NoSuchThing: if there is no such case
    """
    columns = ("number", "status", "end", "opened_at", "due_at")
    row = Case.objects.filter(district=district, number=read_number(number)).values_list(*columns)
    found = row.first()
    if found is None:
        raise NoSuchThing
    return Standing(*found)


def reports_by_id(district: int, report_ids: Sequence[int]) -> list[Report]:
    """Return reports whose receipts a browser holds, newest first. Who may ask is for the caller."""
    rows = Report.objects.filter(district=district, pk__in=report_ids)
    return list(rows.select_related("case", "case__merged_into").order_by("-id"))


def open_pause(case: Case) -> Pause | None:
    """Return what the clock of a case waits for, if it stands still."""
    return Pause.objects.filter(case=case, ended_at=None).first()


def open_pauses(cases: Iterable[Case]) -> Mapping[int, Pause]:
    """Return what the clocks of those cases wait for that stand still, by case; at most one query."""
    still = [case.pk for case in cases if case.status not in RUNNING]
    if not still:
        return {}
    return {one.case_id: one for one in Pause.objects.filter(case__in=still, ended_at=None)}
