"""The list of cases as a desk reads it, the load of its people, and what it exports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import StepState, spoken
from linli.cases.queries import CaseFilter
from linli.catalogue import queries as catalogue
from linli.desk.domain import ROLES, Look
from linli.fabric.jinja import language, local_text, span_brief
from linli.fabric.versions import cached
from linli.rulebook.domain import local_date

from .wording import (
    Clock,
    case_address,
    case_clock,
    item_name,
    look_of,
    party_name,
    person_name,
    place_of_case,
)

if TYPE_CHECKING:
    from linli.cases.models import Case, Docket
    from linli.cases.queries import ShownCase, ShownDocket, StepBeside

MOST_EXPORTED = 5_000
AT_A_TIME = 100
HELD = (StepState.OFFERED, StepState.ACCEPTED, StepState.RETURNED)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list of cases."""

    number: str
    address: str
    spoken: str
    title: str
    item: str
    place: str
    clock: Clock | None
    due_at: datetime | None
    opened_at: datetime
    hands: str
    look: Look
    role: str
    hops: int
    age: str
    ours: bool


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of the list with its cursors."""

    rows: tuple[CaseRow, ...]
    older: str | None
    newer: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """How many steps one person of the office has in hand; an empty name is nobody yet."""

    name: str
    steps: int


def case_list(
    actor: Actor, asked: CaseFilter, *, order: str, after: str, limit: int, at: datetime
) -> CaseList:
    """
    Return one page of the office's cases, three queries.

    :raises NotAllowed: unless the hat may see cases
    :raises Invalid: if the cursor does not fit
    """
    page = cases.list_shown(actor, asked, order=order, after=after, limit=limit)
    rows = rows_of(actor, page.rows, at=at)
    return CaseList(rows=tuple(rows), older=page.next, newer=page.previous)


def rows_of(
    actor: Actor, dockets: "Sequence[Docket | ShownDocket]", *, at: datetime
) -> list[CaseRow]:
    """Return docket rows as a list shows them, one query for all their steps."""
    steps = cases.steps_beside(docket.case_id for docket in dockets)
    return [_row(actor, docket, steps.get(docket.case_id, []), at) for docket in dockets]


def _row(
    actor: Actor, docket: "Docket | ShownDocket", steps: "Sequence[StepBeside]", at: datetime
) -> CaseRow:
    case = docket.case
    return CaseRow(
        number=case.number,
        address=case_address(case.number),
        spoken=spoken(case.number),
        title=title_of(case),
        item=item_name(case),
        place=place_of_case(case, actor.communities),
        clock=case_clock(case, at=at),
        due_at=case.due_at,
        opened_at=case.opened_at,
        hands=hands_words(actor, case, steps),
        look=_look(case, steps),
        role=gettext(ROLES[docket.role]),
        hops=max((step.hops for step in steps), default=0),
        age=span_brief((case.ended_at or at) - case.opened_at),
        ours=any(step.party_id == actor.party and step.state in HELD for step in steps),
    )


def title_of(case: "Case | ShownCase") -> str:
    """Return the first sentence somebody said; of a sensitive matter only the item."""
    if case.sensitive:
        return item_name(case)
    first = case.words.strip().splitlines()[0] if case.words.strip() else ""
    return first if len(first) <= 32 else first[:30] + "……"


def hands_words(actor: Actor, case: "Case | ShownCase", steps: "Sequence[StepBeside]") -> str:
    """Return in whose hands a case is: we or one office and how many more, or the resident."""
    if case.status in ("asking", "answered"):
        return gettext("the resident")
    if case.status == "ended":
        return "—"
    held = dict.fromkeys(s.party_id for s in steps if s.state in HELD) or {case.owner_id: None}
    first = actor.party if actor.party in held else next(iter(held))
    name = gettext("us") if first == actor.party else party_name(first)
    if len(held) == 1:
        return name
    return gettext("%(name)s and %(more)s more") % {"name": name, "more": len(held) - 1}


def _look(case: "Case | ShownCase", steps: "Sequence[StepBeside]") -> Look:
    if case.status in ("offered", "working") and any(s.state == "returned" for s in steps):
        return Look("need", "scale", gettext("Before the arbiter"))
    return look_of(case)


def load_of_office(actor: Actor) -> list[Load]:
    """Return who of the office has how many steps in hand, one query."""
    return [
        Load(name=person_name(row["appointment"]), steps=row["steps"])
        for row in cases.load_by_person(actor)
    ]


def due_figures(actor: Actor, *, at: datetime) -> Mapping[str, int]:
    """Return overdue, due within a day, and open cases of the office, one query."""
    return cases.due_counts(actor, at=at, soon=at + timedelta(days=1))


def items_to_filter(at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the items on offer as options of the filter, in the order of their words."""
    return _items_to_filter(settings.DISTRICT, local_date(at), language())


@cached("catalogue")
def _items_to_filter(
    district: int,
    on: date,
    tag: str,  # noqa: ARG001  # the names are in it
) -> tuple[tuple[str, str], ...]:
    found = [
        (one.definition.code, local_text(one.definition.name))
        for one in catalogue.items(on, district=district)
    ]
    return tuple(sorted(found, key=lambda pair: pair[1]))


def exported(
    actor: Actor, asked: CaseFilter, *, order: str, at: datetime
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of an export, in the order of the list; no words of anybody, no names."""
    after, count = "", 0
    while count < MOST_EXPORTED:
        page = case_list(actor, asked, order=order, after=after, limit=AT_A_TIME, at=at)
        for row in page.rows:
            count += 1
            yield (
                row.spoken,
                row.item,
                gettext(row.look.words),
                row.place,
                row.hands,
                row.opened_at,
                row.due_at,
                row.hops,
                row.role,
            )
        if page.older is None:
            return
        after = page.older
