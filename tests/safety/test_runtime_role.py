"""
The role that serves, attacking with raw SQL over a connection of its own: every try is refused.

It may do what the house does, and nothing is left over: the record cannot be altered by it, nor
the tables, nor what guards them.
"""

import contextlib
import io
import os
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from linli.fabric import grants
from linli.journal import actions as journal
from linli.journal import queries as record
from tests import kept
from tests.verify.lived import live_a_day
from tests.world import NOON

ROLE = f"linli_serves_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
LINE = (
    "INSERT INTO journal_line (district, kind, subject_kind, subject_id, act_id, version, "
    "actor_kind, hat, at, body, batch, position, leaf) VALUES "
    "(1, 'CaseOpened', 'case', 1, 1, 1, 'system', '', now(), '{}', 900, 0, '\\x00')"
)
SEAL = (
    "INSERT INTO journal_seal (number, root, previous, count, alg, key_id, public_key, signature, "
    "sealed_at) VALUES (900, '\\x01', '\\x00', 1, 'a', 'k', '\\x00', '\\x00', now())"
)


def options(**others):
    named = connection.get_connection_params()
    wanted = {name: named[name] for name in ("host", "port", "dbname") if named.get(name)}
    return {**wanted, **others}


@contextmanager
def as_owner():
    where = {**options(), "user": connection.settings_dict["USER"]}
    with psycopg.connect(**where, autocommit=True) as held:
        yield held


@pytest.fixture(scope="module")
def role(django_db_setup, django_db_blocker):
    """Make the role with its rights on the test database, and take it away again."""
    with django_db_blocker.unblock(), as_owner() as owner:
        owner.execute(f"CREATE ROLE {ROLE} LOGIN")
        try:
            grants.check_role(ROLE)
            for statement in grants.statements(ROLE):
                owner.execute(statement)
            yield ROLE
        finally:
            owner.execute(f"DROP OWNED BY {ROLE}")
            owner.execute(f"DROP ROLE {ROLE}")
            owner.execute("GRANT ALL ON SCHEMA public TO PUBLIC")


@pytest.fixture
def served(role):
    """Give the role's own connection, inside a transaction that is undone."""
    with psycopg.connect(**options(user=role)) as held:
        held.execute(LINE)
        held.execute(SEAL)
        yield held
        held.rollback()


FORBIDDEN = "permission denied|must be owner|must be superuser|not permitted"
ATTACKS = {
    "a line is changed": "UPDATE journal_line SET body = '{\"forged\": true}'",
    "a line gets another moment": "UPDATE journal_line SET at = now() WHERE batch = 900",
    "a line gets another author": "UPDATE journal_line SET actor_id = 7",
    "a line is deleted": "DELETE FROM journal_line",
    "the record is emptied": "TRUNCATE journal_line",
    "the record is emptied with all that hangs on it": "TRUNCATE journal_line CASCADE",
    "a line is overwritten": (
        "INSERT INTO journal_line SELECT * FROM journal_line "
        "ON CONFLICT (id) DO UPDATE SET body = '{}'"
    ),
    "a seal is rewritten": "UPDATE journal_seal SET root = '\\x00', signature = '\\x00'",
    "a seal is deleted": "DELETE FROM journal_seal WHERE number = 900",
    "the seals are emptied": "TRUNCATE journal_seal",
    "a move of a step is changed": "UPDATE case_step_move SET to_state = 'done'",
    "a move of a step is deleted": "DELETE FROM case_step_move",
    "a case is deleted": "DELETE FROM case_case",
    "a person is deleted": "DELETE FROM people_person",
    "the demo mark is taken away": "DELETE FROM identity_demomark",
    "a trigger is dropped": "DROP TRIGGER journal_line_no_update ON journal_line",
    "a trigger is switched off": "ALTER TABLE journal_line DISABLE TRIGGER journal_line_no_update",
    "all triggers are switched off": "ALTER TABLE journal_line DISABLE TRIGGER ALL",
    "triggers are skipped by this session": "SET session_replication_role = replica",
    "a trigger is put before others": (
        "CREATE TRIGGER a BEFORE UPDATE ON journal_line FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "the function of a trigger is exchanged": (
        "CREATE OR REPLACE FUNCTION journal_line_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$"
    ),
    "the function of a trigger is dropped": "DROP FUNCTION journal_line_refuse() CASCADE",
    "a function is made": (
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
    ),
    "a column is dropped": "ALTER TABLE journal_line DROP COLUMN body",
    "a constraint is dropped": "ALTER TABLE journal_line DROP CONSTRAINT line_sealed_whole",
    "a table is dropped": "DROP TABLE journal_seal",
    "a table is renamed": "ALTER TABLE journal_seal RENAME TO old_seal",
    "a table is made": "CREATE TABLE mine (id int)",
    "a table hides another in this session": "CREATE TEMPORARY TABLE journal_line (id int)",
    "a rule answers instead": (
        "CREATE RULE nothing AS ON INSERT TO journal_line DO INSTEAD NOTHING"
    ),
    "an index is made": "CREATE INDEX mine ON journal_line (hat)",
    "ids are set back": "SELECT setval(pg_get_serial_sequence('journal_line', 'id'), 1)",
    "a sequence starts anew": "ALTER SEQUENCE journal_line_id_seq RESTART WITH 1",
    "a migration is struck off": "DELETE FROM django_migrations",
    "the owner is put on": "SET ROLE linli",
    "a role is made": "CREATE ROLE mine SUPERUSER",
    "the role raises itself": f"ALTER ROLE {ROLE} SUPERUSER",
    "a file of the server is read": "SELECT pg_read_file('PG_VERSION')",
    "the server runs a program": "COPY journal_seal TO PROGRAM 'true'",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_the_role_that_serves_is_refused(served, attack):
    seen = everything(served)
    served.execute("SAVEPOINT before")
    with pytest.raises(psycopg.Error, match=FORBIDDEN):
        served.execute(attack)
    served.execute("ROLLBACK TO SAVEPOINT before")
    assert everything(served) == seen


def everything(held):
    lines = held.execute("SELECT * FROM journal_line ORDER BY id").fetchall()
    return lines, held.execute("SELECT * FROM journal_seal ORDER BY id").fetchall()


def test_rights_that_are_given_away_arrive_nowhere(served):
    """PostgreSQL warns and gives nothing."""
    served.execute("GRANT ALL ON journal_line TO PUBLIC")
    asked = "SELECT relacl::text FROM pg_class WHERE relname = 'journal_line'"
    [[rights]] = served.execute(asked).fetchall()
    assert "{=" not in rights
    assert ",=" not in rights


@pytest.mark.parametrize("change", ["batch = NULL, position = NULL, leaf = NULL", "leaf = '\\x01'"])
def test_what_the_sealer_may_set_it_sets_once(served, change):
    """The one right to UPDATE the role has on the record; the trigger holds it to its purpose."""
    with pytest.raises(psycopg.Error, match="append-only"):
        served.execute(f"UPDATE journal_line SET {change} WHERE batch = 900")


def test_the_rights_are_those_of_the_tables_nature(db):
    rights = {nature.table: nature.rights() for nature in grants.natures()}
    assert rights["journal_line"] == 'SELECT, INSERT, UPDATE ("batch", "position", "leaf")'
    assert rights["journal_seal"] == "SELECT, INSERT"
    assert rights["case_step_move"] == "SELECT, INSERT"
    assert rights["gate_task_file"] == "SELECT, INSERT"
    assert rights["catalogue_mandate"] == 'SELECT, INSERT, UPDATE ("revoked_at")'
    assert rights["people_person"] == "SELECT, INSERT, UPDATE"
    assert rights["journal_pending"] == "SELECT, INSERT, UPDATE, DELETE"
    assert rights["django_session"] == "SELECT, INSERT, UPDATE, DELETE"
    assert rights["django_migrations"] == "SELECT"
    assert not any("TRUNCATE" in text or "ALL" in text for text in rights.values())


def test_the_house_can_do_all_its_work_as_that_role(role, db, settings, tmp_path, monkeypatch):
    """A day of the district, its seals and the whole check, with the rights of the role only."""
    settings.FILES = tmp_path / "files"
    monkeypatch.setattr(kept, "_at_first", None)  # its world too is lived, not copied
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {role}")
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (role, role)
    live_a_day()
    while journal.seal_lines(by=journal.system(1), at=NOON):
        pass
    assert list(record.verify_live()) == []


def test_the_command_prints_what_it_would_do_and_does_it(role, db, capsys):
    call_command("grants", "--runtime-role", role)
    printed = capsys.readouterr().out
    assert f'GRANT SELECT, INSERT ON "journal_seal" TO "{role}";' in printed
    call_command("grants", "--runtime-role", role, "--apply")
    assert "it owns none of them" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "words"), [("nobody_at_all", "CREATE ROLE"), ("linli", "may do more than rights")]
)
def test_a_role_that_is_not_fit_to_serve_gets_no_rights(db, name, words):
    with pytest.raises(CommandError, match=words):
        call_command("grants", "--runtime-role", name, "--apply")


def test_a_member_of_the_owner_gets_no_rights(db):
    """A plain owner's member may do all the owner may; superusers are members of everybody."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in ("linli_owns", "linli_inside"):
            cursor.execute(f"CREATE ROLE {name}_{ROLE}")
        cursor.execute(f"GRANT linli_owns_{ROLE} TO linli_inside_{ROLE}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" OWNER TO linli_owns_{ROLE}')
        cursor.execute(f"SET LOCAL ROLE linli_owns_{ROLE}")
        with pytest.raises(grants.CannotGrant, match="member"):
            grants.check_role(f"linli_inside_{ROLE}")
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_somebody_who_is_not_the_owner_is_told_so(role):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE other_{ROLE}")
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {role}")
        with pytest.raises(CommandError, match="as the owner"):
            call_command("grants", "--runtime-role", f"other_{ROLE}", "--apply")
        transaction.set_rollback(True)


def test_the_check_for_production_is_content_with_that_role_and_not_with_the_owner(role, db):
    assert len(about_the_role()) == 4
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {role}")
    assert about_the_role() == []


def about_the_role():
    out = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("check", "--production", stdout=out, stderr=io.StringIO())
    lines = out.getvalue().splitlines()
    return [line for line in lines if line.startswith("FAIL  the role that serves")]
