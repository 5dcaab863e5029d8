"""What follows at the gate: from doors, from people, from time. Listed in ``config/wiring.py``."""

from django.conf import settings

from linli.basics import Event
from linli.fabric.clock import now_after
from linli.journal.actions import system
from linli.notices import actions as notices
from linli.notices.domain import Recipient
from linli.people import queries as people
from linli.people.events import PersonEnded, PersonMoved, PersonRegistered
from linli.places import queries as places
from linli.visits.events import QuestionsAnswered, VisitRecorded

from . import actions, queries
from .events import RequestEscalated


def count_visits(event: Event, line: int) -> None:
    """Answer ``VisitRecorded`` and ``QuestionsAnswered``: minutes are booked, money is committed."""
    del line
    if isinstance(event, VisitRecorded):
        tasks = queries.tasks_at_visit(event.visit_id, district=settings.DISTRICT)
    elif isinstance(event, QuestionsAnswered):
        tasks = queries.tasks_about(event.person_id, district=settings.DISTRICT)
    else:
        return
    for task in tasks:
        actions.count_visits(by=system(settings.DISTRICT), task=task, at=event.at)
    now = now_after(event.at)
    for task in queries.short_of_minutes(tasks, district=settings.DISTRICT):
        actions.ask_newcomers(by=system(settings.DISTRICT), task=task, at=now)


def ask_newcomers(event: Event, line: int) -> None:
    """
    Answer ``PersonRegistered``, ``PersonMoved``, ``PersonEnded``, ``PeopleLoaded`` and
    ``CommunityFollowed``: who came is asked what stands there, and who left leaves room. Whoever
    asks needs leave now, not when somebody came.
    """
    del line
    now = now_after(event.at)
    asking = queries.asking_tasks(now, _touched(event), district=settings.DISTRICT)
    for task in list(asking.order_by("id").values_list("id", flat=True)):
        actions.ask_newcomers(by=system(settings.DISTRICT), task=task, at=now)


def tell_escalated(event: Event, line: int) -> None:
    """
    Answer ``RequestEscalated``: those who may decide are told, and the office that asked.

    Where it was decided meanwhile there is nothing left to tell.
    """
    del line
    if not isinstance(event, RequestEscalated):
        return
    late = queries.undecided(event.request_id, at=event.at, district=settings.DISTRICT)
    if late is None:
        return
    values = {
        "number": late.number,
        "item": late.title,
        "office": late.office,
        "due": event.decide_by,
    }
    notices.queue_notices(
        by=system(settings.DISTRICT),
        event="request_escalated",
        letters=[(Recipient.to_user(one), values) for one in late.users],
        subject=("request", event.request_id),
        at=event.at,
        sensitive=False,
    )


def _touched(event: Event) -> frozenset[int] | None:
    """Return the communities that somebody came to or left; None where it may be any."""
    district = settings.DISTRICT
    if isinstance(event, PersonRegistered | PersonEnded):
        doors = people.doors_of(district, [event.person_id])
        found = {community for _, community in doors.values()}
    elif isinstance(event, PersonMoved):
        left = None if event.from_id is None else places.community_of(district, event.from_id)
        found = {event.community_id, left}
    else:
        return None
    return frozenset(one for one in found if one is not None)
