"""The edge: health, the content policy, and refusals as answers."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from linli.basics import Invalid, NoSuchThing, NotAllowed, Refused
from linli.fabric import edge


class TooMany(Refused):
    message = "You may ask for %(most)s at most."
    status = 422

    def __init__(self, most):
        super().__init__(most)
        self.most = most


def answer_to(trouble, path):
    request = RequestFactory().get(path)
    return edge.RefusalsToHttp(lambda _: HttpResponse()).process_exception(request, trouble)


def test_a_process_that_lives_says_so(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_a_process_that_reaches_its_database_is_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ok": True})


def test_without_its_database_it_is_not_ready(client, monkeypatch):
    def broken():
        raise OSError

    monkeypatch.setattr("linli.fabric.pages.connection.cursor", broken)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"ok": False})


def test_every_answer_carries_the_content_policy(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("trouble", "status", "kind"),
    [
        (NotAllowed(), 403, "/problems/NotAllowed"),
        (NoSuchThing(), 404, "/problems/NoSuchThing"),
        (TooMany(20), 422, "/problems/TooMany"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/cases", "/open311/v2/requests"])
def test_a_machine_gets_problem_details(trouble, status, kind, path):
    response = answer_to(trouble, path)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert (body["status"], body["type"]) == (status, kind)


def test_a_refusal_names_its_figures():
    assert edge.sentence(TooMany(20)) == "You may ask for 20 at most."


@pytest.mark.parametrize("hidden", [NotAllowed(), NoSuchThing()])
def test_what_a_reader_may_not_see_is_said_on_no_page(hidden):
    with pytest.raises(type(hidden)):
        edge.said_on_page(hidden)
    assert edge.said_on_page(TooMany(20)) == "You may ask for 20 at most."


def test_what_cannot_be_read_names_the_field():
    details = edge.problem(Invalid(field="after", reason="no such page"))
    assert details["status"] == 422
    assert details["errors"] == [{"field": "after", "detail": "no such page"}]


def test_what_is_no_refusal_is_a_bug_and_stays_one():
    assert answer_to(ValueError("bug"), "/api/v1/cases") is None


@pytest.mark.parametrize(
    ("path", "machine"),
    [("/api/v1/cases", True), ("/open311/v2/x", True), ("/report/", False), ("/apis/", False)],
)
def test_machines_are_told_apart_by_address(path, machine):
    assert edge.wants_json(RequestFactory().get(path)) is machine


@pytest.mark.parametrize(
    ("where", "expected"),
    [("/my/", "/my/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example/", "/")],
)
def test_choosing_a_look_never_leads_off_the_house(client, where, expected):
    response = client.post("/look/", {"mode": "elder", "next": where})
    assert (response.status_code, response.headers["Location"]) == (302, expected)
    assert response.cookies["look_mode"].value == "elder"


def test_an_unknown_look_is_not_kept(client):
    assert "look_theme" not in client.post("/look/", {"theme": "<script>"}).cookies
