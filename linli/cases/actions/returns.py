"""退单: a return cites a clause; an arbiter decides once; the decision is a precedent."""

from datetime import date, datetime

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    AGAIN,
    NotYourRuling,
    Permission,
    Role,
    Status,
    StepState,
    check_clause,
    check_open,
    check_return,
    check_words,
)
from linli.cases.events import ReturnRuled, StepReturned
from linli.cases.models import Ruling, Step
from linli.cases.queries import UNRULED, clause_words, windows_at
from linli.catalogue import queries as catalogue
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.parties import queries as parties
from linli.rulebook.domain import local_date

from ._dropped import close_returns
from ._gate import gate, keep_leave
from ._lists import add_to_lists, hand_owner
from ._locked import change, lock_case, lock_step, move_step
from .opening import ground_of

ARBITER = "district.arbitration"
LAST_RESORT = "district.center"


@write_atomic
def return_step(*, by: Actor, step_id: int, clause: str, note: str, at: datetime) -> Ruling:
    """
    Give an offered step back, citing a clause of the item; it goes to the arbiter, not to anyone else.

    :raises NoClause: unless the item lists the clause
    :raises AlreadyRuled: if the arbiter ruled on that clause, that step and that office before
    :raises RuledOften: if the office returned the step in vain as often as it may
    :raises WrongMoment: once the office has taken the step up
    """
    by.must(Permission.RETURN)
    step = lock_step(by, step_id)
    case = step.case
    check_open(Status(case.status))
    check_clause(clause, catalogue.definition(case.version_id).clauses)
    check_words(note)
    on = local_date(at)
    check_return(clause, clause_words(clause, on), _dismissed(step), windows_at(at))
    arbiter = parties.unit_for(ARBITER, ground_of(case))
    move = move_step(step, StepState.RETURNED, at=at, clause=clause, words=note)
    left = close_returns(step, at=at)  # by cases that once ended without closing them
    ruling = Ruling(
        district=case.district,
        step=step,
        case=case,
        item=case.item,
        clause=clause,
        returned_by_id=step.party_id,
        returned_at=at,
        arbiter_party_id=arbiter.pk,
    )
    ruling.save(force_insert=True)
    add_to_lists(case, [(arbiter.pk, Role.OVERSEER)])
    record(
        StepReturned(
            at=at,
            case_id=case.pk,
            step_id=step.pk,
            party_id=step.party_id,
            clause=clause,
            arbiter_id=arbiter.pk,
        ),
        by=by,
        rows=[step, move, *left, ruling],
    )
    return ruling


def _dismissed(step: Step) -> dict[str, date]:
    """
    Return by which clauses an office returned a step in vain, and when that was ruled.

    A step made anew by mending the item there and back is the same step.
    """
    rows = Ruling.objects.filter(
        case=step.case, item=step.case.item, returned_by_id=step.party_id, upheld=False
    ).select_related("step")
    code = step.code.rstrip(AGAIN)
    return {
        one.clause: local_date(one.ruled_at)
        for one in rows
        if one.ruled_at is not None and one.step.code.rstrip(AGAIN) == code
    }


@write_atomic
def rule_return(
    *, by: Actor, ruling_id: int, upheld: bool, to_party: int | None, reason: str, at: datetime
) -> Ruling:
    """
    Decide a return once: upheld sends the step to the named office, dismissed sends it back.

    After the second hop an upheld return goes to the district, whatever office was named.

    :raises NotAllowed: unless the hat may arbitrate
    :raises NotYourRuling: if the arbiter's own office is a party to it
    :raises NotThroughTheGate: if it would give a community work nothing gives it, or no longer
    :raises NoSuchThing: if there is no such open return before this arbiter
    """
    by.must(Permission.ARBITRATE)
    check_words(reason)
    ruling = (
        Ruling.objects.select_for_update(of=("self",))
        .filter(UNRULED, pk=ruling_id, district=by.district, arbiter_party_id=by.party)
        .first()
    )
    if ruling is None:
        raise NoSuchThing
    case = lock_case(by, ruling.case_id)
    step = Step.objects.get(pk=ruling.step_id)
    step.case = case
    if by.party in (ruling.returned_by_id, to_party):
        raise NotYourRuling
    target, hops = _target(
        step, ruling, upheld=upheld, to_party=to_party, most_hops=windows_at(at).hops
    )
    performer = step.performer
    way = gate(case, target, performer=performer, at=at) if upheld else keep_leave(step, at)
    move = move_step(
        step,
        StepState.OFFERED,
        at=at,
        to_party=target,
        clause=ruling.clause,
        words=reason,
        hop=hops,
        hops=hops,
        offered_at=at,
        accepted_at=None,
        appointment=None,
        **way,
    )
    ruling.upheld, ruling.to_party_id, ruling.reason = upheld, target, reason
    ruling.ruled_by, ruling.ruled_at = by.appointment, at
    ruling.save(update_fields=["upheld", "to_party", "reason", "ruled_by", "ruled_at"])
    add_to_lists(case, [(target, Role.HANDLER)])
    rows = [step, move, ruling]
    if upheld and case.owner_id == ruling.returned_by_id:
        change(case, owner_id=target, owner_appointment=None)
        hand_owner(case, ruling.returned_by_id)
        rows.append(case)
    record(
        ReturnRuled(
            at=at,
            case_id=case.pk,
            step_id=step.pk,
            ruling_id=ruling.pk,
            clause=ruling.clause,
            upheld=upheld,
            to_party_id=target,
            hop=hops,
        ),
        by=by,
        rows=rows,
    )
    return ruling


def _target(
    step: Step, ruling: Ruling, *, upheld: bool, to_party: int | None, most_hops: int
) -> tuple[int, int]:
    """Return the party the step goes to and how often it has then changed hands."""
    if not upheld:
        return ruling.returned_by_id, step.hops
    if step.hops >= most_hops or to_party is None:
        return parties.unit_for(LAST_RESORT, ground_of(step.case)).pk, min(step.hops + 1, most_hops)
    return to_party, step.hops + 1
