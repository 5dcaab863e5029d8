"""Everything one may do with a case. Each is one transaction with its lines."""

from .answers import answer_case, confirm_case, end_unanswered, reopen_case, withdraw_case
from .bulk import LoadedCases, load_cases
from .clocks import (
    ask_papers,
    bring_papers,
    extend_deadline,
    pause_case,
    resume_case,
    supervise_case,
    turn_clocks,
)
from .cover import pass_on_work
from .merging import join_case, merge_cases, reroute_case, undo_merge
from .opening import Receipt, Said, answer_consultation, open_case
from .returns import return_step, rule_return
from .steps import accept_step, finish_step, hand_over_step, reassign_steps, undo_last_move

__all__ = [
    "LoadedCases",
    "Receipt",
    "Said",
    "accept_step",
    "answer_case",
    "answer_consultation",
    "ask_papers",
    "bring_papers",
    "confirm_case",
    "end_unanswered",
    "extend_deadline",
    "finish_step",
    "hand_over_step",
    "join_case",
    "load_cases",
    "merge_cases",
    "open_case",
    "pass_on_work",
    "pause_case",
    "reassign_steps",
    "reopen_case",
    "reroute_case",
    "resume_case",
    "return_step",
    "rule_return",
    "supervise_case",
    "turn_clocks",
    "undo_last_move",
    "undo_merge",
    "withdraw_case",
]
