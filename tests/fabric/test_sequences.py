"""Ids of two installations never meet; a sequence is raised once and never lowered."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from linli.fabric import bulk, sequences
from linli.journal.models import Pending

TABLES = ("journal_line", "journal_pending", "case_case")
RANGE = 1 << 40


def heights():
    """Return the last id given in each table of the tests."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"SELECT last_value FROM {table}_id_seq")
            else:
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found[table] = cursor.fetchone()[0]
        return found


def set_height(table, height):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, height])
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [height, table])


@pytest.fixture
def installed(db, settings):
    """Let the test be another installation; PostgreSQL's sequences stay raised after a rollback."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sequencename, last_value FROM pg_sequences WHERE sequencename LIKE %s",
                ["%_id_seq"],
            )
            before = cursor.fetchall()

    def install(number):
        settings.INSTALLATION = number
        return sequences.raise_sequences()

    yield install
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, height in before:
                cursor.execute("SELECT setval(%s, %s, %s)", [name, height or 1, height is not None])


def pending(count=3):
    return bulk.reserve_ids(Pending, count)


def test_the_suite_itself_runs_in_the_range_of_its_installation(db, settings):
    assert settings.INSTALLATION == 1
    assert min(heights().values()) >= RANGE
    assert max(heights().values()) < 2 * RANGE


def test_two_installations_never_give_the_same_id(installed):
    given = {}
    for number in (5, 6):
        assert set(TABLES) <= set(installed(number))
        given[number] = {*pending(), *pending()}
        assert {pk >> 40 for pk in given[number]} == {number}
    assert min(given[5]) == 5 * RANGE + 1
    assert not given[5] & given[6]


def test_a_second_time_changes_nothing(installed):
    installed(7)
    before = heights()
    assert installed(7) == []
    assert heights() == before


def test_a_sequence_is_never_lowered(installed):
    installed(9)
    before = heights()
    assert installed(2) == []
    assert heights() == before


def test_a_sequence_under_way_is_left_where_it_is(installed):
    installed(5)
    set_height("journal_line", 5 * RANGE + 1_000)
    assert installed(5) == []
    assert heights()["journal_line"] == 5 * RANGE + 1_000


def test_migrating_raises_them(installed, settings, capsys):
    settings.INSTALLATION = 11
    call_command("migrate", verbosity=1)
    assert "begin in this installation's range" in capsys.readouterr().out
    assert min(heights().values()) == 11 * RANGE
    call_command("migrate", verbosity=1)
    assert "begin in" not in capsys.readouterr().out


@pytest.mark.parametrize("number", [-1, 1 << 22])
def test_a_number_without_room_for_ids_is_refused(number):
    with pytest.raises(ImproperlyConfigured, match="LINLI_INSTALLATION"):
        sequences.floor_of(number)


def test_the_last_installation_has_room():
    assert sequences.floor_of((1 << 22) - 1) + RANGE < 1 << 63
