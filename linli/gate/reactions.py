"""What follows at the gate from what happens at doors. Listed in ``config/wiring.py``."""

from django.conf import settings

from linli.basics import Event
from linli.journal.actions import system
from linli.visits.events import QuestionsAnswered, VisitRecorded

from . import actions, queries


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
