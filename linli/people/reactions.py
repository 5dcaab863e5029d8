"""When a place changes its community, those who live there follow. Listed in ``config/wiring.py``."""

from django.conf import settings

from linli.basics import Event
from linli.journal.actions import system
from linli.places import queries as places
from linli.places.events import PlaceMoved, PlacesMerged

from . import actions


def follow_places(event: Event, line: int) -> None:
    """Answer ``PlaceMoved`` and ``PlacesMerged``: bring people to the community of their home."""
    del line
    if not isinstance(event, PlaceMoved | PlacesMerged):
        return
    target = event.into_id if isinstance(event, PlacesMerged) else event.place_id
    community = places.community_of(settings.DISTRICT, target)
    if community is not None:
        actions.follow_place(
            by=system(settings.DISTRICT), at=event.at, place=target, community=community
        )
