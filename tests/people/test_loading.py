"""A baseline import: one act, one line, all or nothing."""

from dataclasses import replace
from datetime import date

from linli.basics import Invalid, NotAllowed
from linli.fabric.blanks import Bound
from linli.journal.actions import system
from linli.people import actions, domain, queries
from linli.people.domain import PersonRow
from linli.people.models import (
    Person,
    Source,
)
from linli.rulebook.domain import local_date

from .asserting import BORN, TABLES, last_line, load, refused, rows, state
from .conftest import number_of


def test_a_load_is_one_act_with_one_line(town):
    done = load(town)
    assert set(done.people) == {"child", "father"}
    assert set(done.households) == {"h1"}
    father, child = (Person.objects.get(pk=done.people[key]) for key in ("father", "child"))
    assert (father.birth_on, father.sex, father.phone.open()) == (BORN, "male", "13812345678")
    assert (child.guardian_id, child.household_id) == (father.pk, done.households["h1"])
    assert (child.home_id, child.community_id) == (town.doors[0], town.communities[0])
    assert queries.facts_of(father.pk)["veteran"] is True
    body = last_line("PeopleLoaded")
    assert body["event"] == {
        "source_id": done.source,
        "people": 2,
        "households": 1,
        "purposes": [],
    }
    assert len(body["rows"]) == 5
    assert Source.objects.get().code == "demo"
    assert town.person("后来的人").pk > max(done.people.values())


def test_people_known_by_their_number_are_not_loaded_again(town):
    first = load(town)
    again = load(town, people=rows(town)["people"][1:])
    assert (again.source, again.known) == (None, frozenset({"father"}))
    assert again.people == {"father": first.people["father"]}
    assert Person.objects.count() == 2


def test_a_bad_row_stops_the_whole_load(town):
    child, father = rows(town)["people"]
    for refusal, people in (
        (domain.GuardianNeeded, [replace(child, guardian=None), father]),
        (Invalid, [child]),
        (Invalid, [father, replace(child, household="h9")]),
        (domain.WrongValue, [father, replace(child, facts={"sex": "x"})]),
        (Invalid, [replace(father, phone="1")]),
    ):
        refused(refusal, load, town=town, people=people)
    refused(NotAllowed, load, town=town, by=system(1))


def test_the_purposes_stated_stand_in_the_line_and_bound_what_comes_in(town):
    load(town, purposes=["registry", "item"])
    assert last_line("PeopleLoaded")["event"]["purposes"] == ["registry", "item"]
    father = rows(town)["people"][1]
    other = replace(father, key="other", name="陈一", id_number=number_of(BORN, 13))
    for refusal, purposes in (
        (domain.NotForThese, ["registry"]),  # it has an identity number
        (domain.ListCannotConsent, ["item", "care"]),
        (domain.UnknownPurpose, ["anything"]),
    ):
        refused(refusal, load, town=town, people=[other], purposes=purposes)
    ill = replace(other, facts={"long_illness": True})
    refused(domain.NotForThese, load, town=town, people=[ill], purposes=["registry", "item"])


def test_who_has_no_number_is_known_by_name_birth_date_and_door(town):
    nameless = PersonRow(key="a", name="陈 一", household="h1", facts={"birth_on": BORN})
    first = load(town, people=[nameless])
    again = load(town, people=[nameless])
    assert (again.known, again.people, again.unnumbered) == ({"a"}, first.people, set())
    number = replace(nameless, key="b", id_number=number_of(BORN))
    assert load(town, people=[number]).unnumbered == {"b"}
    # Another birth date, another door and two with numbers of their own are other people.
    for other in (
        replace(nameless, key="c", facts={"birth_on": date(1950, 1, 1)}),
        replace(nameless, key="d", household="h2"),
    ):
        assert load(town, people=[other]).known == set()
    load(town, people=[replace(number, key="e", name="陈二")])
    twin = replace(number, key="f", name="陈二", id_number=number_of(BORN, 13))
    assert load(town, people=[twin]).known == set()
    assert Person.objects.count() == 5


def test_a_number_on_record_under_another_name_is_told_and_left_alone(town):
    first = load(town)
    _, father = rows(town)["people"]
    before = state()
    again = load(town, people=[replace(father, name="王大名")])
    assert (again.people, again.renamed) == ({"father": first.people["father"]}, {"father"})
    assert state() == before


def test_who_moves_in_with_somebody_on_record_joins_their_household(town):
    first = load(town)
    mother = PersonRow(key="m", name="李红", household="h1", id_number=number_of(BORN, 12))
    done = load(town, people=[*rows(town)["people"], mother])
    assert (done.founded, done.households) == (0, first.households)
    joined = Person.objects.get(pk=done.people["m"])
    assert joined.household_id == first.households["h1"]
    assert last_line("PeopleLoaded")["event"]["households"] == 0


def test_a_guardian_may_be_on_record_already(town):
    guardian = town.person("王大", facts={"birth_on": BORN}).pk
    child, _ = rows(town)["people"]
    done = load(town, people=[replace(child, guardian=None, guardian_record=guardian)])
    assert Person.objects.get(pk=done.people["child"]).guardian_id == guardian


def test_a_closed_record_is_told_as_such(town):
    first = load(town)
    actions.end_person(
        by=town.worker,
        at=town.at,
        person=first.people["father"],
        reason="moved",
        on=local_date(town.at),
    )
    again = load(town, people=rows(town)["people"][1:])
    assert (again.known, again.closed) == ({"father"}, {"father"})


def test_every_table_here_is_bound_or_a_log():
    loose = {model.__name__ for model in TABLES.values() if not issubclass(model, Bound)}
    assert loose == {"ReadLog", "SearchLog"}
