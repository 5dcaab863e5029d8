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
    lines_after,
    recorded_since,
    recorded_until,
    seal_with_root,
    timeline,
    told,
    unsealed_lines,
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
    "lines_after",
    "one_moment",
    "recorded_since",
    "recorded_until",
    "seal_with_root",
    "timeline",
    "told",
    "unsealed_lines",
    "verify_live",
]
