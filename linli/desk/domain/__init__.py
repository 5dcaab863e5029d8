"""What the workbench shows: the words for every state and happening, and the shape of a clock."""

from .clocks import Dial, dial
from .tellings import TELLINGS, Telling, telling
from .words import (
    ACTS_DONE,
    ANSWERS_SHORT,
    CHANNELS,
    ENDS,
    ORDERS,
    PAUSES,
    PAUSES_ALL,
    ROLES,
    STATES,
    STEP_STATES,
    VIEWS,
    WINDOW_CHANNELS,
    AnswerMissing,
    Look,
    NobodyChosen,
    ProofMissing,
    View,
)

__all__ = [
    "ACTS_DONE",
    "ANSWERS_SHORT",
    "CHANNELS",
    "ENDS",
    "ORDERS",
    "PAUSES",
    "PAUSES_ALL",
    "ROLES",
    "STATES",
    "STEP_STATES",
    "TELLINGS",
    "VIEWS",
    "WINDOW_CHANNELS",
    "AnswerMissing",
    "Dial",
    "Look",
    "NobodyChosen",
    "ProofMissing",
    "Telling",
    "View",
    "dial",
    "telling",
]
