"""What is to be sent this week, what was, and who stands behind a number."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, QuerySet

from linli.basics import Actor, NoSuchThing
from linli.people import queries as people
from linli.people.domain import MaskedPerson
from linli.places import queries as places
from linli.reports.domain import Answer, Cell, PeriodKind, Permission, period_ending
from linli.reports.models import Edition, Form
from linli.rulebook.domain import attributes, local_date

from .compiling import Counts, answers, compiled, fields_of, scope_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Due:
    """One edition on the list: how many places it has, how many answer themselves, what lacks."""

    edition: Edition
    asked: int
    answered: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Week:
    """What a place has to send: this week and later, how many answer themselves, what lacks."""

    due: tuple[Due, ...]
    later: tuple[Due, ...]
    answered: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A number that would be another one today."""

    answer: Answer
    sent: int | None


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """One fact of one person that some form needs and nobody has told."""

    community: int
    person: int
    attribute: str


@dataclass(frozen=True, slots=True)
class Behind:
    """Who stands behind a number: one page, masked, and where the next begins."""

    people: Sequence[MaskedPerson]
    total: int
    after: int | None


def editions_for(by: Actor) -> QuerySet[Edition]:
    """
    Return the editions of the places the hat worn now covers wholly; for an office that asks, what
    was sent to it; for whoever defines, all that was sent.

    :raises NotAllowed: unless it may fill in forms, ask for them, or define
    """
    if not {Permission.ASK, Permission.DEFINE} & by.permissions:
        by.must(Permission.FILL)
    found = Edition.objects.filter(district=by.district).select_related("form", "place")
    if Permission.FILL in by.permissions:
        return found.filter(place__in=_places_of(by))
    sent = found.filter(state="sent")
    return sent if Permission.DEFINE in by.permissions else sent.filter(form__asked_by=by.party)


def _places_of(by: Actor) -> list[int]:
    """Return the communities of a hat, and the streets it covers whole."""
    tree = places.tree(by.district)
    streets = {tree.street_of(one) for one in by.communities if one in tree} - {None}
    whole = [s for s in streets if s is not None and tree.communities_under(s) <= by.communities]
    return [*by.communities, *whole]


def edition_for(by: Actor, edition: int) -> Edition:
    """
    Return an edition the actor may see.

    :raises NoSuchThing: if there is none, or not for this actor
    """
    found = editions_for(by).filter(pk=edition).first()
    if found is None:
        raise NoSuchThing
    return found


def due_editions(by: Actor, *, at: datetime, limit: int = 60) -> list[Due]:
    """Return what is still to be sent, the most urgent first, with what answers itself."""
    open_ = list(editions_for(by).filter(state="open").order_by("due_on", "id")[:limit])
    counts: dict[tuple[frozenset[int], date], Counts] = {}
    found = []
    for edition in open_:
        scope = scope_of(edition)
        if (scope, edition.as_of) not in counts:
            counts[scope, edition.as_of] = Counts(by.district, edition.as_of, at, scope)
        told = answers(fields_of(edition.form), counts[scope, edition.as_of], scope)
        found.append(
            Due(
                edition,
                len(told),
                sum(one.number is not None and one.unknown == 0 for one in told),
                sum(one.number is None or one.unknown > 0 for one in told),
            )
        )
    return found


def week(by: Actor, *, at: datetime) -> Week:
    """Return what is due until Sunday, late ones first, and what comes after."""
    due = due_editions(by, at=at)
    on = local_date(at)
    sunday = on + timedelta(days=7 - on.isoweekday())
    now = [one for one in due if one.edition.due_on <= sunday]
    return Week(
        due=tuple(now),
        later=tuple(one for one in due if one.edition.due_on > sunday),
        answered=sum(one.lacking == 0 for one in now),
        lacking=sum(one.lacking for one in now),
    )


def came_back(form: Form, *, most: int = 3) -> list[tuple[date, list[Edition]]]:
    """Return the latest periods of a form, each with the places asked: who sent, who has not."""
    rows = Edition.objects.filter(district=form.district, form=form).select_related("place")
    days = rows.order_by("-as_of").values_list("as_of", flat=True).distinct()[:most]
    return [(day, list(rows.filter(as_of=day).order_by("place__code"))) for day in days]


def sent_editions(by: Actor, *, limit: int = 30) -> list[Edition]:
    """Return what was sent last."""
    return list(editions_for(by).filter(state="sent").order_by("-as_of", "-id")[:limit])


def corrections(edition: Edition, *, at: datetime) -> list[Correction]:
    """Return what was corrected since an edition was sent; the edition itself stays as it was."""
    sent: list[int | None] = json.loads(edition.numbers)
    now = compiled(edition, known_at=at)
    return [
        Correction(one, was)
        for one, was in zip(now, sent, strict=True)
        if was is not None and one.number is not None and one.number != was
    ]


def behind(by: Actor, edition: Edition, place: int, *, at: datetime, after: int = 0) -> Behind:
    """
    Return who stands behind the n-th number of an edition, masked, in order of id.

    The count is the number itself: the same cell over the same facts.

    :raises NoSuchThing: if there is no such number, or the actor may not see these people
    """
    fields = fields_of(edition.form)
    if not 0 <= place < len(fields) or not isinstance(fields[place].found, Cell):
        raise NoSuchThing
    field = fields[place]
    cell = field.found
    scope = scope_of(edition) if field.community is None else frozenset({field.community})
    if not isinstance(cell, Cell) or cell.of != "people" or not scope <= by.communities:
        raise NoSuchThing
    by.must(Permission.FILL)
    counts = Counts(by.district, edition.as_of, edition.known_at or at, scope)
    ids = sorted(map(int, counts.who(cell)))
    page = [one for one in ids if one > after][:PAGE]
    rows = {one.id: one for one in people.masked_people(page)}
    more = page[-1] if page and page[-1] != ids[-1] else None
    return Behind([rows[one] for one in page if one in rows], len(ids), more)


def gaps(editions: Iterable[Edition], *, at: datetime) -> set[Gap]:
    """
    Return every fact that would decide what now cannot be told, each once over all editions.
    """
    by_scope: dict[tuple[int, frozenset[int], date], set[Cell]] = {}
    for edition in editions:
        key = (edition.district, scope_of(edition), edition.as_of)
        for field in fields_of(edition.form):
            if isinstance(field.found, Cell) and field.found.of == "people":
                by_scope.setdefault(key, set()).add(field.found)
    found: set[Gap] = set()
    for (district, scope, as_of), cells in by_scope.items():
        found |= _gaps_of(Counts(district, as_of, at, scope), cells)
    return found


def _gaps_of(counts: Counts, cells: Iterable[Cell]) -> set[Gap]:
    population = people.population(
        counts.as_of, counts.known_at, district=counts.district, communities=counts.communities
    )
    lives = dict(zip(population.ids.tolist(), population.communities.tolist(), strict=True))
    unknown: Mapping[str, set[int]] = {
        name: set(population.ids[~column.known].tolist())
        for name, column in population.population.columns.items()
    }
    found: set[Gap] = set()
    for cell in cells:
        if cell.where is None:
            continue
        undecided = set(map(int, counts.undecided(cell)))
        for name in attributes(cell.where):
            found |= {
                Gap(int(lives[one]), one, name) for one in undecided & unknown.get(name, set())
            }
    return found


def forms_asked(by: Actor) -> QuerySet[Form]:
    """
    Return the forms an office asks for; all of them for whoever defines.

    :raises NotAllowed: unless the hat may ask or define
    """
    if Permission.DEFINE not in by.permissions:
        by.must(Permission.ASK)
    found = Form.objects.filter(district=by.district, ends_on=None).order_by("code")
    return found if Permission.DEFINE in by.permissions else found.filter(asked_by=by.party)


def form_for(by: Actor, form: int) -> Form:
    """
    Return a form in force that the actor asks for, or defines.

    :raises NoSuchThing: if there is none, or not for this actor
    :raises NotAllowed: unless the hat may ask or define
    """
    found = forms_asked(by).filter(pk=form).first()
    if found is None:
        raise NoSuchThing
    return found


def form_in_force(district: int, form: int) -> Form:
    """:raises NoSuchThing: if there is no such form in force"""
    found = Form.objects.filter(district=district, pk=form, ends_on=None).first()
    if found is None:
        raise NoSuchThing
    return found


def forms_to_open(district: int, on: date) -> list[int]:
    """Return the forms in force that have no edition yet for the period that was over last."""
    rows = (
        Form.objects.filter(district=district, ends_on=None)
        .annotate(latest=Max("editions__as_of"))
        .order_by("id")
        .values_list("id", "period", "latest")
    )
    return [
        form
        for form, period, latest in rows
        if latest is None or latest < period_ending(PeriodKind(period), on)
    ]
