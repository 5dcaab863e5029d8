"""Rules about tables: where keys point, what is personal, whose key is in every UNIQUE."""

import tomllib
from types import SimpleNamespace

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from linli.fabric.blanks import Bound

from .rules import ROOT

# A UNIQUE without district, each with its reason.
WITHOUT_DISTRICT = {
    "journal_seal.number": "one chain per installation, over all its districts",
    "journal_pending.line": "as unique as the line",
    "journal_effect.line+reaction": "as unique as the line",
    "identity_user.username": "one signs in before the district is known",
    "fabric_version.name": "one process cache per installation",
}
KINDS = {"sealed", "counted", "open"}


def ours():
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("linli.") and model._meta.managed
    ]


def floors():
    """Return each storey's floor, counted from the ground."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [layers] = [c["layers"] for c in config["contracts"] if c["name"].startswith("The storeys")]
    return {
        name.strip(" ()"): number
        for number, row in enumerate(reversed(layers))
        for name in row.split("|")
    }


def points_upward(floor, source, target):
    """Whether a key from one storey to another points up, or sideways on the same row."""
    if source == target or source not in floor or target not in floor:
        return False
    return floor[target] >= floor[source]


def uniques(model):
    """Return every set of fields that is unique together, but for the primary key."""
    meta = model._meta
    yield from (
        (field.name,)
        for field in meta.local_concrete_fields
        if field.unique and (not field.primary_key or not isinstance(field, models.AutoField))
    )
    yield from (tuple(c.fields) for c in meta.constraints if isinstance(c, models.UniqueConstraint))
    yield from map(tuple, meta.unique_together)


def undeclared(model):
    """Return what is wrong with a model's declaration of personal fields."""
    declared = vars(model).get("PERSONAL")
    if declared is None:
        return ["PERSONAL is not declared on the model itself"]
    names = {field.name for field in model._meta.local_concrete_fields}
    return [f"{name}: no such field" for name in set(declared) - names] + [
        f"{name}: {kind}" for name, kind in declared.items() if kind not in KINDS
    ]


def test_a_key_that_points_upward_is_seen():
    floor = {"people": 3, "cases": 5, "portal": 9, "desk": 9}
    assert points_upward(floor, "people", "cases")
    assert points_upward(floor, "portal", "desk")
    assert not points_upward(floor, "cases", "people")
    assert not points_upward(floor, "cases", "cases")
    assert not points_upward(floor, "cases", "auth")


def test_foreign_keys_point_downward():
    """A string like "cases.Case" hides from the import graph; this does not."""
    floor = floors()
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in ours()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if points_upward(floor, model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert upward == []


def test_every_unique_begins_with_the_district():
    """A cluster that spreads rows by district finds and keeps them apart by the first column."""
    others = {
        f"{model._meta.db_table}.{'+'.join(unique)}"
        for model in ours()
        for unique in uniques(model)
        if unique[0] != "district"
    }
    assert others == set(WITHOUT_DISTRICT)


def test_every_model_says_what_is_personal():
    declared = [model for model in ours() if not model._meta.auto_created]
    assert {model._meta.label: left for model in declared if (left := undeclared(model))} == {}


def test_a_bound_row_knows_its_district():
    for model in (model for model in ours() if issubclass(model, Bound)):
        assert not model._meta.get_field("district").null
        assert "district" not in model.LOOSE
        assert set(model.LOOSE) <= {field.attname for field in model._meta.concrete_fields}


def test_the_rules_see_good_and_bad_tables():
    with isolate_apps("linli.journal"):

        class Bad(models.Model):
            code = models.CharField(max_length=5, unique=True)
            day = models.DateField()

            class Meta:
                app_label = "journal"
                constraints = [models.UniqueConstraint(fields=["code", "day"], name="bad")]

            def __str__(self):
                return self.code

        class Good(Bound):
            PERSONAL = {"code": "open"}
            code = models.CharField(max_length=5)

            class Meta:
                app_label = "journal"
                constraints = [models.UniqueConstraint(fields=["district", "code"], name="good")]

            def __str__(self):
                return self.code

    assert list(uniques(Bad)) == [("code",), ("code", "day")]
    assert list(uniques(Good)) == [("district", "code")]
    assert undeclared(Bad) == ["PERSONAL is not declared on the model itself"]
    assert undeclared(Good) == []
    Good.PERSONAL = {"cod": "open", "code": "secret"}
    assert undeclared(Good) == ["cod: no such field", "code: secret"]


def test_a_model_inherits_no_declaration():
    parent = SimpleNamespace(PERSONAL={})
    child = type("Child", (type("Parent", (), vars(parent)),), {})
    assert undeclared(child) == ["PERSONAL is not declared on the model itself"]
