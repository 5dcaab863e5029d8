"""What people may ask about their own data, and erasure."""

from linli.basics import Invalid, NoSuchThing
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
