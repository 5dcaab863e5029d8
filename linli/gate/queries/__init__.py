"""Questions to the gate."""

from .asking import (
    cosigned,
    department_choices,
    live_tasks,
    open_to_decide,
    refusals,
    request_for,
    requests_for,
    streets_of,
    task_for,
    tasks_for,
    tasks_of,
    to_cosign,
    to_lapse,
    to_pay,
)
from .billing import bill, entries_of
from .numbers import Difference, Told, ask_facts, difference_words
from .standing import findings, lines_of, office_in, terms_at, worst_kind
from .words import basis_words, finding_words, findings_words, place_words

__all__ = [
    "Difference",
    "Told",
    "ask_facts",
    "basis_words",
    "bill",
    "cosigned",
    "department_choices",
    "difference_words",
    "entries_of",
    "finding_words",
    "findings",
    "findings_words",
    "lines_of",
    "live_tasks",
    "office_in",
    "open_to_decide",
    "place_words",
    "refusals",
    "request_for",
    "requests_for",
    "streets_of",
    "task_for",
    "tasks_for",
    "tasks_of",
    "terms_at",
    "to_cosign",
    "to_lapse",
    "to_pay",
    "worst_kind",
]
