"""Leave for work no resident asked for: under the list, for a time, and never otherwise."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.catalogue import queries
from linli.catalogue.actions import grant_mandate, revoke_mandate
from linli.catalogue.domain import (
    AlreadyEnded,
    EmergencyTooLong,
    LineNotInForce,
    MandateWithoutEnd,
    NothingAsked,
    NotOnTheList,
)
from linli.catalogue.models import DutyLine, Mandate, MandateTerms
from linli.journal.models import Line
from tests.world import GREEN, HOUSE_ITSELF, WILLOW, World

from .conftest import MORNING

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def grant(world: World, *, by: Actor = HOUSE_ITSELF, line: str = "help", **changes: object):
    values: dict[str, object] = {
        "duty_line": DutyLine.objects.get(code=line, valid_to=None).pk,
        "origin": "admitted",
        "communities": [world.places[GREEN]],
        "minutes": 30,
        "asked_by": next(pk for code, pk in world.parties.items() if "housing" in code),
        "evidence": ["visit_note"],
        "valid_from": MORNING,
        "valid_to": MORNING + MONTH,
        "at": MORNING,
    }
    return grant_mandate(by=by, **(values | changes))


def test_a_mandate_holds_for_its_time_and_place(world: World) -> None:
    mandate = grant(world)
    terms = MandateTerms.objects.get(mandate=mandate)
    line = Line.objects.latest("id")
    assert (line.kind, line.subject_id) == ("MandateGranted", mandate.pk)
    assert (terms.evidence, terms.asked_by.office) == (["visit_note"], "housing")
    green, willow = world.places[GREEN], world.places[WILLOW]
    last = MORNING + MONTH - timedelta(microseconds=1)
    assert queries.mandates_for(green, MORNING) == queries.mandates_for(green, last) == [mandate]
    assert queries.mandates_for(willow, MORNING) == []
    assert queries.mandates_for(green, MORNING + MONTH) == []
    assert queries.mandates_for(green, MORNING - timedelta(microseconds=1)) == []


@pytest.mark.parametrize(
    ("line", "changes", "refusal"),
    [
        ("gone", {}, NotOnTheList),
        ("never", {}, NotOnTheList),
        ("help", {"valid_to": MORNING}, MandateWithoutEnd),
        ("help", {"valid_from": datetime(2025, 12, 31, tzinfo=UTC)}, LineNotInForce),
        ("help", {"evidence": []}, NothingAsked),
        ("help", {"minutes": 0}, NothingAsked),
        ("help", {"asked_by": 0}, NoSuchThing),
        (
            "help",
            {"origin": "emergency", "valid_to": MORNING + timedelta(hours=72, seconds=1)},
            EmergencyTooLong,
        ),
    ],
)
def test_no_mandate_past_the_rules(
    world: World, line: str, changes: dict[str, object], refusal: type
) -> None:
    before = Line.objects.count()
    with pytest.raises(refusal):
        grant(world, line=line, **changes)
    assert Mandate.objects.count() == MandateTerms.objects.count() == 0
    assert Line.objects.count() == before


def test_an_emergency_reaches_past_the_list_and_lapses(world: World) -> None:
    end = MORNING + timedelta(hours=72)
    mandate = grant(world, line="gone", origin="emergency", valid_to=end)
    assert list(queries.mandates(end - timedelta(seconds=1))) == [mandate]
    assert list(queries.mandates(end)) == []


def test_a_revoked_mandate_is_over_at_once(world: World) -> None:
    mandate, noon = grant(world), MORNING + timedelta(hours=4)
    revoke_mandate(by=HOUSE_ITSELF, mandate=mandate.pk, at=noon)
    line = Line.objects.latest("id")
    assert (line.kind, line.subject_id) == ("MandateRevoked", mandate.pk)
    assert list(queries.mandates(noon - timedelta(seconds=1))) == [mandate]
    assert list(queries.mandates(noon)) == []
    before = Line.objects.count()
    for refusal, pk, at in (
        (AlreadyEnded, mandate.pk, noon),
        (NoSuchThing, 0, noon),
        (AlreadyEnded, grant(world).pk, MORNING + MONTH),
    ):
        with pytest.raises(refusal):
            revoke_mandate(by=HOUSE_ITSELF, mandate=pk, at=at)
    assert Line.objects.count() == before + 1


def test_only_the_gate_grants_and_revokes(world: World) -> None:
    nobody = Actor(kind="system", district=HOUSE_ITSELF.district)
    with pytest.raises(NotAllowed):
        grant(world, by=nobody)
    kept = grant(world)
    with pytest.raises(NotAllowed):
        revoke_mandate(by=nobody, mandate=kept.pk, at=MORNING)
    assert list(queries.mandates(MORNING)) == [kept]


def test_what_was_granted_cannot_be_changed(world: World) -> None:
    grant(world)
    for statement in (
        "UPDATE catalogue_mandate SET minutes = 1",
        "UPDATE catalogue_mandate_terms SET asked_by_id = 1",
        "DELETE FROM catalogue_mandate_terms",
        "DELETE FROM catalogue_duty_terms",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert MandateTerms.objects.get().mandate.minutes == 30
