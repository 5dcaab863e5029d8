"""What follows in visits from what happens to people. Listed in ``config/wiring.py``."""

from django.conf import settings

from linli.basics import Event
from linli.journal.actions import system
from linli.people import queries as people
from linli.people.domain import facts_noted
from linli.people.events import FactChanged, FactsConfirmed, PersonErased

from . import actions


def close_questions(event: Event, line: int) -> None:
    """Answer ``FactChanged`` and ``FactsConfirmed``: what a form asked is known now."""
    del line
    if isinstance(event, FactChanged):
        person, attributes = event.person_id, [event.attribute]
    elif isinstance(event, FactsConfirmed):
        person, attributes = event.person_id, sorted(facts_noted(event.topic, people.dictionary()))
    else:
        return
    actions.answer_questions(
        by=system(settings.DISTRICT), at=event.at, person=person, attributes=attributes
    )


def forget_visited(event: Event, line: int) -> None:
    """Answer ``PersonErased``: what two workers wrote differently goes, and pictures of their door."""
    del line
    if isinstance(event, PersonErased):
        actions.forget_photos(by=system(settings.DISTRICT), at=event.at, person=event.person_id)
        actions.clear_conflicts(by=system(settings.DISTRICT), at=event.at, person=event.person_id)
