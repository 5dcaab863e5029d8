"""What ``linli migrate`` leaves is what the models say."""

import pytest
from django.apps import apps
from django.db import connection

MODELS = [one for one in apps.get_models() if one.__module__.startswith("linli.")]


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.db_table)
def test_every_constraint_and_index_of_a_model_is_in_the_database(db, model):
    wanted = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert wanted - set(found) == set()
