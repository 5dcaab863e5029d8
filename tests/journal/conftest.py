from datetime import UTC, datetime

import pytest

from linli.basics import Actor
from linli.fabric.writing import write_atomic
from linli.journal import actions

from . import things

AT = datetime(2026, 11, 16, 4, tzinfo=UTC)
BY = Actor(kind="staff", district=7, user=3, appointment=5, hat="station")


@pytest.fixture
def wired(settings):
    """Wire the lamps' reactions for one test."""
    settings.REACTIONS = "tests.journal.things.REACTIONS"
    forget = actions.reactions_by_kind.cache_clear
    forget()
    with things.fresh():
        yield things
    forget()


@pytest.fixture
def light():
    """Return a deed that puts one line on the record."""

    @write_atomic
    def light_lamp(lamp_id=1, **values):
        return actions.record(things.LampLit(at=AT, lamp_id=lamp_id, **values), by=BY)

    return light_lamp
