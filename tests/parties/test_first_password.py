"""``linli first-password``: the only administrator forgot theirs, or lost the phone as well."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from linli.identity.models import User
from linli.journal.models import Line


def given(*words: str) -> str:
    said = StringIO()
    call_command("first_password", *words, stdout=said, stderr=StringIO())
    return said.getvalue().strip()


def test_another_password_opens_the_door_and_the_old_sitting_is_over(world) -> None:
    user = world.user["district"]
    browser = Client()
    browser.force_login(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert browser.get("/account/sessions/").status_code == 200

    password = given("district")
    assert User.objects.get(pk=user.pk).check_password(password)
    assert not User.objects.get(pk=user.pk).check_password("correct-horse")
    assert browser.get("/account/sessions/").status_code == 302
    line = Line.objects.get(kind="PasswordRenewed")
    assert line.subject_id == user.pk
    assert password not in line.body
    assert Authenticator.objects.filter(user=user).count() == 1


def test_a_lost_second_factor_goes_only_if_that_is_said(world) -> None:
    user = world.user["district"]
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    given("district", "--second-factor")
    assert not Authenticator.objects.filter(user=user).exists()
    assert Line.objects.get(kind="SecondFactorReset").subject_id == user.pk


def test_who_holds_no_appointment_gets_none(world) -> None:
    User.objects.create(username="former")
    for login in ("nobody", "former"):
        with pytest.raises(CommandError, match=f"signs in as {login}"):
            given(login)
    assert not Line.objects.filter(kind="PasswordRenewed").exists()
