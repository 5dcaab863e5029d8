"""
Questions to the gate.

``asking`` requests and tasks by who may see them · ``situation`` what the five checks look at · ``numbers``
what the facts answer, hidden where small · ``composing`` a number put together, a form read · ``doors`` of
whom is asked, which visits evidence it · ``billing`` the bill · ``late`` · ``paid`` what a booking is for.
For pages: ``screens`` staff's · ``task_rows``, ``evidence``, ``shown`` a task · ``burden`` anybody's · ``words``.
"""

from .asking import (
    asked_it,
    cosigned,
    department_choices,
    live_tasks,
    open_to_decide,
    own_hand,
    request_for,
    request_numbers,
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
from .doors import (
    asking_tasks,
    doors_of,
    fives_asked,
    living_at,
    met_by_visits,
    minutes_spent,
    not_asked_yet,
    short_of_minutes,
    still_open,
    tasks_about,
    tasks_at_visit,
    to_put_on_list,
    unknown_facts,
    unknown_of,
    wanting_too,
    whom_of,
    worked_for,
)
from .late import late_by_office, late_payments, undecided
from .numbers import Difference, Told, ask_facts, look_up
from .paid import paid_for
from .shown import file_shown
from .situation import findings, known_already, lines_of, office_in, terms_at, worst_kind
from .words import basis_words, finding_words, findings_words, place_words, whom_words

__all__ = [
    "Difference",
    "Told",
    "ask_facts",
    "asked_it",
    "asking_tasks",
    "basis_words",
    "bill",
    "cosigned",
    "department_choices",
    "doors_of",
    "entries_of",
    "file_shown",
    "finding_words",
    "findings",
    "findings_words",
    "fives_asked",
    "known_already",
    "late_by_office",
    "late_payments",
    "lines_of",
    "live_tasks",
    "living_at",
    "look_up",
    "met_by_visits",
    "minutes_spent",
    "not_asked_yet",
    "office_in",
    "open_to_decide",
    "own_hand",
    "paid_for",
    "place_words",
    "request_for",
    "request_numbers",
    "requests_for",
    "short_of_minutes",
    "still_open",
    "streets_of",
    "task_for",
    "tasks_about",
    "tasks_at_visit",
    "tasks_for",
    "tasks_of",
    "terms_at",
    "to_cosign",
    "to_lapse",
    "to_pay",
    "to_put_on_list",
    "undecided",
    "unknown_facts",
    "unknown_of",
    "wanting_too",
    "whom_of",
    "whom_words",
    "worked_for",
    "worst_kind",
]
