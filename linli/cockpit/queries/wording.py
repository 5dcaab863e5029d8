"""Names, links and clocks as the cockpit shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from shapely import MultiPolygon, Polygon, union_all
from shapely.geometry.base import BaseGeometry

from linli.basics import NoSuchThing
from linli.cases.queries import windows_at
from linli.catalogue import queries as catalogue
from linli.cockpit.domain import CHANNELS, MOST_LABEL, Drawn, Figure, Month, draw
from linli.fabric.jinja import MONTHS, chinese, language, local_text, moment, span_brief
from linli.parties import queries as parties
from linli.places import queries as places
from linli.places.domain import Kind
from linli.rulebook import queries as rulebook

if TYPE_CHECKING:
    from linli.cases.models import Case, Pause

SHORTEST_LATE = 30
MONTHS_TO_CHOOSE = 12
# A street's name stands in its middle, or this far below where a number stands there already.
NAME_BELOW, NAME_WIDE = 24, 75


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock ready for the macro: its state, the words above the line and below it."""

    state: str
    words: str
    due: str
    run: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One community on the map: its outline, its number, where that opens and where it stands."""

    path: str
    n: int
    href: str
    words: str
    level: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Street:
    """One street on the map: its outline, its name, and where that stands."""

    path: str
    words: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Map:
    """A map of communities with a number in each, and the streets above them."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    streets: tuple[Street, ...]


def records_link(
    figure: str,
    *,
    month: Month | None = None,
    community: int | None = None,
    item: str = "",
    channel: str = "",
    after: str = "",
) -> str:
    """Return the address of the records behind a number; ``community`` 0 is none."""
    asked = {
        "figure": figure,
        "month": str(month) if month else "",
        "community": "" if community is None else str(community),
        "item": item,
        "channel": channel,
        "after": after,
    }
    kept = {name: value for name, value in asked.items() if value}
    return f"{reverse('cockpit:records')}?{urlencode(kept)}"


def counts_words(figure: Figure, at: datetime | None = None) -> str:
    """Return what a figure counts, in the reader's language; one of now, at a moment."""
    return gettext(figure.counts) % {"hours": windows_at(at).ruling_hours if at else ""}


def month_words(month: Month) -> str:
    """Return ``2026 年 10 月`` or ``Oct 2026``."""
    if chinese():
        return f"{month.year} 年 {month.month} 月"
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_choices(this: Month, chosen: Month) -> tuple[tuple[str, str], ...]:
    """Return the months to choose from: the last twelve, and the one chosen."""
    found = {this.shifted(-back) for back in range(MONTHS_TO_CHOOSE)} | {chosen}
    return tuple((str(one), month_words(one)) for one in sorted(found, reverse=True))


def community_words(community: int | None, reach: frozenset[int] = frozenset()) -> str:
    """
    Return a community by its name; of cases that lie in none, that they do.

    :param reach: the communities the reader sees; within one street its name need not be said
    """
    tree = places.tree(settings.DISTRICT)
    if not community or community not in tree:
        return gettext("In no community")
    if len({tree.street_of(one) for one in reach | {community} if one in tree}) == 1:
        return tree.node(community).words(language())
    return tree.path_words(community, language())


def item_names(on: date) -> Mapping[str, str]:
    """Return the items in force by code."""
    return {one.definition.code: local_text(one.definition.name) for one in catalogue.items(on)}


def item_of_case(case: "Case") -> str:
    """Return the name of the item a case is pinned to."""
    try:
        return local_text(catalogue.definition(case.version_id).name)
    except NoSuchThing:
        return case.item


def channel_words(channel: str) -> str:
    """Return how a case came in."""
    return gettext(CHANNELS[channel]) if channel in CHANNELS else channel


def owner_words(case: "Case") -> str:
    """Return the accountable office by its name."""
    try:
        return parties.party_words(parties.party(case.owner_id))
    except NoSuchThing:
        return gettext("an office")


def place_words(case: "Case") -> str:
    """Return where a case lies, doors left out: a list of figures has no need of the flat."""
    tree = places.tree(settings.DISTRICT)
    place = case.place_id
    if place is not None and place not in tree and case.place is not None:
        place = case.place.parent_id
    if place is None or place not in tree:
        return community_words(case.community_id) if case.community_id else case.place_words
    return tree.path_words(place, language())


def clock_of(case: "Case", pause: "Pause | None", *, at: datetime) -> Clock | None:
    """
    Return the clock of a case, None where no rule set one; overdue, the run passes the end.

    One that stands still says until when, and not the end it had: that moves when it runs again.

    :param pause: what it waits for, if it stands still
    """
    if case.due_at is None:
        return None
    whole = max(case.due_at - case.clock_began_at, timedelta(minutes=1))
    stopped_at = case.answered_at or (pause.begun_at if pause else at)
    gone = max(stopped_at - case.clock_began_at, timedelta())
    late = gone > whole
    end = max(whole * 100 // gone, SHORTEST_LATE) if late else 98
    run = 100 if late else min(gone * 100 // whole, 98)
    due = gettext("by %(moment)s") % {"moment": rulebook.by_guess(moment(case.due_at), case.due_at)}
    if case.answered_at:
        return Clock("done", gettext("stopped"), due, run, end)
    if pause:
        until = gettext("until %(moment)s") % {"moment": moment(pause.review_at)}
        return Clock("paused", gettext("stands still"), until, run, end)
    span = span_brief(case.due_at - at)
    words = (gettext("%(span)s late") if late else gettext("%(span)s left")) % {"span": span}
    return Clock("late" if late else "soon" if run >= 80 else "run", words, due, run, end)


def clock_to_lapse(begins: datetime, ends: datetime, *, at: datetime) -> Clock:
    """Return the clock of what ends by itself at a moment that is still to come."""
    run = min((at - begins) * 100 // (ends - begins), 98)
    words = gettext("%(span)s left") % {"span": span_brief(ends - at)}
    due = gettext("lapses %(moment)s") % {"moment": moment(ends)}
    return Clock("soon" if run >= 80 else "run", words, due, run, 98)


def rings_of(shape: BaseGeometry) -> list[list[tuple[float, float]]]:
    """Return the outer rings of an outline."""
    parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    return [
        [(point[0], point[1]) for point in part.exterior.coords]
        for part in parts
        if isinstance(part, Polygon)
    ]


def map_of(
    shown: frozenset[int], counts: Mapping[int, int], *, figure: str, month: Month | None
) -> Map | None:
    """Return a map of the communities ``shown`` with a number in each; None without outlines."""
    known = {
        place: shape
        for place, shape in places.outlines(settings.DISTRICT).items()
        if place in shown
    }
    streets = _streets(known)
    points = {place: shape.representative_point() for place, shape in known.items()}
    points |= {place: shape.centroid for place, shape in streets.items()}
    drawn = draw(
        {place: rings_of(shape) for place, shape in {**known, **streets}.items()},
        {place: (point.x, point.y) for place, point in points.items()},
    )
    if drawn is None:
        return None
    most = max(counts.values(), default=0)
    cells = [
        _cell(
            drawn,
            place,
            counts.get(place, 0),
            most,
            words=community_words(place, shown),
            href=records_link(figure, month=month, community=place),
        )
        for place in known
    ]
    tree = places.tree(settings.DISTRICT)
    named = []
    for place in streets:
        x, y = drawn.middles[place]
        near = [one for one in cells if abs(one.x - x) < NAME_WIDE and abs(one.y - y) < NAME_BELOW]
        taken = any(one.n for one in near)
        words = tree.node(place).words(language())
        named.append(Street(drawn.paths[place], words, x, y + NAME_BELOW * taken))
    return Map(drawn.width, drawn.height, tuple(cells), tuple(named))


def _streets(known: Mapping[int, BaseGeometry]) -> dict[int, BaseGeometry]:
    """Return the streets above communities: as entered, else as their communities make them up."""
    if not known:
        return {}
    entered = places.outlines(settings.DISTRICT, Kind.STREET)
    tree = places.tree(settings.DISTRICT)
    below: dict[int, list[BaseGeometry]] = {}
    for place, shape in known.items():
        street = tree.street_of(place)
        if street is not None:
            below.setdefault(street, []).append(shape)
    return {street: entered.get(street) or union_all(own) for street, own in below.items()}


def _cell(drawn: Drawn, place: int, n: int, most: int, *, words: str, href: str) -> Cell:
    x, y = drawn.middles[place]
    level = 0 if not n else 2 if n >= MOST_LABEL and n * 2 > most else 1
    said = gettext("%(place)s: %(n)s") % {"place": words, "n": n}
    return Cell(drawn.paths[place], n, href, said, level, x, y)
