"""The machine door: who may, what it answers, and how many statements it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator

from linli.cases.models import Case, Docket, Ruling
from linli.identity import actions as identity
from tests.world import GREEN, HOUSE_ITSELF, STAIR, build_world

from .errands import everything


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


def test_a_search_finds_a_number_as_it_is_printed_and_single_signs_beside_words(world) -> None:
    client = client_for(world, "station")
    made = post(client, "/cases", {**leak(world), "place_words": "5楼东"}).json()
    post(client, "/cases", {**leak(world), "words": "楼下漏水"})
    post(client_for(world, "neighbour"), "/cases", {"item": "question", "words": "楼道漏水吗？"})

    def found(asked: str) -> list[str]:
        rows = client.get("/api/v1/cases", {"q": asked}).json()["items"]
        return [row["number"] for row in rows]

    plain, printed = made["number"], made["spoken"]
    for asked in (
        plain,
        printed,
        printed.lower(),
        printed.replace("-", " "),
        f"案号：{printed}，漏水",
    ):
        assert found(asked) == [plain]
    assert found("漏水 顶") == found("5楼") == found("楼道 东") == [plain]
    assert len(found("漏水")) == len(found("漏水 水")) == 2
    assert found("漏水 桥") == []
    refused = client.get("/api/v1/cases", {"q": "漏"})
    assert (refused.status_code, "连着的两个字" in refused.json()["detail"]) == (422, True)


def test_what_is_over_is_not_asked_for_by_the_day_it_is_due(world) -> None:
    client = client_for(world, "station")
    for status, code in (("answered", 422), ("ended", 422), ("working", 200), ("open", 200)):
        asked = client.get("/api/v1/cases", {"order": "due", "status": status})
        assert (status, asked.status_code) == (status, code)
    refused = client.get("/api/v1/cases", {"order": "due", "status": "ended"}).json()
    assert "请按受理时间（opened）或编号（number）排。" in refused["detail"]
    told = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/cases"]["get"]["parameters"]
    (order,) = (one for one in told if one["name"] == "order")
    assert "open cases only" in order["schema"]["description"]


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


def test_an_act_that_needs_no_more_needs_no_body(world) -> None:
    client = client_for(world, "station")
    number = post(client, "/cases", leak(world)).json()["number"]

    answer = client.generic("POST", f"/api/v1/cases/{number}/accept")

    assert (answer.status_code, answer.json()["status"]) == (200, "working")


def test_what_decides_is_never_guessed(world) -> None:
    client = client_for(world, "station")
    number = post(client, "/cases", leak(world)).json()["number"]
    until = (timezone.now() + timedelta(days=3)).isoformat()
    before = everything()

    for act, body, field in (
        ("answer", {"words": "修好了"}, "end"),
        ("pause", {"words": "等专家", "until": until}, "reason"),
        ("extend", {"words": "要久一点"}, "until"),
        ("hand_over", {"words": "归你们"}, "party"),
    ):
        answer = post(client, f"/cases/{number}/{act}", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert everything() == before


def test_a_step_of_another_case_is_not_there(world) -> None:
    client = client_for(world, "station")
    number, other = (post(client, "/cases", leak(world)).json()["number"] for _ in range(2))
    theirs = client.get(f"/api/v1/cases/{other}").json()["steps"][0]["id"]
    before = everything()

    for act in ("accept", "finish", "return", "undo"):
        answer = post(client, f"/cases/{number}/{act}", {"step": theirs, "words": "x"})
        assert answer.status_code == 404
    assert everything() == before


def test_the_arbiter_rules_on_the_one_return_of_a_case(world) -> None:
    station, arbiter = client_for(world, "station"), client_for(world, "arbiter")
    number, other = (post(station, "/cases", leak(world)).json()["number"] for _ in range(2))
    clause = station.get(f"/api/v1/cases/{number}").json()["clauses"][0]
    for each in (number, other):
        given = post(station, f"/cases/{each}/return", {"clause": clause, "words": "不归我们"})
        assert given.status_code == 200
    theirs = Ruling.objects.get(case__number=other).pk
    before = everything()

    silent = post(arbiter, f"/cases/{number}/rule", {"words": "就归这里"})
    wrong = post(arbiter, f"/cases/{number}/rule", {"upheld": False, "ruling": theirs})
    assert (silent.status_code, wrong.status_code, everything()) == (422, 404, before)

    ruled = post(arbiter, f"/cases/{number}/rule", {"upheld": False, "words": "就归这里"})

    assert (ruled.status_code, ruled.json()["steps"][0]["state"]) == (200, "offered")
    assert Ruling.objects.get(pk=theirs).ruled_at is None
    assert post(arbiter, f"/cases/{number}/rule", {"upheld": False}).status_code == 404


def test_the_list_is_narrowed_to_what_is_open(world) -> None:
    client = client_for(world, "station")
    numbers = [post(client, "/cases", leak(world)).json()["number"] for _ in range(2)]
    Docket.objects.filter(number=numbers[0]).update(status="ended", open=False)

    def listed(status: str) -> list[str]:
        rows = client.get(f"/api/v1/cases?status={status}").json()["items"]
        return [row["number"] for row in rows]

    assert (listed("open"), listed("ended")) == (numbers[1:], numbers[:1])
    assert listed("offered") == numbers[1:]


def test_what_is_answered_is_what_is_published(world) -> None:
    client = client_for(world, "station")
    published = client.get("/api/v1/openapi.json").json()

    def check(answer, method: str, path: str, status: int) -> None:
        assert answer.status_code == status
        kinds = published["paths"][f"/api/v1{path}"][method]["responses"][str(status)]["content"]
        schema = {**kinds["application/json"]["schema"], "components": published["components"]}
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
            answer.json()
        )

    made = post(client, "/cases", leak(world))
    check(made, "post", "/cases", 201)
    number = made.json()["number"]
    check(client.get("/api/v1/cases"), "get", "/cases", 200)
    check(client.get(f"/api/v1/cases/{number}"), "get", "/cases/{number}", 200)
    check(post(client, f"/cases/{number}/accept", {}), "post", "/cases/{number}/{act}", 200)
