"""The rules of cases as tables and properties; no database."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import Invalid
from linli.cases import domain
from linli.cases.domain import Mark, Status, StepState, StepView
from linli.cases.domain.numbers import SIGNS
from linli.rulebook.domain import Calendar, Period, Unit

OPENED = datetime(2026, 11, 16, 4, tzinfo=UTC)


def test_a_number_begins_with_the_day_in_shanghai() -> None:
    late = datetime(2026, 11, 16, 16, 30, tzinfo=UTC)  # 00:30 on the 17th in Shanghai

    assert domain.new_number(late)[:6] == "261117"


@given(st.text(SIGNS, min_size=11, max_size=11), st.integers(0, 11), st.sampled_from(SIGNS))
def test_any_one_wrong_sign_is_caught(body: str, place: int, sign: str) -> None:
    number = body + domain.check_sign(body)
    wrong = number[:place] + sign + number[place + 1 :]
    if wrong == number:
        assert domain.read_number(wrong) == number
        return

    with pytest.raises(domain.BadNumber):
        domain.read_number(wrong)


@given(st.text(SIGNS, min_size=11, max_size=11), st.integers(0, 9))
def test_two_neighbours_swapped_are_caught(body: str, place: int) -> None:
    number = body + domain.check_sign(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        return

    with pytest.raises(domain.BadNumber):
        domain.read_number(swapped)


def test_a_number_is_read_as_people_write_it() -> None:
    number = domain.new_number(OPENED)

    assert domain.read_number(f" {domain.spoken(number).lower()} ") == number


@pytest.mark.parametrize(
    "typed",
    [
        "261123-e93-jm6",
        "261123 E93 JM6",
        "261123–E93—JM6",
        "２６１１２３－Ｅ９３－ＪＭ６",
        "261123\u3000E93·JM6\n",
    ],
)
def test_a_number_is_read_in_any_of_its_written_forms_and_searched_as_one_word(typed) -> None:
    assert domain.read_number(typed) == "261123E93JM6"
    assert domain.asked_tokens(typed) == (["261123e93jm6"], [])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("案号：261123-E93-JM6，漏水", (["261123e93jm6"], [])),  # it says all by itself
        ("261123-E93-JM7", (["261123", "e93", "jm7"], [])),  # the check sign does not fit
        ("5楼 漏水", (["5", "漏水"], ["楼"])),
        ("B", (["b"], [])),
    ],
)
def test_what_is_searched_for(typed, found) -> None:
    assert domain.asked_tokens(typed) == found


@pytest.mark.parametrize("typed", ["漏", "漏 水", "。", " "])
def test_single_signs_alone_are_answered_with_a_sentence(typed) -> None:
    with pytest.raises(Invalid, match="at least two signs") as refused:
        domain.asked_tokens(typed)
    assert refused.value.field == "q"


@pytest.mark.parametrize("typed", ["", "123", "o" * 12, "2611167K3QXDD", "二六一一一六"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(domain.BadNumber):
        domain.read_number(typed)


MOVES = {
    ("waiting", "offered"),
    ("waiting", "dropped"),
    ("offered", "accepted"),
    ("offered", "offered"),
    ("offered", "returned"),
    ("offered", "dropped"),
    ("accepted", "done"),
    ("accepted", "offered"),
    ("accepted", "dropped"),
    ("returned", "offered"),
    ("returned", "dropped"),
    ("done", "offered"),
    ("dropped", "offered"),
}


@pytest.mark.parametrize(("now", "then"), list(product(StepState, StepState)))
def test_a_step_moves_only_as_the_table_says(now: StepState, then: StepState) -> None:
    if (now, then) in MOVES:
        domain.check_step_move(now, then)
        return

    with pytest.raises(domain.WrongMoment):
        domain.check_step_move(now, then)


def view(code: str, state: StepState, *after: str) -> StepView:
    return StepView(code, after, state)


def test_a_step_is_ready_when_all_it_waits_for_is_done() -> None:
    steps = [
        view("accept", StepState.DONE),
        view("survey", StepState.WAITING, "accept"),
        view("fund", StepState.WAITING, "accept"),
        view("decide", StepState.WAITING, "survey", "fund"),
    ]

    assert domain.ready(steps) == ("survey", "fund")
    assert domain.unfinished(steps) == 3


def test_a_dropped_step_lets_nothing_follow() -> None:
    steps = [view("accept", StepState.DROPPED), view("decide", StepState.WAITING, "accept")]

    assert domain.ready(steps) == ()


@pytest.mark.parametrize("status", list(Status))
def test_open_means_still_being_worked_on(status: Status) -> None:
    if status in (Status.ANSWERED, Status.ENDED):
        with pytest.raises(domain.WrongMoment):
            domain.check_open(status)
        return

    domain.check_open(status)


@pytest.mark.parametrize("hops", [0, 1])
def test_two_hand_overs_are_allowed(hops: int) -> None:
    domain.check_hops(hops)


def test_the_third_hand_over_is_refused() -> None:
    with pytest.raises(domain.TooManyHops) as refusal:
        domain.check_hops(2)

    assert refusal.value.most == 2


@pytest.mark.parametrize(
    ("turned", "mark", "hours"),
    [(None, Mark.AMBER, 80), (Mark.AMBER, Mark.RED, 100), (Mark.RED, Mark.ESCALATED, 125)],
)
def test_a_clock_turns_amber_red_and_then_escalates(turned, mark, hours) -> None:
    due = OPENED + timedelta(hours=100)

    found = domain.next_mark(began_at=OPENED, due_at=due, turned=turned)

    assert found == domain.Next(mark, OPENED + timedelta(hours=hours))


def test_an_escalated_clock_has_rung_for_the_last_time() -> None:
    due = OPENED + timedelta(hours=1)

    assert domain.next_mark(began_at=OPENED, due_at=due, turned=Mark.ESCALATED) is None


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True), (30, True), (31, False)])
def test_a_pause_ends_within_thirty_days(days: int, *, allowed: bool) -> None:
    review = OPENED + timedelta(days=days)
    if allowed:
        domain.check_pause(at=OPENED, review_at=review)
        return

    with pytest.raises(domain.PauseTooLong):
        domain.check_pause(at=OPENED, review_at=review)


@pytest.mark.parametrize(
    ("days", "extended", "allowed"),
    [(7, False, False), (8, False, True), (14, False, True), (15, False, False), (8, True, False)],
)
def test_a_deadline_moves_once_and_at_most_doubles(days, extended, allowed) -> None:
    def check() -> None:
        domain.check_extension(
            began_at=OPENED,
            due_at=OPENED + timedelta(days=7),
            new_due_at=OPENED + timedelta(days=days),
            extended=extended,
        )

    if allowed:
        check()
        return
    with pytest.raises(domain.ExtensionRefused):
        check()


def test_those_not_reached_are_the_width_of_a_rate() -> None:
    found = domain.bounds(yes=214, no=27, unknown=71)

    assert (found.low, found.high) == (Fraction(214, 312), Fraction(285, 312))


@pytest.mark.parametrize(
    ("said", "unasked", "ends"),
    [
        ((3, 1, 1), 0, (Fraction(3, 5), Fraction(4, 5))),
        ((3, 1, 1), 500, (Fraction(3, 5), Fraction(4, 5))),
        ((3, 1, 0), 500, (Fraction(3, 4), Fraction(3, 4))),
        ((0, 0, 2), 7, (Fraction(0), Fraction(1))),
        ((0, 0, 0), 7, (None, None)),  # nobody was asked: there is no rate
    ],
)
def test_whom_nobody_asks_moves_neither_end_of_a_rate(said, unasked, ends) -> None:
    yes, no, unknown = said
    found = domain.bounds(yes=yes, no=no, unknown=unknown, unasked=unasked)

    assert (found.low, found.high) == ends
    assert (found.no, found.total, found.unasked) == (no, sum(said), unasked)


@pytest.mark.parametrize("part", ["yes", "no", "unknown", "unasked"])
def test_a_rate_has_no_negative_part(part) -> None:
    with pytest.raises(ValueError, match="negative"):
        domain.bounds(**{"yes": 1, "no": 1, "unknown": 1, "unasked": 1, part: -1})


def test_a_rate_of_nothing_has_no_bounds() -> None:
    found = domain.bounds(yes=0, no=0, unknown=0)

    assert (found.low, found.high) == (None, None)


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
def test_bounds_hold_whatever_the_silent_would_have_said(yes: int, no: int, unknown: int) -> None:
    found = domain.bounds(yes=yes, no=no, unknown=unknown)
    if found.total == 0:
        return

    for said_yes in (0, unknown // 2, unknown):
        assert found.low <= Fraction(yes + said_yes, found.total) <= found.high


def test_han_runs_become_pairs_and_figures_stay_whole() -> None:
    assert domain.tokens("3 幢楼道漏水 A12") == ["3", "幢楼", "楼道", "道漏", "漏水", "a12"]


@given(st.text(max_size=60))
def test_every_slice_of_a_text_finds_the_text(text: str) -> None:
    found = set(domain.tokens(text))

    assert set(domain.tokens(text[5:20])) - found <= {
        token for token in domain.tokens(text[5:20]) if len(token) == 1 or token.isascii()
    }


SAID = "三幢二单元楼道顶上漏水，滴到电表箱了"


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        ("三幢楼道里一直在滴水，电表箱都湿了", True),
        ("二单元楼道漏水，水滴到电表箱上，请来看看", True),
        ("楼下烧烤店油烟太大，窗户不敢开", False),
        ("我们小区的居民多次反映问题，希望相关部门尽快解决", False),
    ],
)
def test_a_paraphrase_is_proposed_and_another_matter_is_not(said: str, *, proposed: bool) -> None:
    assert domain.likeness(SAID, said).propose is proposed


def test_phrases_of_politeness_say_little() -> None:
    polite = "尊敬的领导您好，我们是小区的业主，希望相关部门尽快解决问题，谢谢。"
    one, other = f"三幢漏水。{polite}", f"夜宵摊太吵。{polite}"

    real, mannered = domain.likenesses(one, [f"三幢楼上漏水。{polite[:12]}", other])
    assert mannered < real


def test_at_one_door_half_the_likeness_is_enough() -> None:
    assert domain.Likeness(0.1, same_door=True).propose
    assert not domain.Likeness(0.1).propose


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_lies_between_nothing_and_one(one: str, other: str) -> None:
    assert 0 <= domain.likenesses(one, [other])[0] <= 1
    assert domain.likenesses(one, []) == []


@given(st.text(alphabet="漏水楼道三幢电表箱坏了", min_size=2, max_size=60))
def test_nothing_is_liker_than_the_same_words(words: str) -> None:
    same, half = domain.likenesses(words, [words, words[: len(words) // 2]])

    assert same >= half


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period(9, Unit.HOURS), OPENED + timedelta(hours=9)),
        # 12:00 on a Monday in Shanghai: the office is at lunch until 13:30
        (Period(2, Unit.WORKING_HOURS), OPENED + timedelta(hours=3, minutes=30)),
        (Period(1, Unit.WORKING_DAYS), datetime(2026, 11, 17, 16, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_deadline_counts_office_hours_only_where_hours_of_work_are_meant(
    period, expected
) -> None:
    assert domain.deadline(OPENED, period, Calendar(years={})) == expected
