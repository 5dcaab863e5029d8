"""退单: what waits for a ruling, with the precedents for the same item and clause."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from linli.basics import Actor, NoSuchThing
from linli.cases import queries as cases
from linli.cases.domain import Permission, spoken
from linli.fabric.jinja import local_text, moment
from linli.rulebook.domain import local_date

from .case import Precedent, precedent
from .lists import title_of
from .offices import offices_for
from .wording import (
    Clock,
    case_clock,
    clause_entry,
    clause_words,
    item_name,
    party_name,
    place_of_case,
)

if TYPE_CHECKING:
    from linli.cases.models import Ruling


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One return before the arbiter, or one of mine that waits there; ``unruled`` is over without a ruling."""

    id: int
    number: str
    spoken: str
    title: str
    item: str
    item_code: str
    place: str
    step: str
    clause_code: str
    clause: str
    when: str
    returned_by: str
    returned_by_id: int
    returned: str
    hops: int
    last_hop: bool
    clock: Clock | None
    decided: bool
    unruled: bool
    upheld: bool
    to_party: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """One return with what the arbiter needs to decide it."""

    row: ReturnRow
    words: str
    note: str
    precedents: tuple[Precedent, ...]
    offices: tuple[tuple[int, str], ...]
    suggested: int | None
    own: bool


def waiting_returns(actor: Actor, *, at: datetime) -> list[ReturnRow]:
    """Return what waits for the actor's ruling, else what the actor's office returned; oldest first."""
    if Permission.ARBITRATE in actor.permissions:
        return [_row(one, at) for one in cases.list_returns(actor)]
    return [_row(one, at) for one in cases.returns_of_office(actor)]


def decided_returns(actor: Actor, *, at: datetime) -> list[ReturnRow]:
    """Return what the actor's office decided, newest first; nothing for others."""
    if Permission.ARBITRATE not in actor.permissions:
        return []
    return [_row(one, at) for one in cases.list_returns(actor, open_only=False, limit=30)]


def return_page(actor: Actor, ruling_id: int, *, at: datetime) -> ReturnPage:
    """
    Return one open return before the actor; four queries.

    :raises NotAllowed: unless the hat may arbitrate
    :raises NoSuchThing: if it is not open before this arbiter
    """
    on = local_date(at)
    found = next((one for one in cases.list_returns(actor) if one.pk == ruling_id), None)
    if found is None:
        raise NoSuchThing
    before = [precedent(one, on) for one in cases.precedents_for(actor, [found.item])]
    same = [one for one in before if one.clause_code == found.clause]
    note = next(
        (
            one.words
            for one in cases.history(found.case)
            if one.kind == "StepReturned" and one.data.get("step_id") == found.step_id
        ),
        "",
    )
    return ReturnPage(
        row=_row(found, at),
        words=found.case.words,
        note=note,
        precedents=tuple(same or before),
        offices=tuple(
            offices_for(
                found.case.community_id or found.case.place_id,
                district=actor.district,
                on=on,
                but=(found.returned_by_id, actor.party or 0),
            )
        ),
        suggested=next((one.to_party_id for one in same if one.upheld), None),
        own=found.returned_by_id == actor.party,
    )


def _row(ruling: "Ruling", at: datetime) -> ReturnRow:
    case, on = ruling.case, local_date(at)
    return ReturnRow(
        id=ruling.pk,
        number=case.number,
        spoken=spoken(case.number),
        title=title_of(case),
        item=item_name(case),
        item_code=case.item,
        place=place_of_case(case),
        step=local_text(ruling.step.name),
        clause_code=ruling.clause,
        clause=clause_words(ruling.clause, on),
        when=local_text(clause_entry(ruling.clause, on)["when"]),
        returned_by=party_name(ruling.returned_by_id),
        returned_by_id=ruling.returned_by_id,
        returned=moment(ruling.returned_at),
        hops=ruling.step.hops,
        last_hop=ruling.step.hops >= cases.windows_at(at).hops,
        clock=case_clock(case, at=at),
        decided=ruling.ruled_at is not None,
        unruled=ruling.ruled_at is not None and ruling.upheld is None,
        upheld=bool(ruling.upheld),
        to_party=party_name(ruling.to_party_id) if ruling.to_party_id else "",
        reason=ruling.reason,
    )
