"""A baseline import: one act, one line, all or nothing."""

from dataclasses import replace

from linli.basics import Invalid, NotAllowed
from linli.fabric.blanks import Bound
from linli.journal.actions import system
from linli.people import domain, queries
from linli.people.models import (
    Person,
    Source,
)

from .asserting import BORN, TABLES, last_line, load, refused, rows


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
    assert body["event"] == {"source_id": done.source, "people": 2, "households": 1}
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


def test_every_table_here_is_bound_or_a_log():
    loose = {model.__name__ for model in TABLES.values() if not issubclass(model, Bound)}
    assert loose == {"ReadLog", "SearchLog"}
