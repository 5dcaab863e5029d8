"""What people may ask about their own data, and erasure."""

from dataclasses import replace

import pytest

from linli.basics import NoSuchThing, NotAllowed
from linli.identity.models import User
from linli.people import actions, domain, queries
from linli.people.models import (
    Person,
    RightsRequest,
    SearchLog,
    Superseded,
    Trait,
)

from .asserting import BORN, enter, last_line, refused
from .conftest import number_of


def test_a_request_has_a_clock_and_is_answered_with_reasons(town):
    person = town.person()
    resident = town.resident(person)
    ask = {"by": resident, "at": town.at, "person": person.pk, "kind": "correction"}
    refused(domain.WordsMissing, actions.request_right, **ask)
    refused(domain.WordsMissing, actions.request_right, details="长" * 1_001, **ask)
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
    signs_in = User.objects.create(username="wang", email="wang@example.cn")
    Person.objects.filter(pk=person.pk).update(user=signs_in)
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
    assert User.objects.get(username="wang").email == ""
    assert queries.facts_of(person.pk) == {}
    refused(NoSuchThing, actions.erase_person, by=town.worker, at=town.at, person=person.pk)


def test_the_copy_of_one_who_died_is_for_the_relative_who_asked(town):
    father, son, friend = town.person("王二"), town.person("王一"), town.person("李四")
    actions.note_kin(by=town.worker, at=town.at, person=father.pk, relative=son.pk, kinship="child")
    actions.end_person(
        by=town.worker, at=town.at, person=father.pk, reason="died", on=town.at.date()
    )
    heir = town.resident(son)
    asked = actions.request_right(
        by=heir, at=town.at, person=father.pk, kind="export", details="继承房产"
    )
    assert asked.user == heir.user
    assert list(queries.requests_by(heir)) == [asked]
    with pytest.raises(NoSuchThing):
        queries.granted_copy(heir, asked.pk)
    actions.decide_right(by=town.worker, at=town.at, request=asked.pk, grant=True)
    assert queries.granted_copy(heir, asked.pk) == father
    for other in (town.resident(friend), town.stranger):
        with pytest.raises(NoSuchThing):
            queries.granted_copy(other, asked.pk)
    with pytest.raises(NotAllowed):
        queries.granted_copy(replace(town.worker, permissions=frozenset()), asked.pk)


def test_a_relative_takes_back_what_they_asked(town):
    father, son = town.person("王二"), town.person("王一")
    actions.note_kin(by=town.worker, at=town.at, person=father.pk, relative=son.pk, kinship="child")
    actions.end_person(
        by=town.worker, at=town.at, person=father.pk, reason="died", on=town.at.date()
    )
    heir = town.resident(son)
    asked = actions.request_right(
        by=heir, at=town.at, person=father.pk, kind="export", details="继承房产"
    )
    take = {"at": town.at, "request": asked.pk}
    assert actions.withdraw_right(by=heir, **take).state == "withdrawn"


def test_staff_take_back_only_what_they_may_take_down(town):
    person = town.person()
    asked = actions.request_right(by=town.worker, at=town.at, person=person.pk, kind="export")
    take = {"at": town.at, "request": asked.pk}
    nobody = replace(town.worker, permissions=frozenset())
    refused(NotAllowed, actions.withdraw_right, by=nobody, **take)
    refused(NoSuchThing, actions.withdraw_right, by=town.stranger, **take)
    assert actions.withdraw_right(by=town.worker, **take).state == "withdrawn"


def test_what_was_asked_at_the_window_is_answered_to_the_persons_own_sign_in(town, user):
    person = town.person()
    actions.link_user(by=town.worker, at=town.at, person=person.pk, user=user.pk)
    asked = actions.request_right(by=town.worker, at=town.at, person=person.pk, kind="export")
    assert queries.answer_of(asked.pk, district=1).user == user.pk


def test_an_erasure_closes_what_else_was_asked_and_says_no_reasons_any_more(town):
    person = town.person()
    ask = {"by": town.resident(person), "at": town.at, "person": person.pk}
    wrong = actions.request_right(kind="correction", details="生日不对", **ask)
    answer = {"by": town.worker, "at": town.at}
    actions.decide_right(request=wrong.pk, grant=False, reasons="1980 年生，与身份证一致", **answer)
    copy = actions.request_right(kind="export", **ask)
    gone = actions.request_right(kind="erasure", **ask)
    actions.decide_right(request=gone.pk, grant=True, reasons="按您的要求", **answer)
    rows = {one.pk: (one.state, one.reasons) for one in RightsRequest.objects.all()}
    assert rows == {
        wrong.pk: ("refused", domain.GONE),
        copy.pk: ("withdrawn", ""),
        gone.pk: ("granted", "按您的要求"),
    }
