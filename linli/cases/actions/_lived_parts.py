"""A step of a loaded case that is done, and the sub-case that may open with the next."""

from datetime import datetime

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import StepState, StepView, new_number, ready
from linli.cases.domain.lives import Happened
from linli.cases.events import PartyInvited, StepDone
from linli.cases.models import Step

from ._lived import Lived
from ._lived_rows import change_row


def finish(lived: Lived, one: Happened) -> None:
    """
    Offer what waited for the step; a waiting sub-case is opened.

    :raises NoSuchThing: if nothing is told of that sub-case
    """
    step = lived.steps[one.step]
    move = lived.move(step, StepState.DONE, one, step.party_id, 0)
    step.note, step.done_at, step.outcome = one.words, one.at, "done"
    step.next_mark_at = None
    views = [StepView(s.code, tuple(s.after), StepState(s.state)) for s in lived.steps.values()]
    offered = [lived.steps[code] for code in ready(views)]
    for each in offered:
        lived.offer(each, one.at)
        each.revision += 1
    event = StepDone(
        at=lived.line_at(one.at),
        case_id=lived.case.pk,
        step_id=step.pk,
        party_id=step.party_id,
        offered=tuple(each.pk for each in offered),
    )
    by = lived.of_office(step.party_id)
    lived.draft(event, [step, move, *offered], by)
    for each in offered:
        if each.subcase_item:
            _open_part(lived, each, one.at, by)


def _open_part(lived: Lived, step: Step, at: datetime, by: Actor) -> None:
    """Do what ``open_subcase`` does, in memory; what comes after is lived when the case was."""
    if step.code not in lived.life.parts:
        raise NoSuchThing
    life = lived.life.part(step.code, at)
    part = Lived(lived.desk, life, life.number or new_number(at), lived.ids, opener=by)
    part.open()
    change_row(part.case, parent_step_id=step.pk)
    event = PartyInvited(
        at=lived.line_at(at),
        case_id=lived.case.pk,
        step_id=step.pk,
        party_id=part.case.owner_id,
    )
    lived.draft(event, [part.case], by)
    lived.parts.append(part)
