"""Cases for machines: list, show, open, and every act of an office."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.cases import actions, queries
from linli.cases.domain import Channel, End, PauseReason, Permission, check_answers, spoken
from linli.catalogue import queries as catalogue
from linli.fabric.asked import actor_of
from linli.fabric.wire import answered
from linli.parties import queries as parties
from linli.people.domain import check_phone
from linli.places import queries as places
from linli.rulebook.domain import local_date

from .once import answer_once
from .shapes import ActIn, CaseIn, CaseOpenedOut, CaseOut, CaseRowsOut, ListIn

if TYPE_CHECKING:
    from linli.cases.models import Case
    from linli.cases.queries import CaseRow

router = Router(tags=["cases"])
NOTHING = ActIn.model_validate({})  # an act that needs no more than its name needs no body


@router.get("/cases", response=CaseRowsOut)
def list_cases(request: HttpRequest, asked: Query[ListIn]) -> HttpResponse:
    """List the cases the office of the token is concerned with."""
    open_only = asked.status == "open"
    page = queries.list_rows(
        actor_of(request),
        queries.CaseFilter(
            status="" if open_only else asked.status,
            item=asked.item,
            open_only=open_only,
            text=asked.q,
        ),
        order=asked.order,
        after=asked.after,
        limit=asked.limit,
    )
    return answered({"items": [row_out(listed.case) for listed in page.rows], "next": page.next})


@router.get("/cases/{number}", response=CaseOut)
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case with its steps and its timeline."""
    return answered(case_out(queries.row_for(actor_of(request), number)))


@router.post("/cases", response={201: CaseOpenedOut})
def open_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    """Open a case; the answer holds its number, its clock, its owner and the receipt's code."""
    actor_of(request).must(
        Permission.ACCEPT
    )  # an auditor or arbiter opens nothing, here or elsewhere
    return answer_once(request, lambda: _opened(actor_of(request), body), status=201)


def _opened(by: Actor, body: CaseIn) -> dict[str, Any]:
    at = timezone.now()
    asked = catalogue.current(body.item, on=local_date(at)).definition.fields
    check_answers(asked, body.answers)
    receipt = actions.open_case(
        by=by,
        said=actions.Said(
            item=body.item,
            words=body.words,
            channel=Channel.API,
            place_id=body.place,
            place_words=body.place_words,
            name=body.name,
            phone=check_phone(body.phone) if body.phone else "",
            hidden=body.hidden,
            answers=body.answers,
        ),
        at=at,
    )
    return {**row_out(receipt.case), "code": receipt.code}


def _step(by: Actor, case_id: int, body: ActIn) -> int:
    """
    Return the step of the case that is named, else the only one in the office's hands.

    :raises NoSuchThing: if the case has no such step
    """
    found = queries.step_meant(by, case_id, body.step)
    if found is None and body.step is not None:
        raise NoSuchThing
    if found is None:
        raise Invalid(field="step", reason=gettext_noop("Say which step you mean."))
    return found


def _ruling(by: Actor, case_id: int, body: ActIn) -> int:
    """
    Return the return of the case that is named, by itself or its step, else the only open one.

    :raises NoSuchThing: if none waits here that could be meant, or several
    """
    by.must(Permission.ARBITRATE)
    found = queries.return_meant(by, case_id, ruling=body.ruling, step=body.step)
    if found is None:
        raise NoSuchThing
    return found


def _until(body: ActIn) -> datetime:
    if body.until is None or body.until.tzinfo is None:
        raise Invalid(field="until", reason=gettext_noop("Say until when, with the time zone."))
    return body.until


Value = TypeVar("Value")


def _needed(value: Value | None, field: str) -> Value:
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
    "undo": lambda by, case, body, at: actions.undo_last_move(
        by=by, step_id=_step(by, case, body), at=at
    ),
    "rule": lambda by, case, body, at: actions.rule_return(
        by=by,
        ruling_id=_ruling(by, case, body),
        upheld=_needed(body.upheld, "upheld"),
        to_party=body.party,
        reason=body.words,
        at=at,
    ),
    "answer": lambda by, case, body, at: actions.answer_case(
        by=by, case_id=case, end=End(_needed(body.end, "end")), words=body.words, at=at
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
        reason=PauseReason(_needed(body.reason, "reason")),
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


class ActPath(Schema):
    """Which case, and what is done with it."""

    number: str
    act: str = Field(json_schema_extra={"enum": [*sorted(ACTS)]})


@router.post("/cases/{number}/{act}", response={200: CaseOut})
def act_on_case(request: HttpRequest, asked: Path[ActPath], body: ActIn = NOTHING) -> HttpResponse:
    """Do one act with a case; the answer is the case as it stands then."""
    by = actor_of(request)
    case = queries.case_for(by, asked.number)
    if asked.act not in ACTS:
        raise NoSuchThing

    def done() -> dict[str, Any]:
        ACTS[asked.act](by, case.pk, body, timezone.now())
        return case_out(queries.row_for(by, asked.number))

    return answer_once(request, done)


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
        "clock": {
            "due_at": case.due_at,
            "first_due_at": case.first_due_at,
            "mark": case.mark,
            "first_mark": case.first_mark or "",
        },
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
