"""One matter as its reporter reads it: state, question, clock, every hand it went through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing, Refused
from linli.cases import queries as cases
from linli.cases.domain import spoken
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.journal import queries as journal
from linli.parties import queries as parties
from linli.people import queries as people
from linli.places import queries as places
from linli.portal.domain import CHANNELS, ENDS, QUESTIONS, REASONS, STATES, State, telling
from linli.rulebook.domain import local_date

from .wording import Clock, Who, clock_of, day, language, moment, said, who_holds

if TYPE_CHECKING:
    from linli.cases.models import Case, Pause, Report


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
    place: str
    state: State
    end: str
    sentence: str
    clock: Clock | None
    open: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One knot of the trail."""

    icon: str
    kind: str
    words: str
    at: str
    detail: str
    quote: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything the case page of a resident shows."""

    summary: Summary
    report: "Report"
    words: str
    more_words: str
    answer: str
    question: str
    reopenable: bool
    open: bool
    asked: tuple[str, ...]
    asked_words: str
    who: Who
    helpers: tuple[str, ...]
    trail: tuple[Entry, ...]
    fee: str
    due: str
    opened: str
    channel: str
    merged_into: str
    root: str
    rating_asked: bool


def summaries(reports: Sequence["Report"], *, at: datetime) -> list[Summary]:
    """Return one line for each report, one query at most for all the doors among the places."""
    found = [report.case for report in reports]
    ids = sorted({case.place_id for case in found if case.place_id is not None})
    words = places.many_place_words(found[0].district, ids, language()) if ids else {}
    return [_summary(case, words.get(case.place_id or 0, ""), at=at) for case in found]


def _summary(case: "Case", place: str, *, at: datetime) -> Summary:
    item = catalogue.definition(case.version_id)
    state = STATES[case.status]
    end = gettext(ENDS[case.end]) if case.end and case.status == "ended" else ""
    return Summary(
        number=case.number,
        spoken=spoken(case.number),
        title=said(item.name),
        place=gettext("%(place)s, %(words)s") % {"place": place, "words": case.place_words}
        if place and case.place_words
        else place or case.place_words,
        state=state,
        end=end,
        sentence=gettext(state.sentence),
        clock=clock_of(opened_at=case.opened_at, due_at=case.due_at, status=case.status, at=at),
        open=case.status != "ended",
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
    teller = _Teller(
        item=item,
        steps={step.pk: said(step.name) for step in steps},
        channel=case.channel,
        on=local_date(at),
    )
    over = case.status == "ended"
    seal = journal.last_seal()
    return Matter(
        summary=_summary(case, place, at=at),
        report=report,
        words=case.words,
        more_words=report.words,
        answer=case.answer if case.status in ("answered", "ended") else "",
        question=gettext(QUESTIONS[case.end]) if case.status == "answered" else "",
        reopenable=over and case.end in QUESTIONS,
        open=case.status in ("offered", "working", "asking", "paused"),
        asked=_papers(item, pause),
        asked_words=pause.words if pause else "",
        who=who_holds(case.owner_id, case.owner_appointment, at=at),
        helpers=tuple(sorted(helpers - {parties.party_words(owner)})),
        trail=tuple(teller.tell(one) for one in happenings),
        fee=fee_words(item),
        due=moment(case.due_at, year=True) if case.due_at else "",
        opened=moment(case.opened_at, year=True),
        channel=gettext(CHANNELS.get(case.channel, "")) if case.channel in CHANNELS else "",
        merged_into=spoken(case.merged_into.number) if case.merged_into else "",
        root=bytes(seal.root).hex() if seal else "",
        rating_asked=case.rating is None and case.status == "answered",
    )


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


def _papers(item: ItemDefinition, pause: "Pause | None") -> tuple[str, ...]:
    if pause is None:
        return ()
    names = {paper.code: said(paper.name) for paper in item.papers}
    return tuple(names.get(code, code) for code in pause.papers)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Turns lines of the journal into knots of the trail."""

    item: ItemDefinition
    steps: Mapping[int, str]
    channel: str
    on: Any

    def tell(self, one: cases.Happening) -> Entry:
        told = telling(one.kind, one.data)
        values = self._values(one.data)
        detail = gettext(told.detail) % values if told.detail else ""
        return Entry(
            icon=told.icon,
            kind=told.kind,
            words=gettext(told.words) % values,
            at=moment(one.at),
            detail=gettext(". ").join(part for part in (_who(one), detail) if part),
            quote=one.words,
        )

    def _values(self, data: Mapping[str, Any]) -> "_Values":
        papers = {paper.code: said(paper.name) for paper in self.item.papers}
        return _Values(
            party=_party(data.get("party_id") or data.get("owner_id")),
            from_party=_party(data.get("from_party_id")),
            to_party=_party(data.get("to_party_id")),
            to_name=_name(data.get("to_appointment_id")),
            step=self.steps.get(data.get("step_id") or 0, ""),
            channel=gettext(CHANNELS[self.channel]) if self.channel in CHANNELS else "",
            clause=self._clause(str(data.get("clause", ""))),
            papers=gettext(", ").join(papers.get(code, code) for code in data.get("papers", ())),
            count=len(data.get("file_ids", ())),
            reason=_reason(str(data.get("reason", ""))),
            review=_day(data.get("review_at")),
            due=_moment(data.get("due_at")),
            item=self._item(str(data.get("item", ""))),
        )

    def _clause(self, code: str) -> str:
        for entry in catalogue.entries("clauses", self.on) if code else ():
            if entry["code"] == code:
                return said(entry["name"])
        return code

    def _item(self, code: str) -> str:
        try:
            return said(catalogue.current(code, self.on).definition.name)
        except NoSuchThing:
            return code


class _Values(dict[str, Any]):
    """What stands in a sentence; a word that is missing is left out rather than failing."""

    def __missing__(self, key: str) -> str:
        return ""


def _reason(code: str) -> str:
    words = REASONS.get(code)
    return gettext(words) if words else code


def _party(party_id: object) -> str:
    try:
        return parties.party_words(parties.party(int(str(party_id))))
    except (NoSuchThing, ValueError):
        return gettext("the office")


def _name(appointment: object) -> str:
    """Return the name of a member of staff, the office's word where nobody is named yet."""
    try:
        return parties.staff_words(int(str(appointment))).name
    except (NoSuchThing, ValueError):
        return gettext("the office")


def _who(one: cases.Happening) -> str:
    if one.appointment is None:
        return ""
    try:
        words = parties.staff_words(one.appointment)
    except Refused:
        return ""
    hat = parties.hat_words(one.hat)
    return f"{words.name} · {hat}" if hat else words.name


def _moment(text: object) -> str:
    found = parse_datetime(str(text)) if text else None
    return moment(found) if found else ""


def _day(text: object) -> str:
    found = parse_datetime(str(text)) if text else None
    return day(found) if found else ""
