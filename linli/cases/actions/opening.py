"""Opening a case: from what a person said to a number, a clock and an owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from linli.basics import Actor, Invalid, gettext_noop
from linli.cases.domain import (
    Channel,
    End,
    Role,
    Status,
    StepState,
    new_code,
    new_number,
)
from linli.cases.events import CaseOpened, ConsultationAnswered
from linli.cases.models import Case, Report, Step
from linli.cases.queries import due_at_office, rings_at
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition, StepDefinition
from linli.fabric.bulk import insert_few
from linli.fabric.fields import Sealed, blind_index
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.parties import queries as parties
from linli.places import queries as places
from linli.rulebook.domain import local_date

from ._lists import list_case
from ._where import place_meant

LONGEST_WORDS = 4_000
OVERSEERS = ("street.center", "district.center")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person said, before it has a number. ``code`` is made when none is given."""

    item: str
    words: str
    channel: Channel
    place_id: int | None = None
    place_words: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    name: str = ""
    phone: str = ""
    behalf_words: str = ""
    hidden: bool = False
    language: str = "zh-hans"
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter takes home: the case, and the code that opens its words."""

    case: Case
    report: Report
    code: str


@write_atomic
def open_case(*, by: Actor, said: Said, at: datetime) -> Receipt:
    """
    Open a case: pin the item in force, start its clock, offer its first steps, give a receipt.

    The office that took it in sees it, whoever it goes to (``place_meant`` says where it lies).

    :raises NoSuchItem: if the catalogue has no such item on that day
    :raises Invalid: if nothing was said, or far too much
    """
    _check_said(said)
    said = replace(said, place_id=place_meant(by, said))
    return open_at_place(by=by, said=said, at=at, taker=by.party)


def open_at_place(*, by: Actor, said: Said, at: datetime, taker: int | None) -> Receipt:
    """Open a case where it was said to lie; ``taker`` is the office that took it in, if one did."""
    happened = said.occurred_at or at
    version = catalogue.current(said.item, on=local_date(at))
    definition = version.definition
    case = _new_case(by, said, definition, version_id=version.version_id, happened=happened, at=at)
    insert_few(case)
    code = new_code()
    report = _new_report(by, case, said, code=code, at=happened)
    insert_few(report)
    steps = _new_steps(case, definition, happened)
    insert_few(*steps)
    list_case(case, _concerned(case, steps, taker))
    record(
        CaseOpened(
            at=at,
            case_id=case.pk,
            item=case.item,
            version_id=version.version_id,
            channel=case.channel,
            place_id=case.place_id,
            owner_id=case.owner_id,
            due_at=case.due_at,
            offered=tuple(step.pk for step in steps if step.state == StepState.OFFERED),
        ),
        by=by,
        rows=[case, report, *steps],
    )
    return Receipt(case=case, report=report, code=code)


@write_atomic
def answer_consultation(*, by: Actor, said: Said, answer: str, at: datetime) -> Receipt:
    """
    Answer a one-line question on the spot: one row, one line, no steps, ended as explained.

    :raises NotAllowed: unless the hat may accept
    :raises Invalid: if the question or the answer is empty
    """
    by.must("cases.accept")
    _check_said(said)
    if not answer.strip():
        raise Invalid(field="answer", reason=gettext_noop("Write the answer you gave."))
    said = replace(said, place_id=place_meant(by, said))
    version = catalogue.current(said.item, on=local_date(at))
    case = _new_case(
        by, said, version.definition, version_id=version.version_id, happened=at, at=at
    )
    case.status, case.end, case.answer = Status.ENDED, End.EXPLAINED, answer
    case.responded_at = case.answered_at = case.ended_at = at
    case.next_mark_at = case.first_next_mark_at = None
    case.save(force_insert=True)
    code = new_code()
    report = _new_report(by, case, said, code=code, at=at)
    report.save(force_insert=True)
    list_case(case, _concerned(case, [], by.party))
    record(
        ConsultationAnswered(at=at, case_id=case.pk, item=case.item, channel=case.channel),
        by=by,
        rows=[case, report],
    )
    return Receipt(case=case, report=report, code=code)


def _check_said(said: Said) -> None:
    if not said.words.strip():
        raise Invalid(field="words", reason=gettext_noop("Say in one sentence what it is about."))
    if len(said.words) > LONGEST_WORDS:
        raise Invalid(
            field="words",
            reason=gettext_noop(
                "That is longer than we can keep. Shorten it to 4,000 signs, or attach a file."
            ),
        )


def _new_case(
    by: Actor,
    said: Said,
    definition: ItemDefinition,
    *,
    version_id: int,
    happened: datetime,
    at: datetime,
) -> Case:
    community = places.community_of(by.district, said.place_id) if said.place_id else None
    owner = parties.unit_for(definition.accountable, community or said.place_id)
    due = due_at_office(owner.pk, happened, definition.whole)
    first = due_at_office(owner.pk, happened, definition.first_response)
    return Case(
        district=by.district,
        number=new_number(happened),
        version_id=version_id,
        item=definition.code,
        channel=said.channel,
        words=said.words.strip(),
        answers=dict(said.answers),
        place_id=said.place_id,
        place_words=said.place_words,
        community_id=community,
        subject_id=said.person_id,
        sensitive=definition.sensitive,
        status=Status.OFFERED,
        owner_id=owner.pk,
        owner_appointment=None,
        opened_at=happened,
        recorded_at=at,
        first_due_at=first,
        due_at=due,
        next_mark_at=rings_at(start=happened, due_at=due, at=at),
        first_next_mark_at=rings_at(start=happened, due_at=first, at=at),
    )


def _new_report(by: Actor, case: Case, said: Said, *, code: str, at: datetime) -> Report:
    return Report(
        district=by.district,
        case=case,
        person_id=said.person_id or reporting(by),
        user=by.user if by.kind == "resident" else None,
        name=said.name.strip(),
        phone=Sealed.of(said.phone) if said.phone else None,
        phone_index=blind_index(said.phone) if said.phone else None,
        behalf_words=said.behalf_words,
        taken_by=by.appointment,
        hidden=said.hidden,
        code_hash=blind_index(f"{case.number}:{code}"),
        language=said.language,
        reported_at=at,
    )


def reporting(by: Actor) -> int | None:
    """Return who of the people on record reports by acting; whoever takes it down does not."""
    return by.person if by.kind == "resident" else None


def _new_steps(case: Case, definition: ItemDefinition, at: datetime) -> list[Step]:
    return [new_step(case, step, at) for step in definition.steps]


def new_step(case: Case, definition: StepDefinition, at: datetime) -> Step:
    """Return the row of one step; it is offered at once when it waits for none."""
    step = Step(
        district=case.district,
        case=case,
        code=definition.code,
        name=definition.name,
        performer=definition.performer,
        after=list(definition.after),
        assist=[parties.unit_for(each, ground_of(case)).pk for each in definition.assist],
        subcase_item=definition.item,
        party_id=parties.unit_for(definition.performer, ground_of(case)).pk,
        state=StepState.WAITING,
    )
    if not definition.after:
        offer(step, definition, at)
    return step


def offer(step: Step, definition: StepDefinition, at: datetime) -> None:
    """Offer a step to its office and start its own clock. Writes nothing."""
    step.state = StepState.OFFERED
    step.offered_at = at
    start_clock(step, due_at_office(step.party_id, at, definition.within), at)


def start_clock(step: Step, due_at: datetime | None, at: datetime) -> None:
    """Start a step's own clock; without an end it has none. Writes nothing."""
    step.due_at = due_at
    step.mark, step.next_mark_at = "", rings_at(start=at, due_at=due_at, at=at)


def ground_of(case: Case) -> int | None:
    """Return the place that decides which offices answer: the community, or the place above it."""
    return case.community_id or case.place_id


def _concerned(case: Case, steps: Sequence[Step], taker: int | None) -> list[tuple[int, Role]]:
    ground = ground_of(case)
    above = [parties.unit_for(name, ground).pk for name in OVERSEERS]
    return [
        (case.owner_id, Role.OWNER),
        *((step.party_id, Role.HANDLER) for step in steps),
        *((party, Role.ASSISTANT) for step in steps for party in step.assist),
        *((party, Role.OVERSEER) for party in above),
        *((party, Role.TAKER) for party in (taker,) if party is not None),
    ]
