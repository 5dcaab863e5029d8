"""Cases for machines: list, show, open, and every act of an office."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.cases import actions, queries
from linli.cases.domain import Channel, End, PauseReason, Permission, spoken
from linli.catalogue import queries as catalogue
from linli.fabric.asked import actor_of
from linli.parties import queries as parties
from linli.places import queries as places

from .once import answer_once

if TYPE_CHECKING:
    from linli.cases.models import Case
    from linli.cases.queries import CaseRow

router = Router(tags=["cases"])
LONG = 4_000


class CaseIn(Schema):
    """A report. ``place`` is an id of the place tree; ``phone`` is kept sealed."""

    item: str = Field(max_length=60)
    words: str = Field(min_length=1, max_length=LONG)
    place: int | None = Field(None, ge=1, le=2**62)
    place_words: str = Field("", max_length=200)
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    hidden: bool = False
    answers: dict[str, Any] = Field(default_factory=dict)


class ActIn(Schema):
    """What an act may need; each act names in its refusal what is missing."""

    step: int | None = Field(None, ge=1, le=2**62)
    words: str = Field("", max_length=LONG)
    clause: str = Field("", max_length=60)
    outcome: str = Field("", max_length=30)
    party: int | None = Field(None, ge=1, le=2**62)
    end: Literal["solved", "explained", "not_ours"] | None = None
    until: datetime | None = None
    reason: Literal["expert", "weather", "other_case"] | None = None
    papers: list[str] = Field(default_factory=list, max_length=30)
    item: str = Field("", max_length=60)
    into: str = Field("", max_length=20)
    ruling: int | None = Field(None, ge=1, le=2**62)
    upheld: bool | None = None
    lead: bool = False


class ListIn(Schema):
    """Filters of the list. ``after`` is the cursor the page before gave."""

    limit: int = Field(20, ge=1, le=100)
    after: str = Field("", max_length=600)
    status: str = Field("", max_length=10)
    item: str = Field("", max_length=60)
    q: str = Field("", max_length=100)
    order: Literal["opened", "due", "number"] = "opened"


@router.get("/cases")
def list_cases(request: HttpRequest, asked: Query[ListIn]) -> dict[str, Any]:
    """List the cases the office of the token is concerned with."""
    page = queries.list_rows(
        actor_of(request),
        queries.CaseFilter(status=asked.status, item=asked.item, text=asked.q),
        order=asked.order,
        after=asked.after,
        limit=asked.limit,
    )
    return {"items": [row_out(listed.case) for listed in page.rows], "next": page.next}


@router.get("/cases/{number}")
def show_case(request: HttpRequest, number: str) -> dict[str, Any]:
    """Show one case with its steps and its timeline."""
    return case_out(queries.row_for(actor_of(request), number))


@router.post("/cases", response={201: dict[str, Any]})
def open_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    """Open a case; the answer holds its number, its clock, its owner and the receipt's code."""
    actor_of(request).must(
        Permission.ACCEPT
    )  # an auditor or arbiter opens nothing, here or elsewhere
    return answer_once(request, lambda: _opened(actor_of(request), body), status=201)


def _opened(by: Actor, body: CaseIn) -> dict[str, Any]:
    receipt = actions.open_case(
        by=by,
        said=actions.Said(
            item=body.item,
            words=body.words,
            channel=Channel.API,
            place_id=body.place,
            place_words=body.place_words,
            name=body.name,
            phone=body.phone,
            hidden=body.hidden,
            answers=body.answers,
        ),
        at=timezone.now(),
    )
    return {**row_out(receipt.case), "code": receipt.code}


@router.post("/cases/{number}/{act}", response={200: dict[str, Any]})
def act_on_case(request: HttpRequest, number: str, act: str, body: ActIn) -> HttpResponse:
    """Do one act with a case; the acts are the keys of ``ACTS``."""
    by = actor_of(request)
    case = queries.case_for(by, number)
    if act not in ACTS:
        raise NoSuchThing

    def done() -> dict[str, Any]:
        ACTS[act](by, case.pk, body, timezone.now())
        return case_out(queries.row_for(by, number))

    return answer_once(request, done)


def _step(by: Actor, case_id: int, body: ActIn) -> int:
    """Return the step that is meant: the one named, else the only one in the office's hands."""
    if body.step is not None:
        return body.step
    held = queries.step_in_hand(by, case_id)
    if held is None:
        raise Invalid(field="step", reason=gettext_noop("Say which step you mean."))
    return held


def _until(body: ActIn) -> datetime:
    if body.until is None or body.until.tzinfo is None:
        raise Invalid(field="until", reason=gettext_noop("Say until when, with the time zone."))
    return body.until


def _needed(value: int | None, field: str) -> int:
    if value is None:
        raise Invalid(field=field, reason=gettext_noop("This act needs it."))
    return value


Act = Callable[[Actor, int, ActIn, datetime], object]
ACTS: dict[str, Act] = {
    "accept": lambda by, case, body, at: actions.accept_step(
        by=by, step_id=_step(by, case, body), at=at
    ),
    "finish": lambda by, case, body, at: actions.finish_step(
        by=by, step_id=_step(by, case, body), outcome=body.outcome, note=body.words, at=at
    ),
    "hand_over": lambda by, case, body, at: actions.hand_over_step(
        by=by,
        step_id=_step(by, case, body),
        to_party=_needed(body.party, "party"),
        note=body.words,
        at=at,
    ),
    "return": lambda by, case, body, at: actions.return_step(
        by=by, step_id=_step(by, case, body), clause=body.clause, note=body.words, at=at
    ),
    "undo": lambda by, case, body, at: actions.undo_last_move(  # noqa: ARG005
        by=by, step_id=_needed(body.step, "step"), at=at
    ),
    "rule": lambda by, case, body, at: actions.rule_return(  # noqa: ARG005
        by=by,
        ruling_id=_needed(body.ruling, "ruling"),
        upheld=bool(body.upheld),
        to_party=body.party,
        reason=body.words,
        at=at,
    ),
    "answer": lambda by, case, body, at: actions.answer_case(
        by=by, case_id=case, end=End(body.end or "solved"), words=body.words, at=at
    ),
    "invite": lambda by, case, body, at: actions.invite_office(
        by=by,
        case_id=case,
        to_party=_needed(body.party, "party"),
        lead=body.lead,
        words=body.words,
        at=at,
    ),
    "ask_papers": lambda by, case, body, at: actions.ask_papers(
        by=by, case_id=case, papers=body.papers, words=body.words, review_at=_until(body), at=at
    ),
    "pause": lambda by, case, body, at: actions.pause_case(
        by=by,
        case_id=case,
        reason=PauseReason(body.reason or "expert"),
        words=body.words,
        review_at=_until(body),
        at=at,
    ),
    "resume": lambda by, case, body, at: actions.resume_case(by=by, case_id=case, at=at),  # noqa: ARG005
    "extend": lambda by, case, body, at: actions.extend_deadline(
        by=by, case_id=case, new_due_at=_until(body), words=body.words, at=at
    ),
    "supervise": lambda by, case, body, at: actions.supervise_case(by=by, case_id=case, at=at),  # noqa: ARG005
    "merge": lambda by, case, body, at: actions.merge_cases(
        by=by, case_id=case, into_id=queries.case_for(by, body.into).pk, at=at
    ),
    "undo_merge": lambda by, case, body, at: actions.undo_merge(by=by, case_id=case, at=at),  # noqa: ARG005
    "reroute": lambda by, case, body, at: actions.reroute_case(
        by=by, case_id=case, item=body.item, at=at
    ),
}


def row_out(case: "Case | CaseRow") -> dict[str, Any]:
    """Return one case as a list shows it."""
    owner = parties.party(case.owner_id)
    return {
        "number": case.number,
        "spoken": spoken(case.number),
        "item": case.item,
        "status": case.status,
        "end": case.end or None,
        "words": case.words,
        "channel": case.channel,
        "place": case.place_id,
        "place_words": case.place_words,
        "community": case.community_id,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "clock": {"due_at": case.due_at, "first_due_at": case.first_due_at, "mark": case.mark},
        "owner": {"party": owner.pk, "code": owner.code, "name": owner.name, "phone": owner.phone},
        "reopened": case.reopened,
    }


def case_out(case: "Case | CaseRow") -> dict[str, Any]:
    """Return one case whole."""
    definition = catalogue.definition(case.version_id)
    steps = [
        {
            "id": step.id,
            "code": step.code,
            "name": step.name,
            "state": step.state,
            "party": step.party_id,
            "party_name": parties.party(step.party_id).name,
            "due_at": step.due_at,
            "hops": step.hops,
        }
        for step in queries.step_rows(case.pk)
    ]
    timeline = [
        {"kind": entry.kind, "at": entry.at, "hat": entry.hat, "data": entry.data}
        for entry in queries.history(case)
    ]
    tree = places.tree(case.district)
    return {
        **row_out(case),
        "item_name": definition.name,
        "answer": case.answer or None,
        "community_words": tree.path_words(case.community_id, "zh-Hans")
        if case.community_id
        else None,
        "clauses": list(definition.clauses),
        "steps": steps,
        "timeline": timeline,
    }
