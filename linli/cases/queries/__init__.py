"""Questions about cases. Staff see what their office's docket holds; residents what they reported."""

from .beside import (
    precedents_for,
    returns_of_office,
    rulings_about,
    sayings_of,
    steps_of_many,
)
from .derived import verify_lists
from .figures import due_counts, load_by_person, rates, volumes
from .lists import ORDERS, CaseFilter, list_cases, list_returns, list_steps
from .one import (
    Happening,
    Standing,
    case_for,
    history,
    open_pause,
    report_for,
    report_of_user,
    reports_by_id,
    reports_of_user,
    similar_open,
    standing_of,
    step_in_hand,
    steps_of,
)
from .public import PublicCase, public_case, public_cases
from .search import search_cases
from .telling import (
    Reporter,
    case_by_id,
    last_clause,
    last_pause,
    merged_number,
    offices_behind,
    person_in_charge,
    reporters_of,
)

__all__ = [
    "ORDERS",
    "CaseFilter",
    "Happening",
    "PublicCase",
    "Reporter",
    "Standing",
    "case_by_id",
    "case_for",
    "due_counts",
    "history",
    "last_clause",
    "last_pause",
    "list_cases",
    "list_returns",
    "list_steps",
    "load_by_person",
    "merged_number",
    "offices_behind",
    "open_pause",
    "person_in_charge",
    "precedents_for",
    "public_case",
    "public_cases",
    "rates",
    "report_for",
    "report_of_user",
    "reporters_of",
    "reports_by_id",
    "reports_of_user",
    "returns_of_office",
    "rulings_about",
    "sayings_of",
    "search_cases",
    "similar_open",
    "standing_of",
    "step_in_hand",
    "steps_of",
    "steps_of_many",
    "verify_lists",
    "volumes",
]
