"""Putting people on the register: what changed, the line, and that a refusal changes nothing."""

from dataclasses import replace
from datetime import date

import pytest

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.journal.models import Line
from linli.people import actions, domain, queries
from linli.people.models import (
    Person,
)
from linli.rulebook.domain import BadNumber

from .asserting import BORN, last_line, refused
from .conftest import number_of


def test_a_person_is_registered_with_what_the_number_says(town):
    person = town.person(
        id_number=number_of(BORN).lower(),
        phone="138 1234 5678",
        facts={"hukou": "local", "lives_alone": True, "income_fen_a_month": 150_000},
    )
    held = Person.objects.get(pk=person.pk)
    assert (held.birth_on, held.sex, held.hukou) == (BORN, "male", "local")
    assert held.community_id == town.communities[0]
    assert held.id_number.open() == number_of(BORN)
    assert queries.facts_of(person.pk) == {
        "birth_on": BORN,
        "sex": "male",
        "hukou": "local",
        "lives_alone": True,
        "income_fen_a_month": 150_000,
    }
    body = last_line("PersonRegistered")
    assert body["event"] == {"person_id": person.pk}
    assert [row[0] for row in body["rows"]] == ["people_person", "people_trait", "people_trait"]
    assert "王小明" not in Line.objects.order_by("-id").first().body


def test_a_household_brings_its_home_and_community(town):
    house = actions.register_household(by=town.worker, at=town.at, home=town.doors[0])
    last_line("HouseholdRegistered")
    person = town.person(home=None, household=house.pk)
    assert (person.home_id, person.community_id) == (town.doors[0], town.communities[0])
    assert list(house.members.all()) == [person]


def test_a_child_needs_a_guardian(town):
    born = date(2015, 3, 4)
    refused(domain.GuardianNeeded, town.person, facts={"birth_on": born})
    parent = town.person("王大明")
    child = town.person(facts={"birth_on": born}, guardian=parent.pk)
    assert child.guardian_id == parent.pk


def test_what_cannot_be_is_not_registered(town):
    town.person(id_number=number_of(BORN))
    wrong = number_of(BORN)[:17] + ("1" if number_of(BORN)[17] != "1" else "2")
    for refusal, values in (
        (domain.AlreadyRegistered, {"id_number": number_of(BORN)}),
        (BadNumber, {"id_number": wrong}),
        (Invalid, {"id_number": number_of(BORN, 13), "facts": {"sex": "female"}}),
        (Invalid, {"phone": "12"}),
        (Invalid, {"name": "  "}),
        (domain.WrongValue, {"facts": {"sex": "x"}}),
        (domain.WrongValue, {"facts": {"phone": "13812345678"}}),
        (domain.UnknownAttribute, {"facts": {"shoe_size": 40}}),
        (NoSuchThing, {"home": town.doors[1]}),
        (NoSuchThing, {"home": None}),
        (NoSuchThing, {"household": 10**9}),
        (NoSuchThing, {"guardian": 10**9}),
        (NoSuchThing, {"by": town.stranger}),
        (NotAllowed, {"by": replace(town.worker, permissions=frozenset())}),
    ):
        refused(refusal, town.person, **values)
    with pytest.raises(NoSuchThing):
        actions.register_household(by=town.worker, at=town.at, home=town.doors[1])
    with pytest.raises(Invalid):
        actions.register_household(by=town.worker, at=town.at, home=town.doors[0], kind="club")


def test_a_sign_in_belongs_to_one_person(town, user):
    person, other = town.person(), town.person("李四")
    link = {"by": town.worker, "at": town.at, "user": user.pk}
    actions.link_user(person=person.pk, **link)
    assert last_line("UserLinked")["event"] == {"person_id": person.pk, "user_id": user.pk}
    assert queries.person_of_user(1, user.pk) == person
    refused(domain.AlreadyRegistered, actions.link_user, person=other.pk, **link)
