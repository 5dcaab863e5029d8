"""Writing about people. Other storeys import from here, not from the modules inside."""

from .consenting import arrange_afterwards, give_consent, note_kin, withdraw_consent
from .facts import confirm_fact, confirm_facts, end_person, follow_place, record_fact
from .holding import hold_people
from .loading import LoadedPeople, load_notes, load_people
from .merging import merge_people, undo_merge
from .moving import move_household, move_person
from .reading import find_people, log_reads, note_read, note_reads, open_card
from .registering import admit_person, link_user, register_household, register_person
from .rights import decide_right, erase_person, open_asker, request_right, withdraw_right

__all__ = [
    "LoadedPeople",
    "admit_person",
    "arrange_afterwards",
    "confirm_fact",
    "confirm_facts",
    "decide_right",
    "end_person",
    "erase_person",
    "find_people",
    "follow_place",
    "give_consent",
    "hold_people",
    "link_user",
    "load_notes",
    "load_people",
    "log_reads",
    "merge_people",
    "move_household",
    "move_person",
    "note_kin",
    "note_read",
    "note_reads",
    "open_asker",
    "open_card",
    "record_fact",
    "register_household",
    "register_person",
    "request_right",
    "undo_merge",
    "withdraw_consent",
    "withdraw_right",
]
