"""Where a matter lies when nobody named a place."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linli.basics import Actor
from linli.parties import queries as parties
from linli.places import queries as places
from linli.places.domain import Kind, PlaceNode, PlaceTree

if TYPE_CHECKING:
    from .opening import Said


def place_meant(by: Actor, said: "Said") -> int | None:
    """
    Return where a matter lies that an office takes in: the place that was named, else the street or
    community the words name, else the one the office stands for. A resident's own word stays as it is.
    """
    if said.place_id is not None or by.kind != "staff" or by.party is None:
        return said.place_id
    stands = parties.party(by.party).place_id
    tree = places.tree(by.district)
    here = (tree.community_of(stands) or tree.street_of(stands)) if stands in tree else None
    own = {node.id for node in tree.path(here)} if here is not None else set()
    text, longest, meant = f"{said.place_words}\n{said.words}", 0, here
    for node in _named(tree):
        length = max((len(name) for name in node.name.values() if name in text), default=0)
        if length and node.id == here:
            return here
        if length > longest and node.id not in own:
            longest, meant = length, node.id
    return meant


def _named(tree: PlaceTree) -> Iterator[PlaceNode]:
    """Yield the living streets and communities of a district."""
    for root in tree.roots():
        for street in tree.children(root.id):
            for node in (street, *tree.children(street.id)):
                if node.kind in (Kind.STREET, Kind.COMMUNITY):
                    yield node
