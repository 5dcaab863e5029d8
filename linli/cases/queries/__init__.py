"""Questions about cases. Staff see what their office's docket holds; residents what they reported."""

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
from .search import search_cases

__all__ = [
    "ORDERS",
    "CaseFilter",
    "Happening",
    "Standing",
    "case_for",
    "due_counts",
    "history",
    "list_cases",
    "list_returns",
    "list_steps",
    "load_by_person",
    "open_pause",
    "rates",
    "report_for",
    "report_of_user",
    "reports_by_id",
    "reports_of_user",
    "search_cases",
    "similar_open",
    "standing_of",
    "step_in_hand",
    "steps_of",
    "volumes",
]
