"""
Cases as rows, for the lists of the workbench: the columns a line shows, by statements composed once.

What stands in no docket of the office does not exist here either.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, ExpressionWrapper, F, Model, QuerySet

from linli.basics import Actor
from linli.cases.domain import Permission, StepState
from linli.cases.models import Docket, Ruling, Step
from linli.fabric.composed import composed, once, slot
from linli.fabric.keyset import Page, page_from

from .lists import UNRULED, CaseFilter
from .rows import Shape, docket_rows, read_page
from .search import cases_matching

HELD = (StepState.OFFERED, StepState.ACCEPTED, StepState.RETURNED)
# How many ids one statement takes at once; a shorter list repeats its last.
LENGTHS = (10, 20, 50, 100)


class Door(NamedTuple):
    """The place of a case, for the words of one that is not in the tree."""

    name: dict[str, str] | None
    parent_id: int | None


class ShownCase(NamedTuple):
    """The columns of a case that a line shows, named as in its table."""

    pk: int
    district: int
    number: str
    version_id: int
    words: str
    place_id: int | None
    place_words: str
    community_id: int | None
    sensitive: bool
    status: str
    end: str
    owner_id: int
    opened_at: datetime
    reopened_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    reopened: int
    place_name: dict[str, str] | None
    place_parent: int | None

    @property
    def place(self) -> Door | None:
        return None if self.place_id is None else Door(self.place_name, self.place_parent)


class ShownDocket(NamedTuple):
    """One row of a docket: what it is ordered by, why the office sees it, and its case."""

    pk: int
    number: str
    opened_at: datetime
    due_at: datetime
    role: str
    case: ShownCase

    @property
    def case_id(self) -> int:
        return self.case.pk


class ShownStep(NamedTuple):
    """
    One step in the hands of an office, and its case.

    ``leave_to`` and ``leave_revoked_at`` are of the mandate it came with; None where it needs none.
    """

    pk: int
    name: dict[str, str]
    state: str
    offered_at: datetime | None
    due_at: datetime | None
    leave_to: datetime | None
    leave_revoked_at: datetime | None
    case: ShownCase

    def leave_over(self, at: datetime) -> bool:
        """Whether the leave it came with has ended: it is not to be worked on, but handed on."""
        ends = (self.leave_to, self.leave_revoked_at)
        return any(end is not None and end <= at for end in ends)


class ShownReturn(NamedTuple):
    """One return that waits for a ruling, and its case."""

    pk: int
    clause: str
    returned_at: datetime
    case: ShownCase


class StepBeside(NamedTuple):
    """What a line about a case says of one of its steps."""

    case_id: int
    party_id: int
    state: str
    hops: int


_OF_PLACE = {"place_name": "place__name", "place_parent": "place__parent_id"}
_CASE = [f"case__{_OF_PLACE.get(name, name)}" for name in ShownCase._fields]
_LEAVE = ("mandate__valid_to", "mandate__revoked_at")
_STEP = ("id", "name", "state", "offered_at", "due_at", *_LEAVE)
_DOCKET = ("id", "number", "opened_at", "due_at", "role", *_CASE)


def list_shown(
    actor: Actor, asked: CaseFilter, *, order: str = "opened", after: str = "", limit: int = 20
) -> Page[ShownDocket]:
    """
    Return one page of the docket of the actor's office, as ``list_cases`` does. One query.

    :raises NotAllowed: unless the hat may see cases
    :raises Invalid: if the cursor does not fit
    """
    wanted = read_page(actor, asked, order=order, after=after, limit=limit)
    if asked.text:
        rows = docket_rows(wanted.shape).filter(case_id__in=cases_matching(actor, asked.text))
        found = once(rows.values_list(*_DOCKET)[: wanted.limit + 1], wanted.values)
    else:
        found = _docket_page.rows(wanted.values, wanted.shape, wanted.limit + 1)
    listed = [ShownDocket._make((*row[:5], ShownCase(*row[5:]))) for row in found]
    return page_from(listed, order=wanted.order, edge=wanted.edge, limit=wanted.limit)


@composed
def _docket_page(shape: Shape, count: int) -> QuerySet[Docket, Any]:
    return docket_rows(shape).values_list(*_DOCKET)[:count]


def steps_beside(case_ids: Iterable[int]) -> dict[int, list[StepBeside]]:
    """Return case → its steps in order, one query; for at most a hundred cases the actor was given."""
    found: dict[int, list[StepBeside]] = {}
    asked = _numbered(list(case_ids))
    if asked:
        for row in _steps_beside.rows(asked, len(asked)):
            found.setdefault(row[0], []).append(StepBeside(*row))
    return found


@composed
def _steps_beside(count: int) -> QuerySet[Step, Any]:
    # Of a foreign key Django takes only values, of a number also slots.
    number = ExpressionWrapper(F("case_id"), BigIntegerField())
    rows = Step.objects.alias(of=number).filter(of__in=_slots(Step, "case_id", count))
    return rows.order_by("id").values_list(*StepBeside._fields)


def held_steps(actor: Actor, *, limit: int = 50) -> list[tuple[int, str]]:
    """
    Return id and state of the steps in the hands of the actor's office, the most urgent first.

    :raises NotAllowed: unless the hat may see cases
    """
    actor.must(Permission.SEE)
    return [(row[0], row[1]) for row in _held.rows({"party_id": actor.office()}, limit)]


@composed
def _held(limit: int) -> QuerySet[Step, Any]:
    rows = Step.objects.filter(party_id=slot(Step, "party_id"), state__in=HELD)
    return rows.order_by("due_at", "id").values_list("id", "state")[:limit]


def steps_shown(actor: Actor, step_ids: Sequence[int]) -> dict[int, ShownStep]:
    """
    Return steps in the hands of the actor's office by id, with their cases; one query, a hundred at most.

    :raises NotAllowed: unless the hat may see cases
    """
    actor.must(Permission.SEE)
    asked = _numbered(step_ids)
    if not asked:
        return {}
    rows = _steps_shown.rows({**asked, "party_id": actor.office()}, len(asked))
    return {row[0]: ShownStep._make((*row[:7], ShownCase(*row[7:]))) for row in rows}


@composed
def _steps_shown(count: int) -> QuerySet[Step, Any]:
    rows = Step.objects.filter(id__in=_slots(Step, "id", count), party_id=slot(Step, "party_id"))
    return rows.values_list(*_STEP, *_CASE)


def returns_shown(actor: Actor, *, arbiter: bool, limit: int = 50) -> list[ShownReturn]:
    """
    Return what waits for the arbiter's ruling, oldest first; else what the office itself returned.

    :raises NotAllowed: unless the hat may see cases, and arbitrate where it asks as the arbiter
    """
    actor.must(Permission.ARBITRATE if arbiter else Permission.SEE)
    asked = {"district": actor.district, "party": actor.office()}
    rows = _returns.rows(asked, "arbiter_party" if arbiter else "returned_by", limit)
    return [ShownReturn._make((*row[:3], ShownCase(*row[3:]))) for row in rows]


@composed
def _returns(column: str, limit: int) -> QuerySet[Ruling, Any]:
    whose = {f"{column}_id": slot(Ruling, column, name="party")}
    rows = Ruling.objects.filter(UNRULED, district=slot(Ruling, "district"), **whose)
    return rows.order_by("returned_at").values_list("id", "clause", "returned_at", *_CASE)[:limit]


def _numbered(ids: Sequence[int]) -> dict[str, int]:
    """Return the values of one statement for several ids, by the names of its slots."""
    if not ids:
        return {}
    length = next(one for one in LENGTHS if one >= len(ids))
    return {str(n): ids[min(n, len(ids) - 1)] for n in range(length)}


def _slots(model: type[Model], column: str, count: int) -> list[Any]:
    return [slot(model, column, name=str(n)) for n in range(count)]
