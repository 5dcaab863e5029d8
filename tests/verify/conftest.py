"""A lived-in district, one per test; and the means of an attacker who may do anything to tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from linli.journal import queries as journal
from linli.verify import queries
from tests.conftest import triggers_off

from .lived import live_a_day


@pytest.fixture
def store(settings, tmp_path):
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def lived(db, store):
    return live_a_day()


@contextmanager
def planted(*statements: str) -> Iterator[None]:
    """Do something to the tables as one with all rights would, and undo it afterwards."""
    try:
        with transaction.atomic():
            with triggers_off(), connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute("PRAGMA ignore_check_constraints = ON")
                for statement in statements:
                    cursor.execute(statement)
            yield
            transaction.set_rollback(True)
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def faults(**options) -> list[str]:
    """Return what the live check says, as the command prints it."""
    found = queries.verify_all(journal.Tally(), **options)
    return [f"{fault.where}: {fault.what}" for fault in found]


def one(ask: str, *values):
    """Return the first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(ask, values)
        return cursor.fetchone()[0]
