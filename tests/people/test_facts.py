"""Changing what is known: the old value is kept, and a refusal changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.journal.actions import system
from linli.people import actions, domain, queries
from linli.people.models import (
    Confirmation,
    Household,
    Person,
    Superseded,
    Trait,
)

from .asserting import BORN, enter, last_line, refused, state
from .conftest import number_of


def test_a_change_keeps_what_was_held(town):
    person = town.person(facts={"residence": "owner", "dibao": False})
    later = town.at + timedelta(days=10)
    assert enter(town, person, "residence", "tenant", at=later, valid_from=date(2026, 11, 20))
    said = {"person_id": person.pk, "attribute": "residence", "reason": ""}
    assert last_line("FactChanged")["event"] == said
    assert enter(town, person, "dibao", True, at=later)
    kept = Superseded.objects.get(attribute="residence")
    assert (kept.code, kept.valid_from, kept.valid_to) == ("owner", None, date(2026, 11, 20))
    assert (kept.known_from, kept.known_to) == (town.at, later)
    assert Superseded.objects.get(attribute="dibao").code == "no"
    assert queries.facts_of(person.pk) == {"residence": "tenant", "dibao": True}

    def seen(on, known_at):
        return queries.fact_as_of(person.pk, "residence", on=on, known_at=known_at)

    assert seen(date(2026, 11, 19), later) == "owner"
    assert seen(date(2026, 11, 20), later) == "tenant"
    assert seen(date(2026, 11, 20), town.at) == "owner"
    assert seen(date(2026, 11, 20), town.at - timedelta(seconds=1)) is None


def test_the_same_value_writes_nothing(town):
    person = town.person(facts={"residence": "owner", "dibao": True}, phone="13812345678")
    before = state()
    assert not enter(town, person, "residence", "owner")
    assert not enter(town, person, "dibao", True)
    assert not enter(town, person, "phone", "138-1234-5678")
    assert not enter(town, person, "lives_alone", None)
    assert state() == before


def test_a_fact_can_become_unknown_and_known_again(town):
    person = town.person(facts={"lives_alone": True})
    enter(town, person, "lives_alone", None)
    assert queries.facts_of(person.pk) == {}
    enter(town, person, "lives_alone", False)
    assert queries.facts_of(person.pk) == {"lives_alone": False}
    assert Trait.objects.get().code == "no"
    assert [one.value for one in queries.past_values(person.pk, "lives_alone")] == [True, None]


def test_a_sealed_fact_stays_sealed_in_its_past(town):
    person = town.person(phone="13812345678")
    enter(town, person, "phone", "13900000000")
    kept = Superseded.objects.get()
    assert (kept.code, kept.sealed.open()) == (None, "13812345678")
    assert Person.objects.get(pk=person.pk).phone.open() == "13900000000"
    last_line("FactChanged")


def test_what_cannot_be_recorded_changes_nothing(town):
    person = town.person()
    town.person("李四", id_number=number_of(BORN))
    for refusal, attribute, value, more in (
        (domain.UnknownAttribute, "shoe_size", 40, {}),
        (domain.WrongValue, "sex", "x", {}),
        (domain.WrongValue, "home", town.doors[1], {}),
        (domain.AlreadyRegistered, "id_number", number_of(BORN), {}),
        (domain.GuardianNeeded, "birth_on", date(2020, 1, 1), {}),
        (Invalid, "dibao", True, {"valid_from": date(2026, 11, 17)}),
        (Invalid, "name", None, {}),
        (NoSuchThing, "dibao", True, {"by": town.stranger}),
        (NotAllowed, "dibao", True, {"by": replace(town.worker, permissions=frozenset())}),
    ):
        refused(refusal, enter, town=town, person=person, attribute=attribute, value=value, **more)


def test_no_change_is_noted_once_a_day(town):
    person = town.person()
    note = {"by": town.worker, "at": town.at, "person": person.pk, "topic": "residence"}
    assert actions.confirm_facts(**note)
    last_line("FactsConfirmed")
    assert not actions.confirm_facts(**note)
    assert Confirmation.objects.get().on == date(2026, 11, 16)
    refused(domain.UnknownAttribute, actions.confirm_facts, **(note | {"topic": "shoes"}))


def test_one_fact_said_again_is_noted_once_a_day_and_alone(town):
    person = town.person()
    note = {"by": town.worker, "at": town.at, "person": person.pk, "attribute": "dibao"}
    assert actions.confirm_fact(**note)
    last_line("FactsConfirmed")
    assert not actions.confirm_fact(**note)
    row = Confirmation.objects.get()
    assert (row.topic, row.on) == ("only_dibao", date(2026, 11, 16))
    assert domain.facts_noted("only_dibao", queries.dictionary()) == {"dibao"}
    assert "dibao" in domain.facts_noted("aid", queries.dictionary())
    refused(domain.UnknownAttribute, actions.confirm_fact, **(note | {"attribute": "shoes"}))
    refused(Invalid, actions.confirm_fact, **(note | {"on": date(2026, 11, 17)}))
    refused(NoSuchThing, actions.confirm_fact, **(note | {"by": town.stranger}))
    powerless = replace(town.worker, permissions=frozenset())
    refused(NotAllowed, actions.confirm_fact, **(note | {"by": powerless}))


def test_one_who_moves_is_the_other_communitys(town):
    person = town.person()
    actions.move_person(
        by=town.worker, at=town.at, person=person.pk, home=town.doors[1], on=date(2026, 11, 10)
    )
    held = Person.objects.get(pk=person.pk)
    assert (held.home_id, held.community_id) == (town.doors[1], town.communities[1])
    assert last_line("PersonMoved")["event"]["community_id"] == town.communities[1]
    assert queries.past_values(person.pk, "home")[0].value == town.doors[0]
    with pytest.raises(NoSuchThing):
        queries.person_for(town.worker, person.pk)
    assert queries.person_for(town.stranger, person.pk) == held


def test_a_closed_record_stays_closed(town):
    person = town.person()
    end = {"by": town.worker, "at": town.at, "person": person.pk, "on": date(2026, 11, 1)}
    refused(Invalid, actions.end_person, reason="bored", **end)
    actions.end_person(reason="died", **end)
    last_line("PersonEnded")
    refused(domain.PersonEnded, actions.end_person, reason="died", **end)
    refused(domain.PersonEnded, enter, town=town, person=person, attribute="dibao", value=True)


def test_people_follow_the_community_of_their_home(town):
    person = town.person()
    house = actions.register_household(by=town.worker, at=town.at, home=town.doors[0])
    follow = {"at": town.at, "place": 5, "community": town.communities[1]}
    refused(NoSuchThing, actions.follow_place, by=town.worker, **follow)
    assert actions.follow_place(by=system(1), **follow) == 0
    from linli.places.models import Place  # noqa: PLC0415

    Place.objects.filter(pk=town.doors[0]).update(community_id=town.communities[1])
    assert actions.follow_place(by=system(1), **follow) == 2
    last_line("CommunityFollowed")
    assert Person.objects.get(pk=person.pk).community_id == town.communities[1]
    assert Household.objects.get(pk=house.pk).community_id == town.communities[1]


def test_a_change_says_how_it_is_known(town):
    person = town.person()
    enter(town, person, "dibao", True, reason="document")
    assert last_line("FactChanged")["event"]["reason"] == "document"
    refused(
        domain.ReasonMissing,
        enter,
        town=town,
        person=person,
        attribute="dibao",
        value=False,
        reason="because",
    )


@pytest.mark.parametrize(
    ("attribute", "bad", "good"),
    [("disability_grade", (0, 5, -1), (1, 4)), ("ability_level", (-1, 5), (0, 4))],
)
def test_a_grade_lies_where_its_dictionary_says(town, attribute, bad, good):
    person = town.person()
    for value in bad:
        refused(
            domain.WrongValue,
            actions.record_fact,
            by=town.worker,
            at=town.at,
            person=person.pk,
            attribute=attribute,
            value=value,
        )
    for value in good:
        assert enter(town, person, attribute, value)
