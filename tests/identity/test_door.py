"""The door over HTTP: signing in, the second factor, hats, machines, shared desks."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from linli.identity import actions as identity
from linli.journal.models import Line
from linli.parties import actions
from linli.parties.domain import AppointmentRow
from tests.parties.conftest import DAY, HOUSE

PASSWORD = "correct-horse"  # noqa: S105


def sign_in(client, name="zhou", password=PASSWORD, **more):
    return client.post("/account/login/", {"login": name, "password": password, **more})


def code_for(secret):
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


def acts():
    return list(Line.objects.order_by("id").values_list("kind", "actor_id", "hat"))


def test_signing_in_is_an_act_under_a_hat(demo, client):
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert acts()[-1] == ("SignedIn", demo.user["zhou"].pk, "station")
    client.post("/account/logout/")
    assert acts()[-1] == ("SignedOut", demo.user["zhou"].pk, "station")
    assert "_auth_user_id" not in client.session


def test_a_resident_begins_at_the_front_page_and_who_came_from_a_page_goes_back_to_it(demo, client):
    identity.add_users(by=HOUSE, usernames=["chen"], password=PASSWORD)
    assert sign_in(client, "chen")["Location"] == "/"
    assert sign_in(Client(), next="/my/")["Location"] == "/my/"


def test_a_wrong_password_says_so_keeps_the_name_and_changes_nothing(demo, client):
    before = Line.objects.count()
    page = sign_in(client, password="wrong").content.decode()  # noqa: S106
    assert 'value="zhou"' in page
    assert 'role="alert"' in page
    assert Line.objects.count() == before
    assert "_auth_user_id" not in client.session


def test_after_five_wrong_passwords_even_the_right_one_waits(demo, client, settings):
    settings.LANGUAGE_CODE = "en"
    for _ in range(5):
        sign_in(client, password="wrong")  # noqa: S106
    page = sign_in(client, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    assert "_auth_user_id" not in client.session
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "wu").status_code == 302


def test_staff_without_a_second_factor_are_sent_to_set_it_up(world, client):
    sign_in(client)
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/keys/generator/")
    assert client.get("/account/keys/").status_code == 200


def test_setting_up_the_generator_opens_the_house(world, client):
    sign_in(client)
    secret = client.get("/account/keys/generator/").context_data["form"].secret
    assert client.post("/account/keys/generator/", {"code": "000000"}).status_code == 200
    answer = client.post("/account/keys/generator/", {"code": code_for(secret)})
    assert answer["Location"] == "/account/keys/recovery/"
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert client.get("/account/keys/").wsgi_request.actor.kind == "staff"
    assert client.get("/nowhere/").status_code == 404  # no longer sent to set it up
    assert client.get("/account/keys/recovery/").status_code == 200


def test_whoever_takes_the_generator_away_must_set_up_another(world, client):
    sign_in(client)
    secret = client.get("/account/keys/generator/").context_data["form"].secret
    client.post("/account/keys/generator/", {"code": code_for(secret)})
    assert client.get("/account/keys/generator/away/").status_code == 200
    assert client.post("/account/keys/generator/away/").status_code == 302
    assert Authenticator.objects.count() == 0
    assert client.get("/")["Location"] == "/account/keys/generator/"


def test_the_second_step_asks_for_the_code(world, client):
    sign_in(client)
    secret = client.get("/account/keys/generator/").context_data["form"].secret
    client.post("/account/keys/generator/", {"code": code_for(secret)})
    other = Client()
    assert sign_in(other)["Location"] == "/account/keys/code/"
    assert "_auth_user_id" not in other.session
    page = other.get("/account/keys/code/")
    assert page.status_code == 200
    assert other.post("/account/keys/code/", {"code": "111"}).status_code == 200
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert other.post("/account/keys/code/", {"code": codes[0]}).status_code == 302
    assert other.session["_auth_user_id"] == str(world.user["zhou"].pk)


@pytest.mark.parametrize(
    "address",
    [
        "/account/logout/",
        "/account/inactive/",
        "/account/again/",
        "/account/password/",
        "/account/keys/",
        "/account/keys/generator/",
        "/account/keys/passkeys/",
        "/account/keys/passkeys/add/",
        "/account/sessions/",
        "/account/desk/",
    ],
)
def test_every_page_of_the_door_opens(demo, client, address):
    assert client.get("/account/login/").status_code == 200
    sign_in(client)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password"])
def test_what_is_not_needed_is_not_routed(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def second_hat(world, noon):
    row = AppointmentRow(
        user=world.user["zhou"].pk,
        party=world.party["330102001005.party_org"],
        role="worker",
        name="周敏",
        from_on=DAY,
    )
    return actions.make_appointment(by=HOUSE, at=noon, row=row).pk


def test_the_hat_is_changed_and_kept(demo, client, noon):
    other = second_hat(demo, noon)
    sign_in(client)
    answer = client.post("/account/hat/", {"appointment": other, "next": "/account/keys/"})
    assert answer["Location"] == "/account/keys/"
    assert client.session["hat"] == other
    assert client.get("/account/keys/").wsgi_request.actor.hat == "party_org"
    assert acts()[-1] == ("HatSwitched", demo.user["zhou"].pk, "station")


def test_the_buttons_of_the_page_change_the_hat(demo, client):
    other = second_hat(demo, timezone.now())
    sign_in(client)
    page = client.get("/desk/").content.decode()
    [(name, value)] = re.findall(r'<button name="(\w+)" value="(\d+)" aria-pressed="false"', page)

    client.post("/account/hat/", {name: value, "next": "/desk/"})

    assert client.session["hat"] == other


@pytest.mark.parametrize("hat", ["", "x", "-1", "9" * 30])
def test_a_hat_that_is_no_number_is_not_there(demo, client, hat):
    sign_in(client)
    assert client.post("/account/hat/", {"appointment": hat}).status_code == 404


def test_somebody_elses_hat_is_not_there(demo, client):
    sign_in(client)
    assert client.post("/account/hat/", {"appointment": demo.seat["wu"]}).status_code == 404
    assert "hat" not in client.session


def test_after_the_hat_one_does_not_leave_the_house(demo, client):
    sign_in(client)
    answer = client.post(
        "/account/hat/", {"appointment": demo.seat["zhou"], "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


def test_one_sees_and_ends_ones_own_sessions(demo, client):
    sign_in(client)
    phone = Client(HTTP_USER_AGENT="phone")
    sign_in(phone)
    stranger = Client()
    sign_in(stranger, "wu")
    handset = Client(
        HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 10; K) Chrome/131 Mobile Safari/1"
    )
    sign_in(handset)
    page = client.get("/account/sessions/").content.decode()
    assert page.count("/end/") == 3
    assert '<p class="d">Chrome · 安卓手机</p>' in page
    assert page.count('<p class="d">其他浏览器 · 其他设备</p>') == 2
    english = client.get("/account/sessions/", headers={"accept-language": "en"}).content.decode()
    assert '<p class="d">Chrome · Android phone</p>' in english
    mine = UserSession.objects.get(user_agent="phone").pk
    assert stranger.post(f"/account/sessions/{mine}/end/").status_code == 404
    assert client.post(f"/account/sessions/{mine}/end/").status_code == 302
    assert phone.get("/account/keys/").status_code == 302
    assert client.get("/account/keys/").status_code == 200


def test_a_shared_desk_passes_to_a_colleague_who_signs_in(demo, client):
    sign_in(client)
    page = client.get("/account/desk/").content.decode()
    assert "吴兰" in page
    assert page.count('name="appointment"') == 2
    answer = client.post("/account/desk/", {"appointment": demo.seat["wu"]})
    assert answer["Location"] == "/account/login/?as=wu"
    assert answer["Clear-Site-Data"] == '"storage"'
    assert "_auth_user_id" not in client.session
    assert acts()[-1][0] == "SignedOut"
    assert 'value="wu"' in client.get(answer["Location"]).content.decode()


def test_a_desk_passes_to_colleagues_only(demo, client):
    sign_in(client)
    answer = client.post("/account/desk/", {"appointment": demo.seat["civil"]})
    assert answer.status_code == 404
    assert "Clear-Site-Data" not in answer  # who stays keeps what the page kept
    assert client.session["_auth_user_id"] == str(demo.user["zhou"].pk)
