"""Everything one may do with a case. Each is one transaction with its lines."""

from .answers import answer_case, confirm_case, end_unanswered, reopen_case, withdraw_case
from .attaching import attach_files, forget_attachment, give_files, open_attachment
from .awards import end_award, end_awards_of, load_awards, look_through_roll
from .bookings import (
    Ticket,
    Visitor,
    book_time,
    call_again,
    call_next,
    cancel_booking,
    draw_number,
    miss_booking,
    serve_booking,
)
from .bulk import LoadedCases, load_cases
from .calls import note_call, open_call
from .clocks import (
    ask_papers,
    bring_papers,
    end_pauses,
    extend_deadline,
    pause_case,
    resume_case,
    supervise_case,
    turn_clocks,
)
from .cover import pass_on_work
from .forgetting import forget_reporter
from .inviting import invite_office
from .merging import join_case, merge_cases, reroute_case, undo_merge
from .opening import Receipt, Said, answer_consultation, open_case
from .reporters import Contact, Identified, bring_papers_for, open_contact, withdraw_for
from .returns import return_step, rule_return
from .steps import accept_step, finish_step, hand_over_step, reassign_steps, undo_last_move

__all__ = [
    "Contact",
    "Identified",
    "LoadedCases",
    "Receipt",
    "Said",
    "Ticket",
    "Visitor",
    "accept_step",
    "answer_case",
    "answer_consultation",
    "ask_papers",
    "attach_files",
    "book_time",
    "bring_papers",
    "bring_papers_for",
    "call_again",
    "call_next",
    "cancel_booking",
    "confirm_case",
    "draw_number",
    "end_award",
    "end_awards_of",
    "end_pauses",
    "end_unanswered",
    "extend_deadline",
    "finish_step",
    "forget_attachment",
    "forget_reporter",
    "give_files",
    "hand_over_step",
    "invite_office",
    "join_case",
    "load_awards",
    "load_cases",
    "look_through_roll",
    "merge_cases",
    "miss_booking",
    "note_call",
    "open_attachment",
    "open_call",
    "open_case",
    "open_contact",
    "pass_on_work",
    "pause_case",
    "reassign_steps",
    "reopen_case",
    "reroute_case",
    "resume_case",
    "return_step",
    "rule_return",
    "serve_booking",
    "supervise_case",
    "turn_clocks",
    "undo_last_move",
    "undo_merge",
    "withdraw_case",
    "withdraw_for",
]
