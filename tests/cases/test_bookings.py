"""The window: which times there are, who is next, and that no seat is had twice."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
import yaml
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.cases import actions, domain, queries
from linli.cases.actions import Visitor
from linli.cases.domain import USUAL, Turn, Waiting
from linli.cases.models import Booking
from linli.catalogue import queries as catalogue
from linli.journal.actions import run_reactions, system
from linli.journal.models import Line
from linli.notices.models import Notice
from linli.parties import actions as parties
from linli.rulebook.actions import load_rules
from linli.rulebook.domain import SHANGHAI, read_rules
from linli.rulebook.management.commands.load_rules import DATA
from tests.world import DISTRICT, GREEN, HOUSE_ITSELF, NOON, STREET

from .errands import RESIDENT, refused

SEATS = USUAL.seats
MONDAY = date(2026, 11, 16)
TUESDAY = date(2026, 11, 17)
TEN = datetime(2026, 11, 17, 10, tzinfo=SHANGHAI)
LEAK = Visitor(item="shared_leak", name="陈阿姨", phone="13800000521")


def window(world) -> int:
    return world.party(f"{GREEN}.station")


def book(world, starts_at=TEN, visitor=LEAK, at=NOON):
    return actions.book_time(
        by=RESIDENT, party_id=window(world), visitor=visitor, starts_at=starts_at, at=at
    )


def draw(world, at=NOON, visitor=LEAK):
    return actions.draw_number(by=RESIDENT, party_id=window(world), visitor=visitor, at=at)


# ---- the rules ------------------------------------------------------------------------------


def test_times_begin_every_half_hour_and_end_before_the_window_closes() -> None:
    times = domain.times_of(MONDAY, [(time(9), time(10, 20)), (time(14), time(14, 30))], minutes=30)

    assert [f"{one:%H:%M}" for one in times] == ["09:00", "09:30", "14:00"]
    assert {one.tzinfo for one in times} == {SHANGHAI}


@given(st.sets(st.integers(0, 5)), st.integers(1, 6))
def test_a_free_seat_is_free_and_the_lowest(taken, seats) -> None:
    free = sorted(set(range(seats)) - taken)
    if not free:
        with pytest.raises(domain.TimeTaken):
            domain.free_seat(taken, seats)
    else:
        assert domain.free_seat(taken, seats) == free[0]


@pytest.mark.parametrize(
    ("waiting", "called"),
    [
        ([(1, 1, None), (2, 2, None)], 1),
        ([(1, 1, None), (2, 2, 0)], 2),  # booked, and the time has come
        ([(1, 1, None), (2, 2, 30)], 1),  # booked for later
        ([(1, 3, 0), (2, 2, -30)], 2),  # who was to come earlier is earlier
        ([(1, 9, None), (2, 8, None)], 2),
    ],
)
def test_who_is_next(waiting, called) -> None:
    rows = [
        Waiting(one, ticket, None if late is None else NOON + timedelta(minutes=late))
        for one, ticket, late in waiting
    ]
    assert domain.choose_next(rows, at=NOON) == called


def test_nobody_is_next_where_nobody_waits_or_all_come_later() -> None:
    for waiting in ([], [Waiting(1, 1, NOON + timedelta(hours=2))]):
        with pytest.raises(domain.NobodyWaits):
            domain.choose_next(waiting, at=NOON)


@pytest.mark.parametrize("now", list(Turn))
@pytest.mark.parametrize("then", list(Turn))
def test_a_turn_goes_one_way(now, then) -> None:
    allowed = {
        ("waiting", "called"),
        ("waiting", "cancelled"),
        ("called", "served"),
        ("called", "missed"),
        ("called", "cancelled"),
        ("missed", "called"),
    }
    if (now, then) in allowed:
        domain.check_turn(now, then)
    else:
        with pytest.raises(domain.TurnIsOver):
            domain.check_turn(now, then)


# ---- booking --------------------------------------------------------------------------------


def test_a_booking_has_a_seat_a_number_and_one_line_without_a_name(world) -> None:
    ticket = book(world)

    row = Booking.objects.get()
    assert (row.comes_by, row.day, row.ticket, row.starts_at, row.seat, row.seats) == (
        "booked",
        TUESDAY,
        1,
        TEN,
        0,
        SEATS,
    )
    assert (row.state, row.phone.open(), len(ticket.code)) == ("waiting", "13800000521", 6)
    line = Line.objects.get(subject_kind="booking", subject_id=row.pk)
    event = json.loads(line.body)["event"]
    assert (event["comes_by"], event["ticket"]) == ("booked", 1)
    assert not any(word in line.body for word in ("陈阿姨", "13800000521", ticket.code))


def test_no_time_has_more_visitors_than_seats(world) -> None:
    seats = [book(world).booking.seat for _ in range(SEATS)]

    assert seats == list(range(SEATS))
    refused(
        domain.TimeTaken,
        actions.book_time,
        by=RESIDENT,
        party_id=window(world),
        visitor=LEAK,
        starts_at=TEN,
        at=NOON,
    )
    free = {
        one.starts_at: one.left
        for one in queries.free_times(window(world), _item(), TUESDAY, at=NOON)
    }
    assert free[TEN] == 0
    assert free[TEN + timedelta(minutes=30)] == SEATS


def _item():
    return catalogue.current("shared_leak", on=MONDAY).definition


def test_the_database_itself_keeps_a_seat_for_one(world) -> None:
    row = book(world).booking
    row.pk, row.number, row.ticket = None, "X" * 12, 99
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    row.seat = SEATS  # a seat too many
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_seat_given_back_is_free_again(world) -> None:
    first = book(world).booking
    for _ in range(SEATS - 1):
        book(world)
    actions.cancel_booking(by=RESIDENT, booking=first, at=NOON)

    again = book(world).booking

    assert (again.seat, again.ticket) == (first.seat, SEATS + 1)
    refused(domain.TurnIsOver, actions.cancel_booking, by=RESIDENT, booking=first, at=NOON)


@pytest.mark.parametrize(
    "starts_at",
    [
        NOON - timedelta(hours=2),  # past
        TEN + timedelta(minutes=7),  # not a time of the list
        TEN + timedelta(days=60),  # too far ahead
        datetime(2026, 11, 21, 10, tzinfo=SHANGHAI),  # a Saturday
        datetime(2026, 11, 17, 12, 30, tzinfo=SHANGHAI),  # at lunch
    ],
)
def test_a_time_that_is_none_is_refused(world, starts_at) -> None:
    refused(
        domain.NoSuchTime,
        actions.book_time,
        by=RESIDENT,
        party_id=window(world),
        visitor=LEAK,
        starts_at=starts_at,
        at=NOON,
    )


def test_what_is_no_window_or_no_item_takes_nobody(world) -> None:
    call = {"by": RESIDENT, "at": NOON}
    street = world.party(f"{STREET}.center")
    refused(NoSuchThing, actions.draw_number, party_id=street, visitor=LEAK, **call)
    nothing = Visitor(item="nothing_like_it")
    refused(NoSuchThing, actions.draw_number, party_id=window(world), visitor=nothing, **call)
    long = Visitor(item="shared_leak", name="长" * 61)
    refused(Invalid, actions.draw_number, party_id=window(world), visitor=long, **call)


def test_a_windows_own_hours_count(world) -> None:
    parties.set_hours(
        by=HOUSE_ITSELF,
        at=NOON,
        party_id=window(world),
        week={1: ((8 * 60, 9 * 60),)},
        from_on=MONDAY,
    )
    times = queries.bookable_times(window(world), TUESDAY)

    assert [f"{one:%H:%M}" for one in times] == ["08:00", "08:30"]
    assert queries.open_days(window(world), at=NOON) == [TUESDAY, date(2026, 11, 24)]
    refused(
        domain.WindowClosed,
        actions.draw_number,
        by=RESIDENT,
        party_id=window(world),
        visitor=LEAK,
        at=NOON,
    )


# ---- the queue ------------------------------------------------------------------------------


def test_numbers_of_a_day_run_on_and_those_of_the_next_begin_anew(world) -> None:
    assert [draw(world).booking.ticket for _ in range(3)] == [1, 2, 3]
    assert draw(world, at=NOON + timedelta(days=1)).booking.ticket == 1


def test_a_turn_is_called_missed_called_again_and_served(world) -> None:
    station = world.at("station")
    first, second = draw(world).booking, draw(world).booking

    assert actions.call_next(by=station, at=NOON).pk == first.pk
    actions.miss_booking(by=station, booking_id=first.pk, at=NOON)
    assert actions.call_next(by=station, at=NOON).pk == second.pk
    actions.call_again(by=station, booking_id=first.pk, at=NOON)
    actions.serve_booking(by=station, booking_id=first.pk, at=NOON)

    row = Booking.objects.get(pk=first.pk)
    assert (row.state, row.appointment) == ("served", station.appointment)
    lines = Line.objects.filter(subject_kind="booking", subject_id=first.pk).order_by("id")
    assert list(lines.values_list("kind", flat=True)) == [
        "BookingMade",
        "BookingCalled",
        "BookingMissed",
        "BookingCalled",
        "BookingServed",
    ]
    refused(domain.NobodyWaits, actions.call_next, by=station, at=NOON)
    refused(domain.TurnIsOver, actions.miss_booking, by=station, booking_id=first.pk, at=NOON)


def test_another_window_calls_nobody_of_ours(world) -> None:
    mine = draw(world).booking
    neighbour = world.at("neighbour")

    refused(domain.NobodyWaits, actions.call_next, by=neighbour, at=NOON)
    refused(NoSuchThing, actions.call_again, by=neighbour, booking_id=mine.pk, at=NOON)
    refused(NotAllowed, actions.call_next, by=world.at("housing"), at=NOON)
    with pytest.raises(NoSuchThing):
        queries.turn_for(neighbour, mine.pk)
    page = queries.turns_of(neighbour, day=MONDAY, states=(Turn.WAITING,))
    assert page.rows == []


def test_the_list_goes_by_key_in_the_order_of_numbers(world) -> None:
    for _ in range(5):
        draw(world)
    ask = {"day": MONDAY, "states": (Turn.WAITING,), "limit": 2}
    first = queries.turns_of(world.at("station"), **ask)
    second = queries.turns_of(world.at("station"), after=first.next, **ask)

    assert [one.ticket for one in (*first.rows, *second.rows)] == [1, 2, 3, 4]
    hall = queries.hall_of(window(world), at=NOON)
    assert (hall.called, hall.waiting) == ((), 5)


def test_number_and_signs_open_a_turn_and_neither_alone(world) -> None:
    ticket = book(world)
    number = ticket.booking.number

    assert queries.booking_by_code(1, number, ticket.code.lower()).pk == ticket.booking.pk
    for wrong in ("", "000000"):
        with pytest.raises(NoSuchThing):
            queries.booking_by_code(1, number, wrong)


def test_whoever_booked_is_written_to(world) -> None:
    book(world)
    draw(world)
    while run_reactions(by=system(1), at=NOON):
        pass

    (notice,) = Notice.objects.filter(event="booking_made")
    assert (notice.channel, notice.subject_kind) == ("sms", "booking")
    assert "2026 年 11 月 17 日 10:00" in notice.body


def test_a_closed_day_gives_no_times_and_no_numbers(world) -> None:
    ask = {"by": HOUSE_ITSELF, "at": NOON, "party_id": window(world)}
    closing = parties.close_days(from_on=MONDAY, to_on=TUESDAY, **ask)

    assert queries.bookable_times(window(world), TUESDAY) == ()
    assert queries.open_days(window(world), at=NOON)[0] == date(2026, 11, 18)
    here = {"by": RESIDENT, "party_id": window(world), "visitor": LEAK, "at": NOON}
    refused(domain.NoSuchTime, actions.book_time, starts_at=TEN, **here)
    refused(domain.WindowClosed, actions.draw_number, **here)

    parties.reopen_days(by=HOUSE_ITSELF, at=NOON, closing_id=closing.pk)

    assert book(world).booking.starts_at == TEN


def test_seats_and_minutes_are_the_rows_of_the_day(world) -> None:
    rules = [
        replace(rule, value=value, jurisdiction=DISTRICT, valid_from=TUESDAY)
        for rule in read_rules(yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8")))
        for key, value in (("cases.seats", 1), ("cases.slot_minutes", 60))
        if rule.key == key
    ]
    load_rules(by=HOUSE_ITSELF, rules=rules, at=NOON)

    monday, tuesday = (queries.bookable_times(window(world), day) for day in (MONDAY, TUESDAY))
    assert (len(monday), len(tuesday)) == (14, 7)
    book(world)
    refused(
        domain.TimeTaken,
        actions.book_time,
        by=RESIDENT,
        party_id=window(world),
        visitor=LEAK,
        starts_at=TEN,
        at=NOON,
    )
    assert queries.seats_for(_item(), MONDAY) == USUAL.seats
