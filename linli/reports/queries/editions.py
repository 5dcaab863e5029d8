"""What is to be sent this week, what was, and who stands behind a number."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.db.models import Max, QuerySet

from linli.basics import Actor, NoSuchThing
from linli.people.domain import Numbers
from linli.places import queries as places
from linli.reports.domain import Answer, Cell, PeriodKind, Permission, Unowed, period_ending
from linli.reports.models import Edition, Form
from linli.rulebook.domain import attributes, local_date

from .compiling import Counts, answers, compiled, fields_of, scope_of
from .owing import unowed_editions
from .releasing import released

SHOWN = 60  # of what is to be sent, the most urgent
LISTED = 30  # of what was sent, the latest


@dataclass(frozen=True, slots=True)
class Due:
    """
    One edition on the list: how many places it has, how many answer themselves, what lacks.

    ``unowed``: why the community need not fill it in.
    """

    edition: Edition
    asked: int
    answered: int
    lacking: int
    unowed: Unowed | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """
    What a place has to send: this week and later, how many answer themselves, what lacks.

    ``unowed`` of this week's rest on no open line; ``more`` wait beyond those looked at.
    """

    due: tuple[Due, ...]
    later: tuple[Due, ...]
    answered: int
    lacking: int
    unowed: int = 0
    more: int = 0

    @property
    def ready(self) -> list[int]:
        """The editions due that answer themselves and are owed: they can be sent in one act."""
        return [one.edition.pk for one in self.due if one.lacking == 0 and one.unowed is None]


@dataclass(frozen=True, slots=True)
class Correction:
    """A number that would be another one today."""

    answer: Answer
    sent: int | None


class Gap(NamedTuple):
    """
    One fact of one person that some form needs and nobody has told.

    A tuple: tens of thousands are made, compared and sorted, which costs a dataclass ten times more.
    """

    community: int
    person: int
    attribute: str


def editions_for(by: Actor) -> QuerySet[Edition]:
    """
    Return the editions of the places the hat worn now covers wholly; for an office that asks, what
    was sent to it; for whoever defines, all that was sent.

    :raises NotAllowed: unless it may fill in forms, ask for them, or define
    """
    if not {Permission.ASK, Permission.DEFINE} & by.permissions:
        by.must(Permission.FILL)
    found = Edition.objects.filter(district=by.district)
    found = found.select_related("form__duty_line", "form__asked_by", "place")
    found = found.prefetch_related("form__duty_line__terms")
    # What was open when its form was ended lapsed with it.
    found = found.exclude(state="open", form__ends_on__isnull=False)
    if Permission.FILL in by.permissions:
        return found.filter(place__in=_places_of(by))
    sent = found.filter(state="sent")
    return sent if Permission.DEFINE in by.permissions else sent.filter(form__asked_by=by.party)


def _places_of(by: Actor) -> list[int]:
    """Return the communities of a hat, and the streets it covers whole."""
    return [*by.communities, *_streets_of(by)]


def _streets_of(by: Actor) -> list[int]:
    tree = places.tree(by.district)
    streets = {tree.street_of(one) for one in by.communities if one in tree} - {None}
    return [s for s in streets if s is not None and tree.communities_under(s) <= by.communities]


def _is_a_streets(by: Actor) -> bool:
    """Return whether a hat is a street's: it covers one whole, with several communities in it."""
    tree = places.tree(by.district)
    here = [one for one in by.communities if one in tree and not tree.node(one).ended]
    return len(here) > 1 and bool(_streets_of(by))


def _own(by: Actor) -> QuerySet[Edition]:
    """Return what the hat itself is to fill in: a street's own forms, not its communities'."""
    found = editions_for(by)
    return found.filter(place__in=_streets_of(by)) if _is_a_streets(by) else found


def edition_for(by: Actor, edition: int) -> Edition:
    """
    Return an edition the actor may see.

    :raises NoSuchThing: if there is none, or not for this actor
    """
    found = editions_for(by).filter(pk=edition).first()
    if found is None:
        raise NoSuchThing
    return found


def due_editions(by: Actor, *, at: datetime, limit: int) -> list[Due]:
    """Return what is still to be sent, the most urgent first, with what answers itself."""
    open_ = list(_own(by).filter(state="open").order_by("due_on", "id")[:limit])
    counts: dict[tuple[frozenset[int], date], Counts] = {}
    unowed = unowed_editions(open_, on=local_date(at))
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
                unowed.get(edition.pk),
            )
        )
    return found


def _waiting(by: Actor) -> int:
    return _own(by).filter(state="open").count()


def week(by: Actor, *, at: datetime) -> Week:
    """Return what is due until Sunday, late ones first, and what comes after."""
    due = due_editions(by, at=at, limit=SHOWN)
    on = local_date(at)
    sunday = on + timedelta(days=7 - on.isoweekday())
    now = [one for one in due if one.edition.due_on <= sunday]
    return Week(
        due=tuple(now),
        later=tuple(one for one in due if one.edition.due_on > sunday),
        answered=sum(one.lacking == 0 for one in now),
        lacking=sum(one.lacking for one in now),
        unowed=sum(one.unowed is not None for one in now),
        more=_waiting(by) - SHOWN if len(due) == SHOWN else 0,
    )


def came_back(form: Form, *, most: int = 3) -> list[tuple[date, list[Edition]]]:
    """Return the latest periods of a form, each with the places asked: who sent, who has not."""
    rows = Edition.objects.filter(district=form.district, form=form).select_related("place")
    days = rows.order_by("-as_of").values_list("as_of", flat=True).distinct()[:most]
    return [(day, list(rows.filter(as_of=day).order_by("place__code"))) for day in days]


def sent_editions(by: Actor, *, limit: int = LISTED) -> list[Edition]:
    """Return what was sent last."""
    return list(editions_for(by).filter(state="sent").order_by("-as_of", "-id")[:limit])


def own_editions(by: Actor, state: str, *, limit: int = LISTED) -> list[Edition]:
    """Return what the hat itself sent, or sent back, last."""
    return list(_own(by).filter(state=state).order_by("-as_of", "-id")[:limit])


def came_from(by: Actor) -> list[list[Edition]]:
    """
    Return of each form its latest period: what came from which community of a street, and what not.

    Nothing for a hat that is not a street's.
    """
    if not _is_a_streets(by):
        return []
    rows = editions_for(by).filter(place__in=by.communities)
    latest = dict(rows.order_by().values_list("form").annotate(Max("as_of")))
    found = defaultdict[int, list[Edition]](list)
    for one in rows.filter(as_of__in=set(latest.values())).order_by("form__code", "place__code"):
        if one.as_of == latest[one.form_id]:
            found[one.form_id].append(one)
    return list(found.values())


def corrections(edition: Edition, *, at: datetime) -> list[Correction]:
    """
    Return what was corrected since an edition was sent; the edition itself stays as it was.

    Of what was empty when sent, that which could be sent today.
    """
    sent: list[int | None] = json.loads(edition.numbers)
    now = compiled(edition, known_at=at)
    free = released(edition, now, on=local_date(at)) if None in sent else now
    return [
        Correction(one, was)
        for one, may, was in zip(now, free, sent, strict=True)
        if (one if was is not None else may).number not in (None, was)
    ]


def gaps(editions: Iterable[Edition], *, at: datetime) -> set[Gap]:
    """
    Return every fact that would decide what now cannot be told, each once over all editions.
    """
    return set().union(*(found for _, found in gaps_of_each(list(editions), at=at)))


def gaps_of_each(
    editions: Sequence[Edition], *, at: datetime
) -> Iterator[tuple[Edition, frozenset[Gap]]]:
    """Yield each edition with the facts it lacks. Everybody is read once for each day spoken of."""
    scopes = {one.pk: scope_of(one) for one in editions}
    days = {(one.district, one.as_of) for one in editions}
    lacking = {
        (district, as_of): _Lacking(
            Counts(
                district,
                as_of,
                at,
                frozenset().union(*(scopes[e.pk] for e in editions if e.as_of == as_of)),
            )
        )
        for district, as_of in days
    }
    for one in editions:
        cells = {field.found for field in fields_of(one.form)}
        told = {cell for cell in cells if isinstance(cell, Cell) and cell.of == "people"}
        yield one, lacking[one.district, one.as_of].of(told, scopes[one.pk])


class _Lacking:
    """What cells lack on one day, each cell looked at once; numbers until somebody wants them."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._found: dict[Cell, Mapping[tuple[int, str], Numbers]] = {}

    def of(self, cells: Iterable[Cell], communities: Iterable[int]) -> frozenset[Gap]:
        """Return the facts that would decide of whom these cells cannot tell in the communities."""
        people = defaultdict[tuple[int, str], list[Numbers]](list)
        for cell in cells:
            if cell not in self._found:
                self._found[cell] = self._look(cell)
            for where, lacks in self._found[cell].items():
                people[where].append(lacks)
        here = frozenset(communities)
        return frozenset(
            Gap(community, person, name)
            for (community, name), lacks in people.items()
            if community in here
            for person in np.unique(np.concatenate(lacks)).tolist()
        )

    def _look(self, cell: Cell) -> Mapping[tuple[int, str], Numbers]:
        """Return community and attribute → the people of whom it is not known."""
        found: dict[tuple[int, str], Numbers] = {}
        everybody = self.counts.everybody()
        rows = np.flatnonzero(np.isin(everybody.ids, self.counts.undecided(cell)))
        for name in attributes(cell.where) if cell.where is not None else ():
            column = everybody.population.columns.get(name)
            lacks = rows if column is None else rows[~column.known[rows]]
            lives = everybody.communities[lacks]
            for community in np.unique(lives).tolist():
                found[community, name] = everybody.ids[lacks[lives == community]]
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
