"""A demo whose loader was ended half-way is removed and built anew; a district of people never is."""

import io
import sqlite3

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from linli.fabric import database
from linli.identity import actions, queries
from linli.identity.management.commands import remove_demo
from tests.world import HOUSE_ITSELF, NOON


@pytest.fixture
def removed(monkeypatch):
    """Note what would be dropped and made, instead of doing it to the tests' own database."""
    done = []
    monkeypatch.setattr(remove_demo, "drop_everything", lambda: done.append("drop"))
    monkeypatch.setattr(remove_demo, "call_command", lambda name, **options: done.append(name))
    return done


def run(**options):
    out = io.StringIO()
    call_command("remove_demo", **options, stdout=out)
    return out.getvalue()


ANEW = ["drop", "migrate", "createcachetable"]


def test_a_demo_that_is_being_built_counts_as_half_built_until_it_is_finished(db):
    assert not queries.demo_is_half_built()
    actions.mark_demo(by=HOUSE_ITSELF, at=NOON)
    assert queries.demo_is_half_built()
    actions.finish_demo(by=HOUSE_ITSELF)
    assert not queries.demo_is_half_built()
    assert queries.is_demo()


def test_half_a_demo_is_removed_without_a_question(db, removed):
    actions.mark_demo(by=HOUSE_ITSELF, at=NOON)
    assert "left half built" in run(half_built=True)
    assert removed == ANEW


def test_a_whole_demo_is_left_alone(db, removed):
    actions.mark_demo(by=HOUSE_ITSELF, at=NOON)
    actions.finish_demo(by=HOUSE_ITSELF)
    assert run(half_built=True) == ""
    with pytest.raises(CommandError, match="linli remove-demo --yes"):
        run()
    assert removed == []
    assert "The demo is gone" in run(yes=True)
    assert removed == ANEW


@pytest.mark.parametrize("options", [{}, {"yes": True}])
def test_where_people_are_real_nothing_is_removed(db, removed, options):
    with pytest.raises(CommandError, match="not marked as a demo; nothing was removed"):
        run(**options)
    assert run(half_built=True) == ""
    assert removed == []


def test_the_role_that_serves_gets_its_rights_again(db, removed, settings, monkeypatch):
    settings.RUNTIME_ROLE = "serves"
    actions.mark_demo(by=HOUSE_ITSELF, at=NOON)
    monkeypatch.setattr(
        remove_demo, "call_command", lambda name, *words, **options: removed.append((name, *words))
    )
    run(yes=True)
    assert removed[-1] == ("grants", "--runtime-role", "serves", "--apply")


def test_everything_is_dropped_whatever_guards_it(db, tmp_path, monkeypatch):
    path = tmp_path / "some.sqlite3"
    with sqlite3.connect(path) as held:
        held.executescript(
            """
            CREATE TABLE house (id INTEGER PRIMARY KEY AUTOINCREMENT);
            CREATE TABLE door (id INTEGER PRIMARY KEY, house INTEGER NOT NULL REFERENCES house);
            CREATE TRIGGER house_no_delete BEFORE DELETE ON house
                BEGIN SELECT RAISE(ABORT, 'append-only'); END;
            CREATE VIRTUAL TABLE found USING fts5(words);
            INSERT INTO house DEFAULT VALUES;
            INSERT INTO door (house) VALUES (1);
            INSERT INTO found VALUES ('leak');
            """
        )
    options = {**connection.settings_dict, "ENGINE": "django.db.backends.sqlite3"}
    other = DatabaseWrapper({**options, "NAME": str(path), "OPTIONS": {}}, "other")
    monkeypatch.setattr(database, "connection", other)
    try:
        database.drop_everything()
        assert other.introspection.table_names() == []
        assert not database.has_lines()
        with other.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
            assert cursor.fetchall() == []
    finally:
        other.close()


@pytest.mark.django_db
def test_on_postgresql_tables_and_functions_go_in_one_transaction():
    before = set(connection.introspection.table_names())
    if connection.vendor == "postgresql":
        with transaction.atomic():
            database.drop_everything()
            assert connection.introspection.table_names() == []
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE '%_refuse'")
                assert cursor.fetchone() == (0,)
            transaction.set_rollback(True)
    assert set(connection.introspection.table_names()) == before > {"journal_line"}
