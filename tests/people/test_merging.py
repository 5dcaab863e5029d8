"""Two records of one person: merged, parted again, or refused."""

from linli.basics import NoSuchThing
from linli.people import actions, domain, queries
from linli.people.models import (
    Merge,
    Person,
)

from .asserting import BORN, last_line, refused
from .conftest import number_of


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
