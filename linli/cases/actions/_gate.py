"""Whether a community's office may be given a step, and under what."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from linli.cases.domain import RESIDENT, LeaveOver, NotThroughTheGate, way_in
from linli.cases.models import Case, Step
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import OPEN_DUTIES, ItemDefinition
from linli.parties import queries as parties
from linli.parties.domain import COMMUNITY_KINDS
from linli.rulebook.domain import local_date

if TYPE_CHECKING:
    from linli.parties.models import Party


def gate(case: Case, to_party: int, *, performer: str = "", at: datetime) -> dict[str, Any]:
    """
    Return the columns ``origin`` and ``mandate_id`` of a step at an office.

    :param performer: whom the item names for the step; without it, whom it names for any
    :raises UnitEnded: if the office has been closed
    :raises NotThroughTheGate: if it is a community's office and nothing gives it the work
    """
    office = parties.taking_on(to_party)
    community = office.kind in COMMUNITY_KINDS.values()
    if not community:
        return {"origin": RESIDENT, "mandate_id": None}
    item = catalogue.definition(case.version_id)
    given = _given(item, office, performer, at)
    mandate = None if given else _mandate(item, office, at)
    origin = way_in(
        community=True,
        given=given,
        mandate=mandate.origin if mandate else None,
        office=parties.party_words(office),
    )
    return {"origin": origin, "mandate_id": mandate.pk if mandate else None}


def keep_leave(step: Step, at: datetime) -> dict[str, Any]:
    """
    Return the columns that change where an office goes on with a step: none while its leave holds.

    :raises LeaveOver: if it is a community's, its leave is over, and nothing else gives it the work
    """
    if step.origin == RESIDENT:
        return {}
    office = parties.party(step.party_id)
    held = catalogue.mandates_for(office.place_id, at) if office.place_id is not None else []
    if any(one.pk == step.mandate_id for one in held):
        return {}
    try:
        return gate(step.case, step.party_id, performer=step.performer, at=at)
    except NotThroughTheGate:
        raise LeaveOver(office=parties.party_words(office)) from None


def has_leave(step: Step, at: datetime) -> bool:
    """Whether an office may go on with a step."""
    try:
        keep_leave(step, at)
    except LeaveOver:
        return False
    return True


def _given(item: ItemDefinition, office: "Party", performer: str, at: datetime) -> bool:
    """Whether the item gives communities this step; of a further step, this hat any step."""
    if performer:
        return performer.startswith("community.")
    hats = {f"community.{hat}" for hat, kind in COMMUNITY_KINDS.items() if kind == office.kind}
    lines = {step.duty_line or item.duty_line for step in item.steps if step.performer in hats}
    return bool(lines & _open_lines(office, at))


def _open_lines(office: "Party", at: datetime) -> set[str]:
    """Return the codes of the lines open to a community: its own list first, then those above."""
    if office.place_id is None:
        return set()
    held = catalogue.duty_list(office.place_id, local_date(at))
    return {code for code, duty in held.items() if duty.kind in OPEN_DUTIES}


def _mandate(item: ItemDefinition, office: "Party", at: datetime) -> Any:
    """Return a mandate in force for the community under a line of the item, the first to end."""
    if office.place_id is None:
        return None
    lines = {item.duty_line, *(step.duty_line for step in item.steps)} - {""}
    held = catalogue.duty_list(office.place_id, local_date(at))
    ids = {held[code].line_id for code in lines if code in held}
    found = catalogue.mandates_for(office.place_id, at)
    return next((one for one in found if one.duty_line_id in ids), None)
