"""Forms taken in, opened for a period, and sent."""

from collections.abc import Sequence
from datetime import datetime

from linli.basics import Actor, NoSuchThing
from linli.catalogue import queries as catalogue
from linli.fabric.writing import write_atomic
from linli.journal.actions import record, system
from linli.journal.domain import canonical
from linli.parties import queries as parties
from linli.places import queries as places
from linli.reports import queries
from linli.reports.domain import (
    AlreadySent,
    Answer,
    Cell,
    CodeTaken,
    ExactNeedsDuty,
    NotYetOver,
    PeriodKind,
    Permission,
    RestsOnALine,
    SentBack,
    check_days,
    due_day,
    layout_data,
    period_ending,
)
from linli.reports.events import (
    EditionSent,
    EditionSentBack,
    EditionsOpened,
    FormEnded,
    FormTakenIn,
)
from linli.reports.models import Edition, Form
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import local_date
from linli.visits import actions as visits

from .questions import ask_for_gaps


@write_atomic
def import_form(
    *,
    by: Actor,
    code: str,
    name: str,
    level: str,
    period: PeriodKind,
    due_days: int,
    workbook: bytes,
    duty: str = "",
    exact: bool = False,
    asked_by: int | None = None,
    at: datetime,
) -> Form:
    """
    Take in an office's Excel form: each empty place is matched to what it means, or said not to be.

    :param level: community or street, whoever fills it in
    :param due_days: working days after the period's end; later where it is opened late
    :param duty: the line of the duty list it rests on; ``exact`` needs one that grants it
    :param asked_by: the office that asks; by default the one whose hat is worn
    :raises NotAllowed: unless the hat may ask for forms, or define and ask for another office
    :raises BadDays: if it is due too many days after its period
    :raises BadWorkbook: if the file is no form
    :raises WorkbookTooLarge: if it holds more than a form does
    :raises AsksNothing: if no place waits for a number
    :raises CodeTaken: if a form of this code is in force
    :raises ExactNeedsDuty: if the duty line does not grant exact numbers
    :raises NoSuchThing: if there is no such duty line or office
    """
    _check_may_ask(by, asked_by)
    check_days(due_days)
    on = local_date(at)
    party = parties.party(asked_by) if asked_by is not None else parties.party(by.office())
    if Form.objects.filter(district=by.district, code=code, ends_on=None).exists():
        raise CodeTaken(code=code)
    line = None
    if duty:
        granted = catalogue.duty_line_for(duty, party.place_id, on, district=by.district)
        line = granted.line_id
        if exact and not granted.exact_counts:
            raise ExactNeedsDuty
    elif exact:
        raise ExactNeedsDuty
    fields = queries.fields_asked(by.district, workbook, on=on, period=period)
    row = Form.objects.create(
        district=by.district,
        code=code,
        name=name,
        asked_by_id=party.pk,
        duty_line_id=line,
        level=level,
        period=period,
        due_days=due_days,
        exact=exact,
        workbook=workbook,
        layout=canonical(layout_data(fields)),
        asked=len(fields),
        matched=sum(isinstance(field.found, Cell) for field in fields),
        starts_on=on,
    )
    taken = FormTakenIn(
        at=at, form_id=row.pk, party_id=party.pk, asked=row.asked, matched=row.matched
    )
    record(taken, by=by, rows=[row])
    return row


def _check_may_ask(by: Actor, asked_by: int | None) -> None:
    if by.kind == "system":
        return
    if asked_by is None or asked_by == by.party:
        by.must(Permission.ASK)
    else:
        by.must(Permission.DEFINE)


@write_atomic
def end_form(*, by: Actor, form: int, at: datetime) -> Form:
    """
    Ask for a form no longer. What was sent stays; what is open lapses with it, and so do its
    questions that no other form asks.

    :raises NoSuchThing: if there is no such form, or another office asks for it
    :raises NotAllowed: unless the hat may ask or define
    """
    found = queries.form_for(by, form)
    found.ends_on = local_date(at)
    found.save(update_fields=["ends_on"])
    record(FormEnded(at=at, form_id=found.pk), by=by, rows=[found])
    house, tree = system(by.district), places.tree(by.district)
    for community in sorted(tree.communities_under(tree.roots()[0].id)):
        visits.withdraw_questions(by=house, at=at, form=found.code, community=community)
    return found


def open_due_editions(*, by: Actor, at: datetime) -> int:
    """
    Open the editions of every form whose period is over, and ask for what they lack.

    Return how many are new.

    One act for each form; a form whose editions are open already costs nothing but the one query.
    """
    on = local_date(at)
    opened = sum(
        open_editions(by=by, form=form, at=at) for form in queries.forms_to_open(by.district, on)
    )
    if opened:
        ask_for_gaps(by=by, at=at)
    return opened


@write_atomic
def open_editions(*, by: Actor, form: int, at: datetime) -> int:
    """
    Open the editions of a form for the period that was over last. Return how many are new.

    :raises NoSuchThing: if there is no such form in force
    """
    found = queries.form_in_force(by.district, form)
    on = local_date(at)
    as_of = period_ending(PeriodKind(found.period), on)
    editions = Edition.objects.filter(district=by.district, form=found, as_of=as_of)
    there = set(editions.values_list("place_id", flat=True))
    notice, calendar = queries.notice_days(by.district, on), rulebook.calendar(by.district)
    due = due_day(as_of, found.due_days, on, notice, calendar)
    rows = [
        Edition(district=by.district, form=found, place_id=place, as_of=as_of, due_on=due)
        for place in _fillers(found)
        if place not in there
    ]
    if rows:
        Edition.objects.bulk_create(rows)
        opened = EditionsOpened(at=at, form_id=found.pk, as_of=as_of, places=len(rows))
        record(opened, by=by, rows=rows)
    return len(rows)


def _fillers(form: Form) -> list[int]:
    """Return the places below the office that asks which fill in a form of this level."""
    tree = places.tree(form.district)
    found = tree.communities_under(form.asked_by.place_id)
    if form.level != "community":
        found = frozenset(filter(None, map(tree.street_of, found)))
    return [one for one in sorted(found) if not tree.node(one).ended]


@write_atomic
def send_edition(*, by: Actor, edition: int, at: datetime) -> Edition:
    """
    Send one edition: its numbers and the moment they were known are fixed from now on.

    :raises NoSuchThing: if there is none, or not for this actor
    :raises NotAllowed: unless the hat may fill in forms
    :raises AlreadySent: if it was sent before
    :raises SentBack: if it was sent back
    :raises NotYetOver: while its period still runs
    """
    by.must(Permission.FILL)
    queries.edition_for(by, edition)
    found = Edition.objects.select_for_update(of=("self",)).select_related("form").get(pk=edition)
    _check_sendable(found, at)
    return _send(found, queries.compiled(found, known_at=at), by=by, at=at)


@write_atomic
def send_editions(*, by: Actor, editions: Sequence[int], at: datetime) -> int:
    """
    Send many editions at once, each as ``send_edition`` does: all of them, or none.

    :raises NoSuchThing: if one of them is not there, or not for this actor
    :raises NotAllowed: unless the hat may fill in forms
    :raises AlreadySent: if one was sent before
    :raises SentBack: if one was sent back
    :raises NotYetOver: while a period still runs
    """
    by.must(Permission.FILL)
    wanted = set(editions)
    if queries.editions_for(by).filter(pk__in=wanted).count() != len(wanted):
        raise NoSuchThing
    rows = Edition.objects.select_for_update(of=("self",)).select_related("form")
    found = list(rows.filter(pk__in=wanted).order_by("id"))
    for one in found:
        _check_sendable(one, at)
    told = queries.compiled_together(found, known_at=at)
    for one, answers in zip(found, told, strict=True):
        _send(one, answers, by=by, at=at)
    return len(found)


@write_atomic
def send_back_edition(*, by: Actor, edition: int, at: datetime) -> Edition:
    """
    Send a form back unfilled that the community's duty list does not bear, with what that rests on.

    It counts on the bill of the office that asks (城市居民委员会组织法 43(2)).

    :raises NoSuchThing: if there is none, or not for this actor
    :raises NotAllowed: unless the hat may fill in forms
    :raises AlreadySent: if it was sent before
    :raises SentBack: if it was sent back before
    :raises RestsOnALine: if a line open in the community bears it, or a street fills it in
    """
    by.must(Permission.FILL)
    queries.edition_for(by, edition)
    found = Edition.objects.select_for_update(of=("self",)).get(pk=edition)
    _check_open(found)
    why = queries.unowed_editions([found], on=local_date(at)).get(found.pk)
    if why is None:
        raise RestsOnALine
    found.state, found.back_at, found.basis = "back", at, why.basis[:120]
    found.appointment = by.appointment
    found.save(update_fields=["state", "back_at", "basis", "appointment"])
    back = EditionSentBack(
        at=at, edition_id=found.pk, form_id=found.form_id, place_id=found.place_id
    )
    record(back, by=by, rows=[found])
    return found


def _check_open(found: Edition) -> None:
    if found.state == "sent":
        raise AlreadySent
    if found.state == "back":
        raise SentBack


def _check_sendable(found: Edition, at: datetime) -> None:
    _check_open(found)
    if local_date(at) <= found.as_of:
        raise NotYetOver(as_of=found.as_of)


def _send(found: Edition, answers: Sequence[Answer], *, by: Actor, at: datetime) -> Edition:
    """Fix the numbers that may leave the house, and write it on the record."""
    found.exact = queries.is_exact(found, on=local_date(at))
    sent = queries.released(found, answers, on=local_date(at))
    numbers: Sequence[int | None] = [one.number for one in sent]
    found.state, found.known_at, found.appointment = "sent", at, by.appointment
    found.numbers, found.stale = canonical(numbers), [one.stale for one in sent]
    found.save(update_fields=["state", "known_at", "appointment", "numbers", "stale", "exact"])
    filled = sum(number is not None for number in numbers)
    line = EditionSent(
        at=at,
        edition_id=found.pk,
        form_id=found.form_id,
        place_id=found.place_id,
        filled=filled,
        empty=len(numbers) - filled,
    )
    record(line, by=by, rows=[found])
    return found
