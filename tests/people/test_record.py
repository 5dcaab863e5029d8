"""Whatever is done to people, the record still adds up; a change past it does not."""

from linli.journal.queries import verify_live
from linli.people import actions
from linli.people.models import Person

from .asserting import BORN, load
from .conftest import number_of


def test_a_life_on_the_register_verifies(town):
    load(town)
    person = town.person(phone="13812345678", id_number=number_of(BORN, 33), facts={"dibao": True})
    twin = town.person("王晓明", facts={"marital": "married"})
    act = {"by": town.worker, "at": town.at}
    actions.record_fact(person=person.pk, attribute="phone", value="13900000000", **act)
    merge = actions.merge_people(kept=person.pk, gone=twin.pk, **act)
    actions.undo_merge(merge=merge.pk, **act)
    actions.merge_people(kept=person.pk, gone=twin.pk, **act)
    actions.confirm_facts(person=person.pk, topic="aid", **act)
    assert list(verify_live()) == []
    request = actions.request_right(
        by=town.resident(person), at=town.at, person=person.pk, kind="erasure"
    )
    actions.decide_right(request=request.pk, grant=True, **act)
    assert list(verify_live()) == []


def test_a_fact_changed_past_the_record_is_named(town):
    person = town.person(facts={"dibao": False})
    Person.objects.filter(pk=person.pk).update(dibao=True)
    faults = [(fault.kind, fault.where) for fault in verify_live()]
    assert len(faults) == 1
    assert str(person.pk) in faults[0][1]
