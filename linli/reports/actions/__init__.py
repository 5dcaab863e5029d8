"""
Definitions brought in, forms taken in, editions opened and sent, and what they lack asked for.

    definitions  a pack's indicators and words     forms  a form from its taking in to its end
    questions    the list of a week
"""

from .definitions import load_definitions, read_definitions
from .forms import (
    end_form,
    import_form,
    open_due_editions,
    open_editions,
    send_back_edition,
    send_edition,
    send_editions,
)
from .questions import ask_for_gaps, ask_weekly

__all__ = [
    "ask_for_gaps",
    "ask_weekly",
    "end_form",
    "import_form",
    "load_definitions",
    "open_due_editions",
    "open_editions",
    "read_definitions",
    "send_back_edition",
    "send_edition",
    "send_editions",
]
