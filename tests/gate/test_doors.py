"""Admitted questions and visits: onto the list, answered at doors, settled once when it is over."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from config.wiring import REACTIONS
from linli.basics import NotAllowed
from linli.catalogue import queries as catalogue
from linli.gate import actions, queries
from linli.gate.domain import BadRequestPlan, DoneAtDoors, Effort, Kind
from linli.gate.models import Task, TaskQuestion, Worked
from linli.gate.queries import doors
from linli.journal.actions import run_reactions, system
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.ledger import queries as book
from linli.ledger.domain import LineBalance, Owner
from linli.people import actions as people
from linli.reports import queries as reports
from linli.reports.domain import read_cell
from linli.rulebook.domain import local_date
from linli.visits import actions as visits
from linli.visits import queries as visited
from linli.visits.domain import Asked, NothingAsksThis, Stated, VisitCard
from linli.visits.models import Errand, Question, Visit
from tests.kept import kept
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, World

from .conftest import (
    DAY,
    GIVEN_FEN,
    LATER,
    TODAY,
    admitted,
    colleague,
    furnished,
    submitted,
    task,
    wanted,
    worker,
)
from .test_actions import balance, failed, kinds, refused

pytestmark = pytest.mark.django_db
OLD_ALONE = {"all": [{"age": {"from": 80}}, {"lives_alone": True}]}
PRICE = 2_100  # one community × 30 minutes × 70 fen
LINE = "public_affairs"
BOOKED = {"effort": Effort.MEETING, "minutes": 5, "worked_on": TODAY}


def cell(where=OLD_ALONE, of="people"):
    return read_cell({"of": of, "where": where, "total": None}, reports.dictionaries())


class Neighbours:
    """One who is 85 and alone, two who are 85 and may be, and one of 30 of whom nobody need ask."""

    def __init__(self, world: World) -> None:
        self.world, self.community = world, world.place(GREEN)
        self.alone = self.lives("陈秀英", date(1941, 5, 3), lives_alone=True)
        self.first = self.lives("李桂兰", date(1941, 6, 3))
        self.second = self.lives("王德福", date(1941, 7, 3))
        self.young = self.lives("赵小明", date(1996, 1, 1))

    def lives(self, name: str, born: date, **facts) -> int:
        row = people.register_person(
            by=HOUSE_ITSELF,
            at=NOON - 400 * DAY,
            name=name,
            home=self.world.place(DOOR),
            facts={"birth_on": born, **facts},
        )
        return row.pk

    def ask(self, at=NOON, kind=Kind.DATA, **changes):
        """Admit a question, or work, and put it on the visit list."""
        values = {"kind": kind, "whom": cell(), "communities": frozenset({self.community})}
        row = admitted(self.world, at=at, **(values | changes))
        self.put(at)
        row.refresh_from_db()
        return row

    def put(self, at=NOON) -> int:
        return actions.put_admitted(by=HOUSE_ITSELF, at=at)

    def visit(self, person: int, key: str, *, at=NOON, minutes=12, outcome="done", **more):
        """Knock at a door, write the card, and let what follows follow."""
        card = VisitCard(
            key=key,
            person=person,
            outcome=outcome,
            visited_on=local_date(at),
            minutes=minutes,
            **more,
        )
        found = visits.record_visit(by=worker(self.world), at=at, card=card)
        run_reactions(by=system(1), at=at)
        return found.visit

    def says(self, person: int, value: bool = True, attribute="lives_alone"):
        return (Stated(person=person, attribute=attribute, value=value, seen=0),)

    def open(self, at=NOON):
        found = visited.open_questions(self.community, district=1, at=at)
        return [(one.person, one.attribute, one.forms) for one in found]

    def doors(self, on=TODAY):
        stops = visited.morning_list(worker(self.world), on).stops
        return {one.door.of: one.admitted for one in stops if "admitted" in one.door.why}


def neighbours() -> Neighbours:
    return kept("gate, neighbours", lambda: Neighbours(furnished()))


@pytest.fixture
def here(db) -> Iterator[Neighbours]:
    """Give the neighbours; whatever a test did at the gate, the record binds every row as it stands."""
    yield neighbours()
    ours = ("gate_", "visits_", "ledger_", "catalogue_mandate")
    assert [one for one in verify_live() if one.where.startswith(ours)] == []


# Questions


def test_an_admitted_question_asks_only_what_is_unknown_and_under_its_mandate(here) -> None:
    row = here.ask()
    mine = task(row, here.world)

    assert here.open() == [
        (here.first, "lives_alone", (row.number,)),
        (here.second, "lives_alone", (row.number,)),
    ]
    asked = Question.objects.get(person=here.first)
    assert (asked.origin, asked.mandate_id, asked.duty_line) == ("admitted", mine.mandate_id, "")
    assert (row.state, mine.state, mine.asked, mine.met) == ("active", "begun", 2, 0)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, PRICE)
    assert kinds(row)[-2:] == ["RequestAdmitted", "PutOnVisitList"]
    assert here.put() == 0


def test_nobody_begins_or_ends_by_hand_what_the_visit_list_carries(here) -> None:
    mine = task(here.ask(), here.world)
    by = worker(here.world)
    refused(DoneAtDoors, actions.begin_task, by=by, task=mine.pk, at=NOON)
    refused(DoneAtDoors, actions.book_minutes, by=by, task=mine.pk, at=NOON, **BOOKED)
    refused(DoneAtDoors, actions.finish_task, by=by, task=mine.pk, shown="表", at=NOON)
    for act in (actions.put_on_list, actions.count_visits):
        refused(NotAllowed, act, by=by, task=mine.pk, at=NOON)


def test_each_answer_counts_and_minutes_and_money_are_booked_once_with_the_last(here) -> None:
    row = here.ask()
    one = here.visit(here.first, "k1", stated=here.says(here.first), reasons=("question",))

    mine = task(row, here.world)
    assert (mine.met, mine.worked, mine.committed_fen) == (1, 0, 0)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, PRICE)
    assert not Worked.objects.exists()
    assert Question.objects.get(person=here.first).visit_id == one.pk

    two = here.visit(here.second, "k2", minutes=9, stated=here.says(here.second))
    mine.refresh_from_db()
    [booked] = Worked.objects.all()
    assert (booked.minutes, booked.effort, booked.visit_id) == (30, "door", None)
    # Sixteen were spent; of fewer than five people all that was agreed on is booked, or nothing.
    spent = [(visit.id, minutes) for visit, minutes in doors.visits_of(mine)]
    assert spent == [(one.pk, 12), (two.pk, 4)]
    assert (booked.transfer.amount, mine.worked, mine.committed_fen) == (30, 30, PRICE)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, 0, PRICE)
    taken = book.account_of(
        Owner.party(row.asked_by_id), unit="work", purpose="gate.taken", district=1
    )
    assert taken.posted_in == 30
    assert Line.objects.filter(kind="VisitsCounted").count() == 2


def test_the_last_answer_ends_it_and_the_office_pays_for_all(here) -> None:
    row = here.ask()
    here.visit(here.first, "k1", stated=here.says(here.first))
    here.visit(here.second, "k2", stated=here.says(here.second, value=False))

    mine = task(row, here.world)
    assert (mine.state, mine.shown, mine.met) == ("done", "2/2", 2)
    assert mine.pay_by_on == date(2026, 11, 30)
    actions.pay_task(by=here.world.at("housing"), task=mine.pk, at=LATER)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, 0, 0, PRICE)
    assert here.open() == []


def test_after_its_last_day_nothing_is_asked_and_what_was_answered_is_paid(here) -> None:
    row = here.ask()
    here.visit(here.first, "k1", stated=here.says(here.first))
    over = row.valid_to

    assert len(here.open(over - timedelta(microseconds=1))) == 1
    assert here.open(over) == []
    assert actions.lapse_requests(by=HOUSE_ITSELF, at=over) == 1
    mine = task(row, here.world)
    # Of fewer than five all is paid or nothing: half of it would tell that one of two answered.
    assert (mine.state, mine.shown, mine.committed_fen) == ("done", "1/2", PRICE)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, 0, PRICE)
    assert Question.objects.get(person=here.second).withdrawn_at == over
    actions.pay_overdue(by=HOUSE_ITSELF, at=over + 20 * DAY)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, 0, 0, PRICE)


def test_what_nobody_answered_costs_nothing(here) -> None:
    row = here.ask()
    actions.revoke_request(by=here.world.at("district"), request=row.pk, at=LATER)

    assert here.open(LATER) == []
    assert task(row, here.world).state == "lapsed"
    assert balance() == LineBalance(appropriated=GIVEN_FEN)


def test_a_form_and_a_request_ask_once_and_share_the_minutes(here) -> None:
    ask = Asked(person=here.first, attribute="lives_alone", form="f1", duty_line=LINE)
    visits.ask_questions(by=HOUSE_ITSELF, asked=[ask], at=NOON)
    row = here.ask()

    assert Question.objects.filter(person=here.first).count() == 1
    assert here.open()[0] == (here.first, "lives_alone", tuple(sorted(["f1", row.number])))
    here.visit(here.first, "k1", minutes=13, stated=here.says(here.first))
    actions.revoke_request(by=here.world.at("district"), request=row.pk, at=LATER)
    # Half of the question is the form's, and the visit had a reason of its own as well.
    assert queries.minutes_spent(task(row, here.world)) == 3
    assert here.open(LATER) == []


def test_a_form_keeps_its_question_when_the_request_is_over(here) -> None:
    row = here.ask()
    ask = Asked(person=here.first, attribute="lives_alone", form="f1", duty_line=LINE)
    visits.ask_questions(by=HOUSE_ITSELF, asked=[ask], at=NOON)
    actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)

    assert here.open(row.valid_to) == [(here.first, "lives_alone", ("f1",))]


def test_a_question_stands_on_the_request_that_lasts_longest(here) -> None:
    long = here.ask(duty_line="help")
    short = here.ask(to_on=TODAY + 2 * DAY)
    asked = Question.objects.get(person=here.first)
    assert asked.mandate_id == task(long, here.world).mandate_id
    assert asked.forms == sorted([long.number, short.number])

    actions.revoke_request(by=here.world.at("district"), request=long.pk, at=NOON + DAY)
    assert here.open(NOON + DAY) == []
    assert here.put(NOON + DAY) == 1
    assert here.open(NOON + DAY)[0] == (here.first, "lives_alone", (short.number,))
    asked.refresh_from_db()
    assert asked.mandate_id == task(short, here.world).mandate_id


def test_what_somebody_says_elsewhere_counts_and_costs_no_minutes(here) -> None:
    row = here.ask()
    people.record_fact(
        by=worker(here.world), at=NOON, person=here.first, attribute="lives_alone", value=True
    )
    run_reactions(by=system(1), at=NOON)
    run_reactions(by=system(1), at=NOON)

    mine = task(row, here.world)
    assert (mine.met, mine.worked, mine.committed_fen) == (1, 0, 0)


def test_to_count_twice_is_once(here) -> None:
    row = here.ask()
    here.visit(here.first, "k1", stated=here.says(here.first))
    visit = here.visit(here.second, "k2", stated=here.says(here.second))
    before = Worked.objects.count(), balance(), Line.objects.count()
    mine = task(row, here.world)
    actions.count_visits(by=HOUSE_ITSELF, task=mine.pk, at=visit.entered_at)
    assert (Worked.objects.count(), balance(), Line.objects.count()) == before


def test_what_the_facts_know_is_not_asked_of_anybody(here) -> None:
    values = {"kind": Kind.DATA, "communities": frozenset({here.community})}
    known = cell({"age": {"from": 80}})
    row = admitted(here.world, whom=known, **values)

    assert (row.state, failed(row)) == ("returned", ["known"])
    assert next(one for one in row.reasons if not one["passed"])["basis"] == [
        "个人信息保护法 第六条"
    ]


@pytest.mark.parametrize("whom", [None, cell(None), cell({"people": {"from": 2}}, "households")])
def test_a_question_says_which_fact_of_people_it_wants(here, whom) -> None:
    plan = wanted(here.world, kind=Kind.DATA, whom=whom)
    by = here.world.at("housing")
    wrong = refused(BadRequestPlan, actions.draft_request, by=by, wanted=plan, at=NOON)
    assert wrong.field == "whom"


def test_a_question_that_begins_later_is_asked_later(here) -> None:
    row = here.ask(from_on=TODAY + 2 * DAY)
    assert (row.state, here.open()) == ("admitted", [])
    begins = row.valid_from
    assert here.put(begins) == 1
    assert len(here.open(begins)) == 2


def test_an_emergencys_questions_are_carried_on_when_it_is_admitted(here) -> None:
    row = submitted(
        here.world, kind=Kind.DATA, whom=cell(), communities=frozenset({here.community})
    )
    actions.declare_emergency(
        by=here.world.at("district"), request=row.pk, words="台风今晚到", at=NOON
    )
    here.put()
    assert Question.objects.first().origin == "emergency"
    here.visit(here.first, "k1", stated=here.says(here.first))
    assert task(row, here.world).committed_fen == 0
    actions.admit_request(by=colleague(here.world), request=row.pk, at=LATER)

    mine = task(row, here.world)
    assert (mine.met, mine.committed_fen) == (1, 0)
    assert here.put(LATER) == 1
    assert Question.objects.get(person=here.second).mandate_id == mine.mandate_id
    assert len(here.open(NOON + 4 * DAY)) == 1


# Visits


def test_work_may_say_whose_doors_it_goes_to(here) -> None:
    row = here.ask(kind=Kind.WORK)
    mine = task(row, here.world)

    [errand] = Errand.objects.all()
    assert (errand.person_id, errand.mandate_id) == (here.alone, mine.mandate_id)
    assert here.doors() == {here.alone: (row.number,)}
    assert (mine.state, mine.asked, here.open()) == ("begun", 1, [])


def test_work_goes_to_households_as_one_door(here) -> None:
    house = people.register_household(
        by=HOUSE_ITSELF, at=NOON - 400 * DAY, home=here.world.place(DOOR), kind="family"
    )
    for name in ("陈大", "陈小"):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON - 400 * DAY,
            name=name,
            home=here.world.place(DOOR),
            household=house.pk,
            facts={"birth_on": date(1941, 1, 1)},
        )
    here.ask(kind=Kind.WORK, whom=cell({"people": {"from": 2}}, "households"))
    here.ask(kind=Kind.WORK, whom=cell({"age": {"from": 80}}), duty_line="help")

    asked = Errand.objects.order_by("mandate", "id").values_list("household", "person")
    assert list(asked) == [
        (house.pk, None),
        (house.pk, None),
        (None, here.alone),
        (None, here.first),
        (None, here.second),
    ]


def test_work_goes_to_all_who_live_in_some_buildings(here) -> None:
    row = here.ask(kind=Kind.WORK, whom=cell(None, "buildings"))
    mine = task(row, here.world)

    assert mine.asked == 4
    assert set(Errand.objects.values_list("person", flat=True)) == {
        here.alone,
        here.first,
        here.second,
        here.young,
    }


def test_what_is_admitted_in_the_afternoon_stands_on_the_list_of_the_day(here) -> None:
    evening = NOON + timedelta(hours=6)
    work = here.ask(at=evening, kind=Kind.WORK)
    here.ask(at=evening, duty_line="help")

    assert here.doors() == {here.alone: (work.number,)}
    stops = visited.morning_list(worker(here.world), TODAY).stops
    asked = {one.door.of for one in stops if "question" in one.door.why}
    assert asked == {here.first, here.second}


def test_the_visit_carries_the_mandate_and_is_the_evidence(here) -> None:
    row = here.ask(kind=Kind.WORK)
    visit = here.visit(here.alone, "k1", reasons=("admitted",))

    mine = task(row, here.world)
    assert (visit.origin, visit.mandate_id) == ("admitted", mine.mandate_id)
    assert Errand.objects.get().visit_id == visit.pk
    assert (mine.state, mine.shown, mine.worked, mine.committed_fen) == ("done", "1/1", 30, PRICE)
    assert here.doors(TODAY + DAY) == {}


def test_who_was_not_home_is_seen_another_day_and_the_way_counts(here) -> None:
    row = here.ask(kind=Kind.WORK)
    here.visit(here.alone, "k1", outcome="not_home", minutes=5, reasons=("admitted",))
    assert here.doors(TODAY + DAY) == {here.alone: (row.number,)}
    mine = task(row, here.world)
    assert (mine.met, mine.worked, mine.committed_fen) == (0, 0, 0)

    here.visit(here.alone, "k2", at=NOON + DAY, minutes=9, reasons=("admitted",))
    mine.refresh_from_db()
    assert (mine.met, mine.worked, mine.state) == (1, 30, "done")
    assert queries.minutes_spent(mine) == 14


def test_the_way_to_whom_nobody_met_is_booked_and_costs_nothing(here) -> None:
    row = here.ask(kind=Kind.WORK)
    here.visit(here.alone, "k1", outcome="not_home", minutes=5, reasons=("admitted",))
    actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)
    mine = task(row, here.world)
    assert (mine.state, mine.met, mine.worked, mine.committed_fen) == ("lapsed", 0, 30, 0)
    assert balance() == LineBalance(GIVEN_FEN)


def test_no_door_is_on_the_list_without_leave(here) -> None:
    row = here.ask(kind=Kind.WORK)
    over = local_date(row.valid_to)
    assert here.doors(over - DAY) == {here.alone: (row.number,)}
    assert here.doors(over) == {}
    actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)
    assert Errand.objects.get().withdrawn_at == row.valid_to
    mandate = catalogue.mandates(NOON, district=1).get()
    refused(
        NothingAsksThis,
        visits.ask_visits,
        by=HOUSE_ITSELF,
        mandate=mandate.pk,
        form="x",
        doors=[(True, here.alone)],
        at=row.valid_to,
    )
    refused(
        NotAllowed,
        visits.ask_visits,
        by=worker(here.world),
        mandate=mandate.pk,
        form="x",
        doors=[],
        at=NOON,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Errand.objects.filter(pk__gt=0).update(mandate=None)


def test_an_own_visit_at_the_same_time_shares_its_minutes(here) -> None:
    row = here.ask(kind=Kind.WORK)
    here.visit(here.alone, "k1", minutes=20, reasons=("elder_alone", "admitted"))
    assert queries.minutes_spent(task(row, here.world)) == 10


def test_what_follows_is_on_the_page_of_wiring() -> None:
    names = {
        kind.__name__
        for kind, found in REACTIONS.items()
        for one in found
        if one.__module__ == "linli.gate.reactions"
    }
    assert names == {
        "VisitRecorded",
        "QuestionsAnswered",
        "PersonRegistered",
        "PersonMoved",
        "PersonEnded",
        "PeopleLoaded",
        "CommunityFollowed",
        "RequestEscalated",
    }


def test_a_shared_question_is_linked_to_each_who_asked(here) -> None:
    here.ask(duty_line="help")
    here.ask()
    assert TaskQuestion.objects.count() == 4
    here.visit(here.first, "k1", stated=here.says(here.first), reasons=("question",))
    assert Task.objects.filter(met=1).count() == 2
    here.visit(here.second, "k2", stated=here.says(here.second), reasons=("question",))
    spent = [minutes for one in Task.objects.all() for _, minutes in doors.visits_of(one)]
    assert spent == [6, 6, 6, 6]
    assert Visit.objects.count() == 2
