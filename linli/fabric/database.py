"""What the two engines need: SQLite's pragmas, and tables the database itself keeps append-only."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LAST_BACKUP = "last-backup.txt"  # in the home: when `linli backup` last ended well
# FULL: a receipt handed to a resident must survive a power cut.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    "PRAGMA mmap_size=268435456; PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;"
    "PRAGMA journal_size_limit=67108864;"
)


def sqlite_options() -> dict[str, Any]:
    """Return Django's OPTIONS for SQLite: writers queue instead of failing half-way."""
    return {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": PRAGMAS}


def postgresql_options(*, pooler: bool = False) -> dict[str, Any]:
    """
    Return Django's OPTIONS for PostgreSQL: what a process asks again is planned once.

    Compiling (JIT) takes longer than our short statements run. A pooler that gives each transaction
    another connection can keep no plan, and takes no options at the start.
    """
    if pooler:
        return {"server_side_binding": True, "prepare_threshold": None}
    return {"server_side_binding": True, "prepare_threshold": 2, "options": "-c jit=off"}


def what_is_amiss() -> str:
    """Return why nothing can be kept or found in the database, and what to do; “” if all is there."""
    try:
        tables = connection.introspection.table_names()
    except OperationalError as refusal:
        return f"The database cannot be opened: {str(refusal).strip()}\nLook at LINLI_DATABASE_URL."
    if "fabric_version" in tables:
        return ""
    return (
        f"There are no tables in {connection.settings_dict['NAME']} yet. `linli prepare` makes "
        "them, with rules, packs and the demo; `--no-demo` leaves the district empty."
    )


def database_files() -> Iterator[Path]:
    """Yield the files in which SQLite keeps the database now; none for PostgreSQL."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        beside = (file.with_name(file.name + end) for end in ("", "-wal", "-shm"))
        yield from (path for path in beside if path.exists())


def is_private(path: Path) -> bool:
    """Whether nobody but its owner may read or write a file or folder."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def append_only(
    table: str,
    *,
    columns: Iterable[str],
    once: Iterable[str] = (),
    unique: Iterable[str] = ("id",),
) -> migrations.RunPython:
    """
    Return the migration step after which ``table`` refuses DELETE, TRUNCATE, REPLACE and UPDATE.

    ``columns`` are all its columns; those in ``once`` may be set one time, from null. ``unique``
    are the columns that are unique by themselves: SQLite's REPLACE fires no DELETE trigger.
    """
    kept = [column for column in columns if column not in set(once)]
    once, unique = tuple(once), tuple(unique)

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
        for statement in _triggers(editor.connection.vendor, table, kept, once, unique):
            editor.execute(statement)

    return migrations.RunPython(forwards, migrations.RunPython.noop, elidable=False)


def _triggers(
    vendor: str, table: str, kept: list[str], once: tuple[str, ...], unique: tuple[str, ...]
) -> list[str]:
    different = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = [f"OLD.{column} {different} NEW.{column}" for column in kept]
    again = [f"OLD.{column} IS NOT NULL" for column in once]
    forbidden = " OR ".join([*changed, *again]) if once else "TRUE"
    sentence = f"{table} is append-only"
    if vendor == "sqlite":
        there = " OR ".join(f"{table}.{column} = NEW.{column}" for column in unique)
        same = f"SELECT 1 FROM {table} WHERE {there}"  # noqa: S608  # names of ours
        return [
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS ({same}) "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {forbidden} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({forbidden}) EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def has_lines() -> bool:
    """Whether anything is on the record here; false where there are no tables yet."""
    if "journal_line" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM journal_line LIMIT 1")
        return cursor.fetchone() is not None


def drop_everything() -> None:
    """Drop every table of this database, and what guards them; ``linli migrate`` makes them anew."""
    if connection.vendor == "postgresql":
        _drop_on_postgresql()
        return
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        # Virtual tables first: they take their own tables of shadows along.
        for virtual in (True, False):
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            for name, made_by in cursor.fetchall():
                is_virtual = str(made_by).upper().startswith("CREATE VIRTUAL")
                if is_virtual is virtual and not name.startswith("sqlite_"):
                    cursor.execute(f'DROP TABLE "{name}"')
        cursor.execute("DELETE FROM sqlite_sequence")


def _drop_on_postgresql() -> None:
    mine = """
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    """
    with transaction.atomic(), connection.cursor() as cursor:
        tables = ", ".join(f'"{name}"' for name in connection.introspection.table_names(cursor))
        if tables:
            cursor.execute(f"DROP TABLE {tables} CASCADE")
        cursor.execute(mine)
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function} CASCADE")
