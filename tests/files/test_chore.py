"""The store is swept once a night, by the worker."""

from datetime import datetime

import pytest
from django.conf import settings

from config import chores
from linli.rulebook.domain import SHANGHAI


@pytest.fixture
def swept(monkeypatch):
    found = []
    monkeypatch.setattr(
        chores.files, "sweep_orphans", lambda *, by, at: found.append((by.kind, at))
    )
    chores._sweep_of.cache_clear()
    yield found
    chores._sweep_of.cache_clear()


def on(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_the_worker_sweeps_once_each_night_at_three(swept):
    for at in (on(16, 2, 59), on(16, 3), on(16, 3, 30), on(16, 4), on(17, 3, 10)):
        chores.sweep_files(at)
    assert swept == [("system", on(16, 3)), ("system", on(17, 3))]


def test_every_chore_is_on_the_workers_list():
    here = {
        f"{chores.__name__}.{name}"
        for name, one in vars(chores).items()
        if callable(one) and not name.startswith("_") and one.__module__ == chores.__name__
    }
    assert set(settings.CHORES) == here
