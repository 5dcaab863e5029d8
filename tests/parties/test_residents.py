"""A resident who lost the password gets another at the window: who may, what follows, what is refused."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from linli.fabric import versions
from linli.identity import actions as identity
from linli.identity.models import User
from linli.journal.actions import run_reactions
from linli.journal.models import Line
from linli.notices import actions as notices
from linli.notices.models import Notice
from linli.parties.models import Appointment
from linli.people import actions as people
from linli.people.models import Person
from tests.parties.conftest import HOUSE
from tests.parties.test_screens import at_desk, one_factor, page

__all__ = ["at_desk", "one_factor"]
SENT = {"shown": "identity_card", "reason": "known"}
PHONE = "13800000521"


@pytest.fixture
def chen(world, clerk) -> Person:
    """One of the community, who signs in as ``chen``."""
    now = timezone.now()
    found = people.register_person(
        by=clerk, at=now, name="陈桂兰", community=world.community, phone=PHONE
    )
    people.admit_person(by=clerk, at=now, person=found.pk, username="chen")
    User.objects.filter(username="chen").update(must_change_password=False)
    return found


def address(person: Person) -> str:
    return f"/people/{person.pk}/password/"


def test_another_first_password_is_given_told_and_put_on_the_record(world, chen, at_desk) -> None:
    user, clerk, browser = User.objects.get(username="chen"), at_desk("wu"), Client()
    browser.force_login(user)
    assert browser.get("/account/keys/").status_code == 200
    assert address(chen) in page(clerk.get(f"/people/{chen.pk}/"))
    assert "陈**" in page(clerk.get(address(chen)))

    answer = clerk.post(address(chen), SENT)

    given = re.search(r'<p class="num"><code>([a-z2-9-]{14})</code>', page(answer))[1]
    assert "no-store" in answer["Cache-Control"]
    assert given not in page(clerk.get(address(chen)))
    user.refresh_from_db()
    assert (user.check_password(given), user.must_change_password) == (True, True)
    assert "account/login" in browser.get("/account/keys/").headers["Location"]
    line = Line.objects.get(kind="ResidentReadmitted")
    assert (line.subject_kind, line.subject_id) == ("person", chen.pk)
    assert line.actor_id == world.user["wu"].pk
    assert '"shown":"identity_card"' in line.body.replace(": ", ":")
    assert '"reason":"known"' in line.body.replace(": ", ":")
    assert given not in line.body

    while run_reactions(by=HOUSE, at=timezone.now()):
        pass
    told = Notice.objects.filter(event="password_renewed").order_by("id")
    assert [(one.channel, one.user_id, one.contact and one.contact.open()) for one in told] == [
        ("inapp", user.pk, None),
        ("sms", None, PHONE),
    ]
    assert "330102001005.station" not in told[0].body
    assert "青桐工作站给您换了新的登录密码" in told[0].body
    assert "8000 1234" in told[1].body
    notices.forget_notices(by=HOUSE, subject=("person", chen.pk), at=timezone.now())
    assert {one.contact for one in told.all()} == {None}


def refused_to(login: str, world, chen: Person, clerk, change: str) -> None:
    """Make the world in which ``login`` may not."""
    now = timezone.now()
    seat = Appointment.objects.filter(pk=world.seat[login])
    if change == "no login":
        Person.objects.filter(pk=chen.pk).update(user=None)
    elif change == "staff":
        Person.objects.filter(pk=chen.pk).update(user=world.user["zhou"].pk)
    elif change == "own":
        Person.objects.filter(pk=chen.pk).update(user=world.user[login].pk)
    elif change == "ended":
        people.end_person(by=clerk, at=now, person=chen.pk, reason="died", on=now.date())
    elif change == "elsewhere":
        Person.objects.filter(pk=chen.pk).update(community_id=world.other)
    elif change == "relative":
        mine = people.register_person(by=clerk, at=now, name="吴兰", community=world.community)
        people.note_kin(by=clerk, at=now, person=mine.pk, relative=chen.pk, kinship="parent")
        seat.update(person=mine.pk)


REFUSED = [
    ("wu", "", {"shown": ""}, (422, "Choose one from the list")),
    ("wu", "", {"reason": "bored"}, (422, "Choose one from the list")),
    ("wu", "no login", {}, (409, "They do not sign in yet.")),
    ("wu", "staff", {}, (409, "They sign in as staff with this login.")),
    ("wu", "ended", {}, (409, "record is closed.")),
    ("wu", "relative", {}, (403, "your own or a near relative")),
    ("wu", "own", {}, (403, "")),
    ("wu", "elsewhere", {}, (404, "")),
    ("district", "", {}, (403, "")),
]


def test_a_refusal_changes_nothing(world, chen, clerk, at_desk) -> None:
    def held() -> tuple[list[object], int]:
        users = User.objects.order_by("id").values_list("password", "must_change_password")
        return list(users), Line.objects.count()

    for login, change, sent, said in REFUSED:
        with transaction.atomic():
            refused_to(login, world, chen, clerk, change)
            versions.forget_everything()
            desk, before = at_desk(login), held()
            answer = desk.post(address(chen), SENT | sent)
            assert (answer.status_code, said[1] in answer.content.decode()) == (said[0], True), said
            assert held() == before
            transaction.set_rollback(True)


def test_nobody_comes_in_this_way_without_a_hat(world, chen) -> None:
    before = Line.objects.count()
    assert Client().get(address(chen)).status_code == 302
    assert Client().post(address(chen), SENT).status_code == 403
    resident = Client()
    identity.add_users(by=HOUSE, usernames=["li"], password=None)
    resident.force_login(User.objects.get(username="li"))
    assert resident.post(address(chen), SENT).status_code == 403
    assert Line.objects.count() == before
