"""What each screen of the workbench shows."""

from .accept import (
    CardView,
    Intake,
    all_facts,
    card_view,
    chosen_item,
    days_ahead,
    errand_stands,
    facts_for,
    home_of,
    intake,
    open_fields,
    opened_for,
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
    "chosen_item",
    "day_heading",
    "days_ahead",
    "decided_returns",
    "due_figures",
    "errand_stands",
    "exported",
    "facts_for",
    "found_rows",
    "home_of",
    "intake",
    "items_to_filter",
    "load_of_office",
    "office_steps",
    "offices_for",
    "offices_near",
    "open_fields",
    "opened_for",
    "papers_slip",
    "pdf_of",
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
