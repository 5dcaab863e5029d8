"""Writing down what was seen at doors. Other storeys import from here, not from the modules inside."""

from .asking import answer_questions, ask_questions, withdraw_questions
from .conflicts import clear_conflicts, decide_conflict, forget_photos
from .errands import ask_visits, withdraw_visits
from .loading import load_visits
from .opening import OpenedCard, OpenedMember, open_photo, open_visit_card, print_card
from .recording import Recorded, record_visit

__all__ = [
    "OpenedCard",
    "OpenedMember",
    "Recorded",
    "answer_questions",
    "ask_questions",
    "ask_visits",
    "clear_conflicts",
    "decide_conflict",
    "forget_photos",
    "load_visits",
    "open_photo",
    "open_visit_card",
    "print_card",
    "record_visit",
    "withdraw_questions",
    "withdraw_visits",
]
