"""Writing about people: what changed, the line, and that a refusal changes nothing."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.apps import apps

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.fabric.blanks import Bound
from linli.journal.actions import system
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.people import actions, domain, queries
from linli.people.domain import HouseholdRow, Permission, PersonRow
from linli.people.models import (
    Confirmation,
    Household,
    Merge,
    Person,
    ReadLog,
    RightsRequest,
    SearchLog,
    Source,
    Superseded,
    Trait,
)
from linli.rulebook.domain import BadNumber

from .conftest import number_of

BORN = date(1944, 5, 6)
TABLES = {model._meta.db_table: model for model in apps.get_app_config("people").get_models()}


def state():
    """Everything that could have been written."""
    tables = [list(model.objects.order_by("pk").values()) for model in TABLES.values()]
    return tables, Line.objects.count()


def last_line(kind):
    line = Line.objects.order_by("-id").first()
    assert line.kind == kind
    body = json.loads(line.body)
    for table, pk, found in body["rows"]:
        row = TABLES[table].objects.get(pk=pk)
        assert digest(bytes(row.salt or b""), row.canonical_row()) == found
    return body


def refused(refusal, action, **values):
    before = state()
    with pytest.raises(refusal):
        action(**values)
    assert state() == before


# --- registering -------------------------------------------------------------------------


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


# --- facts -------------------------------------------------------------------------------


def enter(town, person, attribute, value, **more):
    values = {"by": town.worker, "at": town.at, "person": person.pk} | more
    return actions.record_fact(attribute=attribute, value=value, **values)


def test_a_change_keeps_what_was_held(town):
    person = town.person(facts={"residence": "owner", "dibao": False})
    later = town.at + timedelta(days=10)
    assert enter(town, person, "residence", "tenant", at=later, valid_from=date(2026, 11, 20))
    assert last_line("FactChanged")["event"] == {"person_id": person.pk, "attribute": "residence"}
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
    assert list(queries.people_for(town.worker)) == []


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


# --- reading -----------------------------------------------------------------------------


def test_a_card_shows_what_its_purpose_may_use_and_is_logged_once_an_hour(town):
    person = town.person(
        phone="13812345678", id_number=number_of(BORN), facts={"dibao": True, "long_illness": False}
    )
    look = {"by": town.worker, "person": person.pk, "at": town.at}
    lines = Line.objects.count()
    card = actions.open_card(purpose="item", **look)
    assert (card.name, card.phone, card.id_number) == ("王小明", "13812345678", number_of(BORN))
    assert card.facts == {"birth_on": BORN, "sex": "male", "dibao": True}
    assert "13812345678" not in repr(card)
    care = actions.open_card(purpose="care", **look)
    assert care.id_number is None
    assert care.facts["long_illness"] is False
    actions.open_card(purpose="item", **(look | {"at": town.at + timedelta(minutes=59)}))
    assert ReadLog.objects.count() == 2
    actions.open_card(purpose="item", **(look | {"at": town.at + timedelta(minutes=60)}))
    row = ReadLog.objects.order_by("-id").first()
    assert (ReadLog.objects.count(), row.month, row.hat) == (3, 202611, "station")
    assert Line.objects.count() == lines
    seen = queries.who_saw(town.resident(person), person.pk)
    assert [(one.appointment, one.purpose, one.hour) for one in seen] == [
        (1, "item", town.at + timedelta(hours=1)),
        (1, "care", town.at),
        (1, "item", town.at),
    ]


def test_a_card_that_may_not_be_opened_leaves_no_trace(town):
    person = town.person()
    look = {"by": town.worker, "person": person.pk, "purpose": "item", "at": town.at}
    for refusal, more in (
        (domain.UnknownPurpose, {"purpose": "curiosity"}),
        (NoSuchThing, {"by": town.stranger}),
        (NoSuchThing, {"person": 10**9}),
        (NotAllowed, {"by": replace(town.worker, permissions=frozenset())}),
        (NotAllowed, {"by": replace(town.worker, appointment=None)}),
    ):
        refused(refusal, actions.open_card, **(look | more))
    with pytest.raises(NoSuchThing):
        queries.who_saw(town.resident(town.person("李四")), person.pk)


def test_old_facts_are_named_until_confirmed(town):
    person = town.person(facts={"dibao": True, "veteran": True})
    later = town.at + timedelta(days=91)
    look = {"by": town.worker, "person": person.pk, "purpose": "item"}
    assert actions.open_card(at=later - timedelta(days=1), **look).stale == frozenset()
    assert actions.open_card(at=later, **look).stale == {"dibao"}
    actions.confirm_facts(by=town.worker, at=later, person=person.pk, topic="aid")
    assert actions.open_card(at=later, **look).stale == frozenset()


def test_an_export_logs_every_person_in_one_statement(town, django_assert_num_queries):
    people = [town.person(f"居民{number}").pk for number in range(5)]
    with django_assert_num_queries(1):
        actions.log_reads.__wrapped__(by=town.worker, people=people, purpose="item", at=town.at)
    assert ReadLog.objects.count() == 5


@pytest.mark.parametrize(
    ("fact", "value"),
    [("phone", "138 1234 5678"), ("id_number", number_of(BORN)), ("birth_on", BORN)],
)
def test_people_are_found_by_name_and_one_more_fact(town, fact, value):
    person = town.person(phone="13812345678", id_number=number_of(BORN))
    town.person(facts={"birth_on": date(1990, 1, 1)})
    find = {"name": "王小明", "fact": fact, "value": value, "at": town.at}
    found = actions.find_people(by=town.worker, **find)
    assert [(one.id, one.name, one.phone) for one in found] == [(person.pk, "王**", "138****5678")]
    assert actions.find_people(by=town.stranger, **find) == []
    logged = list(SearchLog.objects.values_list("term", "by_fact", "found").order_by("id"))
    assert logged == [("王小明", fact, 1), ("王小明", fact, 0)]


def test_a_name_alone_finds_nobody(town):
    town.person()
    find = {"by": town.worker, "name": "王小明", "fact": "phone", "value": "", "at": town.at}
    for more in ({}, {"fact": "sex", "value": "male"}, {"name": " ", "value": "13812345678"}):
        refused(domain.TooLittleToSearch, actions.find_people, **(find | more))
    refused(
        domain.TooLittleToSearch, actions.find_people, **(find | {"fact": "birth_on", "value": "x"})
    )
    nobody = replace(town.worker, permissions=frozenset())
    refused(NotAllowed, actions.find_people, **(find | {"by": nobody, "value": "13812345678"}))


# --- merging -----------------------------------------------------------------------------


def test_a_merge_and_its_undo(town, user):
    kept = town.person(facts={"dibao": False})
    gone = town.person(
        "王晓明",
        id_number=number_of(BORN),
        phone="13812345678",
        facts={"dibao": True, "veteran": True},
    )
    actions.link_user(by=town.worker, at=town.at, person=gone.pk, user=user.pk)
    merge = actions.merge_people(by=town.worker, at=town.at, kept=kept.pk, gone=gone.pk)
    last_line("PeopleMerged")
    assert queries.facts_of(kept.pk) == {
        "birth_on": BORN,
        "sex": "male",
        "dibao": False,
        "veteran": True,
    }
    assert queries.person_of_user(1, user.pk) == kept
    assert queries.last_of(Person.objects.get(pk=gone.pk)) == kept
    assert [one.pk for one in queries.people_for(town.worker)] == [kept.pk]
    undone = actions.undo_merge(by=town.worker, at=town.at, merge=merge.pk)
    last_line("MergeUndone")
    assert (undone.pk, undone.merged_into_id, undone.ended_on) == (gone.pk, None, None)
    assert queries.facts_of(kept.pk) == {"dibao": False}
    assert queries.facts_of(gone.pk) == {
        "birth_on": BORN,
        "sex": "male",
        "dibao": True,
        "veteran": True,
    }
    assert queries.person_of_user(1, user.pk) == undone
    assert Person.objects.get(pk=kept.pk).phone is None
    refused(domain.UndoTooLate, actions.undo_merge, by=town.worker, at=town.at, merge=merge.pk)


def test_two_people_are_not_merged(town):
    one = town.person(id_number=number_of(BORN))
    other = town.person(id_number=number_of(BORN, 13))
    far = town.person(by=town.stranger, home=town.doors[1])
    for refusal, kept, gone in (
        (domain.NotMergeable, one.pk, other.pk),
        (domain.NotMergeable, one.pk, one.pk),
        (NoSuchThing, one.pk, far.pk),
    ):
        refused(refusal, actions.merge_people, by=town.worker, at=town.at, kept=kept, gone=gone)
    assert Merge.objects.count() == 0


# --- rights ------------------------------------------------------------------------------


def test_a_request_has_a_clock_and_is_answered_with_reasons(town):
    person = town.person()
    resident = town.resident(person)
    ask = {"by": resident, "at": town.at, "person": person.pk, "kind": "correction"}
    refused(Invalid, actions.request_right, **ask)
    request = actions.request_right(details="我的生日不对", **ask)
    assert last_line("RightAsked")["event"]["right"] == "correction"
    # 15 working days after Monday 16 November end with Monday 7 December.
    assert request.due_at.isoformat() == "2026-12-07T16:00:00+00:00"
    assert list(queries.open_requests(town.worker)) == [request]
    refused(domain.AlreadyAsked, actions.request_right, details="再来", **ask)
    decide = {"by": town.worker, "at": town.at, "request": request.pk}
    refused(domain.ReasonsNeeded, actions.decide_right, grant=False, **decide)
    refused(NoSuchThing, actions.decide_right, grant=True, **(decide | {"by": town.stranger}))
    actions.decide_right(grant=False, reasons="与身份证一致", **decide)
    last_line("RightDecided")
    assert RightsRequest.objects.get().state == "refused"
    refused(domain.AlreadyDecided, actions.decide_right, grant=True, **decide)
    assert list(queries.requests_of(resident, person.pk)) == [request]


def test_a_request_is_taken_back_by_the_one_who_asked(town):
    person, other = town.person(), town.person("李四")
    ask = {"at": town.at, "person": person.pk, "kind": "export"}
    refused(NoSuchThing, actions.request_right, by=town.resident(other), **ask)
    request = actions.request_right(by=town.resident(person), **ask)
    take = {"at": town.at, "request": request.pk}
    refused(NoSuchThing, actions.withdraw_right, by=town.resident(other), **take)
    assert actions.withdraw_right(by=town.resident(person), **take).state == "withdrawn"


def test_granted_erasure_leaves_nothing_of_the_person(town):
    person = town.person(
        phone="13812345678", id_number=number_of(BORN), facts={"dibao": True, "veteran": True}
    )
    enter(town, person, "phone", "13900000000")
    twin = town.person("王晓明", facts={"marital": "married"})
    actions.merge_people(by=town.worker, at=town.at, kept=person.pk, gone=twin.pk)
    actions.find_people(by=town.worker, name="王小明", fact="birth_on", value=BORN, at=town.at)
    request = actions.request_right(
        by=town.resident(person), at=town.at, person=person.pk, kind="erasure", details="搬走了"
    )
    actions.decide_right(by=town.worker, at=town.at, request=request.pk, grant=True)
    assert last_line("PersonErased")["event"] == {"person_id": person.pk}
    for row in Person.objects.all():
        values = {name: getattr(row, name) for name in Person.PERSONAL if name != "ended_on"}
        assert set(values.values()) - {row.end_reason} == {"", None}
        assert row.salt is None
    for model in (Trait, Superseded):
        for row in model.objects.all():
            assert row.salt is None
            assert {getattr(row, name) for name in model.PERSONAL} == {None}
    assert RightsRequest.objects.get().details == ""
    assert SearchLog.objects.get().term == ""
    assert queries.facts_of(person.pk) == {}
    refused(NoSuchThing, actions.erase_person, by=town.worker, at=town.at, person=person.pk)


# --- loading -----------------------------------------------------------------------------


def rows(town):
    return {
        "households": [
            HouseholdRow(key="h1", home=town.doors[0], community=town.communities[0]),
            HouseholdRow(key="h2", home=town.doors[1], community=town.communities[1]),
        ],
        "people": [
            PersonRow(
                key="child",
                name="王小宝",
                household="h1",
                guardian="father",
                facts={"birth_on": date(2020, 2, 2)},
            ),
            PersonRow(
                key="father",
                name="王大明",
                household="h1",
                id_number=number_of(BORN),
                phone="13812345678",
                facts={"veteran": True, "dibao": False},
            ),
        ],
    }


def load(town, **more):
    values = {
        "by": replace(system(1), permissions=frozenset(Permission)),
        "at": town.at,
        "source": "demo",
        "on": date(2026, 11, 1),
    }
    return actions.load_people(**(values | rows(town) | more))


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
