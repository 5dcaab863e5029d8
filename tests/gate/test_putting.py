"""The chore that puts admitted work on the visit list: who moved out, and what is refused."""

import pytest

from linli.gate import actions
from linli.gate.domain import Kind
from linli.people import actions as people
from linli.places import actions as places
from linli.places.domain import Kind as PlaceKind
from linli.places.domain import PlaceRow
from linli.places.models import Place
from linli.rulebook.domain import local_date
from linli.visits.domain import NothingAsksThis
from linli.visits.models import Errand, Question
from tests.world import HOUSE_ITSELF, NOON, WILLOW

from .conftest import DAY, LATER, TODAY, admitted, colleague, submitted, task
from .test_doors import cell, here  # noqa: F401

pytestmark = pytest.mark.django_db


def moves_away(person: int, *, at=NOON) -> None:
    rows = [
        PlaceRow(kind=kind, code=f"{WILLOW}{code}", parent_code=f"{WILLOW}{above}", name=name)
        for kind, code, above, name in (
            (PlaceKind.BUILDING, "-B9", "", {"zh-Hans": "9 幢"}),
            (PlaceKind.DOOR, "-B9-D1", "-B9", {"zh-Hans": "1 室"}),
        )
    ]
    places.load_places(by=HOUSE_ITSELF, at=at, rows=rows, on=TODAY - 400 * DAY)
    home = Place.objects.get(code=rows[1].code).pk
    people.move_person(by=HOUSE_ITSELF, at=at, person=person, home=home, on=local_date(at))


@pytest.mark.parametrize("kind", [Kind.DATA, Kind.WORK])
def test_who_moved_out_is_left_alone_and_the_others_are_carried_on(here, kind) -> None:  # noqa: F811
    whom = cell() if kind is Kind.DATA else cell({"age": {"from": 80}})
    row = submitted(here.world, kind=kind, whom=whom, communities=frozenset({here.community}))
    actions.declare_emergency(
        by=here.world.at("district"), request=row.pk, words="台风今晚到", at=NOON
    )
    here.put()
    moves_away(here.first)
    actions.admit_request(by=colleague(here.world), request=row.pk, at=LATER)
    mine = task(row, here.world)

    assert here.put(LATER) == 1
    table = Question if kind is Kind.DATA else Errand
    under = dict(table.objects.values_list("person", "mandate"))
    assert under[here.first] != mine.mandate_id == under[here.second]
    assert here.put(LATER) == 0


def test_one_task_that_is_refused_does_not_hold_up_the_next(here, monkeypatch, caplog) -> None:  # noqa: F811
    bad = admitted(here.world, kind=Kind.DATA, whom=cell(), communities={here.community})
    good = admitted(
        here.world, kind=Kind.WORK, whom=cell(), communities={here.community}, duty_line="help"
    )

    def refuse(**named):
        raise NothingAsksThis

    monkeypatch.setattr("linli.gate.actions.doors.visits.ask_questions", refuse)
    assert here.put() == 1
    assert (task(bad, here.world).asked, task(good, here.world).asked) == (None, 1)
    assert [one.getMessage() for one in caplog.records if one.name.startswith("linli.gate")] == [
        f"Task {task(bad, here.world).pk} is not on the visit list: NothingAsksThis"
    ]
    monkeypatch.undo()
    assert here.put() == 1
