"""Cards and lists as values: what may be written, what a person decides, who comes first."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import Invalid
from linli.people.domain import WrongValue
from linli.people.queries import fact
from linli.visits.domain import (
    Door,
    NobodyAnswered,
    NotOnThisCard,
    Stated,
    Unchanged,
    VisitCard,
    answered_lately,
    check_card,
    in_order,
    sort_out,
    tidy_value,
)

TODAY = date(2026, 11, 16)
P = 7


def card(**more):
    values = {"key": "k", "household": 1, "outcome": "done", "visited_on": TODAY}
    return VisitCard(**(values | more))


def says(attribute, value, seen=0):
    return Stated(person=P, attribute=attribute, value=value, seen=seen)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": ""}, "key"),
        ({"key": "k" * 65}, "key"),
        ({"household": None}, "key"),
        ({"person": 1}, "key"),
        ({"outcome": "later"}, "outcome"),
        ({"visited_on": date(2026, 11, 17)}, "visited_on"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 601}, "minutes"),
    ],
)
def test_a_card_that_cannot_be_says_where(wrong, field):
    with pytest.raises(Invalid) as refusal:
        check_card(card(**wrong), today=TODAY)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("reasons", "kind"),
    [
        ((), "round"),
        (("unseen", "due"), "round"),
        (("due", "question"), "question"),
        (("question", "open_case"), "case"),
        (("open_case", "elder_alone", "admitted"), "care"),
    ],
)
def test_of_what_kind_a_visit_was_follows_from_its_heaviest_reason(reasons, kind):
    assert card(reasons=reasons).kind == kind


@pytest.mark.parametrize("outcome", ["refused", "not_home"])
@pytest.mark.parametrize(
    "learnt",
    [
        {"stated": (says("lives_alone", True),)},
        {"unchanged": (Unchanged(person=P, topic="aid", seen={}),)},
    ],
)
def test_nothing_is_learnt_behind_a_shut_door(outcome, learnt):
    check_card(card(outcome=outcome), today=TODAY)
    with pytest.raises(NobodyAnswered):
        check_card(card(outcome=outcome, **learnt), today=TODAY)


def test_one_value_is_not_said_twice():
    with pytest.raises(NotOnThisCard):
        check_card(card(stated=(says("sex", "male"), says("sex", "female"))), today=TODAY)


def test_the_same_card_has_the_same_text_in_any_order():
    one, two = says("sex", "male"), says("lives_alone", True)
    assert card(stated=(one, two)).text() == card(stated=(two, one)).text()
    assert card(stated=(one,)).text() != card(stated=(two,)).text()
    assert card(stated=(says("a", True),)).text() != card(stated=(says("a", 1),)).text()


@pytest.mark.parametrize(
    ("now", "held", "where"),
    [
        (0, None, "write"),
        (0, "retired", "agreed"),
        (5, "retired", "agreed"),
        (5, "student", "clash"),
        (5, None, "clash"),
    ],
)
def test_a_value_is_written_only_over_what_was_seen(now, held, where):
    one, place = says("employment", "retired"), (P, "employment")

    found = sort_out([one], [], versions={place: now}, current={place: held}, seen={})

    assert {name for name in ("write", "agreed", "clash") if getattr(found, name) == (one,)} == {
        where
    }


def test_what_moved_under_a_topic_is_a_conflict_and_the_topic_is_not_noted():
    topic, place = Unchanged(person=P, topic="work", seen={"employment": 3}), (P, "employment")

    found = sort_out(
        [], [topic], versions={place: 4}, current={place: "retired"}, seen={place: "employed"}
    )

    assert found.clash == (says("employment", "employed", seen=3),)
    assert found.confirm == ()


def test_what_moved_and_came_back_is_noted_as_unchanged():
    topic, place = Unchanged(person=P, topic="work", seen={"employment": 3}), (P, "employment")

    found = sort_out(
        [], [topic], versions={place: 5}, current={place: "retired"}, seen={place: "retired"}
    )

    assert (found.clash, found.confirm) == ((), ((P, "work"),))


CODES = st.sampled_from(["a", "b", None])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), CODES, CODES), max_size=6))
def test_everything_said_is_written_agreed_or_contested(lines):
    said = [says(f"f{place}", value, seen) for place, (seen, _, _, value) in enumerate(lines)]
    versions = {(P, f"f{place}"): now for place, (_, now, _, _) in enumerate(lines)}
    current = {(P, f"f{place}"): held for place, (_, _, held, _) in enumerate(lines)}

    found = sort_out(said, [], versions=versions, current=current, seen={})

    assert sorted((*found.write, *found.agreed, *found.clash), key=str) == sorted(said, key=str)
    assert all(versions[P, one.attribute] == one.seen for one in found.write)


def test_values_are_tidied_as_the_dictionary_says():
    assert tidy_value(fact("phone"), "138 0000-0521") == "13800000521"
    assert tidy_value(fact("lives_alone"), None) is None
    with pytest.raises(WrongValue):
        tidy_value(fact("employment"), "king")


WEIGHTS = {"elder_alone": 50, "question": 30, "due": 10}


def door(of, walk, **why):
    return Door(of=of, alone=False, home=of, walk=(walk, "", of), why=why)


def test_the_heaviest_reason_comes_first_and_those_alike_as_one_walks():
    doors = [
        door(1, 9, due=3),
        door(2, 5, question=1),
        door(3, 2, question=1, due=8),
        door(4, 7, elder_alone=40),
        door(5, 1),
    ]
    assert [one.of for one in in_order(doors, WEIGHTS)] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("answered_on", "age", "lately"),
    [
        (None, 90, False),
        (date(2026, 8, 18), 90, True),
        (date(2026, 8, 17), 90, False),
        (date(2000, 1, 1), None, True),
    ],
)
def test_an_answer_holds_as_long_as_its_fact(answered_on, age, lately):
    assert answered_lately(answered_on, age, on=TODAY) is lately
