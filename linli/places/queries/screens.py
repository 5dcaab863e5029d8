"""What the screens of places show: one place, what stands in it, what became of it, where it may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.fabric.jinja import language, local_text
from linli.places.domain import (
    KIND_WORDS,
    PARENTS,
    Kind,
    Permission,
    PlaceTree,
    check_within,
)
from linli.places.models import Place, PlaceMove

from . import check_whole, doors_of, many_place_words, place_of, tree

NEEDS_CODE = frozenset({Kind.STREET, Kind.COMMUNITY})


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One place as its page shows it. ``below`` are id, name and kind; ``past`` the newest first."""

    id: int
    name: str
    names: Mapping[str, str]
    kind: str
    code: str
    since: date
    until: date | None
    into: tuple[int, str] | None
    above: Sequence[tuple[int, str]]
    below: Sequence[tuple[int, str, str]]
    past: Sequence[tuple[date, str]]
    kinds: Sequence[tuple[str, str]]  # what may be added inside
    needs_code: bool  # what is added needs a code of the division
    may: bool  # the hat covers all of it


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a place may go: into which other it may be moved, with which it may be merged."""

    communities: Sequence[tuple[str, str]]
    parents: Sequence[tuple[str, str]]
    equals: Sequence[tuple[str, str]]


def place_page(by: Actor, place: int | None) -> PlacePage:
    """
    Return one place, the district where none is named.

    :raises NotAllowed: without ``places.keep``
    :raises NoSuchThing: if there is no such place, or it lies in another's community
    """
    by.must(Permission.KEEP_PLACES)
    kept = tree(by.district)
    root = next(iter(kept.roots()), None)
    if root is None:
        raise NoSuchThing
    found = place_of(by.district, place or root.id)
    check_within(by, found.community_id)
    kind = Kind(found.kind)
    above = [] if found.parent_id is None else kept.path(found.parent_id)
    into = found.merged_into_id
    inside = tuple(one for one, parents in PARENTS.items() if kind in parents)
    return PlacePage(
        id=found.pk,
        name=local_text(found.name),
        names=found.name,
        kind=gettext(KIND_WORDS[kind]),
        code=found.code,
        since=found.valid_from,
        until=found.valid_to,
        into=(into, many_place_words(by.district, [into], language())[into]) if into else None,
        above=[(node.id, node.words(language())) for node in above],
        below=_below(by, found, kept),
        past=_past(by.district, found),
        kinds=[(str(one), gettext(KIND_WORDS[one])) for one in inside],
        needs_code=bool(NEEDS_CODE & set(inside)),
        may=found.valid_to is None and _covers(by, found.pk, found.community_id),
    )


def ways(by: Actor, place: int, community: int | None) -> Ways:
    """
    Return where a place may go.

    :param community: where to look for places below a community; its own where none is named
    :raises NoSuchThing: if there is no such place
    """
    kept, found = tree(by.district), place_of(by.district, place)
    kind, words = Kind(found.kind), language()
    if found.community_id is None or kind is Kind.COMMUNITY:
        nodes, communities = [kept.node(pk) for pk in kept.under(kept.roots()[0].id)], []
    else:
        reached = [pk for pk in sorted(by.communities) if pk in kept and not kept.node(pk).ended]
        communities = [(str(pk), kept.path_words(pk, words)) for pk in reached]
        here = community if community in reached else found.community_id
        nodes = [kept.node(pk) for pk in kept.under(here)]
    closed = {place, *(kept.under(place) if place in kept else ())}
    open_ones = [
        one
        for one in nodes
        if not one.ended and one.id not in closed and _covers(by, one.id, one.community)
    ]
    equals = [(one.id, kept.path_words(one.id, words)) for one in open_ones if one.kind is kind]
    if kind is Kind.DOOR and found.parent_id is not None:
        doors = [one.pk for one in doors_of(by.district, found.parent_id) if one.pk != place]
        equals = list(many_place_words(by.district, doors, words).items())
    parents = [
        (one.id, kept.path_words(one.id, words))
        for one in open_ones
        if one.kind in PARENTS[kind] and one.id != found.parent_id
    ]
    return Ways(communities, _choices(parents), _choices(equals))


def _choices(found: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(pk), words) for pk, words in found]


def _below(by: Actor, found: Place, kept: PlaceTree) -> list[tuple[int, str, str]]:
    inside = [
        (node.id, node.words(language()), gettext(KIND_WORDS[node.kind]))
        for node in (kept.children(found.pk) if found.pk in kept else ())
        if node.community is None or by.kind != "staff" or node.community in by.communities
    ]
    if Kind(found.kind) in PARENTS[Kind.DOOR]:
        doors = doors_of(by.district, found.pk)
        inside += [(one.pk, local_text(one.name), gettext(KIND_WORDS[Kind.DOOR])) for one in doors]
    return inside


def _past(district: int, found: Place) -> list[tuple[date, str]]:
    moves = list(
        PlaceMove.objects.filter(Q(place=found) | Q(into=found), district=district).order_by(
            "-on", "-id"
        )
    )
    named = {
        pk for one in moves for pk in (one.old_parent_id, one.new_parent_id, one.into_id) if pk
    }
    words = many_place_words(district, [*named, *(one.place_id for one in moves)], language())
    return [(one.on, _told(one, found.pk, words)) for one in moves]


def _told(move: PlaceMove, place: int, words: Mapping[int, str]) -> str:
    if move.change == "renamed":
        return gettext("Was called %(name)s until then.") % {
            "name": local_text(move.old_name or {})
        }
    if move.change == "moved":
        both = {"old": words[move.old_parent_id or 0], "new": words[move.new_parent_id or 0]}
        return gettext("Moved from %(old)s to %(new)s.") % both
    if move.place_id == place:
        return gettext("Became part of %(into)s.") % {"into": words[move.into_id or 0]}
    return gettext("%(gone)s became part of it.") % {"gone": words[move.place_id]}


def _covers(by: Actor, place: int, community: int | None) -> bool:
    try:
        check_within(by, community)
        check_whole(by, place, community)
    except (NoSuchThing, NotAllowed):
        return False
    return True
