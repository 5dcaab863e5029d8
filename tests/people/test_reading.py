"""Looking at people: what is shown, the log, and that a refusal leaves no trace."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from linli.basics import NoSuchThing, NotAllowed
from linli.catalogue.domain import facts_used
from linli.journal.models import Line
from linli.people import actions, domain, queries
from linli.people.models import (
    ReadLog,
    SearchLog,
)
from tests.catalogue.test_packs import ITEMS

from .asserting import BORN, refused
from .conftest import number_of

EVERYTHING = {
    "hukou": "local",
    "disability": "visual",
    "disability_grade": 2,
    "dibao": True,
    "party_member": False,
    "low_income_edge": False,
    "extreme_poverty": False,
    "income_fen_a_month": 90_000,
    "lives_alone": True,
    "residence": "owner",
    "resident_since": date(2001, 2, 3),
    "ability_level": 1,
    "long_illness": True,
    "employment": "retired",
    "marital": "widowed",
    "pension": "resident",
    "medical_insurance": "resident",
    "veteran": False,
    "volunteer": True,
    "orphan": False,
    "lost_only_child": False,
}


def test_a_card_shows_what_its_purpose_may_use_and_is_logged_once_an_hour(town):
    person = town.person(
        phone="13812345678", id_number=number_of(BORN), facts={"dibao": True, "lives_alone": False}
    )
    look = {"by": town.worker, "person": person.pk, "at": town.at}
    town.consent(person)
    lines = Line.objects.count()
    card = actions.open_card(purpose="social_aid", **look)
    assert (card.name, card.phone, card.id_number) == ("王小明", "13812345678", number_of(BORN))
    assert card.facts == {"birth_on": BORN, "sex": "male", "dibao": True}
    assert "13812345678" not in repr(card)
    care = actions.open_card(purpose="care", **look)
    assert care.id_number is None
    assert care.facts["lives_alone"] is False
    actions.open_card(purpose="social_aid", **(look | {"at": town.at + timedelta(minutes=59)}))
    assert ReadLog.objects.count() == 2
    actions.open_card(purpose="social_aid", **(look | {"at": town.at + timedelta(minutes=60)}))
    row = ReadLog.objects.order_by("-id").first()
    assert (ReadLog.objects.count(), row.month, row.hat) == (3, 202611, "station")
    assert Line.objects.count() == lines
    seen = queries.who_saw(town.resident(person), person.pk)
    assert [(one.appointment, one.purpose, one.hour) for one in seen] == [
        (1, "social_aid", town.at + timedelta(hours=1)),
        (1, "care", town.at),
        (1, "social_aid", town.at),
    ]


def test_a_card_opened_for_an_item_shows_what_that_item_needs_and_no_more(town):
    """个人信息保护法 6: every item of the packs, and one of whom every fact is held."""
    person = town.person(phone="13812345678", id_number=number_of(BORN), facts=EVERYTHING)
    town.consent(person)
    held = {name for name, fact in queries.dictionary().items() if fact.held in ("column", "trait")}
    held -= {"name"}
    look = {"by": town.worker, "person": person.pk, "at": town.at}
    shown = {}
    for item in ITEMS:
        needed = facts_used(item)
        card = actions.open_card(purpose=item.purpose, needed=needed, **look)
        assert set(card.facts) == needed & held, item.code
        assert (card.phone is not None) == ("phone" in needed), item.code
        assert (card.id_number is not None) == ("id_number" in needed), item.code
        assert (card.name, card.home) == ("王小明", town.doors[0])
        assert card.stale == frozenset()
        shown[item.code] = set(card.facts)
    assert shown["old_age_allowance"] == {"birth_on", "hukou"}
    assert shown["disability_allowance"] == {"disability_grade", "dibao"}
    assert shown["family_doctor"] == set()
    assert (max(map(len, shown.values())), len(held)) == (4, 23)
    nothing = actions.open_card(purpose="item", needed=(), **look)
    assert (nothing.facts, nothing.phone, nothing.id_number) == ({}, None, None)
    unlike = actions.open_card(purpose="care", needed={"income_fen_a_month", "lives_alone"}, **look)
    assert set(unlike.facts) == {"lives_alone"}  # what the purpose may not use stays closed


def test_a_card_that_may_not_be_opened_leaves_no_trace(town):
    person = town.person()
    look = {"by": town.worker, "person": person.pk, "purpose": "social_aid", "at": town.at}
    for refusal, more in (
        (domain.UnknownPurpose, {"purpose": "curiosity"}),
        (domain.ItemMissing, {"purpose": "item"}),
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
    look = {"by": town.worker, "person": person.pk, "purpose": "social_aid"}
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
