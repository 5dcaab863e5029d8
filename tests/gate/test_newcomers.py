"""Who comes after a question was put on the list is asked too, for no more than was paid for."""

import re
from datetime import date

import pytest

from linli.basics import NotAllowed
from linli.gate import actions, reactions
from linli.gate.domain import Kind
from linli.gate.models import Task
from linli.journal.actions import run_reactions, system
from linli.journal.models import Line
from linli.ledger.domain import LineBalance
from linli.people import actions as people
from linli.people.events import PeopleLoaded
from linli.visits.models import Question
from tests.world import DOOR, HOUSE_ITSELF, NOON, WILLOW

from .conftest import DAY, GIVEN_FEN, LATER, TODAY, admitted, task, worker
from .test_actions import balance, kinds, refused
from .test_doors import PRICE, Neighbours, cell, here  # noqa: F401
from .test_putting import moves_away
from .test_screens import _now, browser  # noqa: F401

pytestmark = pytest.mark.django_db


def comes(here: Neighbours, name: str = "孙桂芳", *, at=LATER) -> int:  # noqa: F811
    """Let somebody of 85 be registered of whom it is not known whether they live alone."""
    row = people.register_person(
        by=worker(here.world),
        at=at,
        name=name,
        home=here.world.place(DOOR),
        facts={"birth_on": date(1941, 8, 3)},
    )
    run_reactions(by=system(1), at=at)
    return row.pk


def told_of_newcomers(where: str, desk: str) -> list[str]:
    page = browser(desk, "en").get(where).content.decode()
    return re.findall(r"Who came later could not be asked \((.*?)\)", page)


def about(here: Neighbours) -> list[int]:  # noqa: F811
    return [person for person, _, _ in here.open(LATER)]


def test_who_moves_in_is_asked_under_the_same_mandate_and_the_price_stays(here) -> None:  # noqa: F811
    row = here.ask()
    here.visit(here.first, "k1", minutes=5, stated=here.says(here.first), reasons=("question",))
    new = comes(here)

    mine = task(row, here.world)
    assert (mine.asked, mine.met, mine.unasked) == (3, 1, 0)
    assert about(here) == [here.second, new]
    assert Question.objects.get(person=new).mandate_id == mine.mandate_id
    assert kinds(row)[-1] == "NewcomersAsked"
    for number, person in enumerate((here.second, new)):
        here.visit(person, f"m{number}", at=LATER, stated=here.says(person))
    mine.refresh_from_db()
    assert (mine.state, mine.shown, mine.committed_fen) == ("done", "3/3", PRICE)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, 0, PRICE)


def test_who_came_before_the_leave_ended_is_not_asked_after_it(here) -> None:  # noqa: F811
    row = here.ask()
    here.visit(here.first, "k1", minutes=5, stated=here.says(here.first), reasons=("question",))
    people.register_person(
        by=worker(here.world),
        at=LATER,
        name="孙桂芳",
        home=here.world.place(DOOR),
        facts={"birth_on": date(1941, 8, 3)},
    )
    mine = task(row, here.world)
    run_reactions(by=system(1), at=mine.mandate.valid_to)  # nobody was at work until then
    assert task(row, here.world).asked == 2
    assert Question.objects.count() == 2


def test_whom_the_minutes_have_no_room_for_is_not_asked_and_the_office_is_told(here) -> None:  # noqa: F811
    row = here.ask()  # thirty minutes for two
    new = comes(here)
    mine = task(row, here.world)
    assert (mine.asked, mine.unasked) == (2, 1)
    assert about(here) == [here.first, here.second]
    office = (f"/tasks/r/{row.number}/", f"/tasks/t/{mine.pk}/")
    assert not any(told_of_newcomers(where, "housing") for where in office)  # one: nobody's to know
    assert told_of_newcomers(office[1], "committee") == ["1"]
    for number in range(4):
        comes(here, f"孙{number}")
    assert [told_of_newcomers(where, "housing") for where in office] == [["5 or more"]] * 2

    # The first visit took less than was planned: now there is room.
    here.visit(here.first, "k1", at=LATER, minutes=5, stated=here.says(here.first))
    mine.refresh_from_db()
    assert (mine.asked, mine.unasked) == (7, 0)
    assert about(here)[:2] == [here.second, new]
    assert not any(told_of_newcomers(where, "housing") for where in office)


def test_who_moved_away_leaves_room_for_who_comes(here) -> None:  # noqa: F811
    row = here.ask()
    moves_away(here.first, at=LATER)
    run_reactions(by=system(1), at=LATER)
    new = comes(here)
    mine = task(row, here.world)
    assert (mine.asked, mine.unasked) == (3, 0)
    assert new in about(here)


def test_who_moves_between_its_communities_is_asked_once(here) -> None:  # noqa: F811
    both = frozenset({here.community, here.world.place(WILLOW)})
    moves_away(here.first, at=NOON - 2 * DAY)
    row = here.ask(communities=both)
    willow = task(row, here.world, WILLOW)
    assert (willow.asked, willow.state) == (1, "begun")
    people.move_person(
        by=HOUSE_ITSELF, at=LATER, person=here.first, home=here.world.place(DOOR), on=TODAY + DAY
    )
    run_reactions(by=system(1), at=LATER)
    # Asked already at the other community: nobody is asked the same twice by one request.
    assert Question.objects.filter(person=here.first).count() == 1


def test_a_community_without_anybody_to_ask_waits_for_who_comes(here) -> None:  # noqa: F811
    both = frozenset({here.community, here.world.place(WILLOW)})
    row = here.ask(communities=both)
    willow = task(row, here.world, WILLOW)
    assert (willow.asked, willow.met, willow.state) == (0, 0, "begun")
    new = people.register_person(
        by=HOUSE_ITSELF,
        at=LATER,
        name="孙桂芳",
        community=here.world.place(WILLOW),
        facts={"birth_on": date(1941, 8, 3)},
    )
    run_reactions(by=system(1), at=LATER)
    willow.refresh_from_db()
    assert (willow.asked, willow.unasked) == (1, 0)
    assert Question.objects.get(person=new.pk).mandate_id == willow.mandate_id


def test_whose_share_is_spent_asks_nobody_more(here) -> None:  # noqa: F811
    row = here.ask()
    for number, person in enumerate((here.first, here.second)):
        here.visit(person, f"k{number}", minutes=1, stated=here.says(person))
    comes(here)
    mine = task(row, here.world)
    assert (mine.state, mine.asked, mine.unasked) == ("done", 2, 1)
    assert about(here) == []
    assert balance() == LineBalance(GIVEN_FEN - PRICE, 0, PRICE)


def test_after_the_last_day_nobody_is_asked(here) -> None:  # noqa: F811
    row = here.ask()
    here.visit(here.first, "k1", minutes=1, stated=here.says(here.first))
    before = Line.objects.filter(kind="NewcomersAsked").count()
    comes(here, at=row.valid_to)
    mine = task(row, here.world)
    assert (mine.asked, mine.unasked) == (2, None)
    assert Line.objects.filter(kind="NewcomersAsked").count() == before


def test_work_sends_nobody_to_who_comes_later(here) -> None:  # noqa: F811
    row = here.ask(kind=Kind.WORK, whom=cell({"age": {"from": 80}}))
    comes(here)
    assert task(row, here.world).asked == 3


def test_twice_is_once_and_by_hand_is_not_at_all(here) -> None:  # noqa: F811
    row = here.ask()
    here.visit(here.first, "k1", minutes=5, stated=here.says(here.first))
    comes(here)
    mine, lines = task(row, here.world), Line.objects.count()
    loaded = PeopleLoaded(at=LATER, source_id=1, people=1, households=0)
    reactions.ask_newcomers(loaded, 0)
    actions.ask_newcomers(by=HOUSE_ITSELF, task=mine.pk, at=LATER)
    assert Line.objects.count() == lines
    refused(NotAllowed, actions.ask_newcomers, by=worker(here.world), task=mine.pk, at=LATER)


def test_a_load_of_many_people_is_looked_at_too(here) -> None:  # noqa: F811
    row = admitted(
        here.world,
        kind=Kind.DATA,
        whom=cell(),
        communities=frozenset({here.community}),
        minutes=300,
    )
    here.put()
    here.visit(here.first, "k1", minutes=5, stated=here.says(here.first), reasons=("question",))
    here.lives("孙一", date(1941, 1, 1))  # nothing has followed from it yet
    assert Task.objects.get(request=row).asked == 2
    reactions.ask_newcomers(PeopleLoaded(at=LATER, source_id=1, people=1, households=0), 0)
    assert Task.objects.get(request=row).asked == 3
