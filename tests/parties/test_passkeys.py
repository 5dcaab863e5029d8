"""A passkey opens the door alone: its adding is on the record, and one put in by hand is named."""

import json

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from linli.basics import NoSuchThing
from linli.journal import queries as journal
from linli.journal.models import Line
from linli.parties import actions, queries
from linli.verify.queries import verify_all
from tests.parties.conftest import DAY

SENT = {"id": "q83vEg", "type": "public-key", "response": {"attestationObject": "o2Nm"}}


def named() -> list[str]:
    return [f"{one.where}: {one.what}" for one in verify_all(journal.Tally())]


@pytest.fixture
def request_of(world, monkeypatch):
    """Return a request of 周敏 that sends a credential; nobody asks whether she signed in just now."""
    monkeypatch.setattr(flows, "raise_if_reauthentication_required", lambda *_, **__: None)
    monkeypatch.setattr(flows, "auto_generate_recovery_codes", lambda _: None)
    user = world.user["zhou"]

    def asked(credential):
        request = RequestFactory().post("/", {"credential": json.dumps(credential)})
        request.user, request.actor = user, queries.actor_for(user, None, on=DAY)
        return request

    return asked


def test_adding_one_is_on_the_record_and_what_is_no_line_is_named(world, request_of) -> None:
    request = request_of(SENT)
    with request_context(request):
        flows.add_authenticator(request, "钥匙", SENT)
    mine, zhou = Authenticator.objects.get(), world.user["zhou"].pk
    line = Line.objects.get(kind="PasskeyAdded")
    assert (line.subject_kind, line.subject_id, line.actor_id) == ("passkey", mine.pk, zhou)
    assert named() == []
    mine.record_usage()
    assert named() == []

    with pytest.raises(NoSuchThing):
        actions.note_passkey(by=request.actor, at=timezone.now(), credential={**SENT, "id": "x"})
    assert Line.objects.filter(kind="PasskeyAdded").count() == 1

    theirs = Authenticator.objects.create(user=mine.user, type=mine.type, data=mine.data)
    unknown = "no line says that its owner added this passkey"
    assert named() == [f"mfa_authenticator {theirs.pk}: {unknown}"]
    theirs.delete()
    data = json.dumps({**mine.data, "credential": {**SENT, "id": "q83vEh"}})
    for column, value in (("user_id", world.user["wu"].pk), ("data", data)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM mfa_authenticator WHERE id = %s", [mine.pk])
            (before,) = cursor.fetchone()
            change = f"UPDATE mfa_authenticator SET {column} = %s WHERE id = %s"
            cursor.execute(change, [value, mine.pk])
            assert named() == [f"mfa_authenticator {mine.pk}: {unknown}"]
            cursor.execute(change, [before, mine.pk])
    assert named() == []
