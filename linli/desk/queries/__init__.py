"""What each screen of the workbench shows."""

from .accept import (
    CardView,
    Intake,
    all_facts,
    card_view,
    days_ahead,
    default_place,
    facts_for,
    intake,
    is_ours,
    open_fields,
    question_item,
)
from .calls import Call, Calls, calls
from .case import CasePage, StepRow, case_page
from .lists import (
    CaseList,
    CaseRow,
    case_list,
    due_figures,
    exported,
    items_to_filter,
    load_of_office,
)
from .offices import (
    office_steps,
    offices_for,
    offices_near,
    purpose_of,
)
from .paper import papers_slip, pdf_of, receipt_slip, square_code, words_of
from .queue import QueueScreen, queue_screen, turn_slip, window_items
from .replies import replies_of
from .returns import (
    ReturnPage,
    decided_returns,
    return_page,
    waiting_returns,
)
from .rolls import RollPage, roll_items, roll_page
from .today import Today, found_rows, today
from .wording import day_heading

__all__ = [
    "Call",
    "Calls",
    "CardView",
    "CaseList",
    "CasePage",
    "CaseRow",
    "Intake",
    "QueueScreen",
    "ReturnPage",
    "RollPage",
    "StepRow",
    "Today",
    "all_facts",
    "calls",
    "card_view",
    "case_list",
    "case_page",
    "day_heading",
    "days_ahead",
    "decided_returns",
    "default_place",
    "due_figures",
    "exported",
    "facts_for",
    "found_rows",
    "intake",
    "is_ours",
    "items_to_filter",
    "load_of_office",
    "office_steps",
    "offices_for",
    "offices_near",
    "open_fields",
    "papers_slip",
    "pdf_of",
    "purpose_of",
    "question_item",
    "queue_screen",
    "receipt_slip",
    "replies_of",
    "return_page",
    "roll_items",
    "roll_page",
    "square_code",
    "today",
    "turn_slip",
    "waiting_returns",
    "window_items",
    "words_of",
]
