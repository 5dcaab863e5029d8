"""今日: what is due, what is on offer to my office, what waits for a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import Permission, StepState, spoken
from linli.cases.queries import CaseFilter
from linli.desk.domain import LEAVE_OVER, STEP_STATES, Look
from linli.fabric.jinja import local_text
from linli.rulebook.domain import SHANGHAI, local_date

from .lists import CaseRow, rows_of, title_of
from .wording import Clock, case_address, clause_words, clock_of, place_of_case

if TYPE_CHECKING:
    from linli.cases.models import Step
    from linli.cases.queries import ShownReturn, ShownStep

MOST_DUE = 9
MOST_STEPS = 60
MOST_SHOWN = 9
MOST_RETURNS = 8


@dataclass(frozen=True, slots=True)
class StepLine:
    """
    One step of my office as the morning shows it.

    ``leave_over``: the leave it came with has ended. Its clock runs on, for the case is still owed
    to the resident; it is handed on, or admitted again.
    """

    id: int
    number: str
    address: str
    title: str
    place: str
    step: str
    clock: Clock | None
    look: Look
    fresh: bool
    leave_over: bool


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One return that waits for a ruling."""

    number: str
    spoken: str
    title: str
    clause: str
    at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class Today:
    """
    The lists of the morning, each with how many there are, and three counts of cases.

    ``calls``: how many people must be rung up because a letter did not reach them, “” for none.
    ``counted``: whether the counts of steps hold all of them; else there are more.
    """

    due: tuple[CaseRow, ...]
    offered: tuple[StepLine, ...]
    all_offered: int
    in_hand: tuple[StepLine, ...]
    all_in_hand: int
    waiting: tuple[CaseRow, ...]
    returns: tuple[ReturnLine, ...]
    all_returns: int
    late: int
    soon: int
    open: int
    arbiter: bool
    calls: str
    counted: bool


def today(actor: Actor, *, at: datetime) -> Today:
    """
    Return what the morning shows; seven queries.

    :raises NotAllowed: unless the hat may see cases
    """
    counts = cases.morning_counts(actor, at=at, soon=_end_of_day(at))
    due = cases.list_shown(actor, CaseFilter(), order="due", limit=MOST_DUE).rows
    asking = CaseFilter(status="asking")
    waiting = cases.list_shown(actor, asking, order="due", limit=MOST_DUE).rows
    rows = rows_of(actor, [*due, *waiting], at=at)
    held = cases.held_steps(actor, limit=MOST_STEPS)
    fresh = [step_id for step_id, state in held if state == StepState.OFFERED]
    in_hand = [step_id for step_id, state in held if state != StepState.OFFERED]
    shown = cases.steps_shown(actor, [*fresh[:MOST_SHOWN], *in_hand[:MOST_SHOWN]])
    lines = {one: step_line(actor, step, at=at) for one, step in shown.items()}
    arbiter = Permission.ARBITRATE in actor.permissions
    returns = cases.returns_shown(actor, arbiter=arbiter, limit=50 if arbiter else 20)
    return Today(
        due=tuple(rows[: len(due)]),
        offered=tuple(lines[one] for one in fresh if one in lines),
        all_offered=len(fresh),
        in_hand=tuple(lines[one] for one in in_hand if one in lines),
        all_in_hand=len(in_hand),
        waiting=tuple(rows[len(due) :]),
        returns=tuple(_return(one, at, arbiter) for one in returns[:MOST_RETURNS]),
        all_returns=len(returns),
        late=counts["late"],
        soon=counts["soon"],
        open=counts["open"],
        arbiter=arbiter,
        calls=_few(counts["calls"]),
        counted=len(held) < MOST_STEPS,
    )


def _few(count: int) -> str:
    """Return a number that was counted no further than needed; “” for none."""
    return "" if not count else f"{cases.SEVERAL - 1}+" if count >= cases.SEVERAL else str(count)


def _end_of_day(at: datetime) -> datetime:
    here = at.astimezone(SHANGHAI)
    return here.replace(hour=23, minute=59, second=59, microsecond=0)


def step_line(actor: Actor, step: "Step | ShownStep", *, at: datetime) -> StepLine:
    """Return one step as a list shows it."""
    case = step.case
    running = case.status in ("offered", "working")
    over = step.state != StepState.RETURNED and step.leave_over(at)
    return StepLine(
        id=step.pk,
        number=case.number,
        address=case_address(case.number),
        title=title_of(case),
        place=place_of_case(case, actor.communities),
        step=local_text(step.name),
        clock=clock_of(
            opened_at=step.offered_at,
            due_at=step.due_at or case.due_at,
            at=at,
            stands="" if running else "paused",
            words="" if running else gettext("stands still"),
        ),
        look=LEAVE_OVER if over else STEP_STATES[step.state],
        fresh=step.state == StepState.OFFERED,
        leave_over=over,
    )


def _return(ruling: "ShownReturn", at: datetime, arbiter: bool) -> ReturnLine:
    return ReturnLine(
        number=ruling.case.number,
        spoken=spoken(ruling.case.number),
        title=title_of(ruling.case),
        clause=clause_words(ruling.clause, local_date(at)),
        at=ruling.returned_at,
        address=reverse("desk:return", args=[ruling.pk])
        if arbiter
        else case_address(ruling.case.number),
    )


def found_rows(actor: Actor, words: str, *, at: datetime) -> Sequence[CaseRow]:
    """
    Return the office's cases that hold every word, newest first; three queries.

    :raises NotAllowed: unless the hat may see cases
    """
    return rows_of(actor, cases.search_cases(actor, words, limit=50), at=at)
