"""Questions about visits: the morning's list, cards, what forms still want, what is contested."""

from .cards import Member, door_boxes, members_shown, topics_of
from .conflicts import (
    Clash,
    conflicts_of,
    count_conflicts,
    home_words,
    names_of,
    open_conflicts,
    photos_of,
    sheet_for,
    value_kept,
    visit_for,
)
from .morning import Morning, Stop, morning_list
from .questions import open_questions
from .rounds import rounds

__all__ = [
    "Clash",
    "Member",
    "Morning",
    "Stop",
    "conflicts_of",
    "count_conflicts",
    "door_boxes",
    "home_words",
    "members_shown",
    "morning_list",
    "names_of",
    "open_conflicts",
    "open_questions",
    "photos_of",
    "rounds",
    "sheet_for",
    "topics_of",
    "value_kept",
    "visit_for",
]
