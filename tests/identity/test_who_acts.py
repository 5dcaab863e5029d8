"""From a request to an actor: sessions, bearer tokens, and how many queries that costs."""

import os
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from config.edge import WhoActs, page_context
from linli.fabric import versions
from linli.identity import queries as identity
from linli.identity.models import ApiToken
from linli.parties import actions, queries
from tests.parties.conftest import HOUSE


def come_in(path="/api/v1/cases", **headers):
    request = RequestFactory().get(path, **headers)
    request.session, request.user = SessionStore(), AnonymousUser()
    seen = []

    def inside(one):
        seen.append(one.actor)
        return HttpResponse("in")

    token = versions.remember_for_this_request()
    try:
        answer = WhoActs(inside)(request)
    finally:
        versions.forget(token)
    return answer, (seen[0] if seen else None)


@pytest.fixture
def token(world):
    return actions.give_token(
        by=HOUSE,
        at=timezone.now(),
        appointment_id=world.seat["zhou"],
        expires_at=timezone.now() + timedelta(days=1),
    )


def test_one_who_is_not_signed_in_costs_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        _, actor = come_in("/")
    assert (actor.kind, actor.user, actor.permissions) == (
        "resident",
        None,
        queries.roles()["resident"],
    )


def test_a_token_acts_under_its_appointment_in_two_queries(world, token, django_assert_num_queries):
    come_in(HTTP_AUTHORIZATION=f"Bearer {token}")
    with django_assert_num_queries(2):
        answer, actor = come_in(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == 200
    assert (actor.user, actor.appointment, actor.hat) == (
        world.user["zhou"].pk,
        world.seat["zhou"],
        "station",
    )
    row = ApiToken.objects.get()
    assert row.last_used_on == queries.law_day(timezone.now())


def test_a_token_is_found_by_its_index_however_many_there_are(world, token):
    one, here = ApiToken.objects.get(), []
    for _ in range(300):
        one.pk, one._state.adding, one.token_hash = None, True, os.urandom(32).hex()
        one.save()

    def note(execute, sql, params, many, context):
        here.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert identity.token_holder(token, at=timezone.now()).user == world.user["zhou"]
    [(sql, params)] = here
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            plan = [row[3] for row in cursor.fetchall()]
            by_index = "(district=? AND token_hash=?)"
        else:
            cursor.execute("ANALYZE identity_apitoken")
            cursor.execute("SET LOCAL enable_seqscan = off")  # a scan of few rows is cheap
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = [row[0] for row in cursor.fetchall()]
            by_index = "Index Cond: ((district = "
    assert any(by_index in line for line in plan), plan


def test_a_token_of_another_district_opens_nothing(token, settings):
    settings.DISTRICT = 2
    answer, _ = come_in(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == 401


def test_outside_the_machine_doors_a_token_is_not_read(token):
    _, actor = come_in("/", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert actor.user is None


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic eDp5", "Bearer "])
def test_a_bad_token_is_told_so(db, header):
    answer, actor = come_in(HTTP_AUTHORIZATION=header)
    assert actor is None
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_ends_with_its_day_its_revocation_its_appointment_and_its_user(world, token):
    def status():
        return come_in(HTTP_AUTHORIZATION=f"Bearer {token}")[0].status_code

    assert status() == 200
    row, user = ApiToken.objects.get(), world.user["zhou"]
    for model, values, back in (
        (
            row,
            {"expires_at": row.given_at + timedelta(seconds=0.001)},
            {"expires_at": row.expires_at},
        ),
        (row, {"revoked_at": row.given_at}, {"revoked_at": None}),
        (user, {"is_active": False}, {"is_active": True}),
    ):
        rows = type(model).objects.filter(pk=model.pk)
        rows.update(**values)
        assert status() == 401
        rows.update(**back)
        assert status() == 200
    yesterday = queries.law_day(timezone.now()) - timedelta(days=1)
    actions.end_appointment(
        by=HOUSE, at=timezone.now(), appointment_id=world.seat["zhou"], on=yesterday
    )
    assert status() == 401


def test_what_every_page_knows(demo, client):
    client.post("/account/login/", {"login": "zhou", "password": "correct-horse"})
    request = client.get("/account/keys/").wsgi_request
    context = page_context(request)
    assert bool(context["demo"]) is True
    assert [(hat["words"], hat["worn"]) for hat in context["hats"]] == [
        (queries.hat_words("station"), True)
    ]
    assert str(context["place_words"]).endswith("青桐社区")
    assert (context["contact"]["phone"], context["contact"]["name"]) == ("8000 1234", "周敏")
    assert context["look"] == {"mode": "", "theme": ""}


def test_a_session_costs_one_query_beside_the_frameworks_two(
    demo, client, django_assert_num_queries
):
    client.post("/account/login/", {"login": "zhou", "password": "correct-horse"})
    client.get("/look/")  # warms the caches
    with django_assert_num_queries(3):  # the session, the user, the versions
        assert client.get("/look/").status_code == 405


def test_the_token_command_serves_a_demo_only(demo, capsys):
    call_command("token", "--role", "clerk")
    printed = capsys.readouterr().out.strip()
    _, actor = come_in(HTTP_AUTHORIZATION=f"Bearer {printed}")
    assert actor.appointment == demo.seat["wu"]
    with pytest.raises(CommandError, match="auditor"):
        call_command("token", "--role", "auditor")


def test_the_token_command_refuses_where_people_are_real(world):
    with pytest.raises(CommandError, match="not marked as a demo"):
        call_command("token", "--role", "clerk")
    assert ApiToken.objects.count() == 0
