"""A lived-in district, one for each module; and the means of an attacker who may do anything to tables."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings as house
from django.db import connection, transaction

from linli.fabric import versions
from linli.journal import queries as journal
from linli.verify import queries
from tests.conftest import triggers_off

from .lived import live_a_day


@pytest.fixture
def store(settings, tmp_path):
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture(scope="module")
def lived_once(django_db_setup, django_db_blocker, tmp_path_factory):
    """
    The district of one module's tests, in a transaction around all of theirs; and its files.

    A test that needs an empty house, or real commits, belongs into a module without it.
    """
    before, house.FILES = house.FILES, tmp_path_factory.mktemp("lived") / "files"
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            versions.forget_everything()
            yield live_a_day(), house.FILES
        finally:
            transaction.set_rollback(True)
            house.FILES = before


@pytest.fixture
def lived(lived_once, db, store):
    """The district as it was lived in, with files of this test's own."""
    world, files = lived_once
    shutil.copytree(files, store)
    return world


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
