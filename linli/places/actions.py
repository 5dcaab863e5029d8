"""Changing the map: every change is dated, kept, and drops the trees the processes hold."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Actor, NoSuchThing
from linli.fabric import versions
from linli.fabric.bulk import insert_rows
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.rulebook.domain import local_date

from . import domain, queries
from .domain import Kind, Permission, PlaceRow
from .events import PlaceAdded, PlaceMoved, PlaceRenamed, PlacesLoaded, PlacesMerged
from .models import Place, PlaceMove

CHUNK = 1_000


def new_token() -> str:
    """Return 16 characters (96 bits) for a door's plate: nobody guesses the neighbour's."""
    return secrets.token_urlsafe(12)


@write_atomic
def add_place(
    *,
    by: Actor,
    at: datetime,
    kind: Kind,
    parent: int | None,
    code: str,
    name: Mapping[str, str],
    valid_from: date,
    longitude: int | None = None,
    latitude: int | None = None,
    outline: Mapping[str, object] | None = None,
    sort_key: str = "",
) -> Place:
    """
    Put one place on the map.

    :param name: ``{"zh-Hans": …, "en": …}``, Chinese required
    :param longitude: microdegrees, WGS-84, like ``latitude``
    :raises NotAllowed: without ``places.keep``, or if the hat does not cover all that lies in it
    :raises NoSuchThing: if the parent is not there or in another's community
    :raises PlaceEnded: if the parent exists no more
    :raises WrongParent: if such a place cannot stand there
    :raises CodeMissing: if there is no code
    :raises WrongCode: if the code has another form
    :raises CodeTaken: if another place has the code
    :raises Invalid: if the name, the point or the outline cannot be read
    """
    by.must(Permission.KEEP_PLACES)
    row = PlaceRow(
        kind=kind,
        code=code,
        parent_code=None,
        name=name,
        longitude=longitude,
        latitude=latitude,
        outline=outline,
        sort_key=sort_key,
    )
    above = None if parent is None else _place(by, parent)
    domain.check_parent(kind, Kind(above.kind) if above else None)
    domain.check_code(kind, code)
    domain.check_day(valid_from, local_date(at))
    if above and above.valid_to:
        raise domain.PlaceEnded
    if Place.objects.filter(district=by.district, code=code).exists():
        raise domain.CodeTaken(code=code)
    place = _new(row, above, district=by.district, valid_from=valid_from)
    place.save(force_insert=True)
    _own_community([place])
    record(
        PlaceAdded(at=at, place_id=place.pk, kind=kind.value, parent_id=parent), by=by, rows=[place]
    )
    versions.bump(queries.VERSION)
    return place


@write_atomic
def rename_place(
    *, by: Actor, at: datetime, place: int, name: Mapping[str, str], on: date
) -> Place:
    """
    Give a place another name from a day on.

    :raises NotAllowed: without ``places.keep``, or if the hat does not cover all that lies in it
    :raises NoSuchThing: if it is not there or in another's community
    :raises PlaceEnded: if it exists no more
    :raises DayToCome: if the day has not come
    :raises Invalid: if the name cannot be read
    """
    by.must(Permission.KEEP_PLACES)
    found = _living(by, place)
    domain.check_day(on, local_date(at))
    move = _rename(found, domain.check_name(name), on=on, at=at)
    found.save(update_fields=["name", "sort_key"])
    move.save(force_insert=True)
    record(PlaceRenamed(at=at, place_id=place, move_id=move.pk), by=by, rows=[found, move])
    versions.bump(queries.VERSION)
    return found


@write_atomic
def move_place(*, by: Actor, at: datetime, place: int, parent: int, on: date) -> Place:
    """
    Put a place, with all inside it, into another one from a day on.

    :raises NotAllowed: without ``places.keep``, or if the hat does not cover all that lies in it
    :raises NoSuchThing: if one of them is not there or in another's community
    :raises PlaceEnded: if one of them exists no more
    :raises InsideItself: if the new place lies inside the one moved
    :raises WrongParent: if it cannot stand there
    :raises DayToCome: if the day has not come
    """
    by.must(Permission.KEEP_PLACES)
    found, above = _living(by, place), _living(by, parent)
    domain.check_day(on, local_date(at))
    domain.check_parent(Kind(found.kind), Kind(above.kind))
    if above.pk in queries.tree(by.district).under(place):
        raise domain.InsideItself
    was = found.parent_id
    move = _moved(found, above, on=on, at=at)
    touched = _settle([found])
    move.save(force_insert=True)
    record(
        PlaceMoved(
            at=at,
            place_id=place,
            from_id=was or 0,
            to_id=parent,
            community_id=found.community_id,
            move_id=move.pk,
        ),
        by=by,
        rows=[*touched, move],
    )
    versions.bump(queries.VERSION)
    return found


@write_atomic
def merge_places(*, by: Actor, at: datetime, place: int, into: int, on: date) -> Place:
    """
    End ``place`` on a day; what stands in it stands in ``into`` from then on.

    :raises NotAllowed: without ``places.keep``, or if the hat does not cover all that lies in it
    :raises NoSuchThing: if one of them is not there or in another's community
    :raises InsideItself: if both are the same
    :raises DifferentKinds: if they are of two kinds, or districts
    :raises PlaceEnded: if one of them exists no more
    :raises DayToCome: if the day has not come
    """
    by.must(Permission.KEEP_PLACES)
    gone, kept = _place(by, place), _place(by, into)
    domain.check_merge(
        kind=Kind(gone.kind),
        into=Kind(kept.kind),
        same=place == into,
        ended=bool(gone.valid_to or kept.valid_to),
    )
    domain.check_day(on, local_date(at))
    inside = list(Place.objects.select_for_update().filter(parent=gone).order_by("id"))
    moves = [_moved(child, kept, on=on, at=at) for child in inside]
    touched = _settle(inside)
    gone.valid_to, gone.merged_into = max(on, gone.valid_from), kept
    gone.save(update_fields=["valid_to", "merged_into"])
    merge = PlaceMove(
        district=by.district, place=gone, change="merged", on=on, into=kept, recorded_at=at
    )
    moves = PlaceMove.objects.bulk_create([merge, *moves], batch_size=CHUNK)
    record(
        PlacesMerged(at=at, place_id=place, into_id=into, move_id=moves[0].pk),
        by=by,
        rows=[gone, *touched, *moves],
    )
    versions.bump(queries.VERSION)
    return kept


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load changed."""

    added: int
    renamed: int
    unchanged: int
    drawn: int = 0


@write_atomic
def load_places(*, by: Actor, at: datetime, rows: Sequence[PlaceRow], on: date) -> Loaded:
    """
    Bring many places in, in one act with one line; give at most some 5,000 at a time.

    Places are known by their codes: the same rows once more change nothing, another name renames,
    another point or outline is taken over; where a row gives none, what stands stays.
    Rows may stand in any order; every parent is there already or among them.

    :raises NotAllowed: without ``places.load``
    :raises NoSuchThing: if a parent is not there
    :raises Refused: if a row is no legal place, as ``check_row`` and ``check_parent`` say
    """
    by.must(Permission.LOAD_PLACES)
    for row in rows:
        domain.check_row(row)
    known = _by_code(by.district, {row.code for row in rows} | {row.parent_code for row in rows})
    fresh = {row.code: row for row in rows if row.code not in known}
    added: list[Place] = []
    for kind in Kind:
        level = [row for row in fresh.values() if row.kind is kind]
        places = [_placed(row, known, district=by.district, valid_from=on) for row in level]
        insert_rows(places)
        if kind is Kind.COMMUNITY:
            _own_community(places)
        added += places
        known |= {place.code: place for place in places}
    renamed, moves = _renamed(rows, known, fresh, on=on, at=at)
    drawn = _drawn(rows, known, fresh)
    changed = list({place.pk: place for place in (*renamed, *drawn)}.values())
    if added or changed:
        event = PlacesLoaded(
            at=at,
            place_id=_root(by.district),
            added=len(added),
            renamed=len(renamed),
            drawn=len(drawn),
        )
        record(event, by=by, rows=[*added, *changed, *moves])
        versions.bump(queries.VERSION)
    return Loaded(len(added), len(renamed), len(rows) - len(added) - len(changed), len(drawn))


def _root(district: int) -> int:
    return Place.objects.filter(district=district, parent=None).values_list("pk", flat=True)[0]


def _by_code(district: int, codes: Iterable[str | None]) -> dict[str, Place]:
    rows = Place.objects.filter(district=district, code__in=[code for code in codes if code])
    return {place.code: place for place in rows}


def _placed(row: PlaceRow, known: Mapping[str, Place], *, district: int, valid_from: date) -> Place:
    above = None
    if row.parent_code is not None:
        above = known.get(row.parent_code)
        if above is None:
            raise NoSuchThing
    domain.check_parent(row.kind, Kind(above.kind) if above else None)
    return _new(row, above, district=district, valid_from=valid_from)


def _renamed(
    rows: Sequence[PlaceRow],
    known: Mapping[str, Place],
    fresh: Mapping[str, PlaceRow],
    *,
    on: date,
    at: datetime,
) -> tuple[list[Place], list[PlaceMove]]:
    """Rename those that came with another name; names the load does not give stay."""
    places, moves = [], []
    for code, row in {row.code: row for row in rows if row.code not in fresh}.items():
        place = known[code]
        name = {**place.name, **domain.check_name(row.name)}
        if name != place.name:
            moves.append(_rename(place, name, on=on, at=at))
            places.append(place)
    Place.objects.bulk_update(places, ["name", "sort_key"], batch_size=CHUNK)
    return places, PlaceMove.objects.bulk_create(moves, batch_size=CHUNK)


def _drawn(
    rows: Sequence[PlaceRow], known: Mapping[str, Place], fresh: Mapping[str, PlaceRow]
) -> list[Place]:
    """Give those that came with another point or outline theirs."""
    places = []
    for code, row in {row.code: row for row in rows if row.code not in fresh}.items():
        place = known[code]
        was = (place.longitude, place.latitude, place.outline)
        if row.longitude is not None:
            place.longitude, place.latitude = row.longitude, row.latitude
        if row.outline is not None:
            place.outline = domain.check_outline(row.outline)
        if was != (place.longitude, place.latitude, place.outline):
            places.append(place)
    Place.objects.bulk_update(places, ["longitude", "latitude", "outline"], batch_size=CHUNK)
    return places


def _new(row: PlaceRow, above: Place | None, *, district: int, valid_from: date) -> Place:
    name = domain.check_name(row.name)
    domain.check_point(row.longitude, row.latitude)
    return Place(
        district=district,
        kind=row.kind.value,
        parent=above,
        community_id=above.community_id if above else None,
        code=row.code,
        name=name,
        sort_key=row.sort_key or domain.sort_key_of(name["zh-Hans"]),
        longitude=row.longitude,
        latitude=row.latitude,
        outline=domain.check_outline(row.outline),
        valid_from=valid_from,
        door_token=new_token() if row.kind in domain.WITH_TOKEN else None,
    )


def _own_community(places: Sequence[Place]) -> None:
    """A community lies in itself; its id is known only once it stands."""
    communities = [place for place in places if place.kind == Kind.COMMUNITY]
    for place in communities:
        place.community_id = place.pk
    Place.objects.bulk_update(communities, ["community_id"], batch_size=CHUNK)


def _rename(place: Place, name: dict[str, str], *, on: date, at: datetime) -> PlaceMove:
    old = place.name
    place.name, place.sort_key = name, domain.sort_key_of(name["zh-Hans"])
    return PlaceMove(
        district=place.district,
        place=place,
        change="renamed",
        on=on,
        old_name=old,
        recorded_at=at,
    )


def _moved(place: Place, above: Place, *, on: date, at: datetime) -> PlaceMove:
    move = PlaceMove(
        district=place.district,
        place=place,
        change="moved",
        on=on,
        old_parent_id=place.parent_id,
        new_parent=above,
        recorded_at=at,
    )
    place.parent = above
    if place.kind != Kind.COMMUNITY:
        place.community_id = above.community_id
    return move


def _settle(places: Sequence[Place]) -> list[Place]:
    """Write the new parents, carry the community down, and return every row that changed."""
    touched = list(places)
    level = [place for place in places if place.kind != Kind.COMMUNITY]
    while level:
        community = {place.pk: place.community_id for place in level}
        below = Place.objects.filter(parent__in=level).exclude(kind=Kind.COMMUNITY)
        level = list(below.select_for_update().order_by("id"))
        level = [place for place in level if place.community_id != community[place.parent_id or 0]]
        for place in level:
            place.community_id = community[place.parent_id or 0]
        touched += level
    Place.objects.bulk_update(touched, ["parent", "community_id"], batch_size=CHUNK)
    return touched


def _place(by: Actor, place: int) -> Place:
    """
    Return the place, locked.

    :raises NoSuchThing: if it is not there or in another's community
    :raises NotAllowed: if the hat does not cover all that lies in it
    """
    found = Place.objects.select_for_update().filter(district=by.district, pk=place).first()
    if found is None:
        raise NoSuchThing
    domain.check_within(by, found.community_id)
    queries.check_whole(by, place, found.community_id)
    return found


def _living(by: Actor, place: int) -> Place:
    found = _place(by, place)
    if found.valid_to:
        raise domain.PlaceEnded
    return found
