"""One case as a desk reads it: who does what until when, what is known, whose hands it went through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import OPEN, RUNNING, StepState, spoken
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.desk.domain import (
    CHANNELS,
    ENDS,
    PAUSES_ALL,
    STEP_STATES,
    Look,
)
from linli.fabric.jinja import day, local_text, moment
from linli.parties import queries as parties
from linli.people import queries as people
from linli.people.domain import mask_name, mask_phone
from linli.rulebook.domain import local_date

from .files import FileRow, file_rows
from .offices import offices_for
from .replies import Reply, replies_of
from .wording import (
    Clock,
    basis_words,
    case_clock,
    clause_words,
    clock_of,
    fact_name,
    item_name,
    law_words,
    look_of,
    party_name,
    person_name,
    place_of_case,
    value_words,
)

if TYPE_CHECKING:
    from linli.cases.models import Case, Pause, Report, Ruling, Step

MOVES = ("StepAccepted", "StepDone", "StepHandedOver", "StepReturned", "PartyInvited")
HISTORY_SHOWN = 60


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: who, what, on what basis, its own clock, where it stands, and what I may do."""

    id: int
    code: str
    name: str
    party_id: int
    party: str
    person: str
    basis: str
    clock: Clock | None
    look: Look
    state: str
    hops: int
    ours: bool
    note: str
    assist: tuple[str, ...]
    undo_until: datetime | None


@dataclass(frozen=True, slots=True)
class Teller:
    """
    One who reported the case, masked; ``person`` and the contact of ``report`` may be opened.

    ``closed``: hidden from this office, or nothing was left to open. ``left``: the day they took
    it back.
    """

    report: int
    first: bool
    closed: bool
    name: str
    phone: str
    person: int | None
    words: str
    source: str
    behalf: str
    left: str


@dataclass(frozen=True, slots=True)
class Precedent:
    """What was decided about a return of the same item before."""

    number: str
    clause_code: str
    clause: str
    upheld: bool
    to_party_id: int | None
    to_party: str
    reason: str
    on: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the clock waits for."""

    words: str
    papers: tuple[str, ...]
    reason: str
    review: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of one case shows."""

    id: int
    number: str
    spoken: str
    title: str
    item: str
    item_code: str
    summary: str
    place: str
    words: str
    channel: str
    opened: str
    look: Look
    status: str
    end: str
    answer: str
    remedies: tuple[str, ...]
    clock: Clock | None
    owner: str
    owner_person: str
    owner_phone: str
    owned: bool
    steered: bool
    overseen: bool
    open: bool
    running: bool
    sensitive: bool
    steps: tuple[StepRow, ...]
    tellers: tuple[Teller, ...]
    files: tuple[FileRow, ...]
    facts: tuple[tuple[str, str, str], ...]
    trail: tuple[cases.Told, ...]
    precedents: tuple[Precedent, ...]
    asked: Asked | None
    papers: tuple[tuple[str, str], ...]
    clauses: tuple[tuple[str, str, str], ...]
    merged: bool
    due_at: datetime | None
    extended: bool
    offices: tuple[tuple[int, str], ...]
    replies: tuple[Reply, ...]

    @property
    def mine(self) -> tuple[StepRow, ...]:
        """The steps on offer to my office or in its hands."""
        held = (StepState.OFFERED, StepState.ACCEPTED)
        return tuple(step for step in self.steps if step.ours and step.state in held)

    @property
    def undoable(self) -> tuple[StepRow, ...]:
        """The steps whose last move my office may still take back; a return until it is ruled."""
        return tuple(
            step
            for step in self.steps
            if step.undo_until is not None or (step.ours and step.state == StepState.RETURNED)
        )


def case_page(actor: Actor, number: str, *, at: datetime) -> CasePage:
    """
    Return the page of a case of the actor's office; seven queries at most.

    :raises NoSuchThing: if there is none, or it is another office's; we do not say which
    :raises BadNumber: if the number is mistyped
    """
    case = cases.case_for(actor, number)
    item = catalogue.definition(case.version_id)
    on = local_date(at)
    happenings = cases.history(case)
    steps = list(cases.steps_of(case))
    rulings = cases.rulings_about(case)
    pause = cases.open_pause(case) if case.status in ("asking", "paused") else None
    undo = _undoable(actor, happenings, at=at)
    reports, owned = cases.sayings_of(case), case.owner_id == actor.party
    learns = cases.learns_who(actor, case)
    return CasePage(
        id=case.pk,
        number=case.number,
        spoken=spoken(case.number),
        title=_title(case),
        item=item_name(case),
        item_code=case.item,
        summary=local_text(item.summary),
        place=place_of_case(case, actor.communities),
        words=case.words,
        channel=gettext(CHANNELS[case.channel]),
        opened=moment(case.opened_at),
        look=look_of(case),
        status=case.status,
        end=gettext(ENDS[case.end]) if case.end else "",
        answer=case.answer,
        remedies=cases.remedies_of(case) if case.status in ("answered", "ended") else (),
        clock=case_clock(case, at=at),
        owner=party_name(case.owner_id),
        owner_person=person_name(case.owner_appointment),
        owner_phone=parties.party(case.owner_id).phone,
        owned=owned,
        steered=cases.steered_by(actor, case),
        overseen=cases.overseen_by(actor, case),
        open=case.status in OPEN,
        running=case.status in RUNNING,
        sensitive=case.sensitive,
        steps=tuple(_step(actor, one, item, undo, case=case, at=at) for one in steps),
        tellers=tuple(_teller(report, case, learns=learns) for report in reports),
        files=file_rows(case, happenings, reports),
        facts=_facts(case, item),
        trail=cases.trail(case, happenings[:HISTORY_SHOWN], steps, on=on),
        precedents=tuple(precedent(one, on) for one in rulings if one.upheld is not None),
        asked=_asked(pause, item),
        papers=tuple((paper.code, local_text(paper.name)) for paper in item.papers),
        clauses=clauses_of(item, on),
        merged=case.merged_into_id is not None,
        due_at=case.due_at,
        extended=case.extended,
        offices=tuple(
            offices_for(
                case.community_id or case.place_id,
                district=case.district,
                on=on,
                but=(actor.party or 0,),
            )
        ),
        replies=replies_of(case, item, known=_known(case), at=at),
    )


def _known(case: "Case") -> dict[str, str]:
    """Return what of a ready reply is known without asking: the names its words may hold."""
    owner = party_name(case.owner_id)
    return {
        "item": item_name(case),
        "number": spoken(case.number),
        "office": owner,
        "person": person_name(case.owner_appointment),
        "phone": parties.party(case.owner_id).phone,
    }


def clauses_of(item: ItemDefinition, on: date) -> tuple[tuple[str, str, str], ...]:
    """Return the clauses a return of this item may cite: code, name with its law, when it fits."""
    found = []
    entries = {entry["code"]: entry for entry in reversed(catalogue.entries("clauses", on))}
    for entry in (entries[code] for code in item.clauses if code in entries):
        law = law_words(entry.get("basis", ()))
        name = local_text(entry["name"])
        found.append((entry["code"], f"{name} · {law}" if law else name, local_text(entry["when"])))
    return tuple(found)


def _title(case: "Case") -> str:
    words = case.words.strip()
    first = words.splitlines()[0] if words and not case.sensitive else item_name(case)
    return first if len(first) <= 30 else item_name(case)


def _undoable(
    actor: Actor, happenings: Sequence[cases.Happening], *, at: datetime
) -> dict[int, datetime]:
    """Return step → until when its last move may be taken back; the newest happening counts."""
    until: dict[int, datetime] = {}
    window = timedelta(minutes=cases.windows_at(at).undo_minutes)
    seen: set[int] = set()
    for one in happenings:
        step = one.data.get("step_id")
        if step is None or step in seen or one.kind == "ClockTurned":
            continue
        seen.add(step)
        party = one.data.get("from_party_id", one.data.get("party_id"))
        ends = one.at + window
        if one.kind in MOVES and party == actor.party and at <= ends:
            until[step] = ends
    return until


def _step(
    actor: Actor,
    step: "Step",
    item: ItemDefinition,
    undo: Mapping[int, datetime],
    *,
    case: "Case",
    at: datetime,
) -> StepRow:
    stands = {"done": "done", "dropped": "done", "returned": "paused"}.get(step.state, "")
    if not stands and case.status not in RUNNING:
        stands = "paused"
    words = {"done": gettext("finished"), "paused": gettext("stands still")}.get(stands, "")
    return StepRow(
        id=step.pk,
        code=step.code,
        name=local_text(step.name),
        party_id=step.party_id,
        party=party_name(step.party_id),
        person=person_name(step.appointment),
        basis=basis_words(item),
        clock=clock_of(
            opened_at=step.offered_at, due_at=step.due_at, at=at, stands=stands, words=words
        ),
        look=STEP_STATES[step.state],
        state=step.state,
        hops=step.hops,
        ours=step.party_id == actor.party,
        note=step.note,
        assist=tuple(party_name(one) for one in step.assist),
        undo_until=undo.get(step.pk) if case.status in OPEN else None,
    )


def _teller(report: "Report", case: "Case", *, learns: bool) -> Teller:
    """Return a reporter masked; one who asked to be hidden stays hidden from everybody here."""
    phone = mask_phone(report.phone.open()) if report.phone else ""
    name = mask_name(report.name) if report.name else ""
    if report.person is not None:
        held = people.masked(report.person)
        name, phone = held.name, phone or held.phone
    nothing = not name and not phone
    if report.hidden:
        name, phone = gettext("does not want to be named"), ""
    source = gettext("%(channel)s, %(moment)s") % {
        "channel": gettext(CHANNELS[case.channel]) if report.first else gettext("“me too”"),
        "moment": moment(report.reported_at),
    }
    if report.taken_by:
        source = gettext("%(source)s, taken down by %(name)s") % {
            "source": source,
            "name": person_name(report.taken_by),
        }
    return Teller(
        report=report.pk,
        first=report.first,
        closed=nothing or (report.hidden and not learns),
        name=name or gettext("not named"),
        phone=phone,
        person=None if report.hidden else report.person_id,
        words="" if report.first else report.words,
        source=source,
        behalf=report.behalf_words,
        left=moment(report.withdrawn_at) if report.withdrawn_at else "",
    )


def _facts(case: "Case", item: ItemDefinition) -> tuple[tuple[str, str, str], ...]:
    """Return what was answered when it was reported; personal kinds stay with the person's card."""
    private = {one.code for one in item.all_fields() if one.fact in ("name", "phone", "id_number")}
    return tuple(
        (fact_name(code, item), value_words(code, value, item), "")
        for code, value in case.answers.items()
        if code not in private and value not in (None, "")
    )


def precedent(ruling: "Ruling", on: date) -> Precedent:
    """Return a decided return as the desk cites it."""
    return Precedent(
        number=spoken(ruling.case.number),
        clause_code=ruling.clause,
        clause=clause_words(ruling.clause, on),
        upheld=bool(ruling.upheld),
        to_party_id=ruling.to_party_id,
        to_party=party_name(ruling.to_party_id),
        reason=ruling.reason,
        on=day(ruling.ruled_at),
    )


def _asked(pause: "Pause | None", item: ItemDefinition) -> Asked | None:
    if pause is None:
        return None
    return Asked(
        words=pause.words,
        papers=cases.paper_names(item, pause.papers),
        reason=gettext(PAUSES_ALL[pause.reason]),
        review=day(pause.review_at),
    )
