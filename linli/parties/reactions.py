"""What follows here from what happens on the register. Listed in ``config/wiring.py``."""

from django.conf import settings

from linli.basics import Event
from linli.journal.actions import system
from linli.people.events import PersonErased

from . import actions


def forget_holder(event: Event, line: int) -> None:
    """Answer ``PersonErased``: no seat says any more whose the record was."""
    del line
    if isinstance(event, PersonErased):
        house = system(settings.DISTRICT)
        actions.forget_linked(by=house, at=event.at, person=event.person_id)
