"""The record attacked with raw SQL, on the engine in use."""

import pytest
from django.db import DatabaseError, connection, transaction

from linli.journal import actions
from linli.journal.models import Line, Seal

from .conftest import AT, BY

pytestmark = pytest.mark.django_db

COLUMNS = [field.column for field in Line._meta.concrete_fields]
SEALED = {"batch", "position", "leaf"}


def other_value(model, column):
    kind = model._meta.get_field(column).get_internal_type()
    if kind == "BinaryField":
        return "'\\x00'::bytea" if connection.vendor == "postgresql" else "x'00'"
    if kind == "DateTimeField":
        return "'2020-01-01 00:00:00+00:00'"
    return "'x'" if kind in {"TextField", "CharField"} else "9876"


def attack(statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.fixture
def sealed(light):
    light(1), light(2)
    return actions.seal_lines(by=BY, at=AT)


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in SEALED])
def test_no_column_of_an_unsealed_line_can_be_changed(light, column):
    before = Line.objects.filter(pk=light().pk).values().get()
    attack(f"UPDATE journal_line SET {column} = {other_value(Line, column)}")
    assert Line.objects.values().get() == before


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_a_sealed_line_can_be_changed(sealed, column):
    before = list(Line.objects.order_by("id").values())
    attack(f"UPDATE journal_line SET {column} = {other_value(Line, column)} WHERE position = 0")
    assert list(Line.objects.order_by("id").values()) == before


def test_a_seal_cannot_be_lifted(sealed):
    attack("UPDATE journal_line SET batch = NULL, position = NULL, leaf = NULL")
    assert Line.objects.filter(batch=None).count() == 0


@pytest.mark.parametrize("column", [field.column for field in Seal._meta.concrete_fields])
def test_no_column_of_a_seal_can_be_changed(sealed, column):
    before = Seal.objects.values().get()
    attack(f"UPDATE journal_seal SET {column} = {other_value(Seal, column)}")
    assert Seal.objects.values().get() == before


@pytest.mark.parametrize("table", ["journal_line", "journal_seal"])
def test_nothing_can_be_deleted(sealed, table):
    attack(f"DELETE FROM {table}")
    assert (Line.objects.count(), Seal.objects.count()) == (2, 1)


@pytest.mark.parametrize("table", ["journal_line", "journal_seal"])
def test_nothing_can_be_truncated(sealed, table):
    sqlite = f"DELETE FROM {table} WHERE 1"
    attack(f"TRUNCATE {table} CASCADE" if connection.vendor == "postgresql" else sqlite)
    assert (Line.objects.count(), Seal.objects.count()) == (2, 1)


@pytest.mark.parametrize("table", ["journal_line", "journal_seal"])
def test_nothing_can_be_replaced(sealed, table):
    """SQLite's REPLACE deletes without firing DELETE triggers; PostgreSQL's upsert is an UPDATE."""
    model = Line if table == "journal_line" else Seal
    names = ", ".join(field.column for field in model._meta.concrete_fields)
    changed = names.replace("district", "9876").replace("count", "9876")
    if connection.vendor == "sqlite":
        attack(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {changed} FROM {table}")
    else:
        attack(
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {table} "
            f"ON CONFLICT (id) DO UPDATE SET id = {table}.id + 1000"
        )
    assert (Line.objects.filter(district=9876).count(), Seal.objects.get().count) == (0, 2)


def test_a_seal_cannot_be_replaced_by_its_number(sealed):
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="unique"), transaction.atomic():
            Seal.objects.create(**again(sealed))
    else:
        names = ", ".join(name for name in again(sealed))
        attack(
            f"INSERT OR REPLACE INTO journal_seal ({names}) "
            f"SELECT {names.replace('count', '5')} FROM journal_seal"
        )
    assert Seal.objects.get().pk == sealed.pk


def again(seal):
    return {
        field.attname: getattr(seal, field.attname)
        for field in Seal._meta.concrete_fields
        if field.attname != "id"
    }


def test_a_line_is_sealed_whole_or_not_at_all(light):
    light()
    with (
        pytest.raises(DatabaseError, match="line_sealed_whole"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE journal_line SET batch = 1")
