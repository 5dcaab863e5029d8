"""The demo's rounds: nobody's door is left out, however large the community."""

import io
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest

from linli.interop.management import past
from linli.interop.management.commands import demo

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUSES = 1_300


@pytest.fixture
def loaded(monkeypatch):
    """Two people in each of 1,300 households; what the round would load, by household."""
    found = SimpleNamespace(
        households=np.repeat(np.arange(1, HOUSES + 1), 2),
        ids=np.arange(1, 2 * HOUSES + 1),
        born=np.full(2 * HOUSES, 700_000),
    )
    kept = []
    monkeypatch.setattr(past.people, "neighbours", lambda *_: found)
    monkeypatch.setattr(past, "_visitors", lambda *_: [7, 8])

    def load(*, by, rows, at, members):
        kept.extend(rows)
        return len(rows)

    monkeypatch.setattr(past.visits, "load_visits", load)
    return kept


def test_the_round_calls_at_every_door_of_the_first_community_spread_over_the_year(loaded):
    by = SimpleNamespace(district=1)
    made = past.visit_every_door(by=by, at=NOW, community=5, chance=Random(1))  # noqa: S311
    assert made == HOUSES
    assert [row.card.household for row in loaded] == list(range(1, HOUSES + 1))
    assert len({row.card.key for row in loaded}) == HOUSES
    days = [row.card.visited_on for row in loaded]
    assert days == sorted(days)
    assert len(set(days)) > 200
    assert {day.isoweekday() for day in days} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(("prepared", "printed"), [(False, 1), (True, 0)])
def test_the_logins_are_printed_once_and_kept_in_the_data_folder(
    monkeypatch, settings, tmp_path, prepared, printed
):
    class Built:
        by = None

        def __init__(self, *_):
            pass

        def build(self):
            pass

        def logins(self):
            return "  clerk   secret\n"

    settings.HOME = tmp_path
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)
    monkeypatch.setattr(demo, "what_is_amiss", lambda: "")
    monkeypatch.setattr(demo, "Builder", Built)
    monkeypatch.setattr(demo, "update_statistics", lambda: None)
    monkeypatch.setattr(demo.identity, "finish_demo", lambda **_: None)
    monkeypatch.setattr(
        demo.place_queries, "tree", lambda _: SimpleNamespace(roots=list), raising=True
    )
    told = io.StringIO()
    options = {"residents": 1, "seed": 1, "on": None, "prepared": prepared}
    demo.Command(stdout=told).handle(**options)
    assert told.getvalue().count("secret") == printed
    assert (tmp_path / "demo-logins.txt").read_text("utf-8") == "  clerk   secret\n"
