"""A visit is one act, comes once, and overwrites nothing somebody else wrote."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.files.domain.cleaning import clean
from linli.files.models import File
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import ReasonMissing, WrongValue
from linli.people.models import Confirmation, ReadLog, Superseded
from linli.rulebook.domain import local_date
from linli.visits import actions, queries
from linli.visits.actions import record_visit
from linli.visits.domain import (
    ChangedAgain,
    DecidedAlready,
    NobodyAnswered,
    NothingAsksThis,
    NotOnThisCard,
    SentAlready,
)
from linli.visits.models import Conflict, Photo, Sheet, Visit

from .asserting import last_lines, refused, state

DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def held(home, attribute, person=None):
    return people_queries.facts_of((person or home.old).pk).get(attribute)


def version(home, attribute, person=None):
    who = (person or home.old).pk
    return people_queries.fact_versions([who]).get((who, attribute), 0)


def record(home, card, *, by=None, at=None, photos=()):
    return record_visit(by=by or home.worker, at=at or home.at, card=card, photos=photos)


def test_one_act_holds_the_visit_the_change_and_the_note(home):
    card = home.card(
        stated=(home.says("lives_alone", True, reason="told"),),
        unchanged=(home.same("work", person=home.young, employment=0),),
        reasons=("due",),
    )

    done = record(home, card)

    assert (done.again, done.conflicts) == (False, 0)
    visit = Visit.objects.get()
    assert (visit.outcome, visit.minutes, visit.origin, visit.reasons) == (
        "done",
        12,
        "resident",
        ["due"],
    )
    assert visit.community_id == home.community
    assert held(home, "lives_alone") is True
    *_, body = last_lines("FactChanged", "FactsConfirmed", "VisitRecorded")
    assert body["event"] == {
        "visit_id": visit.pk,
        "outcome": "done",
        "minutes": 12,
        "changed": 1,
        "confirmed": 1,
        "conflicts": 0,
    }
    note = Confirmation.objects.get()
    assert (note.person_id, note.topic, note.on) == (home.young.pk, "work", date(2026, 11, 16))


def test_the_same_word_again_makes_that_fact_young_and_no_other(home):
    said = home.says("employment", "employed", person=home.young)

    record(home, home.card(visited_on=date(2026, 11, 15), stated=(said,)))

    *_, body = last_lines("FactsConfirmed", "VisitRecorded")
    assert (body["event"]["changed"], body["event"]["confirmed"]) == (0, 1)
    note = Confirmation.objects.get()
    assert (note.person_id, note.topic, note.on) == (
        home.young.pk,
        "only_employment",
        date(2026, 11, 15),
    )
    assert not Superseded.objects.filter(attribute="employment").exists()
    # Of the two facts that were old, only the other one still is.
    [stop] = queries.morning_list(home.worker, date(2026, 11, 17)).stops
    assert stop.door.why == {"due": 1}
    held_on = people_queries.population(
        date(2026, 11, 17), home.at, district=1, communities=[home.community]
    )
    stale = people_queries.stale_among(held_on, date(2026, 11, 17), district=1)
    assert (stale["employment"].any(), stale["lives_alone"].any()) == (False, True)
    young = people_queries.person_for(home.worker, home.young.pk)
    assert people_queries.stale_facts(young, ["employment"], on=date(2026, 11, 17)) == frozenset()


def test_under_no_change_the_same_word_leaves_no_second_note(home):
    said = home.says("employment", "employed", person=home.young)
    same = home.same("work", person=home.young, employment=0)

    record(home, home.card(stated=(said,), unchanged=(same,)))

    assert list(Confirmation.objects.values_list("topic", flat=True)) == ["work"]


@pytest.mark.parametrize("outcome", ["refused", "not_home"])
def test_a_shut_door_is_an_outcome_and_learns_nothing(home, outcome):
    record(home, home.card(outcome=outcome))

    assert Visit.objects.get().outcome == outcome
    refused(
        NobodyAnswered,
        record_visit,
        by=home.worker,
        at=home.at,
        card=home.card("k2", outcome=outcome, stated=(home.says("lives_alone", True),)),
    )


def test_a_card_sent_again_is_one_visit_and_one_change(home):
    card = home.card(stated=(home.says("lives_alone", True),))
    first = record(home, card)
    before = state()

    again = record(home, card, at=home.at + timedelta(hours=2))

    assert again.again
    assert again.visit.pk == first.visit.pk
    assert state() == before


def test_a_key_with_other_content_or_from_another_hand_is_refused(home):
    record(home, home.card(stated=(home.says("lives_alone", True),)))
    other = home.card(stated=(home.says("lives_alone", False),))
    refused(SentAlready, record_visit, by=home.worker, at=home.at, card=other)
    same = home.card(stated=(home.says("lives_alone", True),))
    refused(SentAlready, record_visit, by=home.other, at=home.at, card=same)


def test_paper_is_keyed_in_with_the_day_at_the_door(home):
    on = date(2026, 11, 12)
    card = home.card(
        visited_on=on,
        paper=True,
        stated=(home.says("lives_alone", True),),
        unchanged=(home.same("work", person=home.young, employment=0),),
    )

    record(home, card)

    visit = Visit.objects.get()
    assert (visit.visited_on, visit.entered_at, visit.paper) == (on, home.at, True)
    assert Superseded.objects.get(attribute="lives_alone").valid_to == on
    assert Confirmation.objects.get().on == on


def test_a_photo_is_kept_with_the_visit(home):
    record(home, home.card(), photos=[clean(content=DOT, name="门口.png")])

    photo = Photo.objects.get()
    assert (photo.visit, photo.file.purpose) == (Visit.objects.get(), "visit")
    last_lines("FileKept", "VisitRecorded")


def test_what_cannot_be_is_refused_and_changes_nothing(home):
    nobody = replace(home.worker, permissions=frozenset())
    said = home.says("employment", "king")
    stranger = replace(said, person=9_999, attribute="lives_alone", value=True)
    cases = [
        (NotAllowed, {"by": nobody}),
        (NotAllowed, {"by": replace(home.worker, appointment=None)}),
        (NoSuchThing, {"by": home.stranger}),
        (NoSuchThing, {"card": home.card(household=9_999)}),
        (Invalid, {"card": home.card(visited_on=date(2026, 11, 17))}),
        (Invalid, {"photos": [clean(content=DOT, name="a.png")] * 7}),
        (WrongValue, {"card": home.card(stated=(said,))}),
        (NotOnThisCard, {"card": home.card(stated=(stranger,))}),
        (NothingAsksThis, {"card": home.card(mandate=77)}),
    ]
    for refusal, wrong in cases:
        values = {"by": home.worker, "at": home.at, "card": home.card()} | wrong
        refused(refusal, record_visit, **values)


def test_the_second_editor_overwrites_nothing(home):
    mine = home.card("mine", stated=(home.says("lives_alone", True),))
    other = home.young
    theirs = home.card(
        "theirs",
        stated=(home.says("lives_alone", True, person=other), home.says("marital", "widowed")),
    )
    record(home, theirs, by=home.other)
    people.record_fact(
        by=home.other, at=home.at, person=home.old.pk, attribute="lives_alone", value=None
    )

    done = record(home, mine)

    assert done.conflicts == 1
    assert held(home, "lives_alone") is None
    with override("en"):
        [clash] = queries.open_conflicts(home.worker)
    assert (clash.name, clash.theirs, clash.mine) == ("陈**", "not known", "yes")
    assert (clash.written_on, clash.visited_on) == (local_date(home.at), mine.visited_on)
    assert queries.value_kept(Conflict.objects.get()) is True


def test_no_change_said_of_what_has_changed_is_a_conflict(home):
    people.record_fact(
        by=home.other, at=home.at, person=home.young.pk, attribute="employment", value="retired"
    )

    done = record(home, home.card(unchanged=(home.same("work", person=home.young, employment=0),)))

    assert done.conflicts == 1
    assert not Confirmation.objects.exists()
    assert queries.value_kept(Conflict.objects.get()) == "employed"


@pytest.mark.parametrize(("choice", "stands"), [("mine", True), ("theirs", None)])
def test_a_person_decides_with_a_reason(home, choice, stands):
    people.record_fact(
        by=home.other, at=home.at, person=home.old.pk, attribute="lives_alone", value=None
    )
    record(home, home.card(stated=(home.says("lives_alone", True),)))
    row = Conflict.objects.get()
    values = {
        "by": home.worker,
        "at": home.at,
        "conflict": row.pk,
        "choice": choice,
        "reason": "told",
        "seen": version(home, "lives_alone"),
    }
    refused(ChangedAgain, actions.decide_conflict, **(values | {"seen": 0}))
    refused(Invalid, actions.decide_conflict, **(values | {"choice": "both"}))
    refused(ReasonMissing, actions.decide_conflict, **(values | {"reason": "because"}))
    refused(NoSuchThing, actions.decide_conflict, **(values | {"by": home.stranger}))
    refused(NoSuchThing, actions.decide_conflict, **(values | {"conflict": 999}))

    actions.decide_conflict(**values)

    row.refresh_from_db()
    assert (row.choice, row.reason, row.decided_at) == (choice, "told", home.at)
    assert held(home, "lives_alone") is stands
    assert queries.open_conflicts(home.worker) == []
    refused(DecidedAlready, actions.decide_conflict, **values)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["open", "save"]),
        st.sampled_from([0, 1]),
        st.sampled_from(["employed", "retired", "student", None]),
    ),
    max_size=10,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_two_interleaved_editors_lose_nothing(home, edits):
    """Whatever was ever said stands, stood, or waits for a person; nothing was written unseen."""
    with transaction.atomic():
        editors, opened, said = (home.worker, home.other), [0, 0], []
        for number, (act, who, value) in enumerate(edits):
            at = home.at + timedelta(minutes=number)
            if act == "open":
                opened[who] = version(home, "employment", home.young)
                continue
            word = home.says("employment", value, seen=opened[who], person=home.young)
            before, moved = (
                held(home, "employment", home.young),
                version(home, "employment", home.young),
            )
            record(home, home.card(f"k{number}", stated=(word,)), by=editors[who], at=at)
            said.append(value)
            if moved != opened[who]:
                assert held(home, "employment", home.young) == before
        known = [held(home, "employment", home.young)]
        known += [one.value for one in people_queries.past_values(home.young.pk, "employment")]
        known += [queries.value_kept(row) for row in Conflict.objects.filter(decided_at=None)]
        assert set(said) <= set(known)
        transaction.set_rollback(True)


def test_the_card_shows_health_only_where_it_was_agreed_to(home):
    opened = actions.open_visit_card(by=home.worker, at=home.at, household=home.house.pk)

    assert [one.person for one in opened.members] == [home.old.pk, home.young.pk]
    assert {len(one.cards) for one in opened.members} == {1}
    assert "lives_alone" not in opened.members[0].versions
    assert set(ReadLog.objects.values_list("person", "purpose")) == {
        (home.old.pk, "registry"),
        (home.young.pk, "registry"),
    }
    people.give_consent(by=home.worker, at=home.at, person=home.old.pk, purpose="care")
    opened = actions.open_visit_card(by=home.worker, at=home.at, household=home.house.pk)
    assert [len(one.cards) for one in opened.members] == [2, 1]
    assert opened.members[0].versions["lives_alone"] == 0


def test_a_card_on_paper_keeps_what_it_showed(home):
    people.record_fact(
        by=home.other, at=home.at, person=home.old.pk, attribute="volunteer", value=True
    )

    sheet, _ = actions.print_card(by=home.worker, at=home.at, household=home.house.pk)

    assert sheet.seen[str(home.old.pk)]["versions"]["volunteer"] == version(home, "volunteer")
    assert queries.sheet_for(home.worker, sheet.code).pk == sheet.pk
    last_lines("CardPrinted")
    with pytest.raises(NoSuchThing):
        queries.sheet_for(home.stranger, sheet.code)
    refused(
        NoSuchThing,
        actions.print_card,
        by=home.stranger,
        at=home.at,
        household=home.house.pk,
    )
    assert Sheet.objects.count() == 1


def test_a_visit_of_another_community_is_not_there(home):
    done = record(home, home.card())
    assert queries.visit_for(home.worker, done.visit.pk) == done.visit
    with pytest.raises(NoSuchThing):
        queries.visit_for(home.stranger, done.visit.pk)
    with pytest.raises(NotAllowed):
        queries.visit_for(replace(home.worker, permissions=frozenset()), done.visit.pk)


def test_the_database_refuses_a_visit_that_walked_around_the_gate(home):
    record(home, home.card())
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.update(origin="admitted")


def test_an_erased_person_leaves_no_contested_value(home):
    people.record_fact(
        by=home.other, at=home.at, person=home.old.pk, attribute="lives_alone", value=None
    )
    record(home, home.card(stated=(home.says("lives_alone", True),)))
    system = replace(home.worker, kind="system")
    refused(NotAllowed, actions.clear_conflicts, by=home.worker, at=home.at, person=home.old.pk)

    assert actions.clear_conflicts(by=system, at=home.at, person=home.old.pk) == 1

    row = Conflict.objects.get()
    assert (row.code, row.salt, row.choice) == (None, None, "theirs")
    last_lines("ConflictsCleared")
    before = state()
    assert actions.clear_conflicts(by=system, at=home.at, person=home.old.pk) == 0
    assert state() == before


def test_pictures_of_an_erased_persons_own_door_are_forgotten(home):
    taken = [clean(content=DOT, name="门口.png")]
    done = actions.record_visit(by=home.worker, at=home.at, card=home.card(), photos=taken)
    Visit.objects.filter(pk=done.visit.pk).update(household=None, person=home.old)
    system = replace(home.worker, kind="system")
    refused(NotAllowed, actions.forget_photos, by=home.worker, at=home.at, person=home.old.pk)

    assert actions.forget_photos(by=system, at=home.at, person=home.old.pk) == 1

    assert File.objects.get(pk=Photo.objects.get().file_id).key is None
    before = state()
    assert actions.forget_photos(by=system, at=home.at, person=home.old.pk) == 0
    assert state() == before


def test_pictures_of_a_household_stay_for_the_others(home):
    taken = [clean(content=DOT, name="门口.png")]
    actions.record_visit(by=home.worker, at=home.at, card=home.card(), photos=taken)
    system = replace(home.worker, kind="system")

    assert actions.forget_photos(by=system, at=home.at, person=home.old.pk) == 0
    assert File.objects.get(pk=Photo.objects.get().file_id).key is not None


def test_the_copy_of_ones_data_tells_the_visits_at_ones_door(home):
    record(home, home.card(reasons=("due",)))
    for person in (home.old, home.young):
        held = queries.copy_of(home.worker, person, at=home.at)
        assert held["visits"] == [{"on": "2026-11-16", "outcome": "done", "reasons": ["due"]}]
