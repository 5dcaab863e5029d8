"""“我也是”, merging what is one matter, undoing that, and mending a wrong item."""

import json
from collections.abc import Sequence
from datetime import datetime

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    AGAIN,
    End,
    Permission,
    Role,
    SameMatter,
    Status,
    StepState,
    WrongMoment,
    check_open,
    new_code,
)
from linli.cases.events import CaseJoined, CaseRerouted, CasesMerged, MergeUndone
from linli.cases.models import Case, Report, Step
from linli.cases.queries import first_rings_at, rings_at
from linli.catalogue import queries as catalogue
from linli.fabric.blanks import Bound
from linli.fabric.fields import Sealed, blind_index
from linli.fabric.writing import write_atomic
from linli.journal import queries as journal
from linli.journal.actions import record
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

from ._dropped import drop_steps
from ._gate import has_leave
from ._lists import add_to_lists, hand_owner, relist_case
from ._locked import change, lock_steered
from ._paused import end_left, run_on
from .opening import Receipt, ground_of, new_step, reporting
from .steps import open_subcase


@write_atomic
def join_case(
    *,
    by: Actor,
    number: str,
    name: str,
    phone: str,
    words: str,
    language: str,
    at: datetime,
    hidden: bool = False,
) -> Receipt:
    """
    Say “me too”: a receipt of one's own for a case that is already open.

    :param hidden: whether the name is kept from all but the accountable office
    :raises NoSuchThing: if there is no case of that number
    :raises WrongMoment: if the case is over, or not of a kind others may join
    """
    rows = Case.objects.select_for_update(of=("self",))
    case = rows.filter(district=by.district, number=number).first()
    if case is None:
        raise NoSuchThing
    check_open(Status(case.status))
    definition = catalogue.definition(case.version_id)
    if case.sensitive or not definition.joinable:
        raise WrongMoment(state=case.status)
    code = new_code()
    report = Report(
        district=by.district,
        case=case,
        first=False,
        user=by.user if by.kind == "resident" else None,
        person_id=reporting(by),
        name=name.strip(),
        phone=Sealed.of(phone) if phone else None,
        phone_index=blind_index(phone) if phone else None,
        words=words.strip(),
        taken_by=by.appointment,
        hidden=hidden,
        code_hash=blind_index(f"{case.number}:{code}"),
        language=language,
        reported_at=at,
    )
    report.save(force_insert=True)
    record(CaseJoined(at=at, case_id=case.pk, report_id=report.pk), by=by, rows=[report])
    return Receipt(case=case, report=report, code=code)


@write_atomic
def merge_cases(*, by: Actor, case_id: int, into_id: int, at: datetime) -> Case:
    """
    Make one case of two that a person found to be one matter. Every reporter keeps receipt and clock.

    :raises NotInCharge: unless the actor's office steers both
    :raises SameMatter: if they are one
    :raises WrongMoment: if either is over
    """
    case = lock_steered(by, case_id)
    if case_id == into_id:
        raise SameMatter
    into = lock_steered(by, into_id)
    check_open(Status(case.status))
    check_open(Status(into.status))
    run_on(case, by=by, at=at)
    dropped = drop_steps(case, by=by, at=at)
    change(
        case,
        status=Status.ENDED,
        end=End.MERGED,
        merged_into_id=into.pk,
        answered_at=at,
        ended_at=at,
        next_mark_at=None,
        first_next_mark_at=None,
    )
    relist_case(case)
    merged = CasesMerged(
        at=at, case_id=case.pk, into_id=into.pk, dropped=tuple(step.pk for step in dropped)
    )
    record(merged, by=by, rows=[case, *dropped])
    return case


@write_atomic
def undo_merge(*, by: Actor, case_id: int, at: datetime) -> Case:
    """
    Part two cases again; the parted one goes back to its office with its old number and clock.

    :raises NotInCharge: unless the actor's office answers for it, or watches over the one that does
    :raises WrongMoment: unless it is merged
    :raises UnitEnded: if an office it would go back to has been closed
    """
    case = lock_steered(by, case_id)
    if case.merged_into_id is None:
        raise WrongMoment(state=case.status)
    was = case.merged_into_id
    parties.taking_on(case.owner_id)
    change(
        case,
        status=Status.OFFERED,
        end="",
        merged_into_id=None,
        answered_at=None,
        ended_at=None,
        next_mark_at=rings_at(
            start=case.clock_began_at, due_at=case.due_at, at=at, turned=case.mark
        ),
        first_next_mark_at=None if case.responded_at else first_rings_at(case, at),
    )
    steps = _take_up_again(case, at)
    rows = [case, *end_left(case, at=at), *steps]
    relist_case(case)
    record(MergeUndone(at=at, case_id=case.pk, from_id=was), by=by, rows=rows)
    for step in steps:
        if step.subcase_item and step.state == StepState.OFFERED and not _is_answered_for(step):
            open_subcase(by, case, step, at)
    return case


def _is_answered_for(step: Step) -> bool:
    """Whether the sub-case a step stands for went on, or came to an end, of its own."""
    return Case.objects.filter(parent_step=step).exclude(end=End.WITHDRAWN).exists()


def _take_up_again(case: Case, at: datetime) -> list[Step]:
    """Offer what the merger dropped and nothing else, each step with the clock it had."""
    steps = list(Step.objects.filter(case=case).order_by("id"))
    done = {step.code for step in steps if step.state == StepState.DONE}
    taken_up = []
    for step in _dropped_by_merger(case, steps):
        step.case = case
        if not has_leave(step, at):
            continue
        parties.taking_on(step.party_id)
        if done.issuperset(step.after):
            since = step.offered_at or at
            ringing = rings_at(start=since, due_at=step.due_at, at=at, turned=step.mark)
            change(step, state=StepState.OFFERED, offered_at=since, next_mark_at=ringing)
        else:
            change(step, state=StepState.WAITING, offered_at=None)
        taken_up.append(step)
    return taken_up


def _dropped_by_merger(case: Case, steps: Sequence[Step]) -> list[Step]:
    """Return which steps ended when the case was merged; a line of before does not name them."""
    bodies = [line[-1] for line in journal.told("case", case.pk) if line[0] == "CasesMerged"]
    named = json.loads(bodies[-1])["event"].get("dropped")
    dropped = [step for step in steps if step.state == StepState.DROPPED]
    return dropped if named is None else [step for step in dropped if step.pk in named]


@write_atomic
def reroute_case(*, by: Actor, case_id: int, item: str, at: datetime) -> Case:
    """
    Mend a wrong item: steps and owner follow the right one; number, receipts and clock stay.

    :raises NotAllowed: unless the hat may hand over
    :raises NotInCharge: unless the actor's office answers for it, or watches over the one that does
    :raises NoSuchItem: if the catalogue has no such item
    """
    case = lock_steered(by, case_id, permission=Permission.HAND_OVER)
    check_open(Status(case.status))
    version = catalogue.current(item, on=local_date(at))
    rows: list[Bound] = [case, *drop_steps(case, by=by, at=at)]
    taken = set(Step.objects.filter(case=case).values_list("code", flat=True))
    steps = [new_step(case, each, at) for each in version.definition.steps]
    fresh = {step.code: unused_code(step.code, taken) for step in steps}
    for step in steps:
        step.after = [fresh[code] for code in step.after]
        step.code = fresh[step.code]
    Step.objects.bulk_create(steps)
    was, owner = case.owner_id, parties.unit_for(version.definition.accountable, ground_of(case))
    change(
        case,
        item=item,
        version_id=version.version_id,
        sensitive=version.definition.sensitive,
        owner_id=owner.pk,
        owner_appointment=None,
    )
    add_to_lists(case, [(owner.pk, Role.OWNER), *((s.party_id, Role.HANDLER) for s in steps)])
    hand_owner(case, was)
    relist_case(case)
    record(
        CaseRerouted(
            at=at,
            case_id=case.pk,
            item=item,
            version_id=version.version_id,
            owner_id=owner.pk,
            offered=tuple(s.pk for s in steps if s.state == StepState.OFFERED),
        ),
        by=by,
        rows=[*rows, *steps],
    )
    return case


def unused_code(code: str, taken: set[str]) -> str:
    """Return the code of a further step, marked if another one of the case has it."""
    while code in taken:
        code += AGAIN
    return code
