"""Every personal column is declared, sealed values show nothing, and logs only grow."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from linli.fabric.fields import SealedField
from linli.people import actions, queries
from linli.people.models import Person, ReadLog

MODELS = list(apps.get_app_config("people").get_models())
# What says something about a person, wherever it stands.
TELLING = {"name", "id_number", "phone", "birth_on", "sex", "hukou", "disability", "dibao"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_declares_its_personal_columns(model):
    declared = model.__dict__["PERSONAL"]
    names = {field.name for field in model._meta.concrete_fields}
    assert set(declared) <= names
    assert set(declared.values()) <= {"sealed", "counted", "open"}
    for field in model._meta.concrete_fields:
        if isinstance(field, SealedField):
            assert declared[field.name] == "sealed"
    assert (TELLING & names) <= set(declared)


def test_every_sealed_fact_is_a_sealed_column_with_an_index():
    columns = {field.name: field for field in Person._meta.concrete_fields}
    for fact in queries.dictionary().values():
        if fact.sensitivity == "sealed":
            assert isinstance(columns[fact.attribute], SealedField)
            assert columns[f"{fact.attribute}_index"].max_length == 32
        if fact.held == "column":
            assert Person.PERSONAL[fact.attribute] == fact.sensitivity


def test_a_sealed_value_lies_unreadable_and_shows_a_mask(town):
    person = town.person(phone="13812345678")
    row = Person.objects.filter(pk=person.pk).extra(select={"raw": "phone"}).values("raw")[0]
    assert b"13812345678" not in bytes(row["raw"])
    held = Person.objects.get(pk=person.pk)
    assert f"{held.phone} {held.phone!r} {held}" == f"•••• •••• person {person.pk}"
    assert held.phone.open() == "13812345678"


def test_the_read_log_cannot_be_rewritten(town):
    person = town.person()
    actions.open_card(by=town.worker, person=person.pk, purpose="registry", at=town.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadLog.objects.update(purpose="care")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadLog.objects.all().delete()
    assert ReadLog.objects.get().purpose == "registry"
