"""Where time went, months, and the drawing of outlines."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.cockpit.domain import (
    Month,
    Move,
    Times,
    draw,
    month_of,
    read_month,
    shares,
    split_time,
)

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
STATES = ("offered", "accepted", "returned", "done", "dropped")


def hour(n: int) -> datetime:
    return START + timedelta(hours=n)


def hours(**parts: int) -> Times:
    return Times(**{name: timedelta(hours=n) for name, n in parts.items()})


def split(moves, pauses=(), *, until: int = 10) -> Times:
    return split_time(opened_at=START, told_at=hour(until), moves=moves, pauses=pauses)


def move(at: int, state: str, *, step: int = 1, passed: bool = False) -> Move:
    return Move(step=step, at=hour(at), state=state, passed=passed)


@pytest.mark.parametrize(
    ("moves", "pauses", "expected"),
    [
        ([], (), hours(wait=10)),
        ([move(2, "accepted")], (), hours(wait=2, touch=8)),
        ([move(2, "accepted"), move(5, "done")], (), hours(wait=7, touch=3)),
        (
            [move(1, "offered", passed=True), move(4, "accepted")],
            (),
            hours(wait=1, handover=3, touch=6),
        ),
        (
            [move(1, "returned"), move(4, "offered", passed=True), move(6, "accepted")],
            (),
            hours(wait=1, handover=5, touch=4),
        ),
        ([move(1, "accepted"), move(2, "offered")], (), hours(wait=9, touch=1)),
        # Somebody works on one step while another is on its way: that is work.
        (
            [move(1, "accepted"), move(2, "returned", step=2), move(6, "done")],
            (),
            hours(wait=1, touch=5, handover=4),
        ),
        # A pause goes before work in hand, and an open one lasts until the answer.
        ([move(2, "accepted")], [(hour(4), hour(7))], hours(wait=2, touch=5, stood=3)),
        ([move(2, "accepted")], [(hour(8), None)], hours(wait=2, touch=6, stood=2)),
        # What lies outside the course counts for nothing.
        (
            [move(2, "accepted"), move(12, "done")],
            [(hour(-3), hour(1))],
            hours(stood=1, wait=1, touch=8),
        ),
    ],
)
def test_every_instant_goes_to_one_part(moves, pauses, expected) -> None:
    assert split(moves, pauses) == expected


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 3), st.sampled_from(STATES), st.booleans())
    ),
    st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 20)))),
    st.integers(0, 50),
)
def test_the_parts_make_up_the_whole(moves, pauses, until) -> None:
    ordered = [move(at, state, step=step, passed=by) for at, step, state, by in sorted(moves)]
    spans = [(hour(at), None if long is None else hour(at + long)) for at, long in pauses]

    found = split(ordered, spans, until=until)

    assert found.whole == timedelta(hours=until)
    assert min(found.touch, found.wait, found.stood, found.handover) >= timedelta(0)


def test_times_add_up_and_shares_are_of_their_sum() -> None:
    assert hours(touch=1, wait=2) + hours(wait=1, stood=4) == hours(touch=1, wait=3, stood=4)
    assert shares([timedelta(hours=1), timedelta(hours=3)]) == (25.0, 75.0)
    assert shares([timedelta(0), timedelta(0)]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-10", Month(2026, 10)),
        ("2026-13", None),
        ("2026-00", None),
        ("0001-01", None),
        ("2026-1", None),
        ("二〇二六-10", None),
        ("", None),
    ],
)
def test_only_a_month_is_read(text, month) -> None:
    assert read_month(text) == month


def test_a_month_begins_at_midnight_in_shanghai() -> None:
    month = month_of(datetime(2026, 11, 30, 16, tzinfo=UTC))

    assert month == Month(2026, 12)
    assert month.since == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert month.until == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert str(month.shifted(1)) == "2027-01"
    assert str(month.shifted(-12)) == "2025-12"


def test_outlines_are_drawn_north_up_on_one_sheet() -> None:
    square = [(120.0, 0.0), (120.1, 0.0), (120.1, 0.1), (120.0, 0.1), (120.0, 0.0)]

    drawn = draw({7: [square]}, {7: (120.05, 0.05)})

    assert drawn is not None
    assert (drawn.width, drawn.height) == (600, 600)
    assert drawn.paths[7] == "M0,600 600,600 600,0 0,0 0,600Z"
    assert drawn.middles[7] == (300, 300)
    assert draw({}, {}) is None
