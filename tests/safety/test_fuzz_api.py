"""The machine's doors, fuzzed from their own schema: no crash, and every refusal in one form."""

import json
from functools import partial
from xml.etree import ElementTree

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from config.api import api
from linli.cases.api import ACTS

from .conftest import House
from .fuzz import ANY_JSON, NASTY, SAID, TYPED, answered, trying
from .requests import act_body, operations

PROBLEM = {"type", "title", "status", "detail"}
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
ALL = [(method, "/" + route.replace("<", "{").replace(">", "}")) for method, route in operations()]


@pytest.fixture
def machine(house: House) -> Client:
    return Client(headers=house.bearer("clerk"))


def check_problem(answer) -> None:
    """Check that a refusal is problem details with a sentence (RFC 9457)."""
    if answer.status_code < 400:
        return
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() >= PROBLEM
    assert body["status"] == answer.status_code
    assert body["detail"].strip()


GOOD, BAD = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# Any text is a number, or a code, as far as the schema goes: nothing can be wrong by it there.
MODES = [(*one, mode) for one in ALL for mode in (GOOD, BAD)]
for what in ("cases/{number}", "cases/{number}/reports", "cases/{number}/attachments"):
    MODES.remove(("GET", f"/api/v1/{what}", BAD))
MODES.remove(("GET", "/api/v1/catalogue/{code}", BAD))


@pytest.mark.parametrize(("method", "path", "mode"), MODES)
def test_the_schema(house: House, machine: Client, method: str, path: str, mode) -> None:
    operation = SCHEMA[path][method]

    @trying(8)
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def holds(case, known: bool) -> None:
        values = dict(case.path_parameters or {})
        if known and "number" in values:
            values["number"] = house.fresh.number
        case.path_parameters = values
        sent = case.as_transport_kwargs(base_url="http://testserver")
        check_problem(answered(lambda: send(machine, method, case, sent)))

    holds()


def send(machine: Client, method: str, case, sent):
    """Send what was generated, by the client of the tests."""
    known = {"method", "url", "params", "json", "data", "headers"}
    sent = {key: value for key, value in sent.items() if key in known}
    headers = dict(sent.pop("headers", None) or {})
    key = headers.pop("Idempotency-Key", None)  # as it is; the library would refuse some itself
    sent["headers"] = headers
    ready = requests.Request(**sent).prepare()
    body = ready.body or b""
    body = body.encode() if isinstance(body, str) else body
    return machine.generic(
        method,
        ready.path_url,
        body,
        content_type=ready.headers.get("Content-Type", "application/json"),
        headers={} if key is None else {"Idempotency-Key": str(key)},
    )


def test_any_words_at_all(house: House, machine: Client) -> None:
    """Fields of the right names with values of every kind: escapes, surrogates, NaN, depth."""
    fields = ("item", "words", "place", "place_words", "name", "phone", "hidden")
    good = {"item": "shared_leak", "words": "漏水", "place": house.world.place("990101001001")}

    @trying(40)
    @given(
        st.dictionaries(st.sampled_from(fields), ANY_JSON, max_size=2),
        st.none() | st.dictionaries(st.just("where") | SAID, ANY_JSON, max_size=2),
    )
    def holds(change, answers) -> None:
        body = json.dumps({**good, **change, **({"answers": answers} if answers else {})})
        check_problem(
            answered(
                lambda: machine.generic(
                    "POST", "/api/v1/cases", body.encode(), content_type="application/json"
                )
            )
        )

    holds()


def test_every_act_with_any_words(house: House, machine: Client) -> None:
    extra = st.dictionaries(
        st.sampled_from(
            ("step", "words", "clause", "outcome", "party", "until", "papers", "item", "into")
        ),
        ANY_JSON | st.lists(SAID, max_size=3),
        max_size=2,
    )

    @trying(40)
    @given(st.sampled_from(sorted(ACTS)), extra)
    def holds(act, change) -> None:
        body = json.dumps({**act_body(house, act, machine=True), **change})
        path = f"/api/v1/cases/{house.fresh.number}/{act}"
        check_problem(
            answered(
                lambda: machine.generic(
                    "POST", path, body.encode(), content_type="application/json"
                )
            )
        )

    holds()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"x"',
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"a":NaN}',
        b'{"item":1e999,"words":"x"}',
        b"9" * 10_000,
        b'{"words":"\x00"}',
    ],
)
def test_broken_bodies(house: House, machine: Client, body: bytes) -> None:
    answer = answered(
        lambda: machine.generic("POST", "/api/v1/cases", body, content_type="application/json")
    )

    assert answer.status_code in (400, 422)
    check_problem(answer)


@pytest.mark.parametrize("typed", NASTY)
def test_nasty_words_in_addresses(house: House, machine: Client, typed: str) -> None:
    key = "a" + typed[:9].encode("ascii", "ignore").decode().replace("\x00", "")
    for ask in (
        lambda: machine.get("/api/v1/cases", {"q": typed}),
        lambda: machine.get("/api/v1/cases", {"item": typed, "status": typed[:9]}),
        lambda: machine.get("/api/v1/cases", {"after": typed}),
        lambda: machine.get("/api/v1/catalogue", {"q": typed, "limit": typed}),
        lambda: machine.get(f"/api/v1/cases/{typed[:50].replace('/', '')}"),
        lambda: machine.post(
            "/api/v1/cases", {}, "application/json", headers={"Idempotency-Key": key}
        ),
    ):
        check_problem(answered(ask))


def test_open311(house: House) -> None:
    names = ("service_code", "description", "lat", "long", "address_string", "first_name")
    names += ("last_name", "phone", "jurisdiction_id", "media_url", "attribute[where]")
    good = {"service_code": "shared_leak", "description": "漏水", "address_string": "3 幢"}
    stranger = Client()

    @trying(40)
    @given(
        st.dictionaries(st.sampled_from(names), TYPED, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ("service_request_id", "service_code", "start_date", "end_date", "status")
            ),
            TYPED,
            max_size=3,
        ),
        TYPED,
    )
    def holds(change, asked, word) -> None:
        word = word.replace("/", "")[:80]
        for kind, read in (("json", json.loads), ("xml", ElementTree.fromstring)):
            whole = f"/open311/v2/requests.{kind}"
            ones = [
                f"/open311/v2/{what}/{word}.{kind}" for what in ("requests", "services", "tokens")
            ]
            for send in (
                partial(stranger.post, whole, {**good, **change}),
                partial(stranger.get, whole, asked),
                *(partial(stranger.get, one) for one in ones),
            ):
                answer = answered(send)
                if "problem" not in answer["Content-Type"]:
                    read(answer.content)

    holds()
