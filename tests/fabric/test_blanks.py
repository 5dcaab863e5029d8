"""What a digest covers."""

from datetime import date

import pytest
from django.db import models
from django.test.utils import isolate_apps

from linli.fabric.blanks import Bound, new_salt, plain


@pytest.fixture(scope="module")
def door():
    with isolate_apps("linli.journal"):

        class Door(Bound):
            PERSONAL = {"name": "open"}
            LOOSE = frozenset({"seen"})

            name = models.CharField(max_length=9)
            built_on = models.DateField(null=True)
            words = models.JSONField(default=dict)
            seen = models.IntegerField(default=0)
            street = models.ForeignKey("self", on_delete=models.PROTECT, null=True)

            class Meta:
                app_label = "journal"

            def __str__(self):
                return self.name

        yield Door


def test_all_columns_but_the_salt_and_the_loose_ones_are_bound(door):
    assert door.bound_columns() == ("built_on", "district", "id", "name", "street_id", "words")
    assert door.bound_columns() is door.bound_columns()


def test_a_row_as_it_is_bound(door):
    row = door(pk=3, district=1, name="12 号", built_on=date(1988, 5, 1), words={"zh-Hans": "门"})
    assert row.canonical_row() == {
        "built_on": "1988-05-01",
        "district": 1,
        "id": 3,
        "name": "12 号",
        "words": {"zh-Hans": "门"},
    }


def test_every_row_has_a_salt_of_its_own(door):
    first, second = door(), door()
    assert len(first.salt) == len(second.salt) == len(new_salt()) == 16
    assert first.salt != second.salt


def test_a_child_of_a_blank_keeps_its_own_columns(door):
    with isolate_apps("linli.journal"):

        class Gate(Bound):
            class Meta:
                app_label = "journal"

            def __str__(self):
                return "gate"

    assert Gate.bound_columns() == ("district", "id")


def test_a_hashed_column_is_bound_by_its_hash_alone(monkeypatch, door):
    monkeypatch.setattr(door, "HASHED", frozenset({"name"}))
    found = door(pk=3, district=1, name="abc").canonical_row()["name"]
    assert found == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("value", ["门", 3, True, None, {"a": 1}, [1]])
def test_what_is_plain_stays_as_it_is(value):
    assert plain(value) is value
