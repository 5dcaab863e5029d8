"""The machine door: who may, what it answers, and how many statements it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.cases.models import Case
from linli.identity import actions as identity
from tests.world import GREEN, HOUSE_ITSELF, STAIR, build_world


@pytest.fixture
def world(db):
    return build_world()


def client_for(world, desk: str) -> Client:
    actor = world.at(desk)
    now = timezone.now()
    _, token = identity.give_token(
        by=HOUSE_ITSELF,
        at=now,
        user_id=actor.user,
        appointment_id=actor.appointment,
        expires_at=now + timedelta(days=30),
    )
    return Client(headers={"authorization": f"Bearer {token}"})


def post(client, path: str, body: dict, **headers):
    return client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def leak(world) -> dict:
    return {"item": "shared_leak", "words": "楼道顶上漏水", "place": world.place(STAIR)}


def test_a_case_is_opened_and_read_back(world) -> None:
    client = client_for(world, "station")

    made = post(client, "/cases", leak(world))

    assert made.status_code == 201
    body = made.json()
    assert body["owner"]["code"] == f"{GREEN}.station"
    assert body["due_at"] is not None
    shown = client.get(f"/api/v1/cases/{body['number']}").json()
    assert shown["words"] == "楼道顶上漏水"
    assert [step["code"] for step in shown["steps"]] == ["look", "mend", "money"]
    listed = client.get("/api/v1/cases").json()
    assert [row["number"] for row in listed["items"]] == [body["number"]]
    assert listed["next"] is None


def test_nobody_gets_in_without_a_token(world) -> None:
    answer = Client().get("/api/v1/cases")

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_another_communitys_case_answers_like_one_that_does_not_exist(world) -> None:
    number = post(client_for(world, "station"), "/cases", leak(world)).json()["number"]
    neighbour = client_for(world, "neighbour")

    theirs = neighbour.get(f"/api/v1/cases/{number}")
    nowhere = neighbour.get("/api/v1/cases/261116000000")

    assert (theirs.status_code, nowhere.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": ""}, "body.words"),
        ({"words": "长" * 4001}, "body.words"),
        ({"place": "here"}, "body.place"),
        ({"item": 7}, "body.item"),
    ],
)
def test_bad_input_says_which_field_and_changes_nothing(world, change, field) -> None:
    client = client_for(world, "station")

    answer = post(client, "/cases", {**leak(world), **change})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field.partition(".")[2]] or [
        error["field"] for error in answer.json()["errors"]
    ] == [f"body.{field.partition('.')[2]}"]
    assert not Case.objects.exists()


def test_an_unknown_item_is_a_404_and_opens_nothing(world) -> None:
    answer = post(client_for(world, "station"), "/cases", {**leak(world), "item": "no"})

    assert answer.status_code == 404
    assert not Case.objects.exists()


def test_the_whole_errand_over_http(world) -> None:
    station = client_for(world, "station")
    number = post(station, "/cases", leak(world)).json()["number"]
    for desk in ("station", "street_city", "housing"):
        client = client_for(world, desk)
        assert post(client, f"/cases/{number}/accept", {}).status_code == 200
        done = post(client, f"/cases/{number}/finish", {"words": "办好了", "outcome": "done"})
        assert done.status_code == 200

    told = post(station, f"/cases/{number}/answer", {"end": "solved", "words": "修好了"})

    assert (told.json()["status"], told.json()["end"]) == ("answered", "solved")
    assert told.json()["timeline"][0]["kind"] == "CaseAnswered"


def counted(client, method: str, path: str, *args, **kwargs) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        getattr(client, method)(path, *args, **kwargs)
    ours = [q["sql"] for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    return len(ours)


def test_ten_statements_are_enough(world) -> None:
    client = client_for(world, "station")
    number = post(client, "/cases", leak(world)).json()["number"]
    post(client, "/cases", leak(world))
    create = {"data": leak(world), "content_type": "application/json"}

    assert counted(client, "post", "/api/v1/cases", **create) <= 10
    assert counted(client, "get", "/api/v1/cases") <= 4
    assert counted(client, "get", "/api/v1/cases?limit=100") <= 4
    assert counted(client, "get", f"/api/v1/cases/{number}") <= 8


def test_the_same_key_opens_one_case_and_answers_alike(world) -> None:
    client = client_for(world, "station")
    key = {"Idempotency-Key": "abc-1"}

    first = post(client, "/cases", leak(world), **key)
    again = post(client, "/cases", leak(world), **key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Case.objects.count() == 1


def test_a_key_is_not_for_two_requests(world) -> None:
    client = client_for(world, "station")
    key = {"Idempotency-Key": "abc-2"}
    post(client, "/cases", leak(world), **key)

    other = post(client, "/cases", {**leak(world), "words": "别的事"}, **key)

    assert other.status_code == 422
    assert Case.objects.count() == 1


def test_an_act_with_a_key_is_done_once(world) -> None:
    client = client_for(world, "station")
    number = post(client, "/cases", leak(world)).json()["number"]
    key = {"Idempotency-Key": "accept-1"}

    answers = [post(client, f"/cases/{number}/accept", {}, **key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


def test_a_further_office_is_invited_over_http(world) -> None:
    station = client_for(world, "station")
    number = post(station, "/cases", leak(world)).json()["number"]
    invite = {"party": world.party("990101.civil_affairs"), "lead": True, "words": "一起看"}

    shown = post(station, f"/cases/{number}/invite", invite).json()

    assert [step["code"] for step in shown["steps"]] == ["look", "mend", "money", "+joint"]
    assert shown["timeline"][0]["kind"] == "PartyInvited"


def test_who_only_does_a_step_is_told_over_http_who_may(world) -> None:
    number = post(client_for(world, "station"), "/cases", leak(world)).json()["number"]

    answer = post(
        client_for(world, "street_city"), f"/cases/{number}/merge", {"into": number, "words": ""}
    )

    assert answer.status_code == 403
    assert "青桐社区公共服务工作站" in answer.json()["detail"]
