"""Where the ids of an installation begin: its number × 2⁴⁰, so that packages never collide."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

RANGE_BITS = 40
MOST_INSTALLATIONS = 1 << 22  # what a signed 64-bit id has room for
RAISE = """
    SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)
    FROM pg_sequences WHERE format('%%I.%%I', schemaname, sequencename)::regclass
        = pg_get_serial_sequence(%s, 'id')::regclass AND COALESCE(last_value, 0) < %s
"""


def floor_of(installation: int) -> int:
    """
    Return the id before the first one of an installation.

    :raises ImproperlyConfigured: if the number leaves no room for ids
    """
    if not 0 <= installation < MOST_INSTALLATIONS:
        raise ImproperlyConfigured(
            f"LINLI_INSTALLATION is a number from 0 to {MOST_INSTALLATIONS - 1:,}."
        )
    return installation << RANGE_BITS


def raise_sequences() -> list[str]:
    """Let ids of every table of ours begin in the range; never lower one. Return what was raised."""
    floor = floor_of(settings.INSTALLATION)
    there = set(connection.introspection.table_names())
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("linli.")
        and isinstance(model._meta.pk, models.BigAutoField)
        and model._meta.db_table in there
    )
    raise_one = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    return [table for table in tables if raise_one(table, floor)]


def _on_postgresql(table: str, floor: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(RAISE, [table, floor, table, floor])
        return cursor.fetchone() is not None


def _on_sqlite(table: str, floor: int) -> bool:
    """The table of sequences is an ordinary one; it knows a table from its first row on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        if floor == 0 or (found is not None and found[0] >= floor):
            return False
        change = "UPDATE sqlite_sequence SET seq = %s WHERE name = %s"
        fresh = "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)"
        cursor.execute(fresh if found is None else change, [floor, table])
        return True
