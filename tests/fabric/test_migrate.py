"""What ``linli migrate`` leaves is what the models say: it spares Django drawing, never a rule."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState

from linli.fabric.management.commands.migrate import drawn_once

MODELS = [one for one in apps.get_models() if one.__module__.startswith("linli.")]


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.db_table)
def test_every_constraint_and_index_of_a_model_is_in_the_database(db, model):
    wanted = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert wanted - set(found) == set()


def methods() -> list[object]:
    return [getattr(ProjectState, one) for one in ("_append_option", "_remove_option", "add_model")]


def test_afterwards_django_is_as_it_was():
    before = methods()
    with drawn_once():
        assert methods() != before
    assert methods() == before
    with pytest.raises(ZeroDivisionError), drawn_once():
        raise ZeroDivisionError
    assert methods() == before
