"""What tests of actions share: everything written, the last line, and a refusal that wrote nothing."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.apps import apps

from linli.identity.models import User
from linli.journal.actions import system
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.people import actions
from linli.people.domain import HouseholdRow, Permission, PersonRow

from .conftest import number_of

BORN = date(1944, 5, 6)
MODELS = (User, *apps.get_app_config("people").get_models())
TABLES = {model._meta.db_table: model for model in MODELS}


def state():
    """Everything that could have been written."""
    tables = [list(model.objects.order_by("pk").values()) for model in TABLES.values()]
    return tables, Line.objects.count()


def last_line(kind):
    line = Line.objects.order_by("-id").first()
    assert line.kind == kind
    body = json.loads(line.body)
    for table, pk, found in body["rows"]:
        row = TABLES[table].objects.get(pk=pk)
        assert digest(bytes(row.salt or b""), row.canonical_row()) == found
    return body


def refused(refusal, action, **values):
    before = state()
    with pytest.raises(refusal):
        action(**values)
    assert state() == before


def rows(town):
    return {
        "households": [
            HouseholdRow(key="h1", home=town.doors[0], community=town.communities[0]),
            HouseholdRow(key="h2", home=town.doors[1], community=town.communities[1]),
        ],
        "people": [
            PersonRow(
                key="child",
                name="王小宝",
                household="h1",
                guardian="father",
                facts={"birth_on": date(2020, 2, 2)},
            ),
            PersonRow(
                key="father",
                name="王大明",
                household="h1",
                id_number=number_of(BORN),
                phone="13812345678",
                facts={"veteran": True, "dibao": False},
            ),
        ],
    }


def load(town, **more):
    values = {
        "by": replace(system(1), permissions=frozenset(Permission)),
        "at": town.at,
        "source": "demo",
        "on": date(2026, 11, 1),
    }
    return actions.load_people(**(values | rows(town) | more))


def enter(town, person, attribute, value, **more):
    values = {"by": town.worker, "at": town.at, "person": person.pk} | more
    return actions.record_fact(attribute=attribute, value=value, **values)
