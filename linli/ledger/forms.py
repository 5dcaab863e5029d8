"""Reading what a money page is asked for."""

from datetime import date

from django.http import QueryDict

from linli.basics import Invalid
from linli.fabric import asked
from linli.fabric.clock import END_OF_TIME


def day_asked(sent: QueryDict, *, today: date) -> date:
    """Return the day a page is to stand at; today if none was typed, or one that cannot be."""
    try:
        found = asked.maybe_day(sent, "day")
    except Invalid:
        found = None
    return found if found and 1990 < found.year < END_OF_TIME.year else today
