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
from .copies import copy_of
from .errands import (
    Spent,
    errands_at,
    errands_of,
    forms_met,
    may_see_visits,
    minutes_on_cards,
    open_errands,
    spent_on,
    standing_questions,
    visits_under,
)
from .morning import Morning, Stop, morning_list
from .population import CountedVisit, column_types, counted_visits, population
from .questions import answered_since, forms_asked_since, open_questions
from .rounds import rounds, worker_script

__all__ = [
    "Clash",
    "CountedVisit",
    "Member",
    "Morning",
    "Spent",
    "Stop",
    "answered_since",
    "column_types",
    "conflicts_of",
    "copy_of",
    "count_conflicts",
    "counted_visits",
    "door_boxes",
    "errands_at",
    "errands_of",
    "forms_asked_since",
    "forms_met",
    "home_words",
    "may_see_visits",
    "members_shown",
    "minutes_on_cards",
    "morning_list",
    "names_of",
    "open_conflicts",
    "open_errands",
    "open_questions",
    "photos_of",
    "population",
    "rounds",
    "sheet_for",
    "spent_on",
    "standing_questions",
    "topics_of",
    "value_kept",
    "visit_for",
    "visits_under",
    "worker_script",
]
