"""A password somebody else gave opens the door to one page only: where it is changed."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from linli.basics import NoSuchThing
from linli.identity import actions as identity
from linli.identity.models import User
from linli.journal.models import Line
from linli.parties import actions
from tests.parties.conftest import HOUSE

OWN = "a-short-sentence"
PAGE = "/account/password/"
GIVEN = "这个密码是别人给您的。请换成一个只有您自己知道的，换好就能接着用。"


def sign_in(login: str, password: str) -> Client:
    browser = Client()
    answer = browser.post("/account/login/", {"login": login, "password": password})
    assert answer.status_code == 302
    return browser


def change(browser: Client, old: str, new: str = OWN):
    return browser.post(PAGE, {"oldpassword": old, "password1": new, "password2": new})


@pytest.fixture
def given(world, noon) -> dict[str, str]:
    """Return login → first password, of a resident and of one on the staff."""
    _, password = identity.admit_resident(by=HOUSE, username="chen")
    again = actions.renew_password(by=HOUSE, at=noon, appointment_id=world.seat["zhou"])
    return {"chen": password, again.login: again.password}


@pytest.mark.parametrize(
    ("login", "after"),
    [("chen", [("/", 200), ("/account/keys/", 200)]), ("zhou", [("/desk/", 302)])],
)
def test_nothing_else_can_be_done_until_it_is_changed(given, login, after):
    password = given[login]
    browser = sign_in(login, password)
    elsewhere = sign_in(login, password)
    for address in ("/", "/my/", "/me/", "/desk/", "/account/keys/", "/account/sessions/", "/x/"):
        assert browser.get(address).headers["Location"] == PAGE
    before = Line.objects.count()
    assert browser.post("/account/hat/", {"appointment": 1}).headers["Location"] == PAGE
    assert browser.post("/me/afterwards/", {}).headers["Location"] == PAGE
    machine = browser.get("/api/v1/cases", headers={"accept-language": "en"})
    assert (machine.status_code, machine["Content-Type"]) == (403, "application/problem+json")
    assert machine.json()["detail"].startswith("Somebody else gave you this password.")
    assert GIVEN in browser.get(PAGE).content.decode()
    for wrong in ((password, "short"), (password, password), ("wrong", OWN)):
        assert change(browser, *wrong).status_code == 200
    assert User.objects.get(username=login).must_change_password
    assert Line.objects.count() == before

    answer = change(browser, password)

    user = User.objects.get(username=login)
    assert answer.headers["Location"] == ("/desk/" if login == "zhou" else "/")
    assert (user.must_change_password, user.check_password(OWN)) == (False, True)
    line = Line.objects.order_by("id").last()
    assert (line.kind, line.subject_id, line.actor_id) == ("PasswordChanged", user.pk, user.pk)
    assert OWN not in line.body
    assert [(to, browser.get(to).status_code) for to, _ in after] == after
    assert "account/login" in elsewhere.get("/account/keys/").headers["Location"]
    assert GIVEN not in browser.get(PAGE).content.decode()
    sign_in(login, OWN)


def test_one_may_leave_and_is_asked_again_the_next_time(given):
    browser = sign_in("chen", given["chen"])
    assert browser.post("/account/logout/").status_code == 302
    assert browser.get("/").status_code == 200
    assert sign_in("chen", given["chen"]).get("/").headers["Location"] == PAGE


def test_tries_are_limited_as_for_any_password(given):
    browser = sign_in("chen", given["chen"])
    assert [change(browser, "wrong").status_code for _ in range(6)] == [200] * 5 + [429]
    assert User.objects.get(username="chen").must_change_password


def test_a_machines_token_and_a_known_password_are_as_they_were(world, given, noon):
    token = actions.give_token(
        by=HOUSE,
        at=timezone.now(),
        appointment_id=world.seat["zhou"],
        expires_at=timezone.now() + timedelta(days=1),
    )
    machine = Client(headers={"authorization": f"Bearer {token}"})
    assert machine.get("/api/v1/cases").status_code == 200
    actions.mark_demo(by=HOUSE, at=noon)
    assert sign_in("wu", "correct-horse").get("/desk/").status_code == 200
    flags = dict(User.objects.values_list("username", "must_change_password"))
    assert {name for name, first in flags.items() if first} == {"chen", "zhou"}
    hashes = [("new", make_password("x"))]
    assert identity.admit_users(by=HOUSE, hashes=hashes)[0].must_change_password


def test_only_a_hash_is_kept_and_only_of_who_is_signed_in(world, noon):
    before = list(User.objects.order_by("id").values_list("password", flat=True))
    for hashed, refusal in (("plain", ValueError), (make_password("x"), NoSuchThing)):
        with pytest.raises(refusal):
            actions.change_password(by=HOUSE, at=noon, hashed=hashed)
    assert list(User.objects.order_by("id").values_list("password", flat=True)) == before
    assert not Line.objects.filter(kind="PasswordChanged").exists()
