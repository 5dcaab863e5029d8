"""How a row of a loaded case changes, in memory."""

from typing import Any

from linli.cases.models import Case, Step


def change_row(row: Case | Step, **columns: Any) -> None:  # as the living ``change`` takes them
    """Set the columns and raise the revision, as the living acts do."""
    row.__dict__.update(columns, revision=row.revision + 1)
