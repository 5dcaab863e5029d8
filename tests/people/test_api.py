"""The machine's door to requests about data: who decides them, once, and nobody by a slip."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.identity.models import KeptAnswer
from linli.journal.models import Line
from linli.people import actions
from linli.people.models import Person, RightsRequest
from tests.cases.test_api import client_for, post
from tests.world import DOOR, HOUSE_ITSELF, build_world

NAME, PHONE = "陈桂兰", "13800000521"
WORDS = "出生年份写错了"
REQUESTS = "/api/v1/data-requests"
KEY = {"Idempotency-Key": "decided-once"}


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def elder(world) -> Person:
    return actions.register_person(
        by=HOUSE_ITSELF, at=timezone.now(), name=NAME, home=world.place(DOOR), phone=PHONE
    )


@pytest.fixture
def district(world):
    return client_for(world, "district")


def ask(elder: Person, kind: str, *, days_ago: int = 0) -> RightsRequest:
    at = timezone.now() - timedelta(days=days_ago)
    words = WORDS if kind == "correction" else ""
    return actions.request_right(by=HOUSE_ITSELF, at=at, person=elder.pk, kind=kind, details=words)


def decide(client, asked: RightsRequest, headers=None, **body):
    return post(client, f"/data-requests/{asked.pk}/decide", body, **(headers or {}))


def rows() -> list:
    tables = (Line, RightsRequest, Person, KeptAnswer)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_the_open_ones_are_listed_the_most_urgent_first_and_masked(elder, district) -> None:
    young, old = ask(elder, "export"), ask(elder, "correction", days_ago=9)

    page = district.get(f"{REQUESTS}?limit=1").json()
    rest = district.get(f"{REQUESTS}?after={page['next']}").json()

    (first,) = page["items"]
    assert (first["id"], first["right"], first["person"]) == (old.pk, "correction", "陈**")
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([young.pk], None)
    assert not any(secret in str(page) for secret in (NAME, PHONE, WORDS))


def test_one_is_shown_in_the_words_it_was_made(elder, district) -> None:
    asked = ask(elder, "correction")

    shown = district.get(f"{REQUESTS}/{asked.pk}").json()

    assert (shown["details"], shown["state"], shown["person"]) == (WORDS, "open", "陈**")
    assert district.get(f"{REQUESTS}/{asked.pk + 1}").status_code == 404


def test_it_is_decided_once_under_one_key(elder, district) -> None:
    asked = ask(elder, "export")

    answers = [decide(district, asked, KEY, right="export", grant=True) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert (answers[0].json()["state"], answers[0].json()["id"]) == ("granted", asked.pk)
    assert Line.objects.filter(kind="RightDecided").count() == 1
    assert decide(district, asked, right="export", grant=True).status_code == 409


def test_an_erasure_is_answered_alike_though_nobody_is_left(elder, district) -> None:
    asked = ask(elder, "erasure")

    answers = [decide(district, asked, KEY, right="erasure", grant=True) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert Person.objects.get().name == ""
    assert district.get(f"{REQUESTS}/{asked.pk}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"right": "erasure", "grant": True},
        {"right": "export", "grant": False},
        {"right": "export", "grant": False, "reasons": " "},
        {"right": "export"},
        {"right": "export", "grant": None},
        {"grant": True},
    ],
)
def test_a_slip_or_a_no_without_reasons_changes_nothing(elder, district, body) -> None:
    asked = ask(elder, "export")
    before = rows()

    answer = decide(district, asked, **body)

    assert (answer.status_code, rows()) == (422, before)


@pytest.mark.parametrize("desk", ["station", "street_city", "arbiter"])
def test_who_decides_nothing_sees_and_changes_nothing(world, elder, desk) -> None:
    client, asked = client_for(world, desk), ask(elder, "export")
    before = rows()

    statuses = [
        client.get(REQUESTS).status_code,
        client.get(f"{REQUESTS}/{asked.pk}").status_code,
        decide(client, asked, KEY, right="export", grant=True).status_code,
    ]

    assert (statuses, rows()) == ([403] * 3, before)
