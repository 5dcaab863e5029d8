"""Writing down what was seen at doors. Other storeys import from here, not from the modules inside."""

from .asking import answer_questions, ask_questions, withdraw_questions
from .conflicts import clear_conflicts, decide_conflict
from .opening import OpenedCard, OpenedMember, open_photo, open_visit_card, print_card
from .recording import Recorded, record_visit

__all__ = [
    "OpenedCard",
    "OpenedMember",
    "Recorded",
    "answer_questions",
    "ask_questions",
    "clear_conflicts",
    "decide_conflict",
    "open_photo",
    "open_visit_card",
    "print_card",
    "record_visit",
    "withdraw_questions",
]
