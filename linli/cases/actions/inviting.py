"""会办: inviting a further office into an open case, to do a part of it or to assist."""

from datetime import datetime

from linli.basics import Actor
from linli.cases.domain import (
    ASSIST,
    JOINT,
    Role,
    SameParty,
    Status,
    StepState,
    check_open,
    check_words,
)
from linli.cases.events import PartyInvited
from linli.cases.models import Step, StepMove
from linli.fabric.writing import write_atomic
from linli.journal.actions import record

from ._gate import gate
from ._lists import add_to_lists
from ._locked import lock_steered
from .merging import unused_code
from .opening import start_clock

NAMES = {
    JOINT: {"zh-Hans": "会办", "en": "Joint handling"},
    ASSIST: {"zh-Hans": "协办", "en": "Assistance"},
}


@write_atomic
def invite_office(
    *, by: Actor, case_id: int, to_party: int, lead: bool, words: str, at: datetime
) -> Step:
    """
    Invite a further office into an open case; return the step on offer to it.

    One that leads works on the case's clock, and “solved” waits for it; one that assists has no
    clock and holds nobody up. Either accepts or returns. It is no hop: nothing changed hands.

    :param words: what is asked of the office; it stands in the record
    :raises NotInCharge: unless the actor's office answers for it, or watches over the one that does
    :raises SameParty: if the office has an open step of the case already
    :raises NotThroughTheGate: if it is a community's and nothing gives it the work
    """
    check_words(words)
    case = lock_steered(by, case_id)
    check_open(Status(case.status))
    way = gate(case, to_party, at=at)
    steps = list(Step.objects.filter(case=case))
    closed = (StepState.DONE, StepState.DROPPED)
    if any(one.party_id == to_party and one.state not in closed for one in steps):
        raise SameParty
    kind = JOINT if lead else ASSIST
    step = Step(
        district=case.district,
        case=case,
        code=unused_code(kind, {one.code for one in steps}),
        name=NAMES[kind],
        performer="",
        party_id=to_party,
        state=StepState.OFFERED,
        offered_at=at,
        **way,
    )
    ahead = case.due_at if lead and case.due_at and case.due_at > at else None
    start_clock(step, ahead, at)
    step.save(force_insert=True)
    move = StepMove(
        district=case.district,
        step=step,
        case=case,
        from_state=StepState.DROPPED,  # taken back, the step is dropped again
        to_state=StepState.OFFERED,
        from_party=by.office(),
        to_party=to_party,
        note=words.strip(),
        moved_at=at,
    )
    move.save(force_insert=True)
    add_to_lists(case, [(to_party, Role.HANDLER if lead else Role.ASSISTANT)])
    record(
        PartyInvited(
            at=at,
            case_id=case.pk,
            step_id=step.pk,
            party_id=to_party,
            lead=lead,
            from_party_id=by.party,
            mandate_id=step.mandate_id,
        ),
        by=by,
        rows=[step, move],
    )
    return step
