"""Two records of one person: merged, parted again, or refused."""

from datetime import timedelta
from itertools import pairwise

import pytest

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
    assert queries.standing_record(gone.pk) == kept.pk
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


def merged(town, count):
    """Return so many records, each merged into the next, and the merges."""
    records = [town.person().pk for _ in range(count)]
    merges = [
        actions.merge_people(by=town.worker, at=town.at, kept=kept, gone=gone).pk
        for gone, kept in pairwise(records)
    ]
    return records, merges


def test_a_chain_of_merges_stands_as_one_and_is_undone_link_by_link(town):
    (first, second, last), (lower, upper) = merged(town, 3)
    assert queries.records_of(last) == [last, second, first]
    assert queries.records_of(second) == [second, first]
    assert [queries.standing_record(one) for one in (first, second, last)] == [last] * 3
    assert queries.standing_records(1) == {first: last, second: last}

    actions.undo_merge(by=town.worker, at=town.at, merge=upper)
    assert queries.standing_records(1) == {first: second}
    assert queries.records_of(last) == [last]
    actions.undo_merge(by=town.worker, at=town.at, merge=lower)
    assert queries.standing_records(1) == {}
    assert queries.records_of(second) == [second]


def test_one_sees_who_looked_at_each_record_that_became_theirs(town):
    records, (_, upper) = merged(town, 3)
    for hours, record in enumerate(records):
        at = town.at + timedelta(hours=hours)
        actions.note_read(by=town.worker, person=record, purpose="item", at=at)

    def hours(person):
        return [row.hour.hour - town.at.hour for row in queries.who_saw(town.worker, person)]

    assert hours(records[2]) == [2, 1, 0]
    actions.undo_merge(by=town.worker, at=town.at, merge=upper)
    assert hours(records[2]) == [2]
    assert hours(records[1]) == [1, 0]


def test_a_long_chain_costs_no_more_questions_than_a_short_one(town, django_assert_num_queries):
    for count in (2, 5):
        records, _ = merged(town, count)
        with django_assert_num_queries(1):
            assert len(queries.records_of(records[-1])) == count
        with django_assert_num_queries(1):
            assert queries.standing_record(records[0]) == records[-1]
        with django_assert_num_queries(1):
            assert queries.standing_records(1)[records[0]] == records[-1]
        with django_assert_num_queries(2):
            queries.who_saw(town.worker, records[-1])


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


# ---- what was said of one record holds of the whole person ----


@pytest.fixture
def chain(town):
    """Return three records of one person, merged one into the next; the last one stands."""
    return [town.person().pk for _ in range(3)]


def become_one(town, chain):
    return [
        actions.merge_people(by=town.worker, at=town.at, kept=kept, gone=gone).pk
        for gone, kept in pairwise(chain)
    ]


def test_a_consent_stands_after_two_merges_and_is_withdrawn_whole(town, chain):
    values = {"by": town.worker, "at": town.at, "purpose": "care"}
    for one in (chain[0], chain[2]):
        actions.give_consent(person=one, **values)
    become_one(town, chain)
    assert queries.has_consent(chain[2], "care")
    assert [one.since for one in queries.consents_of(town.worker, chain[2])] == [town.at]

    actions.withdraw_consent(person=chain[2], **values)

    assert len(last_line("ConsentWithdrawn")["rows"]) == 2
    assert not queries.has_consent(chain[2], "care")
    refused(domain.NothingToWithdraw, actions.withdraw_consent, person=chain[2], **values)


def test_relatives_stay_relatives_after_two_merges(town, chain):
    son = town.person("王一").pk
    note = {"by": town.worker, "at": town.at, "kinship": "child"}
    actions.note_kin(person=chain[0], relative=son, **note)
    _, upper = become_one(town, chain)
    last = chain[2]

    assert queries.relatives_of(last) == [son]
    assert queries.relatives_of(son) == chain
    [line] = queries.kin_of(town.worker, son)
    assert line.relative.id == last
    assert [one.relative.id for one in queries.kin_of(town.worker, last)] == [son]
    refused(domain.KinKnown, actions.note_kin, person=last, relative=son, **note)

    actions.undo_merge(by=town.worker, at=town.at, merge=upper)
    assert queries.relatives_of(last) == []
    assert [one.relative.id for one in queries.kin_of(town.worker, chain[1])] == [son]


def test_the_heir_of_a_merged_record_asks_unless_that_was_arranged_otherwise(town, chain):
    heir = town.person("王一")
    note = {"by": town.worker, "at": town.at, "kinship": "child"}
    actions.note_kin(person=chain[0], relative=heir.pk, **note)
    own = {"by": town.resident(Person.objects.get(pk=chain[0])), "at": town.at}
    actions.arrange_afterwards(person=chain[0], relatives_may=False, **own)
    become_one(town, chain)
    on = town.at.date()
    actions.end_person(by=town.worker, at=town.at, person=chain[2], reason="died", on=on)

    assert [one.pk for one in queries.deceased_of(town.resident(heir))] == [chain[2]]
    with pytest.raises(domain.ArrangedOtherwise):
        queries.asked_by_relative(town.resident(heir), chain[2])


def test_what_was_arranged_before_two_merges_is_taken_back_by_the_standing_record(town, chain):
    before = town.resident(Person.objects.get(pk=chain[0]))
    values = {"at": town.at, "relatives_may": False}
    actions.arrange_afterwards(by=before, person=chain[0], **values)
    become_one(town, chain)
    own = {"by": town.resident(Person.objects.get(pk=chain[2])), "person": chain[2]}
    assert not actions.arrange_afterwards(**own, **values)
    assert actions.arrange_afterwards(**own, **(values | {"relatives_may": True}))
    assert queries.relatives_may_ask(chain[2])


def test_what_was_asked_before_two_merges_is_seen_taken_back_and_granted(town, chain):
    before = town.resident(Person.objects.get(pk=chain[0]))
    ask = {"by": before, "at": town.at, "person": chain[0]}
    copy, erasure = (actions.request_right(kind=kind, **ask) for kind in ("export", "erasure"))
    become_one(town, chain)
    own = town.resident(Person.objects.get(pk=chain[2]))

    assert list(queries.requests_of(own, chain[2])) == [erasure, copy]
    actions.withdraw_right(by=own, at=town.at, request=copy.pk)
    actions.decide_right(by=town.worker, at=town.at, request=erasure.pk, grant=True)

    assert set(Person.objects.filter(pk__in=chain).values_list("name", "salt")) == {("", None)}


def test_a_guardian_stays_one_after_two_merges(town, chain):
    born = town.at.date().replace(year=2020)
    child = town.person("王小宝", guardian=chain[0], facts={"birth_on": born})
    become_one(town, chain)
    guardian = town.resident(Person.objects.get(pk=chain[2]))

    assert queries.wards_of(guardian, at=town.at) == [child]
    assert queries.person_for(guardian, child.pk) == child
    values = {"by": guardian, "at": town.at, "person": child.pk, "purpose": "care"}
    assert actions.give_consent(**values).given_by == chain[2]
    with pytest.raises(NoSuchThing):
        queries.person_for(town.resident(town.person("李四")), child.pk)


def test_whoever_signs_in_under_a_merged_record_is_the_standing_one(town, chain, user):
    other = type(user).objects.create(username="xiaoming")
    for person, one in ((chain[0], user), (chain[2], other)):
        actions.link_user(by=town.worker, at=town.at, person=person, user=one.pk)
    _, upper = become_one(town, chain)
    signed_in = [queries.person_of_user(1, one.pk).pk for one in (user, other)]
    assert signed_in == [chain[2], chain[2]]
    actions.undo_merge(by=town.worker, at=town.at, merge=upper)
    assert queries.person_of_user(1, user.pk).pk == chain[1]
