"""Plain words for every state, end and happening; the shape of the clock; days as people read them."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.cases import events
from linli.cases.domain import ANSWERS, Channel, End, Mark, PauseReason, Status
from linli.portal import domain

NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)


def test_every_state_end_channel_and_reason_has_words():
    assert set(domain.STATES) == set(Status)
    assert set(domain.ENDS) == set(End)
    assert set(domain.QUESTIONS) == set(ANSWERS)
    assert set(domain.CHANNELS) == set(Channel)
    assert set(domain.REASONS) == set(PauseReason)


HAPPENINGS = sorted(
    name
    for name, kind in inspect.getmembers(events, inspect.isclass)
    if issubclass(kind, events.CaseEvent) and kind is not events.CaseEvent
)


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_every_happening_is_told(kind):
    variants = [{}]
    if kind == "CaseAnswered":
        variants = [{"end": end} for end in ANSWERS]
    if kind == "ClockTurned":
        variants = [{"mark": mark} for mark in Mark]
    for data in variants:
        assert domain.telling(kind, data) is not domain.OTHER


def test_an_unknown_happening_is_told_without_detail():
    assert domain.telling("SomethingNew", {}) is domain.OTHER


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"end": "solved", "confirmed": True}, "You said it is settled"),
        ({"end": "withdrawn", "confirmed": None}, "You took it back"),
        ({"end": "solved", "confirmed": None}, "Over, without a word from you"),
    ],
)
def test_an_end_is_told_by_how_it_came(data, words):
    assert domain.telling("CaseEnded", data).words == words


@pytest.mark.parametrize(
    ("hours", "kind", "run", "end"),
    [(0, "", 0, 100), (12, "", 50, 100), (20, "soon", 83, 100), (48, "late", 100, 50)],
)
def test_the_clock_runs_and_passes_its_mark(hours, kind, run, end):
    shown = domain.dial(
        opened_at=NOON,
        due_at=NOON + timedelta(hours=24),
        at=NOON + timedelta(hours=hours),
        stopped=False,
    )
    assert (shown.kind, shown.run, shown.end) == (kind, run, end)


def test_a_stopped_clock_is_never_late():
    shown = domain.dial(
        opened_at=NOON, due_at=NOON + timedelta(hours=1), at=NOON + timedelta(days=9), stopped=True
    )
    assert (shown.kind, shown.run) == ("done", 100)


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_the_clock_stays_on_its_line(gone, whole):
    shown = domain.dial(
        opened_at=NOON,
        due_at=NOON + timedelta(minutes=whole),
        at=NOON + timedelta(minutes=gone),
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
