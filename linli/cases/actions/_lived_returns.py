"""What the returns of a loaded case forbid and how they end, as ``returns`` and ``_dropped`` have it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from linli.basics import Actor
from linli.cases.events import ReturnClosed
from linli.cases.models import Step
from linli.rulebook.domain import local_date

if TYPE_CHECKING:
    from ._lived import Lived


def dismissed(lived: "Lived", step: Step) -> dict[str, date]:
    """Return by which clauses a step's office returned it in vain, and when that was ruled."""
    return {
        one.clause: local_date(one.ruled_at)
        for one in lived.rulings
        if (one.step_id, one.returned_by_id, one.upheld) == (step.pk, step.party_id, False)
        and one.ruled_at is not None
    }


def close_returns(lived: "Lived", *, by: Actor, at: datetime) -> None:
    """Close every return without a ruling, with a line."""
    for ruling in lived.rulings:
        if ruling.ruled_at is None:
            ruling.ruled_at = at
            closed = ReturnClosed(
                at=lived.line_at(at),
                case_id=lived.case.pk,
                step_id=ruling.step_id,
                ruling_id=ruling.pk,
                clause=ruling.clause,
            )
            lived.draft(closed, [ruling], by)
