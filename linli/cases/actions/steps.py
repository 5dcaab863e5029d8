"""What an office does with the step it holds: take it up, finish it, pass it on, take that back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from linli.basics import Actor
from linli.cases.domain import (
    AGAIN,
    IN_HAND,
    OPEN,
    Channel,
    Permission,
    Role,
    SameParty,
    Status,
    StepState,
    StepView,
    TooLateToUndo,
    check_hops,
    check_in_hand,
    check_open,
    check_words,
    ready,
)
from linli.cases.events import PartyInvited, StepAccepted, StepDone, StepHandedOver, StepUndone
from linli.cases.models import Case, Step, StepMove
from linli.cases.queries import first_rings_at, rings_at, windows_at
from linli.catalogue import queries as catalogue
from linli.fabric.writing import write_atomic
from linli.journal.actions import record

from ._dropped import close_returns
from ._gate import gate, keep_leave
from ._lists import add_to_lists, relist_case
from ._locked import change, lock_case, lock_steered, lock_step, move_step
from ._told import keep_told
from .opening import Said, offer, open_at_place


@write_atomic
def accept_step(*, by: Actor, step_id: int, at: datetime) -> Step:
    """
    Take up a step that was offered to the actor's office; the first one answers the first clock.

    :raises NotAllowed: unless the hat may act on cases
    :raises NotYours: if another office holds the step
    :raises WrongMoment: if it is not on offer
    :raises LeaveOver: if a community's leave for it is over
    """
    by.must(Permission.ACT)
    step = lock_step(by, step_id)
    case = step.case
    check_open(Status(case.status))
    move = move_step(
        step,
        StepState.ACCEPTED,
        at=at,
        accepted_at=at,
        appointment=by.appointment,
        **keep_leave(step, at),
    )
    begin_working(case, by, at)
    record(
        StepAccepted(at=at, case_id=case.pk, step_id=step.pk, party_id=step.party_id),
        by=by,
        rows=[case, step, move],
    )
    return step


def begin_working(case: Case, by: Actor, at: datetime) -> None:
    """Note the first response, and that somebody is at work."""
    columns: dict[str, Any] = {}
    if case.responded_at is None:
        columns |= {"responded_at": at, "first_next_mark_at": None}
    if case.status == Status.OFFERED:
        columns["status"] = Status.WORKING
    takes_it_up = case.owner_id == by.party and case.owner_appointment is None
    if takes_it_up:
        columns["owner_appointment"] = by.appointment
    if columns:
        change(case, **columns)
        relist_case(case)
    if takes_it_up:
        keep_told(by_office=case.owner_id, case=case, at=at)


@write_atomic
def finish_step(
    *,
    by: Actor,
    step_id: int,
    outcome: str,
    note: str,
    at: datetime,
    answers: dict[str, Any] | None = None,
) -> Step:
    """
    Finish a step and offer whatever was waiting for it; a waiting sub-case is opened.

    :raises NotYours: if another office holds the step
    :raises WrongMoment: unless the office has taken it up
    :raises WordsMissing: if nothing is said of what was done
    :raises LeaveOver: if a community's leave for it is over
    """
    by.must(Permission.ACT)
    check_words(note)
    step = lock_step(by, step_id)
    case = step.case
    check_open(Status(case.status))
    move = move_step(
        step,
        StepState.DONE,
        at=at,
        words=note,
        note=note,
        done_at=at,
        outcome=outcome,
        answers=dict(answers or {}),
        next_mark_at=None,
        **keep_leave(step, at),
    )
    offered = offer_ready(case, at)
    record(
        StepDone(
            at=at,
            case_id=case.pk,
            step_id=step.pk,
            party_id=step.party_id,
            offered=tuple(each.pk for each in offered),
        ),
        by=by,
        rows=[step, move, *offered],
    )
    for each in offered:
        if each.subcase_item:
            open_subcase(by, case, each, at)
    return step


def offer_ready(case: Case, at: datetime) -> list[Step]:
    """Offer every waiting step whose predecessors are all done; return those offered."""
    steps = list(Step.objects.filter(case=case).order_by("id"))
    views = [StepView(s.code, tuple(s.after), StepState(s.state)) for s in steps]
    codes = set(ready(views))
    definitions = {s.code: s for s in catalogue.definition(case.version_id).steps}
    offered = [step for step in steps if step.code in codes]
    for step in offered:
        offer(step, definitions[step.code.rstrip(AGAIN)], at)
        change(
            step,
            state=step.state,
            offered_at=step.offered_at,
            due_at=step.due_at,
            mark="",
            next_mark_at=step.next_mark_at,
        )
    return offered


def open_subcase(by: Actor, case: Case, step: Step, at: datetime) -> Case:
    """Open the sub-case a step stands for; it has its own number and clock, the resident one voice."""
    said = Said(
        item=step.subcase_item,
        words=case.words,
        channel=Channel(case.channel),
        place_id=case.place_id,
        place_words=case.place_words,
        person_id=case.subject_id,
    )
    sub = open_at_place(by=by, said=said, at=at, taker=None).case
    change(sub, parent_step_id=step.pk)
    record(
        PartyInvited(at=at, case_id=case.pk, step_id=step.pk, party_id=sub.owner_id),
        by=by,
        rows=[sub],
    )
    return sub


@write_atomic
def hand_over_step(*, by: Actor, step_id: int, to_party: int, note: str, at: datetime) -> Step:
    """
    Pass a step to another office, which accepts or returns it. Two hops are the most.

    :raises NotAllowed: unless the hat may hand over
    :raises WrongMoment: unless it is on offer or taken up; what is before the arbiter stays there
    :raises TooManyHops: once it has changed hands twice
    :raises SameParty: if it would stay where it is
    :raises NotThroughTheGate: if it would give a community work nothing gives it
    """
    by.must(Permission.HAND_OVER)
    check_words(note)
    step = lock_step(by, step_id)
    case = step.case
    check_open(Status(case.status))
    check_in_hand(StepState(step.state))
    check_hops(step.hops, windows_at(at))
    if to_party == step.party_id:
        raise SameParty
    _offer_elsewhere(by, step, to_party, words=note, at=at, hop=step.hops + 1)
    return step


def _offer_elsewhere(
    by: Actor, step: Step, to_party: int, *, words: str, at: datetime, hop: int = 0
) -> None:
    """
    Offer a step to another office: the move, the lists, the line.

    :param hop: which hand-over of the step it is; 0 if it counts as none
    :raises NotThroughTheGate: if it would give a community work nothing gives it
    """
    case = step.case
    way = gate(case, to_party, performer=step.performer, at=at)
    from_party = step.party_id
    move = move_step(
        step,
        StepState.OFFERED,
        at=at,
        to_party=to_party,
        words=words,
        appointment=None,
        accepted_at=None,
        offered_at=at,
        hop=hop,
        hops=hop or step.hops,
        **way,
    )
    add_to_lists(case, [(to_party, Role.HANDLER)])
    record(
        StepHandedOver(
            at=at,
            case_id=case.pk,
            step_id=step.pk,
            from_party_id=from_party,
            to_party_id=to_party,
            hop=step.hops,
        ),
        by=by,
        rows=[step, move],
    )


@write_atomic
def undo_last_move(*, by: Actor, step_id: int, at: datetime) -> Step:
    """
    Take back what the actor's own office did with a step a few minutes ago; with the acceptance
    goes the first response it was. A return can be taken back until it is ruled.

    :raises TooLateToUndo: once the window is over, or when others have gone on from there
    :raises NotThroughTheGate: if a community would get back what nothing gives it any more
    """
    by.must(Permission.ACT)
    step = Step.objects.filter(pk=step_id, district=by.district).first()
    case = lock_case(by, step.case_id if step else 0)
    step = Step.objects.get(pk=step_id)
    step.case = case
    last = StepMove.objects.filter(step=step).order_by("-id").first()
    most = windows_at(at).undo_minutes
    unruled = step.state == StepState.RETURNED
    fresh = last is not None and (unruled or at - last.moved_at <= timedelta(minutes=most))
    if not fresh or last is None or last.from_party != by.party or case.status not in OPEN:
        raise TooLateToUndo(minutes=most)
    followers = [s for s in Step.objects.filter(case=case) if step.code in s.after]
    if any(_gone_on(one) for one in followers):
        raise TooLateToUndo(minutes=most)
    way = _way_back(step, last, at)
    back = StepMove(
        district=step.district,
        step=step,
        case=case,
        from_state=step.state,
        to_state=last.from_state,
        from_party=step.party_id,
        to_party=last.from_party,
        moved_at=at,
        hop=max(step.hops - (1 if last.hop else 0), 0),
    )
    change(
        step,
        state=last.from_state,
        party_id=last.from_party,
        hops=back.hop if last.hop else step.hops,
        done_at=None,
        outcome="",
        accepted_at=step.accepted_at or at if last.from_state == StepState.ACCEPTED else None,
        next_mark_at=_rings_again(step, last, at),
        **way,
    )
    back.save(force_insert=True)
    for follower in followers:
        if follower.state == StepState.OFFERED:
            change(
                follower, state=StepState.WAITING, offered_at=None, due_at=None, next_mark_at=None
            )
    if last.to_state == StepState.ACCEPTED and case.responded_at == last.moved_at:
        _respond_anew(case, step, at)
    elif last.from_state == StepState.ACCEPTED and case.responded_at is None:
        begin_working(case, by, at)
    record(
        StepUndone(at=at, case_id=case.pk, step_id=step.pk, party_id=step.party_id),
        by=by,
        rows=[case, step, back, *followers, *(close_returns(step, at=at) if unruled else ())],
    )
    return step


def _gone_on(follower: Step) -> bool:
    """Whether somebody is at work on what came next; a sub-case is at work once it is open."""
    if follower.subcase_item and follower.state == StepState.OFFERED:
        return True
    return follower.state not in (StepState.WAITING, StepState.OFFERED)


def _rings_again(step: Step, last: StepMove, at: datetime) -> datetime | None:
    """Return when the clock of a step rings next after its last move was taken back."""
    if last.from_state == StepState.DROPPED:
        return None
    since = step.offered_at or at
    return rings_at(start=since, due_at=step.due_at, at=at, turned=step.mark)


def _respond_anew(case: Case, step: Step, at: datetime) -> None:
    """Let the first clock run on: no office stops it by one press and taking it back."""
    others = Step.objects.filter(case=case).exclude(pk=step.pk).exclude(accepted_at=None)
    columns: dict[str, Any] = {"responded_at": others.aggregate(first=Min("accepted_at"))["first"]}
    if columns["responded_at"] is None:
        columns["first_next_mark_at"] = first_rings_at(case, at)
        if case.status == Status.WORKING:
            columns["status"] = Status.OFFERED
    if not others.filter(party=case.owner_id).exists():
        columns["owner_appointment"] = None
    change(case, **columns)
    relist_case(case)


def _way_back(step: Step, last: StepMove, at: datetime) -> dict[str, Any]:
    """Return under what an office gets a step back: the gate is asked again."""
    if last.from_state == StepState.DROPPED:
        return {}
    if last.from_party == step.party_id:
        return keep_leave(step, at)
    return gate(step.case, last.from_party, performer=step.performer, at=at)


@write_atomic
def reassign_steps(
    *, by: Actor, step_ids: Sequence[int], to_party: int, note: str, at: datetime
) -> int:
    """
    Move many steps at once, by the office above; it is no hop, for nobody refused anything.

    :raises NotAllowed: unless the hat may reassign
    :raises NotInCharge: for a step of another office, unless the actor's steers the case
    :raises NotThroughTheGate: if it would give a community work nothing gives it
    """
    by.must(Permission.REASSIGN)
    check_words(note)
    steps = Step.objects.filter(pk__in=step_ids, district=by.district).order_by("id")
    moved = 0
    for step in steps:
        own = step.party_id == by.party
        case = lock_case(by, step.case_id) if own else lock_steered(by, step.case_id)
        if step.party_id == to_party or step.state not in IN_HAND:
            continue
        step.case = case
        _offer_elsewhere(by, step, to_party, words=note, at=at)
        moved += 1
    return moved
