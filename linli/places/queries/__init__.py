"""Asking where things are. The tree is kept by each process; doors are asked for by row."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import cos, radians

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray
from shapely import Point, STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.fabric.numbers import NONE, ordinal, place_in, read_numbers
from linli.fabric.versions import cached
from linli.journal import queries as journal
from linli.places.domain import (
    MICRO,
    Home,
    Kind,
    PlaceNode,
    PlaceTree,
    as_called,
    joined,
    language_of,
    possible_codes,
    sort_key_of,
)
from linli.places.models import Place
from linli.rulebook.domain import AttributeType, Column, Population, Things
from linli.rulebook.domain import Kind as Type

VERSION = "places"
METRES = 111_320 / MICRO  # of one microdegree of latitude
NEAR_METRES = (
    50  # from the middle of a building: whoever stands before it, give or take a telephone's error
)
_COLUMNS = (
    "id",
    "kind",
    "parent_id",
    "community_id",
    "code",
    "name",
    "sort_key",
    "longitude",
    "latitude",
    "valid_to",
    "merged_into_id",
)


@cached(VERSION)
def tree(district: int) -> PlaceTree:
    """Return every place of the district but its doors, as of the newest change."""
    rows = Place.objects.filter(district=district).exclude(kind=Kind.DOOR)
    return PlaceTree(
        PlaceNode(
            id=pk,
            kind=Kind(kind),
            parent=parent,
            community=community,
            code=code,
            name=name,
            sort_key=sort_key_of(sort_key),  # some were kept when only digits counted
            longitude=longitude,
            latitude=latitude,
            ended=valid_to is not None,
            merged_into=merged_into,
        )
        for (
            pk,
            kind,
            parent,
            community,
            code,
            name,
            sort_key,
            longitude,
            latitude,
            valid_to,
            merged_into,
        ) in rows.values_list(*_COLUMNS).iterator(chunk_size=5_000)
    )


def place_of(district: int, place: int) -> Place:
    """
    Return one place, a door among them.

    :raises NoSuchThing: if the district has no such place
    """
    found = Place.objects.filter(district=district, pk=place).first()
    if found is None:
        raise NoSuchThing
    return found


def place_by_token(district: int, token: str) -> Place:
    """
    Return the living stairwell or door whose plate (门栋码) carries ``token``.

    :raises NoSuchThing: if there is none
    """
    found = Place.objects.filter(district=district, door_token=token, valid_to=None).first()
    if found is None or not token:
        raise NoSuchThing
    return found


def doors_of(district: int, stairwell: int) -> QuerySet[Place]:
    """Return the living doors directly inside a stairwell, building or courtyard, in order."""
    return Place.objects.filter(
        district=district, parent=stairwell, kind=Kind.DOOR, valid_to=None
    ).order_by("sort_key", "id")


def doors_in(district: int, communities: Collection[int]) -> list[tuple[int, int | None, str]]:
    """Return id, parent and sort key of the living doors of some communities, one query."""
    rows = Place.objects.filter(
        district=district, community_id__in=communities, kind=Kind.DOOR, valid_to=None
    )
    return list(rows.values_list("pk", "parent_id", "sort_key"))


def homes_by_words(district: int) -> dict[str, list[Home]]:
    """
    Return where people may live by what it is called: every living door and community, for imports.

    Each by its code and by its Chinese address without grids, from the district, the street and the
    community down, as ``as_called`` writes them. Several may share an address.
    """
    kept = tree(district)
    found: dict[str, list[Home]] = defaultdict(list)
    fronts: dict[int, list[str]] = {}

    def addresses(place: int) -> list[str]:
        spoken = [node for node in kept.path(place) if node.kind is not Kind.GRID]
        names = [node.words("zh-Hans") for node in spoken]
        return [as_called("".join(names[first:])) for first in range(3)]

    for root in kept.roots():
        for pk in kept.under(root.id):
            node = kept.node(pk)
            if node.kind is Kind.COMMUNITY and not node.ended:
                for said in (node.code, *addresses(pk)):
                    found[said].append(Home(None, pk))
    doors = Place.objects.filter(district=district, kind=Kind.DOOR, valid_to=None)
    columns = doors.values_list("pk", "parent_id", "community_id", "code", "name")
    for pk, parent, community, code, name in columns.iterator(chunk_size=5_000):
        if parent is None or community is None:
            continue
        if parent not in fronts:
            fronts[parent] = addresses(parent)
        home, own = Home(pk, community), as_called(name["zh-Hans"])
        found[code].append(home)
        for front in fronts[parent]:
            found[front + own].append(home)
    return found


def place_words(district: int, place: int, language: str) -> str:
    """
    Return the address of any place, doors too. A door costs one query.

    :raises NoSuchThing: if the district has no such place
    """
    kept = tree(district)
    if place in kept:
        return kept.path_words(place, language)
    return many_place_words(district, [place], language)[place]


def many_place_words(district: int, places: list[int], language: str) -> dict[int, str]:
    """
    Return the addresses of a list, with at most one query for all the doors among them.

    :raises NoSuchThing: if the district has not all of them
    """
    kept = tree(district)
    words = {place: kept.path_words(place, language) for place in places if place in kept}
    doors = set(places) - set(words)
    if doors:
        rows = Place.objects.filter(district=district, pk__in=doors)
        for pk, parent, name in rows.values_list("pk", "parent_id", "name"):
            own = name.get(language_of(language)) or name["zh-Hans"]
            above = [kept.path_words(parent, language)]
            words[pk] = joined([*above, own], language)
    if doors - set(words):
        raise NoSuchThing
    return words


def community_of(district: int, place: int) -> int | None:
    """
    Return the community a place lies in, None for a street or the district. Doors cost a query.

    :raises NoSuchThing: if the district has no such place
    """
    kept = tree(district)
    return kept.community_of(place) if place in kept else place_of(district, place).community_id


def check_whole(by: Actor, place: int, community: int | None) -> None:
    """
    Let staff keep a place above the communities only where their hat covers all that lies in it.

    One that holds no community yet is the whole district's to keep.

    :raises NotAllowed: for anybody else
    """
    if by.kind != "staff" or community is not None:
        return
    kept = tree(by.district)
    whole = kept.communities_under(place) or kept.communities_under(kept.roots()[0].id)
    if not whole <= by.communities:
        raise NotAllowed


def free_code(district: int, parent: int, kind: Kind, name: str) -> str:
    """Return a code of our own for a new place below the community, that looks like its name."""
    above = place_of(district, parent).code
    tried = list(possible_codes(above, kind, name))
    taken = set(
        Place.objects.filter(district=district, code__in=tried).values_list("code", flat=True)
    )
    return next((code for code in tried if code not in taken), "")


@dataclass(frozen=True)
class _Outlines:
    places: tuple[int, ...]
    shapes: tuple[BaseGeometry, ...]
    index: STRtree


@cached(VERSION)
def _outlines(district: int, kind: Kind) -> _Outlines:
    rows = list(
        Place.objects.filter(district=district, kind=kind, valid_to=None)
        .exclude(outline=None)
        .order_by("id")
        .values_list("pk", "outline")
    )
    shapes = tuple(shape(outline or {}) for _, outline in rows)
    return _Outlines(tuple(pk for pk, _ in rows), shapes, STRtree(shapes))


def outlines(district: int, kind: Kind = Kind.COMMUNITY) -> dict[int, BaseGeometry]:
    """Return the outlines of the living places of a kind, by place, where they were entered."""
    known = _outlines(district, kind)
    return dict(zip(known.places, known.shapes, strict=True))


def place_at(
    district: int, *, longitude: int, latitude: int, kind: Kind = Kind.COMMUNITY
) -> int | None:
    """
    Return the place of ``kind`` whose outline holds the point, None if none does.

    On a shared border the place entered first answers, so that the answer is always the same.
    """
    known = _outlines(district, kind)
    point = Point(longitude / MICRO, latitude / MICRO)
    hits = known.index.query(point, predicate="intersects")
    return known.places[min(hits)] if len(hits) else None


@cached(VERSION)
def _buildings(district: int) -> NDArray[np.int64]:
    """Return id, longitude and latitude of the living buildings whose point was entered."""
    rows = Place.objects.filter(district=district, kind=Kind.BUILDING, valid_to=None)
    found = rows.exclude(longitude=None).order_by("id").values_list("pk", "longitude", "latitude")
    return np.array(list(found), dtype=np.int64).reshape(-1, 3)


def place_near(district: int, *, longitude: int, latitude: int) -> int | None:
    """
    Return the building nearest to a point, at most ``NEAR_METRES`` from it; else the community it
    lies in; None if it lies in none.
    """
    ids, east, north = _buildings(district).T
    narrow = cos(radians(latitude / MICRO))  # a degree of longitude is shorter than one of latitude
    metres = np.hypot((east - longitude) * narrow, north - latitude) * METRES
    if len(ids) and metres.min() <= NEAR_METRES:
        return int(ids[metres.argmin()])
    return place_at(district, longitude=longitude, latitude=latitude)


def all_codes(district: int) -> Iterator[tuple[str, str, dict[str, str], int | None]]:
    """Yield code, kind, name and parent of every place, doors too. For imports."""
    rows = Place.objects.filter(district=district).order_by("id")
    yield from rows.values_list("code", "kind", "name", "parent_id").iterator(chunk_size=5_000)


@cached(VERSION)
def all_communities(district: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids of all places in order, doors too, and the community each lies in."""
    found = read_numbers(
        ["id", "community_id"],
        "FROM places_place WHERE district = %s ORDER BY id",
        [district],
    )
    return found[0], found[1]


def communities_of(district: int, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the community each of some places lies in, 0 for none."""
    known, lies = all_communities(district)
    if not len(known):
        return np.zeros(len(place), dtype=np.int64)
    at = np.minimum(np.searchsorted(known, place), len(known) - 1)
    return np.where(known[at] == place, np.maximum(lies[at], 0), 0)


BUILDINGS = (str(Kind.BUILDING), str(Kind.COURTYARD))


def column_types() -> Mapping[str, AttributeType]:
    """Return the column dictionary: what a condition over buildings and courtyards may ask for."""
    return {
        "building_kind": AttributeType(Type.CODE, frozenset(BUILDINGS)),
        "doors": AttributeType(Type.INT),
        "standing_since": AttributeType(Type.DATE),
    }


def population(
    as_of: date,
    known_at: datetime,
    *,
    district: int,
    communities: Collection[int] | None = None,
) -> Things:
    """
    Return every building and courtyard that stood on a day, as it was known at a moment.

    ``doors`` counts the doors inside that stood that day. Communities are those of today's tree.

    :param communities: only these; None is the whole district
    """
    day, unknown, unended = as_of.toordinal(), *_learnt_since(known_at, district)
    listed = ", ".join(str(int(one)) for one in sorted(communities or ())) or "NULL"
    only = "" if communities is None else f" AND community_id IN ({listed})"
    ids, parent, kind, community, since, until = read_numbers(
        [
            *("id", "parent_id", place_in("kind", (*BUILDINGS, "stairwell", "door"))),
            *("community_id", ordinal("valid_from"), ordinal("valid_to")),
        ],
        "FROM places_place WHERE district = %s AND kind IN "
        f"('building', 'courtyard', 'stairwell', 'door'){only} ORDER BY id",
        [district],
    )
    stood = (since <= day) & ((until == NONE) | (until > day) | np.isin(ids, list(unended)))
    stood &= ~np.isin(ids, list(unknown))
    house = kind < len(BUILDINGS)
    rows = np.flatnonzero(house & stood)
    # A door lies in a stairwell, or in the building or courtyard itself.
    into = parent[(kind == len(BUILDINGS) + 1) & stood]
    at = np.minimum(np.searchsorted(ids, into), max(len(ids) - 1, 0))
    # A parent that was not asked for is nobody's stairwell here, and its door no neighbour's.
    owner = np.where((ids[at] == into) & ~house[at], parent[at], into) if len(into) else into
    houses, inside = np.unique(owner, return_counts=True)
    doors = np.zeros(len(rows), dtype=np.int64)
    if len(houses):
        place = np.minimum(np.searchsorted(houses, ids[rows]), len(houses) - 1)
        doors = np.where(houses[place] == ids[rows], inside[place], 0)
    all_ = np.ones(len(rows), dtype=np.bool_)
    columns = {
        "building_kind": Column(kind[rows], all_, BUILDINGS),
        "doors": Column(doors.astype(np.int64), all_),
        "standing_since": Column(since[rows], all_),
    }
    return Things(ids[rows], np.maximum(community[rows], 0), Population(len(rows), columns))


def _learnt_since(known_at: datetime, district: int) -> tuple[set[int], set[int]]:
    """Return the places that were recorded only after a moment, and those that ended only then."""
    added, ended = set[int](), set[int]()
    kinds = ("PlaceAdded", "PlacesLoaded", "PlacesMerged")
    for event, place, body in journal.recorded_since(known_at, kinds, district=district):
        if event == "PlacesMerged":
            ended.add(place)
        elif event == "PlaceAdded":
            added.add(place)
        else:
            said = json.loads(body)
            rows = [pk for table, pk, _ in said["rows"] if table == Place._meta.db_table]
            added.update(rows[: said["event"]["added"]])
    return added, ended
