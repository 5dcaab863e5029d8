"""Numbers an office may take now: counted from the facts, hidden where small, compared in words."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

from linli.basics import NotAllowed
from linli.gate import actions, queries
from linli.gate.domain import BadRequestPlan
from linli.gate.models import Request, TakenNumbers
from linli.journal.models import Line
from linli.people import actions as people
from linli.reports.actions import load_definitions, read_definitions
from linli.reports.domain import Cell
from linli.visits.actions import record_visit
from linli.visits.domain import VisitCard
from tests.kept import kept
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW

from .conftest import LAW, furnished

pytestmark = pytest.mark.django_db
COMMON = Path(__file__).parents[2] / "packs" / "common"
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def counted(db):
    return kept("gate, counted", count_people)


def count_people():
    """Let seven men and two women live in the green community; one of the men is 70."""
    world = furnished()
    indicators, terms = read_definitions(COMMON)
    load_definitions(
        by=HOUSE_ITSELF,
        pack="common",
        indicators=indicators,
        terms=terms,
        begins=date(2026, 1, 1),
        at=NOON,
    )
    for number in range(9):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON,
            name=f"某{number}",
            home=world.place(DOOR),
            facts={
                "sex": "male" if number < 7 else "female",
                "birth_on": date(1956 if number == 0 else 1990, 1, 1),
            },
        )
    return world


def take(world, words, *, desk="housing", **changes):
    values = {
        "by": world.at(desk),
        "words": words,
        "purpose": "安排体检",
        "basis": LAW,
        "communities": {world.place(GREEN), world.place(WILLOW)},
        "at": NOON,
    } | changes
    return actions.take_numbers(**values)


def test_the_facts_answer_and_no_community_does_anything(counted) -> None:
    row, told = take(counted, "男性居民人数")

    assert (told.total, told.numbers[counted.place(GREEN)]) == (7, 7)
    assert (row.state, row.minutes, row.kind) == ("answered", 0, "data")
    assert TakenNumbers.objects.get().request == row
    assert Line.objects.latest("id").kind == "NumbersTaken"
    [line] = queries.bill(NOVEMBER, on=NOVEMBER, district=1).lines
    assert (line.data, line.answered, line.minutes) == (1, 1, 0)
    anybody = Client()
    assert "1</a> · 100 %" in anybody.get("/burden/?month=2026-11").content.decode()
    told = anybody.get("/burden/bill.json?month=2026-11").json()["offices"][0]
    assert (told["answered"], told["answered_percent"]) == (1, 100)


def test_a_small_number_is_hidden(counted) -> None:
    told = queries.ask_facts(counted.at("housing"), "女性居民人数", {counted.place(GREEN)}, at=NOON)

    assert told.cell is not None
    assert (told.total, told.numbers) == (None, {counted.place(GREEN): None})


def test_a_look_tells_no_number(counted) -> None:
    for words in ("居民人数", "男性居民人数"):  # 9 less 7 would tell of two women
        told = queries.look_up(counted.at("housing"), words, at=NOON)
        assert told.cell is not None
        assert (told.total, told.numbers, told.groups, told.untold) == (None, {}, {}, frozenset())
    assert not TakenNumbers.objects.exists()


def test_no_line_opens_a_small_number_at_the_gate(counted) -> None:
    row, told = take(counted, "女性居民人数", line="help")  # a line that grants exact ones to forms

    assert (row.line, told.total, set(told.numbers.values())) == ("help", None, {None, 0})


def test_what_was_told_before_is_not_given_away_by_a_second_question(counted) -> None:
    take(counted, "居民人数")  # 9, which beside 7 men would tell of 2 women
    _, told = take(counted, "男性居民人数")

    assert told.total is None


def test_a_community_beside_the_sum_of_both_is_not_told_by_a_second_question(counted) -> None:
    green, willow = counted.place(GREEN), counted.place(WILLOW)
    for number in range(2):
        facts = {"sex": "male", "birth_on": date(1990, 1, 1)}
        name = f"沈{number}"
        people.register_person(by=HOUSE_ITSELF, at=NOON, name=name, community=willow, facts=facts)
    _, both = take(counted, "男性居民人数")
    assert (both.total, both.numbers) == (9, {green: None, willow: None})
    # Seven beside nine would tell of two.
    _, one = take(counted, "男性居民人数", communities={green})
    assert (one.total, one.numbers) == (None, {green: None})


def test_a_sum_beside_one_of_its_communities_is_not_told_either(counted) -> None:
    green, willow = counted.place(GREEN), counted.place(WILLOW)
    people.register_person(
        by=HOUSE_ITSELF, at=NOON, name="沈一", community=willow, facts={"sex": "male"}
    )
    _, one = take(counted, "男性居民人数", communities={green})
    assert (one.total, one.numbers) == (7, {green: 7})
    _, both = take(counted, "男性居民人数")
    assert both.total is None
    assert both.numbers[willow] is None


def test_the_nearest_definition_is_named_with_its_difference(counted) -> None:
    words, here = "70岁以上户籍独居老人", {counted.place(GREEN)}
    told = {}
    for language in ("zh-hans", "en"):
        with override(language):
            near = queries.ask_facts(counted.at("housing"), words, here, at=NOON).nearest
        assert near is not None
        assert (near.code, near.same, near.more) == ("alone", False, ())
        told[language] = near.less

    assert told == {
        "zh-hans": ("年龄不过 69（按周岁、周年算），或没有记录；或者户籍是外地户籍，或没有记录",),
        "en": (
            "Age is 69 years or less, or it is not on record; "
            "or Household registration is elsewhere, or it is not on record",
        ),
    }


def test_what_is_not_understood_is_not_counted(counted) -> None:
    told = queries.ask_facts(counted.at("housing"), "幸福感指数", {counted.place(GREEN)}, at=NOON)

    assert told.cell is None
    assert told.why
    with pytest.raises(BadRequestPlan):
        take(counted, "幸福感指数")
    with pytest.raises(BadRequestPlan):
        take(counted, "男性居民人数", purpose=" ")
    with pytest.raises(NotAllowed):
        take(counted, "男性居民人数", desk="committee")
    assert not Request.objects.exists()


def test_minutes_of_one_visit_are_hidden_by_the_visit_and_not_by_the_minutes(counted) -> None:
    person = people.register_person(
        by=HOUSE_ITSELF, at=NOON, name="张某", community=counted.place(GREEN)
    )
    worker, green = counted.at("committee"), counted.place(GREEN)
    for number in range(5):
        card = VisitCard(
            key=f"k{number}",
            person=person.pk,
            outcome="done",
            visited_on=date(2026, 11, 10 + number),
            minutes=30,
        )
        record_visit(by=worker, at=NOON, card=card)
        told = queries.ask_facts(worker, "", {green}, cell=Cell("visits", None, "minutes"), at=NOON)
        assert (told.total, told.numbers) == (
            (150, {green: 150}) if number == 4 else (None, {green: None})
        )
