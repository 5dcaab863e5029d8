"""What tests of actions share: everything written, and a refusal that wrote nothing."""

import json

import pytest
from django.apps import apps

from linli.journal.domain import digest
from linli.journal.models import Line

STOREYS = ("visits", "people", "files")
TABLES = {
    model._meta.db_table: model
    for storey in STOREYS
    for model in apps.get_app_config(storey).get_models()
}


def state():
    """Return everything that could have been written."""
    tables = [list(model.objects.order_by("pk").values()) for model in TABLES.values()]
    return tables, Line.objects.count()


def refused(refusal, action, **values):
    before = state()
    with pytest.raises(refusal):
        action(**values)
    assert state() == before


def last_lines(*kinds):
    """Return the bodies of the last act's lines, which are of these kinds; every digest holds."""
    act = Line.objects.order_by("-id").first().act_id
    lines = list(Line.objects.filter(act_id=act).order_by("id"))
    assert [line.kind for line in lines] == list(kinds)
    bodies = [json.loads(line.body) for line in lines]
    for table, pk, found in (row for body in bodies for row in body["rows"]):
        if table in TABLES and table.startswith("visits"):
            row = TABLES[table].objects.get(pk=pk)
            assert digest(bytes(row.salt or b""), row.canonical_row()) == found
    return bodies
