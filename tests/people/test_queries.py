"""Asking about people: what it costs, who may, and what stays masked."""

from dataclasses import replace
from datetime import date

import pytest

from linli.basics import Actor, NoSuchThing
from linli.journal.models import Line
from linli.journal.queries import event_of
from linli.people import actions, queries, reactions
from linli.people.models import Person
from linli.places import actions as places
from linli.places.events import PlaceMoved
from linli.places.models import Place

from .conftest import number_of

BORN = date(1944, 5, 6)


def test_facts_of_a_list_cost_two_queries(town, django_assert_num_queries):
    people = [town.person(f"居民{n}", facts={"veteran": n % 2 == 0}).pk for n in range(4)]
    with django_assert_num_queries(2):
        held = queries.facts_of_many(people)
    assert [held[pk]["veteran"] for pk in people] == [True, False, True, False]
    with pytest.raises(NoSuchThing):
        queries.facts_of(10**9)


def test_values_of_many_people_cost_two_queries(town, django_assert_num_queries):
    phone = "13812345678"
    people = [
        town.person(f"居民{n}", phone=phone, facts={"veteran": n % 2 == 0, "dibao": n == 3}).pk
        for n in range(6)
    ]
    names = ("veteran", "dibao", "phone", "home", "employment")
    places = [(pk, name) for pk in people for name in names]

    with django_assert_num_queries(2):
        held = queries.values_held(town.worker, places)
    assert held == {
        (pk, name): value
        for number, pk in enumerate(people)
        for name, value in zip(
            names, (number % 2 == 0, number == 3, phone, town.doors[0], None), strict=True
        )
    }
    with django_assert_num_queries(1):
        assert queries.values_held(town.worker, [(people[0], "dibao")]) == {
            (people[0], "dibao"): False
        }
    assert queries.values_held(town.worker, []) == {}
    for by, asked in ((town.stranger, people[0]), (town.worker, 10**9)):
        with pytest.raises(NoSuchThing):
            queries.values_held(by, [(people[1], "dibao"), (asked, "dibao")])


def test_a_list_shows_masks_and_logs_nothing(town):
    person = town.person(phone="13812345678", id_number=number_of(BORN))
    shown = queries.masked_card(town.worker, person.pk)
    assert (shown.name, shown.phone) == ("王**", "138****5678")
    assert shown.id_number == "*" * 14 + number_of(BORN)[-4:]
    assert queries.masked_names([person.pk]) == {person.pk: "王**"}
    assert queries.who_saw(town.worker, person.pk) == []
    for stranger in (town.stranger, Actor(kind="resident", district=1)):
        with pytest.raises(NoSuchThing):
            queries.masked_card(stranger, person.pk)
    with pytest.raises(NoSuchThing):
        queries.masked_card(Actor(kind="resident", district=2, person=person.pk), person.pk)


def test_a_resident_sees_all_that_is_held_of_them(town):
    person = town.person(phone="13812345678", facts={"dibao": True})
    town.consent(person)
    actions.open_card(by=town.worker, person=person.pk, purpose="care", at=town.at)
    mine = queries.data_of(queries.person_for(town.resident(person), person.pk))
    assert (mine["name"], mine["phone"], mine["facts"]) == (
        "王小明",
        "13812345678",
        {"dibao": True},
    )
    assert [one.purpose for one in mine["read_by"]] == ["care"]


def test_a_guardian_sees_who_looked_at_the_child(town):
    parent = town.person("王大明")
    child = town.person(facts={"birth_on": date(2020, 1, 1)}, guardian=parent.pk)
    town.consent(child)
    actions.open_card(by=town.worker, person=child.pk, purpose="care", at=town.at)
    assert [one.hat for one in queries.who_saw(town.resident(parent), child.pk)] == ["station"]
    with pytest.raises(NoSuchThing):
        queries.who_saw(town.resident(child), parent.pk)


def test_a_household_is_seen_by_its_community(town):
    house = actions.register_household(by=town.worker, at=town.at, home=town.doors[0])
    assert queries.household_for(town.worker, house.pk) == house
    with pytest.raises(NoSuchThing):
        queries.household_for(town.stranger, house.pk)


def test_a_merged_record_shows_who_saw_both(town):
    kept, gone = town.person(), town.person("王晓明")
    for person in (kept, gone):
        actions.open_card(by=town.worker, person=person.pk, purpose="registry", at=town.at)
    actions.merge_people(by=town.worker, at=town.at, kept=kept.pk, gone=gone.pk)
    assert len(queries.who_saw(town.resident(kept), kept.pk)) == 2


def test_when_a_building_changes_its_community_its_people_do_too(town, settings):
    settings.DISTRICT = 1
    person = town.person()
    building = Place.objects.get(code="330102001001-B1")
    keeper = replace(town.worker, communities=frozenset(town.communities))
    places.move_place(
        by=keeper, at=town.at, place=building.pk, parent=town.communities[1], on=date(2026, 11, 1)
    )
    line = Line.objects.get(kind="PlaceMoved")
    reactions.follow_places(event_of(line, PlaceMoved), line.pk)
    assert Person.objects.get(pk=person.pk).community_id == town.communities[1]
    assert Line.objects.order_by("-id").first().kind == "CommunityFollowed"
