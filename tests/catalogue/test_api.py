"""The catalogue for machines: found by plain words, and what an item asks, for anybody."""

import pytest
from django.test import Client

from tests.world import build_world


@pytest.fixture
def world(db):
    return build_world()


def test_plain_words_find_an_item(world) -> None:
    found = Client().get("/api/v1/catalogue", {"q": "楼道漏水"}).json()["items"]

    assert found[0]["code"] == "shared_leak"


def test_an_item_says_what_it_asks_as_a_schema(world) -> None:
    item = Client().get("/api/v1/catalogue/shared_leak").json()

    (field,) = item["asked"]
    assert (field["code"], field["required"]) == ("where", True)
    assert [one["const"] for one in field["answer"]["oneOf"]] == ["shared", "private"]
    assert field["why"]["en"] == "Inside a home the owner mends it"


def test_an_item_that_is_not_there_is_not_found(world) -> None:
    answer = Client().get("/api/v1/catalogue/nothing")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
