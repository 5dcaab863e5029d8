"""
What the role that serves may do in PostgreSQL. The owner of the tables only migrates.

Rights follow the nature of each table as the database itself holds it: one with a trigger against
DELETE gets no DELETE, one with a trigger against UPDATE gets UPDATE of the columns that may be set
once, one that names its ``SETTABLE`` columns gets UPDATE of those, and a row bound by the journal
is never deleted. Nobody gets TRUNCATE, and nobody DDL.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from .blanks import Bound

# Migrations write these, and they alone.
READ_ONLY = frozenset(
    {"django_migrations", "django_content_type", "auth_permission", "auth_group_permissions"}
)
_SET_ONCE = re.compile(r"old\.\"?(\w+)\"? IS NOT NULL", re.IGNORECASE)
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    ORDER BY relname
"""
TRIGGERS = """
    SELECT relname, tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
"""
# A role that is a member of the owner may do whatever the owner may.
UNFIT = """
    SELECT rolsuper OR rolbypassrls OR rolreplication OR rolcreaterole,
        rolname = current_user OR pg_has_role(rolname, current_user, 'MEMBER')
    FROM pg_roles WHERE rolname = %s
"""
FOREIGN = """
    SELECT count(*) FROM pg_tables
    WHERE schemaname = current_schema() AND NOT pg_has_role(tableowner, 'USAGE')
"""


class CannotGrant(Exception):
    """These rights cannot be given; the sentence says why and what to do."""


@dataclass(frozen=True)
class Nature:
    """What may happen to the rows of one table; ``once`` are the only columns that may change."""

    table: str
    deleted: bool = True
    updated: bool = True
    once: tuple[str, ...] = ()
    written: bool = True

    def rights(self) -> str:
        """Return the list of rights, as GRANT takes it."""
        if not self.written:
            return "SELECT"
        found = ["SELECT", "INSERT"]
        if self.updated:
            found.append("UPDATE")
        elif self.once:
            found.append(f"UPDATE ({', '.join(map(quoted, self.once))})")
        return ", ".join([*found, "DELETE"] if self.deleted else found)


def quoted(name: str) -> str:
    """Return a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def natures() -> list[Nature]:
    """Return the nature of every table, read off its triggers and off what the journal binds."""
    bound = {model._meta.db_table for model in apps.get_models() if issubclass(model, Bound)}
    settable = {
        model._meta.db_table: model.SETTABLE
        for model in apps.get_models()
        if issubclass(model, Bound) and model.SETTABLE
    }
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(TRIGGERS)
        triggers = {(table, name): text for table, name, text in cursor.fetchall()}
    return [
        Nature(
            table,
            deleted=(table, f"{table}_no_delete") not in triggers and table not in bound,
            updated=(table, f"{table}_no_update") not in triggers and table not in settable,
            once=settable.get(table)
            or tuple(
                dict.fromkeys(_SET_ONCE.findall(triggers.get((table, f"{table}_no_update"), "")))
            ),
            written=table not in READ_ONLY,
        )
        for table in tables
    ]


def statements(role: str) -> Iterator[str]:
    """Yield what gives ``role`` its rights and takes away all others; it may be run again."""
    who = quoted(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(quoted, cursor.fetchone())
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC, {who}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {who}"
    yield f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC, {who}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {who}"
    for kind in ("TABLES", "SEQUENCES"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {schema} FROM PUBLIC, {who}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {who}"
    for nature in natures():
        yield f"GRANT {nature.rights()} ON {quoted(nature.table)} TO {who}"


def check_role(role: str) -> None:
    """
    Look whether rights can hold the role, and whether they are ours to give.

    :raises CannotGrant: unless we own the tables, and the role is plain and not one of us
    """
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN)
        if cursor.fetchone()[0]:  # PostgreSQL itself only warns and gives nothing
            raise CannotGrant("Run this as the owner of the tables: LINLI_OWNER_DATABASE_URL.")
        cursor.execute(UNFIT, [role])
        found = cursor.fetchone()
    if found is None:
        raise CannotGrant(
            f"There is no role {role}. As a superuser: CREATE ROLE {quoted(role)} LOGIN "
            "PASSWORD '…' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;"
        )
    mighty, owner = found
    if mighty:
        raise CannotGrant(f"{role} may do more than rights can take away; make a plain role.")
    if owner:
        raise CannotGrant(
            f"{role} is the owner of the tables, or a member of it. Serve as another role."
        )


def apply(role: str) -> int:
    """
    Give ``role`` its rights; return how many tables there are.

    :raises CannotGrant: if the role is not fit to serve
    """
    check_role(role)
    with connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)
    return len(natures())
