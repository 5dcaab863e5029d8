"""Every act that writes a sign-in binds it, and what no act wrote is named."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from linli.identity.domain import NameTaken
from linli.identity.events import UserAdmitted, UsersBound
from linli.identity.models import User
from linli.journal.models import Line
from linli.journal.queries import event_of, verify_live
from linli.parties import actions
from linli.parties.domain import AppointmentRow
from linli.people import actions as people
from tests.parties.conftest import DAY, HOUSE

BEFORE = import_module("linli.parties.migrations.0003_put_logins_on_the_record")
NOBODY = "no line binds it: nobody answers for it"


def named() -> list[str]:
    return [f"{one.where}: {one.what}" for one in verify_live()]


def admitted(login: str) -> bool:
    """Return whether the line of a login says that somebody else knows the password."""
    line = Line.objects.get(kind="UserAdmitted", subject_id=User.objects.get(username=login).pk)
    assert line.subject_kind == "user"
    return event_of(line, UserAdmitted).first


def test_every_act_that_writes_a_login_binds_it(world, clerk, noon):
    (chen,) = actions.add_users(by=HOUSE, at=noon, usernames=["chen"], password=None)
    row = AppointmentRow(None, world.party["330102001005.station"], "clerk", "何新", DAY)
    actions.seat_newcomer(by=HOUSE, at=noon, row=row, username="hexin")
    found = people.register_person(by=clerk, at=noon, name="陈桂兰", community=world.community)
    people.admit_person(by=clerk, at=noon, person=found.pk, username="guilan")
    assert [admitted(login) for login in ("chen", "hexin", "guilan")] == [False, True, True]
    assert named() == []
    sent = {"reason": "known", "shown": "identity_card"}
    office = replace(clerk, party=world.party["330102001005.station"])
    for act in (
        lambda: actions.renew_password(by=HOUSE, at=noon, appointment_id=world.seat["zhou"]),
        lambda: actions.change_password(
            by=replace(HOUSE, user=chen.pk), at=noon, hashed=make_password("a-short-sentence")
        ),
        lambda: actions.readmit_resident(by=office, at=noon, person=found.pk, **sent),
    ):
        before = dict(User.objects.values_list("pk", "password"))
        act()
        now = dict(User.objects.values_list("pk", "password"))
        assert sum(now[pk] != was for pk, was in before.items()) == 1
        assert named() == []

    users, lines = User.objects.count(), Line.objects.count()
    with pytest.raises(NameTaken):
        actions.add_users(by=HOUSE, at=noon, usernames=["li", "chen"], password=None)
    assert (User.objects.count(), Line.objects.count()) == (users, lines)


def test_signing_in_leaves_the_row_as_it_is_bound(world, settings):
    """Django hashes anew where its hasher changed: a line would have to say so, and none does."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    settings.PASSWORD_HASHERS += ["django.contrib.auth.hashers.MD5PasswordHasher"]
    zhou = User.objects.get(username="zhou")
    sent = {"login": "zhou", "password": "correct-horse"}
    assert Client().post("/account/login/", sent).status_code == 302
    again = User.objects.get(username="zhou")
    assert again.password == zhou.password
    assert again.password.startswith("md5$")
    assert (zhou.last_login, again.last_login.date()) == (None, timezone.now().date())
    assert named() == []


def test_logins_from_before_are_bound_once_and_a_later_one_is_named(db):
    User.objects.bulk_create([User(username=one, salt=b"the same for all") for one in ("wu", "li")])
    wu, li = User.objects.order_by("pk")
    assert named() == [f"identity_user {one.pk}: {NOBODY}" for one in (wu, li)]
    BEFORE.bind_logins(apps, None)
    line = Line.objects.get()
    assert event_of(line, UsersBound) == UsersBound(at=line.at, district_id=1, users=2)
    assert (line.kind, line.subject_kind, line.subject_id) == ("UsersBound", "district", 1)
    assert User.objects.values("salt").distinct().count() == 2
    assert named() == []
    boss = User.objects.create(username="boss", is_superuser=True)
    assert named() == [f"identity_user {boss.pk}: {NOBODY}"]


def test_a_house_without_logins_gets_no_line(db):
    BEFORE.bind_logins(apps, None)
    assert not Line.objects.exists()
