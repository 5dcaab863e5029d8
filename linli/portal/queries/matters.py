"""One matter as its reporter reads it: state, question, clock, every hand it went through."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.cases import queries as cases
from linli.cases.domain import spoken
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.jinja import day as plain_day
from linli.journal import queries as journal
from linli.parties import queries as parties
from linli.people import queries as people
from linli.places import queries as places
from linli.portal.domain import CHANNELS, ENDS, QUESTIONS, STATES, State
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import local_date

from .files import FileRow, Looked, file_rows, looks
from .wording import Clock, Who, clock_of, language, moment, said, who_holds

if TYPE_CHECKING:
    from linli.cases.models import Case, Report


BACK = ("ended", "withdrawn")  # how a matter stands for one who took their report back
LINE_SIGNS = 40


def resident(actor: Actor) -> Actor:
    """Return the actor with the record of the one who signed in, where there is one."""
    if actor.kind != "resident" or actor.user is None or actor.person is not None:
        return actor
    found = people.person_of_user(actor.district, actor.user)
    return actor if found is None else replace(actor, person=found.pk)


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of 我的事."""

    number: str
    spoken: str
    title: str
    words: str  # how it was said, cut after a line
    place: str
    state: State
    end: str
    sentence: str
    clock: Clock | None
    open: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Standstill:
    """Why a clock stands still and until which day; ``yours`` if it waits for papers of the reader."""

    yours: bool
    words: str
    papers: tuple[str, ...]
    until: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything the case page of a resident shows."""

    summary: Summary
    report: "Report"
    words: str
    more_words: str
    answer: str
    remedies: tuple[str, ...]
    question: str
    reopen_until: str  # the last moment one press opens it again; empty where none does
    open: bool
    left_on: str
    stands: "Standstill | None"
    who: Who
    helpers: tuple[str, ...]
    trail: tuple[cases.Told, ...]
    fee: str
    due: str
    opened: str
    channel: str
    merged_into: str
    root: str
    rating_asked: bool
    files: tuple[FileRow, ...]
    looks: tuple[Looked, ...]


def summaries(reports: Sequence["Report"], *, at: datetime) -> list[Summary]:
    """
    Return one line for each report, one query at most for all the doors among the places.

    What waits for the reader stands first, then what is open, then what is over; else as given.
    """
    found = [report.case for report in reports]
    ids = sorted({case.place_id for case in found if case.place_id is not None})
    words = places.many_place_words(found[0].district, ids, language()) if ids else {}
    lines = [_summary(one, words.get(one.case.place_id or 0, ""), at=at) for one in reports]
    return sorted(lines, key=lambda one: (not one.waits, not one.open))


def _summary(report: "Report", place: str, *, at: datetime) -> Summary:
    case = report.case
    item = catalogue.definition(case.version_id)
    status, code = (case.status, case.end) if report.withdrawn_at is None else BACK
    state = STATES[status]
    end = gettext(ENDS[code]) if code and status == "ended" else ""
    return Summary(
        number=case.number,
        spoken=spoken(case.number),
        title=said(item.name),
        words=case.words if len(case.words) <= LINE_SIGNS else f"{case.words[:LINE_SIGNS]}…",
        place=gettext("%(place)s, %(words)s") % {"place": place, "words": case.place_words}
        if place and case.place_words
        else place or case.place_words,
        state=state,
        end=end,
        sentence=gettext(state.sentence),
        clock=clock_of(opened_at=case.clock_began_at, due_at=case.due_at, status=status, at=at),
        open=status != "ended",
        waits=state.chip == "need",
    )


def my_reports(actor: Actor, kept: Sequence[int]) -> list["Report"]:
    """Return what the reader reported: under their sign-in, else with receipts of this browser."""
    if actor.kind == "resident" and actor.user is not None:
        return list(cases.reports_of_user(actor))
    return cases.reports_by_id(actor.district, kept) if kept else []


def my_report(actor: Actor, number: str, kept: Sequence[int]) -> "Report":
    """
    Return the reader's own report of a case, by sign-in or by a receipt this browser showed.

    :raises NoSuchThing: if they have none
    """
    if actor.kind == "resident" and actor.user is not None:
        try:
            return cases.report_of_user(actor, number)
        except NoSuchThing:
            pass
    for report in cases.reports_by_id(actor.district, kept) if kept else ():
        if report.case.number == number:
            return report
    raise NoSuchThing


def matter(report: "Report", *, at: datetime) -> Matter:
    """Return the case page of one report."""
    case = report.case
    item = catalogue.definition(case.version_id)
    place = places.place_words(case.district, case.place_id, language()) if case.place_id else ""
    happenings = cases.history(case)
    steps = list(cases.steps_of(case))
    pause = cases.open_pause(case) if case.status in ("asking", "paused") else None
    owner = parties.party(case.owner_id)
    helpers = {parties.party_words(step.party) for step in steps if step.state != "dropped"}
    told = cases.trail(case, happenings, steps, on=local_date(at))
    stands, over = report.withdrawn_at is None, case.status == "ended"
    seal = journal.last_seal()
    return Matter(
        summary=_summary(report, place, at=at),
        report=report,
        words=case.words,
        more_words=report.words,
        answer=case.answer if case.status in ("answered", "ended") else "",
        remedies=cases.remedies_of(case) if case.status in ("answered", "ended") else (),
        question=gettext(QUESTIONS[case.end]) if stands and case.status == "answered" else "",
        reopen_until=_reopen_until(case, at) if stands and over else "",
        open=stands and case.status in ("offered", "working", "asking", "paused"),
        left_on=moment(report.withdrawn_at) if report.withdrawn_at and not over else "",
        stands=Standstill(
            yours=case.status == "asking",
            words=pause.words,
            papers=cases.paper_names(item, pause.papers),
            until=plain_day(pause.review_at),
        )
        if pause and stands
        else None,
        who=who_holds(case.owner_id, case.owner_appointment, at=at),
        helpers=tuple(sorted(helpers - {parties.party_words(owner)})),
        trail=tuple(_with_who(one) for one in told),
        fee=fee_words(item),
        due=rulebook.by_guess(moment(due, year=True), due)
        if (due := case.due_at) and pause is None
        else "",
        opened=moment(case.opened_at, year=True),
        channel=gettext(CHANNELS.get(case.channel, "")) if case.channel in CHANNELS else "",
        merged_into=spoken(case.merged_into.number) if case.merged_into else "",
        root=bytes(seal.root).hex() if seal else "",
        rating_asked=case.rating is None and case.status == "answered",
        files=file_rows(report, happenings),
        looks=looks(report),
    )


def _reopen_until(case: "Case", at: datetime) -> str:
    if case.end not in QUESTIONS or case.answered_at is None:
        return ""
    until = case.answered_at + timedelta(days=cases.windows_at(at).reopen_days)
    return moment(until) if at <= until else ""


def fee_words(item: ItemDefinition) -> str:
    """Return what an item costs, in words."""
    fee = item.fee
    if fee.kind == "free":
        return gettext("Nothing")
    if fee.amount_fen is None:
        return (
            gettext("A small fee; the amount is told before you agree")
            if fee.kind == "low"
            else gettext("The provider's price, told before you agree")
        )
    whole, part = divmod(fee.amount_fen, 100)
    amount = f"{whole}.{part:02d}" if part else str(whole)
    return gettext("%(amount)s yuan") % {"amount": amount}


def _with_who(told: cases.Told) -> cases.Told:
    """Return a knot whose second line begins with who it was."""
    said_by = (part for part in (told.who, told.detail) if part)
    return replace(told, detail=gettext(". ").join(said_by))
