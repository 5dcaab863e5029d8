"""What one has by a decision, at the desk: seen and ended by right, and every look on record."""

from datetime import date, timedelta

import pytest

from linli.cases.models import Award
from linli.people import actions as people
from linli.people.models import ReadLog
from tests.world import DOOR, HOUSE_ITSELF


@pytest.fixture
def person(world, now) -> int:
    return people.register_person(
        by=HOUSE_ITSELF,
        at=now - timedelta(days=400),
        name="陈秀英",
        home=world.place(DOOR),
        facts={"birth_on": date(1941, 5, 3)},
    ).pk


@pytest.mark.parametrize(("desk", "status", "looks"), [("station", 403, 0), ("street", 422, 1)])
def test_an_act_that_cannot_be_read_shows_nothing_unseen(at_desk, person, desk, status, looks):
    answer = at_desk(desk).post(f"/desk/people/{person}/awards/1/end/", {"on": "soon"})

    assert answer.status_code == status
    assert ReadLog.objects.filter(person=person).count() == looks


def test_what_somebody_else_has_is_not_ended_under_this_person(at_desk, world, now, person):
    other = people.register_person(by=HOUSE_ITSELF, at=now, name="吴老", home=world.place(DOOR)).pk
    award = Award.objects.create(
        district=1, person_id=other, item="old_age_allowance", from_on=date(2026, 1, 1)
    )
    sent = {"reason": "given_up", "on": "2026-11-10"}

    answer = at_desk("street").post(f"/desk/people/{person}/awards/{award.pk}/end/", sent)

    assert answer.status_code == 404
    award.refresh_from_db()
    assert award.to_on is None
