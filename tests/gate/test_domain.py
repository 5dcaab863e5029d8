"""The five checks as plain values, and the bill's arithmetic."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.catalogue.domain import DutyKind
from linli.gate import domain
from linli.gate.domain import (
    Asked,
    BadRequestPlan,
    Check,
    Effort,
    Entry,
    Kind,
    Line,
    Running,
    Situation,
    State,
    Terms,
    Wanted,
    WrongState,
)

DAY = date(2026, 11, 16)
END = date(2026, 11, 26)
LAW = "城市居民委员会组织法 第四十三条"
ASKED = Asked(
    code="help",
    lines=(Line(1, DutyKind.COOPERATE, (LAW,)), Line(2, DutyKind.BASIC, (LAW,))),
    basis=LAW,
    purpose="外墙安全",
    with_names=False,
    communities=frozenset({1, 2}),
    from_on=DAY,
    to_on=END,
    minutes=30,
    amount_fen=4_200,
)
GOOD = Situation(on=DAY, free_fen=4_200, left={1: 30, 2: 31})


def reasons(asked: Asked, situation: Situation = GOOD) -> list[str]:
    return [one.reason for one in domain.check_request(asked, situation) if not one.passed]


def test_what_is_lawful_listed_new_paid_for_and_in_time_passes() -> None:
    found = domain.check_request(ASKED, GOOD)

    assert [one.check for one in found] == [one for one in Check if one is not Check.OFFICER]
    assert domain.passes(found)
    assert not domain.never(found)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"basis": ""}, "no_basis"),
        ({"basis": "某法"}, "no_basis"),
        ({"basis": "第四十三条"}, "no_basis"),
        ({"basis": "王法 第九条", "record": "unknown_law"}, "unknown_law"),
        ({"record": "unknown_article"}, "unknown_article"),
        ({"purpose": " "}, "no_purpose"),
        ({"with_names": True}, "no_names"),
        ({"lines": (Line(1, DutyKind.BASIC), Line(2, None))}, "no_line"),
        ({"lines": (Line(1, DutyKind.BASIC), Line(2, DutyKind.TAKEN_BACK))}, "taken_back"),
        ({"lines": (Line(1, DutyKind.NEGATIVE), Line(2, DutyKind.TAKEN_BACK))}, "negative"),
        ({"amount_fen": 4_201}, "no_money"),
        ({"minutes": 31}, "no_time"),
        ({"to_on": date(2026, 11, 15)}, "over"),
    ],
)
def test_each_check_fails_for_its_own_reason(asked, reason) -> None:
    assert reasons(replace(ASKED, **asked)) == [reason]


def test_an_emergency_does_not_wait_until_its_law_is_entered() -> None:
    assert not domain.never(domain.check_request(replace(ASKED, record="unknown_law"), GOOD))
    assert domain.never(domain.check_request(replace(ASKED, basis="领导要求"), GOOD))


def test_every_failure_cites_where_it_stands() -> None:
    broken = replace(ASKED, basis="", lines=(Line(1, DutyKind.TAKEN_BACK, (LAW,)),))
    found = {one.reason: one for one in domain.check_request(broken, Situation())}

    assert found["no_basis"].basis == ("城市居民委员会组织法 第四十三条第二款",)
    assert found["taken_back"].basis == (LAW,)
    assert found["no_money_named"].basis == ("城市居民委员会组织法 第四十三条第二款",)
    assert domain.never(domain.check_request(broken, Situation()))


def test_names_leave_only_where_the_line_of_every_community_grants_it() -> None:
    lines = (Line(1, DutyKind.BASIC, names=True), Line(2, DutyKind.BASIC, names=True))

    assert reasons(replace(ASKED, with_names=True, lines=lines)) == []
    assert reasons(replace(ASKED, with_names=True, lines=(*lines, Line(3, DutyKind.BASIC)))) == [
        "no_names"
    ]


@pytest.mark.parametrize(
    ("communities", "from_on", "to_on", "twice"),
    [
        ({2, 3}, END, date(2027, 1, 1), True),
        ({3}, DAY, END, False),
        ({1}, date(2026, 11, 27), date(2027, 1, 1), False),
        ({1}, date(2026, 1, 1), date(2026, 11, 15), False),
    ],
)
def test_the_same_line_is_not_asked_twice_of_one_community_at_one_time(
    communities, from_on, to_on, twice
) -> None:
    running = Running("261116ABCDE7", frozenset(communities), from_on, to_on)
    situation = replace(GOOD, running=[running])

    assert reasons(ASKED, situation) == (["twice"] if twice else [])


def test_without_a_budget_line_nothing_is_paid_for() -> None:
    assert reasons(ASKED, replace(GOOD, free_fen=None)) == ["no_money_named"]


def test_a_budget_line_pays_from_its_first_day_to_its_last() -> None:
    day, around = timedelta(days=1), ((0, 0), (-9, 0), (0, 9), (-9, -1), (1, 9))
    found = [
        reasons(ASKED, replace(GOOD, line_days=(DAY + first * day, DAY + last * day)))
        for first, last in around
    ]
    assert found == [[], [], [], ["line_over"], ["line_over"]]


@given(kinds=st.lists(st.sampled_from([*DutyKind, None]), min_size=1))
def test_one_list_that_says_no_is_enough(kinds) -> None:
    lines = tuple(Line(number, kind) for number, kind in enumerate(kinds))
    listed = domain.check_request(replace(ASKED, lines=lines), GOOD)[1]

    assert listed.passed == (set(kinds) <= {DutyKind.BASIC, DutyKind.COOPERATE})


def test_a_request_costs_its_minutes() -> None:
    assert domain.amount_of(30, 2, Terms(minute_fen=70)) == 4_200


WANTED = Wanted(
    kind=Kind.WORK,
    title="看外墙",
    words="看一遍",
    purpose="安全",
    basis=LAW,
    duty_line="help",
    communities=frozenset({1}),
    from_on=DAY,
    to_on=END,
    minutes=30,
    evidence="照片",
)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"words": ""}, "words"),
        ({"purpose": ""}, "purpose"),
        ({"duty_line": ""}, "duty_line"),
        ({"evidence": ""}, "evidence"),
        ({"communities": frozenset()}, "communities"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 10_001}, "minutes"),
        ({"from_on": date(2026, 11, 15)}, "to_on"),
        ({"to_on": date(2026, 11, 15)}, "to_on"),
        ({"to_on": date(2027, 11, 17)}, "to_on"),
    ],
)
def test_a_request_says_all_it_has_to(changes, field) -> None:
    with pytest.raises(BadRequestPlan) as refusal:
        domain.check_wanted(replace(WANTED, **changes), on=DAY)

    assert refusal.value.field == field


def test_a_whole_request_is_accepted() -> None:
    domain.check_wanted(WANTED, on=DAY)


def test_what_is_over_never_lives_again() -> None:
    for over in domain.OVER:
        for then in State:
            with pytest.raises(WrongState):
                domain.check_move(over, then)


def entry(**changes) -> Entry:
    base = {
        "party": 7,
        "data": False,
        "answered": False,
        "returned": False,
        "emergency": False,
        "minutes": 60,
        "funded": True,
        "admitted": True,
    }
    return Entry(**{**base, **changes})


def test_the_bill_counts_each_department_and_the_sum() -> None:
    entries = [
        entry(paid_fen=100, reserved_fen=300, late=1),
        entry(emergency=True, funded=False),
        entry(returned=True, admitted=False, funded=False, minutes=40),
        entry(party=8, data=True, answered=True, minutes=0),
    ]
    bill = domain.bill_of(DAY, entries, [8, 9], {Effort.DOOR: 30, Effort.FORM: 10})

    first = bill.lines[0]
    assert [line.party for line in bill.lines] == [7, 8, 9]
    assert (first.requests, first.minutes, first.unfunded) == (3, 160, 60)
    assert (first.returned, first.emergencies, first.late) == (1, 1, 1)
    assert (first.paid_fen, first.reserved_fen) == (100, 300)
    assert (bill.lines[1].data, bill.lines[1].answered, bill.lines[1].refused) == (1, 1, 1)
    assert (bill.total().requests, bill.total().refused) == (4, 2)
    percent = [line.answered_percent for line in (*bill.lines, bill.total())]
    assert percent == [0, 100, 0, 25]
    assert bill.door_share == (30, 40)
    assert domain.bill_of(DAY, [], [], {}).door_share is None


def test_months_follow_each_other() -> None:
    assert domain.next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert domain.next_month(date(2026, 1, 1)) == date(2026, 2, 1)
    assert domain.month_before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert domain.month_before(date(2026, 12, 1)) == date(2026, 11, 1)
    assert domain.month_of(END) == date(2026, 11, 1)


# What is done at doors


@given(
    minutes=st.integers(0, 600),
    causes=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    others=st.integers(0, 3),
)
def test_a_visit_is_never_booked_for_more_than_it_took(minutes, causes, others) -> None:
    """Each cause is shared by so many askers; what all of them get is at most the visit."""
    parts = [domain.share_of(askers) for askers in causes for _ in range(askers)]
    whole = sum(parts, Fraction(0)) + others
    booked = [domain.minutes_of(minutes, part, whole - part) for part in parts]

    assert sum(booked) <= minutes
    assert all(one >= 0 for one in booked)
    if others == 0 and causes == [1]:
        assert booked == [minutes]


@given(amount=st.integers(0, 10**9), asked=st.integers(1, 500), data=st.data())
def test_what_is_earned_grows_with_each_answer_up_to_the_whole(amount, asked, data) -> None:
    met = data.draw(st.integers(0, asked))
    assert domain.earned(amount, 0, asked) == 0
    assert domain.earned(amount, met, asked) <= domain.earned(amount, min(met + 1, asked), asked)
    assert domain.earned(amount, asked, asked) == amount
    assert domain.earned(amount, 0, 0) == 0


@given(
    met=st.integers(0, 60),
    asked=st.integers(1, 60),
    facts=st.integers(1, 3),
)
def test_what_is_paid_and_told_never_depends_on_fewer_than_five(met, asked, facts) -> None:
    """For each number met, at least five lie together that are paid and told alike, or it is 0 or all."""
    met, fives = min(met, asked), domain.fives_of(facts)
    alike = [
        one for one in range(1, asked + 1) if paid(one, asked, fives) == paid(met, asked, fives)
    ]
    assert met == 0 or len(alike) >= min(fives, asked)
    told = domain.told_progress(met, asked, fives)
    assert told is None if asked < fives else all(one % fives == 0 for one in told)


@given(met=st.integers(1, 200), asked=st.integers(5, 200), facts=st.integers(1, 3))
def test_what_is_paid_tells_of_how_many_asked_no_more_than_whole_fives(met, asked, facts) -> None:
    """5 of 13 would be 5/13 of the money: whoever divides learns 13, and by another request the one between."""
    met, fives = min(met, asked), domain.fives_of(facts)
    told = domain.told_progress(met, asked, fives)
    if told is None:
        assert paid(met, asked, fives) == 1_000_000
    else:
        whole = told[1]
        assert paid(met, asked, fives) == paid(min(-(-met // fives) * fives, whole), whole, fives)


def paid(met: int, asked: int, fives: int) -> int:
    return domain.earned(1_000_000, met, asked, fives)


@pytest.mark.parametrize(
    ("spent", "met", "asked", "booked"),
    [
        (0, 0, 3, 0),  # nobody was met, and no way made
        (5, 0, 3, 60),  # of fewer than five all or none
        (0, 1, 3, 60),
        (200, 3, 3, 60),  # never more than was agreed on
        (0, 0, 0, 0),
        (1, 1, 20, 15),  # of twenty, by what five were given
        (15, 5, 20, 15),
        (16, 6, 20, 30),
        (46, 20, 20, 60),
        (900, 20, 20, 60),
    ],
)
def test_minutes_at_doors_are_booked_by_what_five_were_given(spent, met, asked, booked) -> None:
    assert domain.booked_minutes(60, spent, met=met, asked=asked) == booked


@given(
    agreed=st.integers(1, 10_000),
    spent=st.integers(0, 20_000),
    asked=st.integers(1, 200),
    facts=st.integers(1, 3),
    data=st.data(),
)
def test_the_minutes_booked_are_one_of_few_and_never_of_fewer_than_five(
    agreed, spent, asked, facts, data
) -> None:
    met, fives = data.draw(st.integers(0, asked)), domain.fives_of(facts)

    def booked(spent: int, met: int) -> int:
        return domain.booked_minutes(agreed, spent, met=met, asked=asked, fives=fives)

    shares = max(asked // fives, 1)
    found = booked(spent, met)
    assert found in {agreed * part // shares for part in range(shares + 1)}
    assert found >= min(spent, agreed)
    assert found <= booked(spent + 1, met)
    if asked < fives and (met or spent):
        assert found == agreed


@pytest.mark.parametrize(
    ("spent", "met", "open_", "asked", "room"),
    [
        (0, 0, 2, 2, 0),  # as planned: no room
        (0, 0, 1, 2, 1),  # one left
        (12, 1, 1, 2, 0),
        (5, 1, 1, 2, 4),  # quicker than planned
        (0, 0, 0, 0, 3),  # nobody was asked at first
        (40, 2, 0, 2, 0),
    ],
)
def test_there_is_room_for_as_many_as_the_minutes_paid_for(spent, met, open_, asked, room) -> None:
    assert domain.room_for(30, spent, met=met, open_=open_, asked=asked) == room


@pytest.mark.parametrize(
    ("question", "known", "passed", "reason"),
    [
        (False, False, True, "once"),
        (True, True, False, "known"),
        (True, False, True, "unknown"),
    ],
)
def test_what_is_known_already_is_not_asked(question, known, passed, reason) -> None:
    asked, situation = replace(ASKED, question=question), replace(GOOD, known=known)
    found = domain.check_request(asked, situation)[2]
    assert (found.passed, found.reason) == (passed, reason)
