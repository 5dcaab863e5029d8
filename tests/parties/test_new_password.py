"""Another password ends what the former one opened or gave: sign-ins and tokens, each on the record."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.basics import NotAllowed
from linli.identity.models import ApiToken, User
from linli.identity.queries import sessions_of
from linli.journal.actions import run_reactions
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.notices.models import Notice
from linli.parties import actions, queries
from tests.parties.conftest import HOUSE

OWN = "a-short-sentence"


def token_of(world, login: str, at: datetime, days: int = 1) -> Client:
    seat, ends = world.seat[login], at + timedelta(days=days)
    token = actions.give_token(by=HOUSE, at=at, appointment_id=seat, expires_at=ends)
    return Client(headers={"authorization": f"Bearer {token}"})


def opens(machine: Client) -> bool:
    return machine.get("/api/v1/cases").status_code == 200


def ended() -> list[tuple[str, int]]:
    kinds = ["PasswordRenewed", "PasswordChanged", "TokenRevoked"]
    lines = Line.objects.filter(kind__in=kinds).order_by("id")
    return [(line.kind, line.subject_id) for line in lines]


def test_one_given_by_another_ends_all_tokens_and_is_told(world) -> None:
    now, zhou = timezone.now(), world.user["zhou"].pk
    over = token_of(world, "zhou", now - timedelta(days=2))
    mine = [token_of(world, "zhou", now), token_of(world, "zhou", now, days=9)]
    other = token_of(world, "wu", now)
    assert [opens(one) for one in (over, *mine, other)] == [False, True, True, True]
    held = list(ApiToken.objects.order_by("id").values_list("revoked_at", flat=True))
    herself = replace(HOUSE, kind="user", user=zhou, permissions=frozenset({"identity.add_users"}))
    with pytest.raises(NotAllowed):
        actions.renew_password(by=herself, at=now, appointment_id=world.seat["zhou"])
    assert list(ApiToken.objects.order_by("id").values_list("revoked_at", flat=True)) == held
    assert ended() == []

    actions.renew_password(by=HOUSE, at=now, appointment_id=world.seat["zhou"])

    assert [opens(one) for one in (*mine, other)] == [False, False, True]
    old, first, second, kept = ApiToken.objects.order_by("id")
    assert [one.revoked_at for one in (old, first, second, kept)] == [None, now, now, None]
    assert ended() == [
        ("PasswordRenewed", zhou),
        ("TokenRevoked", first.pk),
        ("TokenRevoked", second.pk),
    ]
    assert len(set(Line.objects.filter(at=now).values_list("act_id", flat=True)[3:])) == 1
    assert list(verify_live()) == []
    while run_reactions(by=HOUSE, at=now):
        pass
    told = Notice.objects.get(event="password_renewed")
    assert (told.channel, told.user_id, told.subject_kind) == ("inapp", zhou, "user")
    station = queries.party(world.party["330102001005.station"])
    assert told.body.startswith(f"{queries.party_words(station, 'zh-Hans')}给您换了新的登录密码")
    assert f"请马上打电话 {station.phone}。" in told.body


def test_one_of_ones_own_choice_ends_every_other_sign_in_and_all_tokens(world) -> None:
    actions.mark_demo(by=HOUSE, at=timezone.now())
    zhou, wrong = User.objects.get(username="zhou"), {"oldpassword": "wrong"}
    here, there = Client(), Client()
    for browser in (here, there):
        sent = {"login": "zhou", "password": "correct-horse"}
        assert browser.post("/account/login/", sent).status_code == 302
    machine = token_of(world, "zhou", timezone.now())
    sent = {"oldpassword": "correct-horse", "password1": OWN, "password2": OWN}
    assert (
        "您在别处的登录会全部退出，程序用的钥匙也会作废。"
        in here.get("/account/password/").content.decode()
    )
    assert here.post("/account/password/", sent | wrong).status_code == 200
    assert (opens(machine), len(sessions_of(zhou.pk)), ended()) == (True, 2, [])

    assert here.post("/account/password/", sent).status_code == 302

    token = ApiToken.objects.get()
    assert ended() == [("PasswordChanged", zhou.pk), ("TokenRevoked", token.pk)]
    assert (opens(machine), len(sessions_of(zhou.pk))) == (False, 1)
    assert here.get("/account/sessions/").content.decode().count("本机") == 1
    assert there.get("/account/sessions/").status_code == 302
