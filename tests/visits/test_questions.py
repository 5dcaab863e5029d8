"""Questions stand on a basis, are asked once, and close when somebody knows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.basics import NoSuchThing, NotAllowed
from linli.catalogue import queries as catalogue
from linli.catalogue.actions import import_duty_list
from linli.catalogue.domain import DutyKind
from linli.catalogue.models import Mandate
from linli.journal.actions import run_reactions, system
from linli.people import actions as people
from linli.people.domain import UnknownAttribute
from linli.visits import actions, queries
from linli.visits.actions import ask_questions, record_visit
from linli.visits.domain import Asked, NothingAsksThis, NotToBeAsked
from linli.visits.models import Errand, Question
from tests.gate.conftest import duty
from tests.world import DOOR, HOUSE_ITSELF, WILLOW

from .asserting import last_lines, refused, state
from .conftest import LINE


def ask(home, *attributes, form="f1", at=None, **more):
    values = {"person": home.young.pk, "form": form, "duty_line": LINE} | more
    asked = [Asked(attribute=name, **values) for name in attributes]
    return ask_questions(by=HOUSE_ITSELF, asked=asked, at=at or home.at)


def open_now(home, at=None):
    found = queries.open_questions(home.community, district=1, at=at or home.at)
    return [(one.attribute, one.forms) for one in found]


def mandate(home, *, until=timedelta(days=9)):
    """Put a mandate in place by hand: the gate, above, is not there yet."""
    line = catalogue.duty_lines(home.at.date()).get(code=LINE)
    return Mandate.objects.create(
        district=1,
        duty_line=line,
        origin="admitted",
        communities=[home.community],
        minutes=60,
        valid_from=home.at,
        valid_to=home.at + until,
        granted_at=home.at,
    ).pk


def test_a_question_stands_on_a_line_of_the_duty_list(home):
    assert ask(home, "marital", "pension") == 2

    row = Question.objects.get(attribute="marital")
    assert (row.origin, row.duty_line, row.forms, row.community_id) == (
        "resident",
        LINE,
        ["f1"],
        home.community,
    )
    [body] = last_lines("QuestionsAsked")
    assert body["event"] == {
        "community_id": home.community,
        "form": "f1",
        "asked": 2,
        "joined": 0,
    }


def test_two_forms_ask_once(home):
    ask(home, "marital")

    assert ask(home, "marital", form="f2") == 0

    assert open_now(home) == [("marital", ("f1", "f2"))]
    assert Question.objects.count() == 1


def test_an_open_question_follows_whoever_moved_for_who_asks_there(home):
    leave = mandate(home)
    ask(home, "marital", form="f0", duty_line="", mandate=leave)
    elsewhere = home.world.place(WILLOW)  # where they lived when it was asked
    Question.objects.update(community_id=elsewhere)

    assert ask(home, "marital") == 0

    row = Question.objects.get()
    assert (row.community_id, row.forms) == (home.community, ["f1"])
    assert (row.origin, row.duty_line, row.mandate_id) == ("resident", LINE, None)
    assert open_now(home) == [("marital", ("f1",))]
    assert last_lines("QuestionsAsked")[-1]["event"] == {
        "community_id": home.community,
        "form": "f1",
        "asked": 0,
        "joined": 1,
    }


def test_the_database_itself_holds_one_open_question_a_fact_and_only_with_a_basis(home):
    ask(home, "marital")
    row = Question.objects.get()
    for wrong in ({"attribute": "marital"}, {"attribute": "pension", "duty_line": ""}):
        row.pk, row._state.adding = None, True
        for name, value in wrong.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_what_has_no_basis_is_not_asked(home):
    other = replace(home.stranger, permissions=HOUSE_ITSELF.permissions)
    one = Asked(person=home.young.pk, attribute="marital", form="f1", duty_line=LINE)
    cases = [
        (NothingAsksThis, {"asked": [replace(one, duty_line="")]}),
        (NothingAsksThis, {"asked": [one, replace(one, duty_line="made_up")]}),
        (NothingAsksThis, {"asked": [replace(one, mandate=77)]}),
        (NotToBeAsked, {"asked": [replace(one, attribute="long_illness")]}),
        (UnknownAttribute, {"asked": [replace(one, attribute="shoe_size")]}),
        (NoSuchThing, {"asked": [replace(one, person=9_999)]}),
        (NoSuchThing, {"by": other}),
        (NotAllowed, {"by": home.worker}),
    ]
    for refusal, wrong in cases:
        values = {"by": HOUSE_ITSELF, "asked": [one], "at": home.at} | wrong
        refused(refusal, ask_questions, **values)


def test_a_lapsed_mandate_asks_nothing_any_more(home):
    ask(home, "marital", duty_line="", mandate=mandate(home))

    assert open_now(home) == [("marital", ("f1",))]
    assert open_now(home, home.at + timedelta(days=9)) == []
    late = home.at + timedelta(days=10)
    assert ask(home, "marital", form="f2", at=late) == 0
    assert open_now(home, late) == [("marital", ("f1", "f2"))]
    assert Question.objects.get().origin == "resident"


def test_a_line_that_is_taken_back_asks_nothing_any_more(home):
    ask(home, "marital")
    tomorrow = home.at + timedelta(days=1)
    import_duty_list(
        by=HOUSE_ITSELF,
        place=home.community,
        lines=[duty(LINE, DutyKind.TAKEN_BACK), duty("other", DutyKind.BASIC)],
        begins=tomorrow.date(),
        at=home.at,
    )

    assert open_now(home) == [("marital", ("f1",))]
    assert open_now(home, tomorrow) == []
    with pytest.raises(NothingAsksThis):
        ask(home, "marital", form="f2", at=tomorrow)
    assert ask(home, "marital", form="f2", duty_line="other", at=tomorrow) == 0
    assert open_now(home, tomorrow) == [("marital", ("f1", "f2"))]


def test_a_form_that_is_withdrawn_takes_along_only_what_nobody_else_asks(home):
    ask(home, "marital", "pension")
    ask(home, "marital", form="f2")
    values = {"at": home.at, "form": "f1", "community": home.community}
    refused(NotAllowed, actions.withdraw_questions, by=home.worker, **values)

    assert actions.withdraw_questions(by=HOUSE_ITSELF, **values) == 1

    assert open_now(home) == [("marital", ("f2",))]
    last_lines("QuestionsWithdrawn")
    before = state()
    assert actions.withdraw_questions(by=HOUSE_ITSELF, **values) == 0
    assert state() == before


def test_a_visit_answers_within_its_own_act(home):
    ask(home, "marital", "employment", "pension")

    record_visit(
        by=home.worker,
        at=home.at,
        card=home.card(
            stated=(home.says("marital", "single", person=home.young),),
            unchanged=(
                home.same("work", person=home.young, employment=0),
                home.same("insurance", person=home.young),
            ),
        ),
    )

    # Nobody knows the pension, so saying that it has not changed answers nothing.
    assert open_now(home) == [("pension", ("f1",))]
    assert Question.objects.exclude(answered_at=None).count() == 2


def test_the_same_word_again_answers_and_is_not_asked_again_while_it_holds(home):
    ask(home, "employment")
    said = home.says("employment", "employed", person=home.young)
    record_visit(by=home.worker, at=home.at, card=home.card(stated=(said,)))

    assert open_now(home) == []
    assert ask(home, "employment", form="f2", at=home.at + timedelta(days=180)) == 0
    assert open_now(home, home.at + timedelta(days=180)) == []
    assert ask(home, "employment", form="f2", at=home.at + timedelta(days=181)) == 1


@pytest.mark.parametrize("way", ["changed", "confirmed"])
def test_what_somebody_says_elsewhere_closes_the_question(home, way):
    ask(home, "employment", "marital")
    if way == "changed":
        people.record_fact(
            by=home.worker,
            at=home.at,
            person=home.young.pk,
            attribute="employment",
            value="retired",
        )
    else:
        people.confirm_facts(by=home.worker, at=home.at, person=home.young.pk, topic="work")

    run_reactions(by=system(1), at=home.at)

    assert open_now(home) == [("marital", ("f1",))]
    last_lines("QuestionsAnswered")
    before = state()
    values = {"at": home.at, "person": home.young.pk, "attributes": ["employment"]}
    assert actions.answer_questions(by=system(1), **values) == 0
    assert state() == before
    refused(NotAllowed, actions.answer_questions, by=home.worker, **values)


def neighbours(home, count: int) -> list[int]:
    return [
        people.register_person(
            by=HOUSE_ITSELF, at=home.at, name="邻居", home=home.world.place(DOOR)
        ).pk
        for _ in range(count)
    ]


def test_it_takes_no_more_queries_to_ask_about_many(home):
    first, *rest = neighbours(home, 9)
    names = ("marital", "pension")

    def asked(whom, **more):
        values = {"form": "f1", "duty_line": LINE} | more
        wanted = [Asked(person=one, attribute=name, **values) for one in whom for name in names]
        with CaptureQueriesContext(connection) as seen:
            new = ask_questions(by=HOUSE_ITSELF, asked=wanted, at=home.at)
        return new, len(seen)

    assert asked([home.old.pk])[0] == 2  # whatever is read once in a process is read now
    new, few = asked([first])
    assert (new, asked(rest)) == (2, (16, few))
    held = mandate(home)
    _, joined = asked([first], form="f2", duty_line="", mandate=held)
    assert asked(rest, form="f2", duty_line="", mandate=held) == (0, joined)
    assert {tuple(one.forms) for one in Question.objects.filter(person__in=rest)} == {("f1", "f2")}


def test_whether_a_mandate_lasts_longer_is_asked_once(home):
    whom, names = neighbours(home, 6), ("marital", "pension")
    short, long = mandate(home), mandate(home, until=timedelta(days=30))

    def asked(mandate, whom, form):
        wanted = [
            Asked(person=one, attribute=name, form=form, mandate=mandate)
            for one in whom
            for name in names
        ]
        with CaptureQueriesContext(connection) as seen:
            ask_questions(by=HOUSE_ITSELF, asked=wanted, at=home.at)
        return len(seen)

    asked(short, whom, "f1")
    few = asked(long, whom[:1], "f2")
    assert asked(long, whom[1:], "f2") == few
    assert {one.mandate_id for one in Question.objects.all()} == {long}


def test_one_saying_of_many_forms_is_one_question_and_its_digest_is_of_the_row(home):
    one = Asked(person=home.young.pk, attribute="marital", form="f1", duty_line=LINE)

    assert (
        ask_questions(by=HOUSE_ITSELF, asked=[one, replace(one, form="f2"), one], at=home.at) == 1
    )

    row = Question.objects.get()
    assert row.forms == ["f1", "f2"]
    said = [
        (body["event"]["form"], body["event"]["asked"], body["event"]["joined"])
        for body in last_lines("QuestionsAsked", "QuestionsAsked")
    ]
    assert said == [("f1", 1, 1), ("f2", 0, 1)]


def test_workers_are_sent_to_many_doors_by_as_many_queries_as_to_a_few(home):
    whom = neighbours(home, 9)
    held, newer = mandate(home), mandate(home, until=timedelta(days=30))

    def sent(doors, mandate=held):
        with CaptureQueriesContext(connection) as seen:
            rows = actions.ask_visits(
                by=HOUSE_ITSELF, mandate=mandate, form="w1", doors=doors, at=home.at
            )
        return [(one.household_id, one.person_id, one.mandate_id) for one in rows], len(seen)

    first, few = sent([(False, home.house.pk), (True, whom[0])])
    assert first == [(home.house.pk, None, held), (None, whom[0], held)]
    rest = [(True, one) for one in whom[1:]]
    assert sent([(False, home.house.pk), *rest], newer) == (
        [(home.house.pk, None, newer), *((None, one, newer) for one in whom[1:])],
        few + 1,  # the household, which carries the newer one
    )
    assert Errand.objects.count() == 10


def test_workers_are_sent_to_no_door_that_is_not_there(home):
    held = mandate(home)
    for doors in ([(True, 9_999)], [(False, 9_999)], [(True, home.old.pk), (False, 9_999)]):
        refused(
            NoSuchThing,
            actions.ask_visits,
            by=HOUSE_ITSELF,
            mandate=held,
            form="w1",
            doors=doors,
            at=home.at,
        )
