"""Consent and its withdrawal, guardians, near relatives: 个人信息保护法 13, 15, 31, 49."""

from dataclasses import replace
from datetime import date

import pytest

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed
from linli.people import actions, domain, queries
from linli.people.models import Arrangement, Consent, Kin, Person

from .asserting import last_line, refused

CHILD = date(2016, 1, 1)


@pytest.fixture
def family(town):
    mother = town.person("王大明")
    return mother, town.person("王小宝", guardian=mother.pk, facts={"birth_on": CHILD})


def deed(town, person, by: Actor | None = None, **more):
    return {"by": by or town.worker, "at": town.at, "person": person.pk, "purpose": "care"} | more


def test_a_record_opens_for_care_only_while_the_consent_stands(town) -> None:
    person = town.person()
    look = {"by": town.worker, "person": person.pk, "purpose": "care", "at": town.at}
    refused(domain.ConsentMissing, actions.open_card, **look)
    own = deed(town, person, town.resident(person))
    given = actions.give_consent(**own)
    event = last_line("ConsentGiven")["event"]
    assert event == {"person_id": person.pk, "consent_id": given.pk, "purpose": "care"}
    assert actions.open_card(**look).purpose == "care"
    assert queries.has_consent(person.pk, "care")
    actions.withdraw_consent(**own)
    assert last_line("ConsentWithdrawn")["event"]["consent_id"] == given.pk
    refused(domain.ConsentMissing, actions.open_card, **look)
    refused(domain.NothingToWithdraw, actions.withdraw_consent, **own)
    actions.give_consent(**own)
    assert Consent.objects.count() == 2


def test_consent_given_twice_is_one(town) -> None:
    person = town.person()
    assert actions.give_consent(**deed(town, person)) == actions.give_consent(**deed(town, person))
    assert Consent.objects.get().appointment == town.worker.appointment


def test_what_needs_no_consent_cannot_be_consented_to(town) -> None:
    person = town.person()
    refused(domain.NoConsentAsked, actions.give_consent, **deed(town, person, purpose="item"))
    refused(domain.UnknownPurpose, actions.give_consent, **deed(town, person, purpose="fun"))
    refused(NoSuchThing, actions.give_consent, **deed(town, person, town.stranger))
    stranger = town.resident(town.person("路人"))
    refused(NoSuchThing, actions.give_consent, **deed(town, person, stranger))
    bare = replace(town.worker, permissions=frozenset())
    refused(NotAllowed, actions.give_consent, **deed(town, person, bare))


def test_under_fourteen_the_guardian_consents(town, family) -> None:
    mother, child = family
    refused(
        domain.GuardianConsents, actions.give_consent, **deed(town, child, town.resident(child))
    )
    given = actions.give_consent(**deed(town, child, town.resident(mother)))
    assert given.given_by == mother.pk
    refused(
        domain.GuardianConsents,
        actions.withdraw_consent,
        **deed(town, child, town.resident(child)),
    )
    actions.withdraw_consent(**deed(town, child, town.resident(mother)))
    assert actions.give_consent(**deed(town, child)).given_by == mother.pk
    assert queries.wards_of(town.resident(mother), at=town.at) == [child]
    grown = town.at.replace(year=2030)
    assert queries.wards_of(town.resident(mother), at=grown) == []


def kin(town, person, relative, kinship="parent", **more):
    values = {"by": town.worker, "at": town.at, "person": person.pk, "relative": relative.pk}
    return actions.note_kin(**(values | {"kinship": kinship} | more))


def test_relatives_are_noted_from_both_sides(town) -> None:
    son, father = town.person("王一"), town.person("王二")
    kin(town, son, father)
    assert last_line("KinNoted")["event"] == {"person_id": son.pk, "relative_id": father.pk}
    sides = set(Kin.objects.values_list("person", "relative", "kinship"))
    assert sides == {(son.pk, father.pk, "parent"), (father.pk, son.pk, "child")}
    assert queries.relatives_of(son.pk) == [father.pk]
    named = {"town": town, "person": son, "relative": father}
    refused(domain.KinKnown, kin, **named)
    refused(Invalid, kin, **(named | {"relative": town.person("王三"), "kinship": "cousin"}))
    refused(NoSuchThing, kin, **(named | {"relative": son}))
    refused(NotAllowed, kin, **named, by=replace(town.worker, permissions=frozenset()))


def die(town, person: Person) -> None:
    actions.end_person(
        by=town.worker, at=town.at, person=person.pk, reason="died", on=town.at.date()
    )


def ask(town, by: Actor, person: Person, **more):
    values = {"by": by, "at": town.at, "person": person.pk, "kind": "export", "details": "继承房产"}
    return actions.request_right(**(values | more))


def test_a_near_relative_asks_for_one_who_died(town) -> None:
    father, son, friend = town.person("王二"), town.person("王一"), town.person("李四")
    kin(town, father, son, "child")
    heir = town.resident(son)
    refused(NoSuchThing, ask, town=town, by=heir, person=father)  # alive
    die(town, father)
    assert queries.deceased_of(heir) == [father]
    refused(domain.InterestNeeded, ask, town=town, by=heir, person=father, details="")
    refused(NoSuchThing, ask, town=town, by=town.resident(friend), person=father)
    request = ask(town, heir, father)
    assert last_line("RightAsked")["event"]["request_id"] == request.pk
    assert queries.asked_by_relative(heir, father.pk) == father
    with pytest.raises(NoSuchThing):
        queries.asked_by_relative(town.resident(friend), father.pk)


def test_what_somebody_arranged_for_afterwards_stands(town) -> None:
    father, son = town.person("王二"), town.person("王一")
    kin(town, father, son, "child")
    own = {"by": town.resident(father), "at": town.at, "person": father.pk}
    assert not actions.arrange_afterwards(**own, relatives_may=True)
    assert actions.arrange_afterwards(**own, relatives_may=False)
    assert last_line("AfterwardsArranged")["event"]["relatives_may"] is False
    assert actions.arrange_afterwards(**own, relatives_may=True)
    assert actions.arrange_afterwards(**own, relatives_may=False)
    assert Arrangement.objects.count() == 2
    refused(
        NoSuchThing,
        actions.arrange_afterwards,
        **(own | {"by": town.resident(son)}),
        relatives_may=True,
    )
    die(town, father)
    refused(domain.ArrangedOtherwise, ask, town=town, by=town.resident(son), person=father)
    refused(domain.PersonEnded, actions.arrange_afterwards, **own, relatives_may=True)


def test_erasure_takes_the_kinship_along(town) -> None:
    father, son = town.person("王二"), town.person("王一")
    kin(town, father, son, "child")
    actions.erase_person(by=town.worker, at=town.at, person=son.pk)
    assert set(Kin.objects.values_list("kinship", "salt")) == {("", None)}
