"""An office's own hours end its days (民法典 203) and count its working hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from linli.cases import actions, domain, queries
from linli.cases.models import Case, Step
from linli.parties import actions as parties
from linli.rulebook.domain import Calendar, Pause, Period, Unit
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, year_2026

from .errands import RESIDENT, said, step

CALENDAR = Calendar({2026: year_2026()})
SHORT = dict.fromkeys(range(5), ((9 * 60, 12 * 60),))  # mornings only
SATURDAYS = dict.fromkeys((1, 2, 3, 4, 5), ((9 * 60, 18 * 60),))
OPEN_TO_THE_END = dict.fromkeys(range(7), ((0, 24 * 60),))


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)


@pytest.mark.parametrize(
    ("week", "period", "due"),
    [
        # 12:00 on Monday 16 November
        ({}, Period(1, Unit.WORKING_DAYS), local(11, 17, 24)),
        (SHORT, Period(1, Unit.WORKING_DAYS), local(11, 17, 12)),
        (SHORT, Period(7, Unit.CALENDAR_DAYS), local(11, 23, 12)),
        (SHORT, Period(1, Unit.MONTHS), local(12, 16, 12)),
        # hours run from the moment, whatever the office does
        (SHORT, Period(24, Unit.HOURS), local(11, 17, 12)),
        # three hours of work are one morning
        (SHORT, Period(3, Unit.WORKING_HOURS), local(11, 17, 12)),
        (SHORT, Period(4, Unit.WORKING_HOURS), local(11, 18, 10)),
        ({}, Period(2, Unit.WORKING_HOURS), local(11, 16, 15, 30)),
        # closed on Mondays, open on Saturdays: the last day is still a working day of the calendar
        (SATURDAYS, Period(7, Unit.CALENDAR_DAYS), local(11, 23, 24)),
        (SATURDAYS, Period(12, Unit.WORKING_HOURS), local(11, 18, 12)),
        ({0: ()}, Period(1, Unit.WORKING_DAYS), local(11, 17, 24)),
    ],
)
def test_the_hours_of_an_office_bend_its_deadlines(week, period, due) -> None:
    assert domain.deadline(NOON, period, CALENDAR, domain.office_hours(week)) == due


def test_an_office_that_never_closes_ends_its_day_with_the_clock() -> None:
    hours = domain.office_hours(OPEN_TO_THE_END)

    assert hours.open.week[0] == ((time(0), time.max),)
    due = domain.deadline(NOON, Period(1, Unit.WORKING_DAYS), CALENDAR, hours)
    assert local(11, 17, 24) - due == timedelta(microseconds=1)


@pytest.mark.parametrize("week", [{}, {0: ()}])
def test_an_office_without_hours_of_its_own_works_the_usual_ones(week) -> None:
    hours = domain.office_hours(week)

    assert (hours, hours.own) == (domain.USUAL_HOURS, False)
    assert hours.ending(Period(1, Unit.WORKING_DAYS)) is None
    assert hours.ending(Period(1, Unit.WORKING_HOURS)) == hours.open


def test_a_make_up_day_is_worked_like_the_first_day_of_the_week() -> None:
    assert domain.office_hours(SATURDAYS).open.make_up == ((time(9), time(18)),)


def set_hours(world, party: str, week, from_on=date(2026, 1, 1)) -> None:
    parties.set_hours(
        by=HOUSE_ITSELF, at=NOON, party_id=world.party(party), from_on=from_on, week=week
    )


def test_a_case_ends_with_the_accountable_offices_day_and_a_step_with_its_own(world) -> None:
    set_hours(world, f"{GREEN}.station", SHORT)
    receipt = actions.open_case(by=RESIDENT, said=said(world, item="roof_renewal"), at=NOON)

    case = Case.objects.get(pk=receipt.case.pk)
    assert case.due_at == local(12, 7, 12)
    assert case.first_due_at == local(11, 17, 12)
    assert step(receipt, "accept").due_at == local(11, 17, 12)

    leak = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    assert step(leak, "money").due_at == local(11, 18, 24)  # the bureau entered no hours


def test_hours_hold_from_their_day_on(world) -> None:
    set_hours(world, f"{STREET}.center", SHORT, from_on=date(2026, 11, 17))
    center = world.party(f"{STREET}.center")

    assert not queries.hours_at(center, NOON).own
    assert queries.hours_at(center, NOON + timedelta(days=1)).open.week[0] == ((time(9), time(12)),)


def test_hours_that_change_are_seen_at_once(world) -> None:
    set_hours(world, f"{GREEN}.station", SHORT)
    set_hours(world, f"{GREEN}.station", {0: ((600, 660),)}, from_on=date(2026, 11, 16))
    receipt = actions.open_case(by=RESIDENT, said=said(world, item="roof_renewal"), at=NOON)

    # Tuesday now has no hours at all: the day ends at 24:00
    held = Step.objects.get(case=receipt.case, code="accept")
    assert held.due_at == local(11, 17, 24)


# ---- days on which one office is shut ---------------------------------------------------------

SHUT = [(date(2026, 11, 17), date(2026, 11, 18))]


@pytest.mark.parametrize(
    ("week", "period", "due"),
    [
        # four hours of work: an hour on Monday would be gone, Tuesday and Wednesday are shut
        ({}, Period(4, Unit.WORKING_HOURS), local(11, 16, 17, 30)),
        ({}, Period(5, Unit.WORKING_HOURS), local(11, 19, 10)),
        (SHORT, Period(1, Unit.WORKING_HOURS), local(11, 19, 10)),
        # no rest day by law: the last day stays, and ends at 24:00, for nobody closes it earlier
        (SHORT, Period(1, Unit.WORKING_DAYS), local(11, 17, 24)),
        (SHORT, Period(3, Unit.WORKING_DAYS), local(11, 19, 12)),
    ],
)
def test_closed_days_count_no_hours_of_work(week, period, due) -> None:
    assert domain.deadline(NOON, period, CALENDAR, domain.office_hours(week, SHUT)) == due


def test_a_closing_is_known_to_deadlines_at_once(world) -> None:
    party = world.party(f"{GREEN}.station")
    assert queries.due_at_office(party, NOON, Period(5, Unit.WORKING_HOURS)) == local(11, 17, 10)
    closed = parties.close_days(
        by=HOUSE_ITSELF, at=NOON, party_id=party, from_on=SHUT[0][0], to_on=SHUT[0][1]
    )
    assert queries.due_at_office(party, NOON, Period(5, Unit.WORKING_HOURS)) == local(11, 19, 10)

    parties.reopen_days(by=HOUSE_ITSELF, at=NOON, closing_id=closed.pk)

    assert queries.due_at_office(party, NOON, Period(5, Unit.WORKING_HOURS)) == local(11, 17, 10)


# ---- after a pause ----------------------------------------------------------------------------


def stood(*span: datetime) -> Pause:
    return Pause(*span)


@pytest.mark.parametrize(
    ("period", "stop", "due"),
    [
        # hours: to the minute
        (Period(24, Unit.HOURS), (local(11, 16, 14), local(11, 16, 15, 30)), local(11, 17, 13, 30)),
        # days: those that end paused, and the new last day ends when the office closes (203)
        (Period(3, Unit.WORKING_DAYS), (local(11, 17, 9), local(11, 17, 11)), local(11, 19, 12)),
        (Period(3, Unit.WORKING_DAYS), (local(11, 17, 9), local(11, 18, 11)), local(11, 20, 12)),
        # over the week-end, which does not count as work
        (Period(3, Unit.WORKING_DAYS), (local(11, 18, 9), local(11, 23, 11)), local(11, 24, 12)),
        # the last day would be a Saturday
        (Period(4, Unit.CALENDAR_DAYS), (local(11, 17, 9), local(11, 18, 9)), local(11, 23, 12)),
        (Period(2, Unit.WORKING_HOURS), (local(11, 17, 10), local(11, 18, 10)), local(11, 18, 11)),
    ],
)
def test_a_pause_puts_the_end_off_to_when_the_office_closes(period, stop, due) -> None:
    hours = domain.office_hours(SHORT)
    was = domain.deadline(NOON, period, CALENDAR, hours)
    found = domain.put_off(
        was, start=NOON, period=period, pauses=[stood(*stop)], calendar=CALENDAR, hours=hours
    )

    assert found == due


def test_an_end_that_was_set_by_hand_moves_by_the_time_it_stood() -> None:
    """An extended end is no longer what the period gives; its day still ends with the office."""
    ask = {"start": NOON, "calendar": CALENDAR, "hours": domain.office_hours(SHORT)}
    pauses = [stood(local(11, 17, 9), local(11, 18, 15))]
    days, hours = Period(3, Unit.WORKING_DAYS), Period(24, Unit.HOURS)

    assert domain.put_off(local(11, 26, 12), period=days, pauses=pauses, **ask) == local(11, 27, 12)
    # 12:00 and 30 hours later is 18:00 on a Saturday: Monday
    assert domain.put_off(local(11, 27, 12), period=days, pauses=pauses, **ask) == local(11, 30, 12)
    assert domain.put_off(local(11, 26, 12), period=hours, pauses=pauses, **ask) == local(
        11, 27, 18
    )


def test_the_second_pause_of_a_case_is_counted_with_the_first(world) -> None:
    set_hours(world, f"{GREEN}.station", SHORT)
    case = actions.open_case(by=RESIDENT, said=said(world, item="roof_renewal"), at=NOON).case
    station, hour = world.at("station"), timedelta(hours=1)
    for begin, end in ((local(11, 17, 9), local(11, 19, 9)), (local(11, 23, 9), local(11, 24, 9))):
        actions.pause_case(
            by=station,
            case_id=case.pk,
            reason=domain.PauseReason.WEATHER,
            words="等雨停",
            review_at=end + hour,
            at=begin,
        )
        actions.resume_case(by=station, case_id=case.pk, at=end)

    # fifteen working days to Monday 7 December, and three that ended paused
    assert Case.objects.get(pk=case.pk).due_at == local(12, 10, 12)
