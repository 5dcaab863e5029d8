"""What happens to places. The day it holds from and the old name stand in ``PlaceMove``."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAdded(Event):
    SUBJECT: ClassVar[str] = "place"

    place_id: int
    kind: str
    parent_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRenamed(Event):
    SUBJECT: ClassVar[str] = "place"

    place_id: int
    move_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMoved(Event):
    """``community_id`` is where the place and all below it lie now."""

    SUBJECT: ClassVar[str] = "place"

    place_id: int
    from_id: int
    to_id: int
    community_id: int | None
    move_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesMerged(Event):
    """``place_id`` ended; what stood in it stands in ``into_id`` now."""

    SUBJECT: ClassVar[str] = "place"

    place_id: int
    into_id: int
    move_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesLoaded(Event):
    """
    Many places came in at once, all below ``place_id``; ``drawn`` got another point or outline.

    Lines of version 1 drew none.
    """

    SUBJECT: ClassVar[str] = "place"
    VERSION: ClassVar[int] = 2

    place_id: int
    added: int
    renamed: int
    drawn: int = 0
