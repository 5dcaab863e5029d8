"""The morning's list: who, why, in which order, and at what cost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from linli.basics import NotAllowed
from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.people import actions as people
from linli.rulebook.domain import local_date
from linli.visits import queries
from linli.visits.actions import ask_questions, record_visit
from linli.visits.domain import Asked
from tests.world import DOOR, HOUSE_ITSELF, STAIR

from .conftest import LINE

TODAY = date(2026, 11, 16)


def morning(home, on=TODAY):
    return queries.morning_list(home.worker, on)


def whys(home, on=TODAY):
    return [(stop.door.of, dict(stop.door.why)) for stop in morning(home, on).stops]


def fresh(home):
    """Look at everything on the morning itself, so that nothing is due."""
    for person in (home.old, home.young):
        for topic in ("residence", "work"):
            people.confirm_facts(by=home.worker, at=home.at, person=person.pk, topic=topic)


def visit(home, key, *, days_ago=0, outcome="done"):
    at = home.at - timedelta(days=days_ago)
    card = home.card(key, outcome=outcome, visited_on=local_date(at))
    record_visit(by=home.worker, at=at, card=card)


def test_old_facts_and_a_long_time_are_reasons(home):
    # employment 180 days and lives_alone 180 days old; registered 400 days ago, never visited
    assert whys(home) == [(home.house.pk, {"due": 2, "unseen": 400})]


def test_nothing_is_a_reason_where_all_is_fresh(home):
    fresh(home)
    visit(home, "k", days_ago=3)
    assert whys(home) == []


@pytest.mark.parametrize(("days", "why"), [(30, {}), (31, {"elder_alone": 31})])
def test_an_older_person_living_alone_is_seen_sooner(home, days, why):
    people.record_fact(
        by=home.worker,
        at=home.at,
        person=home.old.pk,
        attribute="lives_alone",
        value=True,
    )
    fresh(home)
    visit(home, "k", days_ago=days)
    assert dict(whys(home)).get(home.house.pk, {}) == why


def test_who_was_seen_longer_ago_than_all_terms_was_seen_all_the_same(home):
    fresh(home)
    visit(home, "k", days_ago=390)
    assert whys(home) == [(home.house.pk, {"unseen": 390})]  # registered 400 days ago
    people.record_fact(
        by=home.worker, at=home.at, person=home.old.pk, attribute="lives_alone", value=True
    )
    fresh(home)
    assert whys(home) == [(home.house.pk, {"elder_alone": 390})]  # not "never visited yet"


def test_a_young_person_living_alone_is_not(home):
    people.record_fact(
        by=home.worker,
        at=home.at,
        person=home.young.pk,
        attribute="lives_alone",
        value=True,
    )
    assert "elder_alone" not in dict(whys(home))[home.house.pk]


def test_a_question_and_an_open_case_are_reasons_and_the_heavier_counts(home):
    fresh(home)
    visit(home, "k", days_ago=3)
    asked = [Asked(person=home.young.pk, attribute="marital", form="f1", duty_line=LINE)]
    ask_questions(by=HOUSE_ITSELF, asked=asked, at=home.at)
    said = cases.Said(
        item="shared_leak",
        words="漏水",
        channel=Channel.WINDOW,
        place_id=home.world.place(STAIR),
        person_id=home.old.pk,
    )
    station = home.world.at("station")
    number = cases.open_case(by=station, said=said, at=home.at).case.number

    [stop] = morning(home).stops
    assert dict(stop.door.why) == {"question": 1}  # the case is the station's, not the committee's
    seen = replace(home.worker, party=station.party)
    [stop] = queries.morning_list(seen, TODAY).stops
    assert (dict(stop.door.why), stop.cases) == ({"open_case": 1, "question": 1}, (number,))


@pytest.mark.parametrize(
    ("outcome", "days_ago", "listed"),
    [
        ("done", 0, False),
        ("not_home", 0, False),
        ("not_home", 1, True),
        ("refused", 29, False),
        ("refused", 30, True),
    ],
)
def test_who_was_seen_today_or_shut_the_door_is_left_in_peace(home, outcome, days_ago, listed):
    visit(home, "k", days_ago=days_ago, outcome=outcome)

    found = morning(home)

    assert bool(found.stops) is listed
    assert found.seen_today == (days_ago == 0)


def test_somebody_without_a_household_stands_alone(home):
    alone = people.register_person(
        by=HOUSE_ITSELF,
        at=home.at - timedelta(days=400),
        name="吴老",
        home=home.world.place(DOOR),
        facts={"employment": "retired"},
    )

    assert [(stop.door.alone, stop.door.of) for stop in morning(home).stops] == [
        (False, home.house.pk),
        (True, alone.pk),
    ]


def test_names_are_masked_and_more_than_the_capacity_is_said(home):
    for number in range(25):
        people.register_person(
            by=HOUSE_ITSELF,
            at=home.at - timedelta(days=400),
            name=f"陈{number}",
            home=home.world.place(DOOR),
        )

    found = morning(home)

    assert len(found.stops) == found.rounds.capacity == 20
    assert found.more == 6
    assert found.rounds.example
    assert found.stops[0].names == ("陈**", "陈**")


def test_the_list_takes_few_queries_and_is_for_those_who_visit(home):
    morning(home)
    asked = []

    def counting(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counting):
        morning(home)
    # Versions of caches are asked for once a request. Where there are benefits, one more.
    own = [sql for sql in asked if "fabric_version" not in sql]
    assert len(own) == 11
    with pytest.raises(NotAllowed):
        queries.morning_list(home.world.at("station"), TODAY)
    assert queries.morning_list(home.stranger, TODAY).stops == ()
