"""Writing about people. Other storeys import from here, not from the modules inside."""

from .facts import confirm_facts, end_person, follow_place, move_person, record_fact
from .loading import LoadedPeople, load_people
from .merging import merge_people, undo_merge
from .reading import find_people, log_reads, open_card
from .registering import link_user, register_household, register_person
from .rights import decide_right, erase_person, request_right, withdraw_right

__all__ = [
    "LoadedPeople",
    "confirm_facts",
    "decide_right",
    "end_person",
    "erase_person",
    "find_people",
    "follow_place",
    "link_user",
    "load_people",
    "log_reads",
    "merge_people",
    "move_person",
    "open_card",
    "record_fact",
    "register_household",
    "register_person",
    "request_right",
    "undo_merge",
    "withdraw_right",
]
