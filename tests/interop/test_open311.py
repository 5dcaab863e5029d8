"""Open311 GeoReport v2: what outside programs may ask and see."""

import pytest
from django.test import Client

from linli.cases.models import Case
from tests.world import build_world

WORDS = {
    "service_code": "shared_leak",
    "description": "楼道顶上漏水，陈阿姨家门口",
    "address_string": "青桐社区 3 幢 3 单元",
    "last_name": "陈",
    "phone": "13800000521",
}


@pytest.fixture
def world(db):
    return build_world()


def test_only_reports_are_listed_as_services(world) -> None:
    codes = [row["service_code"] for row in Client().get("/open311/v2/services.json").json()]

    assert codes == ["shared_leak"]


def test_the_definition_says_what_is_asked_and_why(world) -> None:
    found = Client().get("/open311/v2/services/shared_leak.json").json()

    assert [(a["code"], a["required"]) for a in found["attributes"]] == [("where", True)]
    assert found["attributes"][0]["datatype_description"] == "户内的由房主自己修"


def test_an_unknown_service_is_said_so(world) -> None:
    assert Client().get("/open311/v2/services/no.json").status_code == 404


def test_a_request_opens_a_case_and_shows_no_words(world) -> None:
    made = Client().post("/open311/v2/requests.json", WORDS)

    assert made.status_code == 201
    number = made.json()[0]["service_request_id"]
    assert Case.objects.get(number=number).words == WORDS["description"]
    shown = Client().get(f"/open311/v2/requests/{number}.json").json()[0]
    assert (shown["status"], shown["service_code"]) == ("open", "shared_leak")
    assert not any(secret in str(shown) for secret in ("陈", "13800000521", "漏水，"))
    listed = Client().get("/open311/v2/requests.json?status=open").json()
    assert [row["service_request_id"] for row in listed] == [number]
    assert Client().get(f"/open311/v2/tokens/{number}.json").json()[0]["token"] == number


@pytest.mark.parametrize(
    "change",
    [{"service_code": "no"}, {"description": ""}, {"address_string": ""}, {"lat": "north"}],
)
def test_bad_input_is_explained_and_opens_nothing(world, change) -> None:
    answer = Client().post("/open311/v2/requests.json", {**WORDS, **change})

    assert answer.status_code in (400, 404, 422)
    assert answer.json()[0]["description"]
    assert not Case.objects.exists()


def test_too_many_reports_from_one_place_have_to_wait(world) -> None:
    client = Client()
    answers = [client.post("/open311/v2/requests.json", WORDS).status_code for _ in range(21)]

    assert answers == [201] * 20 + [429]
