"""Plain words for every state and end; the shape of the clock; days as people read them."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.cases.domain import ANSWERS, Channel, End, Status
from linli.portal import domain

NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)


def test_every_state_end_and_channel_has_words():
    assert set(domain.STATES) == set(Status)
    assert set(domain.ENDS) == set(End)
    assert set(domain.QUESTIONS) == set(ANSWERS)
    assert set(domain.CHANNELS) == set(Channel)


@pytest.mark.parametrize(
    ("hours", "kind", "run", "end"),
    [(0, "", 0, 100), (12, "", 50, 100), (20, "soon", 83, 100), (48, "late", 100, 50)],
)
def test_the_clock_runs_and_passes_its_mark(hours, kind, run, end):
    shown = domain.dial(
        opened_at=NOON,
        due_at=NOON + timedelta(hours=24),
        at=NOON + timedelta(hours=hours),
        soon=Fraction(4, 5),
        stopped=False,
    )
    assert (shown.kind, shown.run, shown.end) == (kind, run, end)


def test_a_stopped_clock_is_never_late():
    shown = domain.dial(
        opened_at=NOON,
        due_at=NOON + timedelta(hours=1),
        at=NOON + timedelta(days=9),
        soon=Fraction(4, 5),
        stopped=True,
    )
    assert (shown.kind, shown.run) == ("done", 100)


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_the_clock_stays_on_its_line(gone, whole):
    shown = domain.dial(
        opened_at=NOON,
        due_at=NOON + timedelta(minutes=whole),
        at=NOON + timedelta(minutes=gone),
        soon=Fraction(4, 5),
        stopped=False,
    )
    assert 0 <= shown.run <= 100
    assert 30 <= shown.end <= 100
    assert (shown.kind == "late") == (gone > whole)


@given(st.integers(min_value=-(10**6), max_value=10**6))
def test_a_span_adds_up_to_its_minutes(minutes):
    span = domain.span_of(timedelta(minutes=minutes))
    assert span.days * 1440 + span.hours * 60 + span.minutes == abs(minutes)


def test_days_are_those_of_shanghai():
    late = datetime(2026, 11, 15, 17, 30, tzinfo=UTC)
    assert domain.moment_words(late, "zh-hans") == "11 月 16 日 01:30"
    assert domain.moment_words(late, "en", year=True) == "16 Nov 2026, 01:30"
