"""Reading the record: timelines, the last root, and whether everything still adds up."""

from .live import Tally, verify_live
from .record import (
    COLUMNS,
    a_batch_waits,
    all_lines,
    all_rows,
    all_seals,
    bound_models,
    dead_letters,
    event_of,
    last_line,
    last_seal,
    line_columns,
    lines_after,
    seal_with_root,
    timeline,
    told,
)
from .stream import Stream, one_moment

__all__ = [
    "COLUMNS",
    "Stream",
    "Tally",
    "a_batch_waits",
    "all_lines",
    "all_rows",
    "all_seals",
    "bound_models",
    "dead_letters",
    "event_of",
    "last_line",
    "last_seal",
    "line_columns",
    "lines_after",
    "one_moment",
    "seal_with_root",
    "timeline",
    "told",
    "verify_live",
]
