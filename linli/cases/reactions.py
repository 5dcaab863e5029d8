"""
Who is told what of a case: the people who reported it, and the offices whose turn it is.

Reactions come later than what they answer. Where the case has gone on meanwhile there is nothing
left to tell, and they end quietly: a failure would be tried again until a person had to look at it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext, override

from linli.basics import Event
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.jinja import day, moment
from linli.journal.actions import system
from linli.notices import actions as notices
from linli.notices.domain import Recipient
from linli.parties import queries as parties
from linli.parties.domain import NobodyAnswers
from linli.parties.events import CoverMoved
from linli.people.events import PersonEnded, PersonErased
from linli.rulebook import queries as rulebook

from . import actions, queries
from .domain import OPEN, AwardEnd, End, ForAct, Mark, spoken
from .events import (
    BookingMade,
    CaseAnswered,
    CaseEvent,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CasesMerged,
    CaseSupervised,
    ClockTurned,
    DeadlineExtended,
    DoneForReporter,
    PapersAsked,
    PapersBrought,
    PartyInvited,
    ReturnRuled,
    StepHandedOver,
    StepReturned,
)

if TYPE_CHECKING:
    from .models import Case, Pause

# Event → the template of the letter to those who reported. Answers choose by their end.
TO_RESIDENTS: Mapping[type[Event], str] = {
    PapersAsked: "papers_missing",
    PapersBrought: "papers_received",
    CasePaused: "case_suspended",
    CaseResumed: "case_resumed",
    DeadlineExtended: "deadline_extended",
    CasesMerged: "case_merged",
    CaseReopened: "case_reopened",
}
ANSWERED = {
    End.SOLVED: "work_done",
    End.EXPLAINED: "case_refused",
    End.NOT_OURS: "case_not_ours",
}
MARKS = {Mark.AMBER: "step_amber", Mark.RED: "step_red", Mark.ESCALATED: "step_escalated"}
FIRST_MARKS = {
    Mark.AMBER: "first_amber",
    Mark.RED: "first_red",
    Mark.ESCALATED: "first_escalated",
}


def tell_residents(event: Event, line_id: int) -> None:
    """Write to everybody who reported the case, each by the way they left."""
    del line_id
    if not isinstance(event, CaseEvent):
        return
    case = queries.case_by_id(event.case_id)
    if isinstance(event, CaseAnswered):
        if case.end != event.end:  # opened again since, or ended otherwise
            return
        template = ANSWERED[End(event.end)]
    elif isinstance(event, CasesMerged) and case.merged_into_id != event.into_id:
        return  # parted again
    elif isinstance(event, CaseResumed) and case.status not in OPEN:
        return  # it ran on to be answered
    else:
        template = TO_RESIDENTS[type(event)]
    letters = []
    for one in queries.reporters_of(case):
        if recipient := _reporter(one):
            values = _values(case, recipient.language, event)
            letters.append((recipient, {**values, "number": spoken(one.number)}))
    _send(case, template, letters, event)


def tell_offices(event: Event, line_id: int) -> None:
    """Put a word into the in-tray of whoever holds the work that changed hands or runs late."""
    del line_id
    if isinstance(event, StepHandedOver | ReturnRuled):
        template, offices = "step_offered", [event.to_party_id]
    elif isinstance(event, PartyInvited):
        template, offices = "office_invited", [event.party_id]
    elif isinstance(event, StepReturned):
        template, offices = "arbiter_asked", [event.arbiter_id]
    elif isinstance(event, CaseSupervised):
        case = queries.case_by_id(event.case_id)
        template, offices = "supervision_opened", [case.owner_id]
    elif isinstance(event, ClockTurned) and event.mark:
        marks = FIRST_MARKS if event.first else MARKS
        template, offices = marks[Mark(event.mark)], queries.offices_behind(event)
    else:
        return
    case = queries.case_by_id(event.case_id)
    recipients = [one for party in offices for one in _holders(party, event)]
    _send(case, template, [(one, _values(case, one.language, event)) for one in recipients], event)


def tell_withdrawn(event: Event, line_id: int) -> None:
    """Write to the reporter in whose name a clerk took a report back."""
    del line_id
    if not isinstance(event, DoneForReporter) or event.act != ForAct.WITHDRAW:
        return
    recipient = _reporter(queries.reporter_of(event.report_id))
    if recipient is not None:
        case = queries.case_by_id(event.case_id)
        letters = [(recipient, _values(case, recipient.language, event))]
        _send(case, "case_withdrawn", letters, event)


def tell_booked(event: Event, line_id: int) -> None:
    """Write to whoever booked a time and left a way to be told."""
    del line_id
    if not isinstance(event, BookingMade) or event.starts_at is None:
        return
    booked = queries.booked(event.booking_id)
    recipient = _reporter(booked.visitor)
    if recipient is None:
        return
    window = parties.party(event.party_id)
    definition = catalogue.current(event.item, on=parties.law_day(event.at)).definition
    chinese = recipient.language.startswith("zh")
    name = definition.name.get("zh-Hans" if chinese else "en") or definition.name["zh-Hans"]
    notices.queue_notices(
        by=system(booked.district),
        event="booking_made",
        letters=[
            (
                recipient,
                {
                    "item": str(name),
                    "place": parties.party_words(window, recipient.language),
                    "due": _shown(event.starts_at, recipient.language),
                    "phone": window.phone,
                },
            )
        ],
        subject=("booking", event.booking_id),
        at=event.at,
        sensitive=definition.sensitive,
    )


def cover_work(event: Event, line_id: int) -> None:
    """Pass on the open work of somebody who left or is away."""
    del line_id
    if isinstance(event, CoverMoved):
        actions.pass_on_work(
            by=system(settings.DISTRICT),
            from_appointment=event.appointment_id,
            to_appointment=event.to_appointment_id,
            at=event.at,
        )


def close_awards(event: Event, line_id: int) -> None:
    """Answer ``PersonEnded``: whoever died or moved away has nothing more."""
    del line_id
    if isinstance(event, PersonEnded):
        actions.end_awards_of(
            by=system(settings.DISTRICT), person=event.person_id, reason=event.reason, at=event.at
        )


def forget_reporters(event: Event, line_id: int) -> None:
    """Answer ``PersonErased``: what they have ends, and what they left with their matters goes."""
    del line_id
    if isinstance(event, PersonErased):
        house = system(settings.DISTRICT)
        actions.end_awards_of(
            by=house, person=event.person_id, reason=AwardEnd.GIVEN_UP, at=event.at
        )
        actions.forget_reporter(by=house, person=event.person_id, at=event.at)


def _send(
    case: "Case",
    template: str,
    letters: Sequence[tuple[Recipient, Mapping[str, str]]],
    event: Event,
) -> None:
    if letters:
        notices.queue_notices(
            by=system(case.district),
            event=template,
            letters=letters,
            subject=("case", case.pk),
            at=event.at,
            sensitive=case.sensitive,
        )


def _reporter(report: "queries.Reporter") -> Recipient | None:
    if report.user is not None:
        return Recipient.to_user(report.user, report.language)
    if report.phone:
        return Recipient.to_phone(report.phone, report.language)
    return None


def _holders(party_id: int, event: Event) -> list[Recipient]:
    """Return who holds an office's work now; of an office that handles none, all its people."""
    try:
        held = [parties.holder_of(party_id, event.at)]
    except NobodyAnswers:
        held = parties.appointees_of(party_id, on=parties.law_day(event.at))
    return [Recipient.to_user(one.user_id) for one in held if one.user_id is not None]


def _remedy(case: "Case", language: str) -> str:
    """Return what may be done against a “no”, in the language of the letter."""
    chinese = language.startswith("zh")
    with override("zh-hans" if chinese else "en"):
        return ("" if chinese else " ").join(queries.remedies_of(case))


def _shown(at: datetime, language: str) -> str:
    with override(language):
        return moment(at, whole=True)


def _due(case: "Case", language: str, event: Event) -> str:
    """Return the day a letter means: of a clock that stands still, that of the review."""
    due = event.due_at if isinstance(event, ClockTurned) else case.due_at
    with override(language):
        if isinstance(event, PapersAsked | CasePaused):
            return day(event.review_at, whole=True)
        if due is None:
            return "没有期限" if language.startswith("zh") else "no deadline"
        return rulebook.by_guess(moment(due, whole=True), due)


def _papers(item: ItemDefinition, pause: "Pause | None", language: str) -> str:
    """Return what is missing, by the names people know."""
    with override(language):
        return gettext(", ").join(queries.paper_names(item, pause.papers if pause else ()))


def _reason(case: "Case", pause: "Pause | None", event: Event) -> str:
    """Return why: for what the clock stands still, why it runs longer, else what was answered."""
    if isinstance(event, CasePaused):
        return pause.words if pause else ""
    if isinstance(event, DeadlineExtended):
        extension = queries.last_extension(case)
        return extension.words if extension else ""
    return case.answer


def _values(case: "Case", language: str, event: Event) -> Mapping[str, str]:
    """Return whatever any template of this storey may name."""
    owner = parties.party(case.owner_id)
    definition = catalogue.definition(case.version_id)
    chinese = language.startswith("zh")
    pause = queries.last_pause(case)
    person = queries.person_in_charge(case)
    return {
        "number": spoken(case.number),
        "item": str(
            definition.name.get("zh-Hans" if chinese else "en") or definition.name["zh-Hans"]
        ),
        "office": parties.party_words(owner, language),
        "person": person or parties.party_words(owner, language),
        "phone": owner.phone,
        "due": _due(case, language, event),
        "reply": case.answer,
        "reason": _reason(case, pause, event),
        "papers": _papers(definition, pause, language),
        "other": queries.merged_number(case),
        "clause": queries.last_clause(case),
        "remedy": _remedy(case, language),
    }
