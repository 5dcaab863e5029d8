"""Whether the tables are this program's: SQLite reads a column that is not there as its own name."""

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from linli.fabric.database import what_is_amiss


def check_tables() -> None:
    """:raises CommandError: if there are no tables, or a migration is still to be run"""
    if words := what_is_amiss():
        raise CommandError(words)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The tables are not yet those of this program. Run `linli migrate`.")
