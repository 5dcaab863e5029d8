"""Every refusal a machine can meet is problem details (RFC 9457), says what to do, and changes nothing."""

import json

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from jsonschema import Draft202012Validator

from linli.cases.models import Case
from linli.journal.models import Line

from .conftest import House
from .matrix import ROWS
from .requests import NOWHERE
from .test_fuzz_api import SCHEMA, check_problem
from .test_matrix import undone

NUMBER, CASES = "<number>", "/api/v1/cases"


def said(**changes) -> bytes:
    return json.dumps({"item": "shared_leak", "words": "漏水", **changes}).encode()


# what is asked, the status, and what the sentence must name
REFUSED = [
    (("GET", "/api/v2/cases", b""), 404, ""),
    (("GET", "/api/v1/nowhere", b""), 404, ""),
    (("GET", "/api/v1/catalogue/nothing", b""), 404, ""),
    (("GET", "/api/v1/cases/261116000000", b""), 404, ""),
    (("POST", f"/api/v1/cases/{NUMBER}/dance", b"{}"), 404, ""),
    (("PUT", f"/api/v1/cases/{NUMBER}", b"{}"), 405, "GET"),
    (("DELETE", "/api/v1/cases", b""), 405, "GET"),
    (("GET", f"/api/v1/cases/{NUMBER}/accept", b""), 405, "POST"),
    (("DELETE", "/api/v1/openapi.json", b""), 405, "GET"),
    (("DELETE", "/open311/v2/requests.json", b""), 405, "POST"),
    (("GET", "/open311/v2/nowhere", b""), 404, ""),
    (("POST", CASES, b"{"), 400, "JSON"),
    (("POST", CASES, b"[" * 100_000), 400, "JSON"),
    (("POST", CASES, b'{"words": NaN}'), 400, "JSON"),
    (
        ("POST", CASES, said()[:-1] + b', "answers": {"where": "shared", "where": ""}}'),
        422,
        "twice",
    ),
    (("POST", CASES, b"item=shared_leak", "application/x-www-form-urlencoded"), 415, "JSON"),
    (("POST", CASES, b"<case/>", "text/xml"), 415, "application/json"),
    (("POST", CASES, b""), 422, "body"),
    (("POST", CASES, b"null"), 422, "body"),
    (("POST", CASES, b"[]"), 422, "body"),
    (("POST", CASES, said(item=None, words=7)), 422, "words"),
    (("POST", CASES, b'{"item": "shared_leak", "words": "\\ud800"}'), 422, ""),
    (("POST", CASES, said(place=10**30)), 422, "place"),
    (("POST", CASES, said(phone="ring me")), 422, "7 to 15 digits"),
    (("POST", CASES, said(answers={"colour": "red"})), 422, "where"),
    (("POST", CASES, said(answers={"where": ["shared"]})), 422, "where"),
    (("GET", f"{CASES}?limit=" + "9" * 30, b""), 422, "limit"),
    (("GET", f"{CASES}?status=nothing", b""), 422, "status"),
    (("GET", f"{CASES}?after=nothing", b""), 422, ""),
]


@pytest.fixture
def machine(house: House) -> Client:
    return Client(headers={**house.bearer("clerk"), "accept-language": "en"})


def rows() -> tuple[int, int]:
    return Case.objects.count(), Line.objects.count()


@pytest.mark.parametrize(("asked", "status", "named"), REFUSED)
def test_a_refusal_is_problem_details(house: House, machine: Client, asked, status, named) -> None:
    method, path, body, *kind = asked
    path, before = path.replace(NUMBER, house.fresh.number), rows()

    answer = machine.generic(method, path, body, content_type=[*kind, "application/json"][0])

    assert answer.status_code == status
    check_problem(answer)
    assert named in answer.json()["detail"]
    assert ("Allow" in answer.headers) == (status == 405)
    assert rows() == before


def test_a_number_that_cannot_be_one_is_answered_like_one_there_is_not(machine: Client) -> None:
    there_is_not, cannot_be = (machine.get(f"{CASES}/{number}") for number in (NOWHERE, "2611161"))
    assert (there_is_not.status_code, cannot_be.status_code) == (404, 404)
    assert cannot_be.content == there_is_not.content


def test_too_much_at_once_is_refused(machine: Client) -> None:
    before = rows()
    much = said(words="x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    answer = machine.post("/api/v1/cases", much, content_type="application/json")

    assert (answer.status_code, rows()) == (413, before)
    check_problem(answer)


def test_too_often_has_to_wait(machine: Client, house: House) -> None:
    cache.clear()
    path = f"/api/v1/cases/{house.fresh.number}/for/withdraw"
    wrong = {"report": house.report, "proof": "code", "code": "AAAAAA", "reason": "好了"}

    answers = [machine.post(path, wrong, content_type="application/json") for _ in range(9)]

    assert [one.status_code for one in answers] == [422] * 8 + [429]
    check_problem(answers[-1])
    cache.clear()


@pytest.mark.parametrize("token", ["", "Bearer nobody", "Basic eDp5", "Bearer 长"])
def test_without_a_token_that_holds_nobody_gets_in(house: House, token: str) -> None:
    answer = Client(headers={"authorization": token} if token else {}).get("/api/v1/cases")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    check_problem(answer)


def test_json_is_read_whatever_it_says_it_is(machine: Client, house: House) -> None:
    path = f"/api/v1/cases/{house.fresh.number}/accept"

    answer = machine.generic("POST", path, b"{}", content_type="text/plain")

    assert (answer.status_code, answer.json()["status"]) == (200, "working")


def test_whatever_is_got_may_be_asked_for_its_head(machine: Client, house: House) -> None:
    for path in (CASES, f"{CASES}/{house.fresh.number}", "/open311/v2/services.xml", "/healthz"):
        answer = machine.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert machine.head(f"{CASES}/{house.fresh.number}/accept").status_code == 405


def test_a_page_that_takes_no_get_says_so(house: House) -> None:
    answer = house.browser("anonymous").get("/look/", headers={"accept-language": "en"})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "cannot be opened by its address alone" in answer.content.decode()


# ---- what is published ------------------------------------------------------------------------


def test_what_is_published_is_openapi_3_1() -> None:
    SCHEMA.validate()

    assert SCHEMA.raw_schema["openapi"].startswith("3.1")


def test_every_operation_says_how_it_refuses_and_who_may(machine: Client) -> None:
    published = machine.get("/api/v1/openapi.json").json()
    assert published["components"]["securitySchemes"] == {
        "Bearer": {"type": "http", "scheme": "bearer"}
    }
    for path, operations in published["paths"].items():
        for method, operation in operations.items():
            kinds = operation["responses"]["default"]["content"]
            assert list(kinds) == ["application/problem+json"]
            assert ("security" in operation) == (not path.startswith("/api/v1/catalogue"))
            names = [one["name"] for one in operation["parameters"] if one["in"] == "header"]
            assert names == (["Idempotency-Key"] if method == "post" else [])


# Their storeys publish no shapes yet.
UNSAID = ("api/v1/accounts", "api/v1/transfers", "api/v1/reports")


def test_what_is_answered_is_what_is_published(house: House) -> None:
    machine = house.machine("head")
    published = machine.get("/api/v1/openapi.json").json()
    seen = 0
    for row in ROWS:
        said = published["paths"].get("/" + row.route.replace("<", "{").replace(">", "}"), {})
        if row.method.lower() not in said or row.route.startswith(UNSAID):
            continue
        answer = undone(machine, house, row)
        kinds = said[row.method.lower()]["responses"].get(str(answer.status_code))
        if answer.status_code >= 400 or row.route.endswith("/<attachment>"):
            continue
        schema = {**kinds["content"]["application/json"]["schema"], **closed(published)}
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
            answer.json()
        )
        seen += 1
    assert seen > 20


def closed(published: dict) -> dict:
    """Return the published shapes such that nothing more may be answered than they name."""
    shapes = {
        name: {**shape, "additionalProperties": False}
        for name, shape in published["components"]["schemas"].items()
        if shape.get("type") == "object"
    }
    return {"components": {"schemas": published["components"]["schemas"] | shapes}}
